from pathlib import Path

import pytest

from lock2nix.schemas.plan import PlannedPackage
from tests.nix_runner import Nix
from tests.prelude import archives, plans
from tests.prelude.theme import Theme, golden

VERSIONS = {"a": "1", "b": "2", "c": "3"}
# Imported late, as packages that need each other have to.
SAY = "import {0}\n\ndef main():\n    import a, b, c, base\n    print(a, b, c, base)\n"


@pytest.fixture
def theme(nix: Nix, tmp_path: Path) -> Theme:
    members = {name: _wheel(tmp_path, name, version) for name, version in VERSIONS.items()}
    outside = [_wheel(tmp_path, "base", "0"), _wheel(tmp_path, "dependent", "4", needs=["a"])]
    built = archives.sdist(tmp_path, "c", "3", module="c")
    apart = {**members, "c": plans.sdist("c", "3", needs=["a", "base"], file=built)}
    overlays = {
        "fixture": golden("cycle"),
        "wheels": plans.overlay(tmp_path, *members.values(), *outside, name="wheels", cycles=[list(VERSIONS)]),
        "apart": plans.overlay(tmp_path, *apart.values(), *outside, name="apart", cycles=[list(VERSIONS)]),
    }
    return Theme(nix, "cycles.nix", overlays)


def test_members_of_a_cycle(theme: Theme) -> None:
    theme.assert_holds()


@pytest.mark.slow
def test_each_member_of_a_cycle_works_alone(theme: Theme) -> None:
    theme.assert_builds()


def _wheel(folder: Path, name: str, version: str, *, needs: list[str] | None = None) -> PlannedPackage:
    others = [*(other for other in VERSIONS if other != name), "base"] if name in VERSIONS else []
    script = "say-all" if name == "dependent" else f"say-{name}"
    files = {f"{name}.py": SAY.format("os"), "stray.txt": f"from {name}\n"}
    file = archives.wheel(folder, name, version, files=files, scripts={script: f"{name}:main"})
    return plans.wheel(name, version, needs=needs or others, file=file)
