"""The generated files: their text is reviewed, and real Nix builds what they say."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.goldens import fixtures_of
from tests.goldens.fixtures_of import Fixture
from tests.nix_runner import HERE, Nix, pythons

FIXTURES = fixtures_of.fixtures()
# 700 MB to fetch: converted and evaluated like the others, built by hand.
TOO_LARGE = {"poetry/rodeo"}
PARAMETERS = [pytest.param(fixture, id=fixture.key) for fixture in FIXTURES]
BUILT = [pytest.param(fixture, id=fixture.key) for fixture in FIXTURES if fixture.key not in TOO_LARGE]


@pytest.fixture(scope="session")
def git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with fixtures_of.git_environment(tmp_path_factory.mktemp("served")) as environment:
        yield environment


@pytest.mark.parametrize("fixture", PARAMETERS)
def test_offline_regeneration_gives_the_same_bytes(fixture: Fixture, tmp_path: Path) -> None:
    # A fresh clone has no cache: the golden itself holds every answer. To accept a change: python -m tests.accept
    copy = fixtures_of.copied(fixture, tmp_path)
    before = copy.golden.read_bytes()
    converted = fixtures_of.regenerate(copy, offline=True)
    assert not converted.changed, copy.golden.read_text(encoding="utf-8")
    assert copy.golden.read_bytes() == before
    notices = converted.plan.notices
    assert not [notice for notice in notices if notice.kind == "predicted-url"]
    unknown = {notice.subject for notice in notices if notice.kind == "missing-data"}
    assert unknown == fixtures_of.UNKNOWN.get(fixture.key, set())


@pytest.mark.parametrize("fixture", PARAMETERS)
@pytest.mark.parametrize("system", ["x86_64-linux", "aarch64-linux", "aarch64-darwin"])
def test_every_environment_evaluates(fixture: Fixture, system: str, nix: Nix, git: dict[str, str]) -> None:
    expression = """
      { overlay, name, pythons, system, absent }:
      let
        pkgs = import HOSTPKGS { inherit pythons system; overlays = [ (import overlay) ]; };
        locked = pkgs.lock2nix.${name};
      in
      [ locked.drvPath locked.shell.drvPath (locked.python.withPackages (_: [ ])).drvPath ]
      ++ map (environment: environment.drvPath) (builtins.attrValues (removeAttrs locked.envs absent))
    """.replace("HOSTPKGS", str(HERE / "nix" / "hostpkgs.nix"))
    arguments = {
        "overlay": fixture.golden,
        "name": _project(fixture.golden),
        "pythons": pythons(),
        "system": system,
        "absent": ["all"] if fixture.key in fixtures_of.EXCLUSIVE else [],
    }
    paths = replace(nix, env=git).evaluate(expression, arguments)
    assert isinstance(paths, list)
    assert all(str(path).endswith(".drv") for path in paths)


@pytest.mark.slow
@pytest.mark.parametrize("fixture", BUILT)
def test_environment_builds_and_holds_what_the_lock_says(
    fixture: Fixture, nix: Nix, git: dict[str, str], tmp_path: Path
) -> None:
    copy = fixtures_of.copied(fixture, tmp_path)
    converted = fixtures_of.regenerate(copy, offline=True)
    short = f"{sys.version_info.major}{sys.version_info.minor}"
    target = f"cp{short}-{nix.system()}"
    if target not in {listed.id for listed in converted.plan.targets}:
        pytest.skip(f"the fixture is not for {target}")
    expected = fixtures_of.expected(converted, target, fixture)
    assert set(json.loads(expected)["versions"].items()) <= fixtures_of.locked_versions(fixture)
    arguments = {
        "overlay": copy.golden,
        "name": converted.plan.name,
        "python": f"python{short}",
        "pythons": pythons(),
        "expected": expected,
        "scripts": fixtures_of.SCRIPTS.get(fixture.key, []),
    }
    out = replace(nix, env=git).build(HERE / "goldens" / "checks.nix", arguments)
    assert "distributions" in out.read_text(encoding="utf-8")


def _project(golden: Path) -> str:
    text = golden.read_text(encoding="utf-8")
    body = text[text.index("\nlock2nix {\n") :]
    return body.split('name = "', 1)[1].split('"', 1)[0]
