"""The fixture whose extras and group exclude each other: each choice is built by real Nix, with its own versions."""

import json
import sys
from collections.abc import Mapping

import pytest

from tests.goldens import fixtures_of
from tests.nix_runner import HERE, Nix, pythons

MAIN = {"idna": "3.17", "pluggy": "1.6.0"}
FIXTURE = fixtures_of.fixture_called("uv/conflicts")


@pytest.mark.parametrize(
    ("settings", "versions"),
    [
        ({}, MAIN | {"iniconfig": "2.3.0"}),
        ({"extras": ["fog"]}, MAIN | {"attrs": "26.1.0", "iniconfig": "2.3.0"}),
        ({"extras": ["electric"]}, MAIN | {"iniconfig": "2.3.0", "packaging": "26.2"}),
        ({"extras": ["oil"]}, MAIN | {"iniconfig": "1.1.1"}),
        ({"extras": ["oil", "fog"]}, MAIN | {"attrs": "26.1.0", "iniconfig": "1.1.1"}),
        ({"groups": ["museum"]}, {"iniconfig": "1.0.1", "toml": "0.10.2"}),
        ({"groups": ["main", "dev", "museum"]}, MAIN | {"iniconfig": "1.0.1", "toml": "0.10.2"}),
    ],
    ids=str,
)
@pytest.mark.slow
def test_each_choice_builds_with_its_own_versions(
    settings: Mapping[str, list[str]], versions: Mapping[str, str], nix: Nix
) -> None:
    arguments = {
        "overlay": FIXTURE.golden,
        "name": "lighthouse",
        "python": f"python{sys.version_info.major}{sys.version_info.minor}",
        "pythons": pythons(),
        "settings": settings,
        "expected": json.dumps({"versions": versions, "not_imported": []}),
    }
    out = nix.build(HERE / "goldens" / "checks.nix", arguments)
    assert f"{len(versions)} distributions" in out.read_text(encoding="utf-8")


def test_all_at_once_is_refused_by_name(nix: Nix) -> None:
    expression = """
      { overlay, pythons }:
      (import HOSTPKGS { inherit pythons; overlays = [ (import overlay) ]; }).lock2nix.lighthouse.envs.all.drvPath
    """.replace("HOSTPKGS", str(HERE / "nix" / "hostpkgs.nix"))
    said = nix.fails(expression, {"overlay": FIXTURE.golden, "pythons": pythons()})
    assert "uv.lock: extra electric and extra oil and group museum exclude each other; ask for one of them" in said
