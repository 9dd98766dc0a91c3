"""Fixtures whose extras and groups exclude each other: each choice is built by real Nix, with its own versions."""

import json
import sys
from collections.abc import Mapping

import pytest

from tests.goldens import fixtures_of
from tests.goldens.fixtures_of import Fixture
from tests.nix_runner import HERE, Nix, pythons

MAIN = {"idna": "3.17", "pluggy": "1.6.0"}
UV = fixtures_of.fixture_called("uv/conflicts")
POETRY = fixtures_of.fixture_called("poetry/exclusive")


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
def test_each_choice_of_uv_builds_with_its_own_versions(
    settings: Mapping[str, list[str]], versions: Mapping[str, str], nix: Nix
) -> None:
    _build(UV, "lighthouse", settings, versions, nix)


@pytest.mark.parametrize(
    ("extras", "versions"),
    [
        ([], {"idna": "3.17", "packaging": "24.2"}),
        (["oil"], {"idna": "3.17", "iniconfig": "1.1.1", "packaging": "24.2"}),
        (["fog"], {"idna": "3.17", "packaging": "26.2"}),
        (["electric", "fog"], {"idna": "3.17", "iniconfig": "2.3.0", "packaging": "26.2"}),
    ],
    ids=str,
)
@pytest.mark.slow
def test_each_choice_of_poetry_builds_with_its_own_versions(
    extras: list[str], versions: Mapping[str, str], nix: Nix
) -> None:
    _build(POETRY, "lantern", {"extras": extras}, versions, nix)


def _build(
    fixture: Fixture, name: str, settings: Mapping[str, list[str]], versions: Mapping[str, str], nix: Nix
) -> None:
    arguments = {
        "overlay": fixture.golden,
        "name": name,
        "python": f"python{sys.version_info.major}{sys.version_info.minor}",
        "pythons": pythons(),
        "settings": settings,
        "expected": json.dumps({"versions": versions, "not_imported": []}),
    }
    out = nix.build(HERE / "goldens" / "checks.nix", arguments)
    assert f"{len(versions)} distributions" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fixture", "name", "says"),
    [
        (UV, "lighthouse", "uv.lock: extra electric and extra oil and group museum exclude each other"),
        (POETRY, "lantern", "poetry.lock: extra electric and extra oil exclude each other"),
    ],
)
def test_all_at_once_is_refused_by_name(fixture: Fixture, name: str, says: str, nix: Nix) -> None:
    expression = """
      { overlay, pythons, name }:
      (import HOSTPKGS { inherit pythons; overlays = [ (import overlay) ]; }).lock2nix.${name}.envs.all.drvPath
    """.replace("HOSTPKGS", str(HERE / "nix" / "hostpkgs.nix"))
    said = nix.fails(expression, {"overlay": fixture.golden, "pythons": pythons(), "name": name})
    assert f"error: {says}; ask for one of them" in said
