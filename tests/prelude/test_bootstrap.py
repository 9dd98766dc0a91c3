from pathlib import Path

from tests.nix_runner import Nix
from tests.prelude import plans
from tests.prelude.theme import Theme, golden

NEEDS = {
    "build": ["packaging", "pyproject-hooks"],
    "flit-core": [],
    "hatchling": ["packaging"],
    "installer": [],
    "packaging": [],
    "pip": [],
    "poetry-core": [],
    "pyproject-hooks": [],
    "setuptools": [],
    "setuptools-scm": ["packaging", "setuptools"],
    "tomli": [],
    "wheel": ["packaging"],
}


def test_locked_build_tools_do_not_build_the_lock(nix: Nix, tmp_path: Path) -> None:
    wheels = [plans.wheel(name, "99", needs=needs) for name, needs in NEEDS.items()]
    sdists = [plans.sdist(name, "99", needs=needs) for name, needs in NEEDS.items()]
    overlays = {
        "fixture": golden("bootstrap"),
        "wheels": plans.overlay(tmp_path, *wheels, name="wheels"),
        "sdists": plans.overlay(tmp_path, *sdists, name="sdists"),
    }
    Theme(nix, "bootstrap.nix", overlays).assert_holds()
