"""The generated files: their text is reviewed, and real Nix builds what they say."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.goldens import fixtures_of
from tests.nix_runner import HERE, Nix, pythons

POETRY = fixtures_of.names("poetry")
# 700 MB to fetch: converted and evaluated like the others, built by hand.
TOO_LARGE = {"rodeo"}


@pytest.fixture(scope="session")
def git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with fixtures_of.git_environment(tmp_path_factory.mktemp("served")) as environment:
        yield environment


@pytest.mark.parametrize("name", POETRY)
def test_offline_regeneration_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    # A fresh clone has no cache: the golden itself holds every answer. To accept a change: python -m tests.accept
    copy = fixtures_of.copied("poetry", name, tmp_path)
    before = (copy / "poetry.nix").read_bytes()
    converted = fixtures_of.regenerate("poetry", copy, offline=True)
    assert not converted.changed, (copy / "poetry.nix").read_text(encoding="utf-8")
    assert (copy / "poetry.nix").read_bytes() == before
    assert not [notice for notice in converted.plan.notices if notice.kind in {"predicted-url", "missing-data"}]


@pytest.mark.parametrize("name", POETRY)
@pytest.mark.parametrize("system", ["x86_64-linux", "aarch64-linux", "aarch64-darwin"])
def test_every_environment_evaluates(name: str, system: str, nix: Nix, git: dict[str, str]) -> None:
    expression = """
      { overlay, name, pythons, system }:
      let
        pkgs = import HOSTPKGS { inherit pythons system; overlays = [ (import overlay) ]; };
        locked = pkgs.lock2nix.${name};
      in
      [ locked.drvPath locked.shell.drvPath (locked.python.withPackages (_: [ ])).drvPath ]
      ++ map (environment: environment.drvPath) (builtins.attrValues locked.envs)
    """.replace("HOSTPKGS", str(HERE / "nix" / "hostpkgs.nix"))
    golden = fixtures_of.folder("poetry", name) / "poetry.nix"
    arguments = {
        "overlay": golden,
        "name": _project(golden),
        "pythons": pythons(),
        "system": system,
    }
    paths = replace(nix, env=git).evaluate(expression, arguments)
    assert isinstance(paths, list)
    assert all(str(path).endswith(".drv") for path in paths)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(POETRY) - TOO_LARGE))
def test_environment_builds_and_holds_what_the_lock_says(
    name: str, nix: Nix, git: dict[str, str], tmp_path: Path
) -> None:
    folder = fixtures_of.copied("poetry", name, tmp_path)
    converted = fixtures_of.regenerate("poetry", folder, offline=True)
    short = f"{sys.version_info.major}{sys.version_info.minor}"
    target = f"cp{short}-{nix.system()}"
    if target not in {listed.id for listed in converted.plan.targets}:
        pytest.skip(f"the fixture is not for {target}")
    expected = fixtures_of.expected(converted, target, name)
    locked = fixtures_of.locked_versions((folder / "poetry.lock").read_text(encoding="utf-8"))
    assert set(json.loads(expected)["versions"].items()) <= locked
    arguments = {
        "overlay": folder / "poetry.nix",
        "name": converted.plan.name,
        "python": f"python{short}",
        "pythons": pythons(),
        "expected": expected,
        "scripts": fixtures_of.SCRIPTS.get(name, []),
    }
    out = replace(nix, env=git).build(HERE / "goldens" / "checks.nix", arguments)
    assert "distributions" in out.read_text(encoding="utf-8")


def _project(golden: Path) -> str:
    text = golden.read_text(encoding="utf-8")
    body = text[text.index("\nlock2nix {\n") :]
    return body.split('name = "', 1)[1].split('"', 1)[0]
