"""The goldens on a real nixpkgs: they evaluate, and its builders are told what our test double is told.

LOCK2NIX_NIXPKGS names a checkout (or a file that stands for one); unset, these tests are skipped.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.goldens import fixtures_of
from tests.goldens.fixtures_of import Fixture
from tests.nix_runner import HERE, Nix, pythons

FIXTURES = [pytest.param(fixture, id=fixture.key) for fixture in fixtures_of.fixtures()]
SYSTEMS = ["x86_64-linux", "aarch64-linux"]
INTERPRETERS = ["python311", "python312", "python313", "python314"]


@pytest.fixture(scope="session")
def nixpkgs() -> Path:
    if not (named := os.environ.get("LOCK2NIX_NIXPKGS")):
        pytest.skip("LOCK2NIX_NIXPKGS names no nixpkgs to test on")
    return Path(named)


@pytest.fixture(scope="session")
def git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with fixtures_of.git_environment(tmp_path_factory.mktemp("served")) as environment:
        yield environment


@pytest.mark.parametrize("fixture", FIXTURES)
def test_every_target_evaluates(fixture: Fixture, nix: Nix, nixpkgs: Path, git: dict[str, str], tmp_path: Path) -> None:
    copy = fixtures_of.copied(fixture, tmp_path)
    plan = fixtures_of.regenerate(copy, offline=True).plan
    listed = {target.id for target in plan.targets}
    wanted = {
        f"{interpreter}-{system}": {"python": interpreter, "system": system}
        for interpreter in INTERPRETERS
        for system in SYSTEMS
        if f"cp{interpreter.removeprefix('python')}-{system}" in listed
    }
    expression = """
      { nixpkgs, overlay, name, wanted }:
      builtins.mapAttrs (
        _: one:
        let
          pkgs = import nixpkgs { inherit (one) system; overlays = [ (import overlay) ]; };
        in
        (pkgs.lock2nix.${name}.configure { inherit (one) python; }).drvPath
      ) wanted
    """
    arguments = {"nixpkgs": nixpkgs, "overlay": copy.golden, "name": plan.name, "wanted": wanted}
    paths = replace(nix, env=git).evaluate(expression, arguments)
    assert isinstance(paths, dict)
    assert set(paths) == set(wanted)
    assert all(str(path).endswith(".drv") for path in paths.values())


@pytest.mark.parametrize("fixture", FIXTURES)
def test_builders_are_told_the_same_as_in_the_test_double(
    fixture: Fixture, nix: Nix, nixpkgs: Path, git: dict[str, str], tmp_path: Path
) -> None:
    copy = fixtures_of.copied(fixture, tmp_path)
    plan = fixtures_of.regenerate(copy, offline=True).plan
    listed = [target.id for target in plan.targets]
    at = {python: f"cp{python.removeprefix('python')}-x86_64-linux" for python in ("python312", *INTERPRETERS)}
    python = next(python for python, target in at.items() if target in listed)
    bit = 1 << listed.index(at[python])
    members = sorted({edge.name for group in plan.groups for edge in group.members if edge.where & bit})
    imported = {
        "real": (nixpkgs, "{ overlays = [ (import overlay) ]; }"),
        "double": (HERE / "nix" / "hostpkgs.nix", "{ inherit pythons; overlays = [ (import overlay) ]; }"),
    }
    facts: dict[str, Any] = {}
    for which, (path, arguments) in imported.items():
        expression = f"""
          {{ path, facts, overlay, name, python, members, pythons }}:
          import facts {{ inherit name python members; pkgs = import path {arguments}; }}
        """
        facts[which] = replace(nix, env=git).evaluate(
            expression,
            {
                "path": path,
                "facts": HERE / "nixpkgs" / "facts.nix",
                "overlay": copy.golden,
                "name": plan.name,
                "python": python,
                "members": members,
                "pythons": pythons(),
            },
        )
    by_recipe = {name for told in facts.values() for name, fact in told.items() if fact["ownSource"]}
    assert _by_lock(facts["real"], by_recipe) == _by_lock(facts["double"], by_recipe)


def _by_lock(facts: dict[str, dict[str, Any]], by_recipe: set[str]) -> dict[str, dict[str, Any]]:
    """Leave out how packages are built whose source a recipe has too."""
    recipe = {"ownSource", "patches", "phases"}
    return {
        name: {key: value for key, value in fact.items() if not (name in by_recipe and key in recipe)}
        for name, fact in facts.items()
    }
