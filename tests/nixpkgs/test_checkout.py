from collections.abc import Mapping
from pathlib import Path

import pytest

from lock2nix.errors import UsageError
from lock2nix.nixpkgs.checkout import notices
from lock2nix.planner import plan
from lock2nix.schemas.lock import BuildSystem, Lock, Tool
from lock2nix.schemas.plan import Plan
from tests.planner.locks import SDIST, lock, on, package

TARGETS = on("cp312-x86_64-linux", "cp313-x86_64-linux")


def built_by(*requires: str, tools: tuple[str, ...] = (), locked: tuple[str, ...] = ()) -> Plan:
    """Return the plan of an sdist with these build requirements; some tools may be locked, or locked for building."""
    thing = package("thing", files=[SDIST]).model_copy(update={"build_system": BuildSystem(requires=requires)})
    others = [package(name) for name in locked]
    found: Lock = lock(thing, *others, main=["thing", *locked])
    found = found.model_copy(update={"tools": tuple(Tool(**dict(package(name)), wishes=(name,)) for name in tools)})
    return plan(found, TARGETS, name="demo", were_asked=False)


@pytest.fixture
def nixpkgs(tmp_path: Path) -> Path:
    folder = tmp_path / 'a "nixpkgs" ${here}'
    folder.mkdir()
    return folder


def has(nixpkgs: Path, tools: Mapping[str, str], python: str = "3.12") -> Path:
    """Write a nixpkgs whose python3 has these tools, each a Nix expression."""
    rows = " ".join(f'"{name}" = {expression};' for name, expression in tools.items())
    text = f"""
    {{ config, overlays }}: rec {{
      python3 = {{ pythonVersion = "{python}"; pkgs = {{ {rows} }}; }};
      python313 = python3 // {{ pythonVersion = "3.13"; }};
    }}
    """
    (nixpkgs / "default.nix").write_text(text, encoding="utf-8")
    return nixpkgs


def version(text: str) -> str:
    return f'{{ type = "derivation"; version = "{text}"; }}'


def said(found: Plan, nixpkgs: Path | str) -> list[str]:
    return [notice.message for notice in notices(found, str(nixpkgs))]


def test_versions_out_of_bounds_are_said(nixpkgs: Path) -> None:
    found = built_by("flit-core>=3.2,<4", "setuptools>=61", "wheel")
    tools = {"flit-core": version("4.1"), "setuptools": version("80.9.0"), "wheel": version("0.45")}
    assert said(found, has(nixpkgs, tools)) == [
        "thing 1.0 is to be built with flit-core >=3.2,<4; it is built with 4.1"
    ]


def test_what_is_not_there_is_said_with_who_serves_instead(nixpkgs: Path) -> None:
    found = built_by("a", "b", "c", "d", "e", tools=("b",), locked=("c",))
    tools = {"d": "null", "e": 'throw "removed"'}
    assert said(found, has(nixpkgs, tools)) == [
        "a is not in it: nobody has it: what it builds fails, or needs its wheel",
        "b is not in it: the one locked for building is used",
        "c is not in it: the lock's is used",
        "d is not in it: nobody has it: what it builds fails, or needs its wheel",
        "e is not in it: nobody has it: what it builds fails, or needs its wheel",
    ]


def test_an_older_version_that_is_kept_beside_the_newer_one_counts(nixpkgs: Path) -> None:
    tools = {"cython": version("3.1"), "cython_0": version("0.29.37")}
    assert said(built_by("cython<3"), has(nixpkgs, tools)) == []
    outside = "thing 1.0 is to be built with cython {}; it is built with 3.1"
    assert said(built_by("cython<0.29"), nixpkgs) == [outside.format("<0.29")]
    assert said(built_by("cython<3"), has(nixpkgs, {"cython": version("3.1")})) == [outside.format("<3")]


def test_what_a_hook_does_is_not_missed(nixpkgs: Path) -> None:
    assert said(built_by("maturin>=1"), has(nixpkgs, {})) == []


def test_versions_that_are_none_are_not_judged(nixpkgs: Path) -> None:
    found = built_by("a>=1", "b>=1")
    assert said(found, has(nixpkgs, {"a": '{ type = "derivation"; }', "b": version("unstable-2024-01-01")})) == []


def test_a_default_python_that_is_no_target_is_passed_over(nixpkgs: Path) -> None:
    assert said(built_by("a>=2"), has(nixpkgs, {"a": version("1")}, python="3.9")) == [
        "thing 1.0 is to be built with a >=2; it is built with 1"
    ]


def test_nothing_to_build_asks_nothing() -> None:
    found = plan(lock(package("thing"), main=["thing"]), TARGETS, name="demo", were_asked=False)
    assert said(found, "/nowhere") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ config, overlays }: { }", "none of the Pythons"),
        ('{ config, overlays }: throw "too old"', "too old"),
        ("{ config", "cannot be evaluated"),
    ],
)
def test_what_is_no_nixpkgs_is_said_to_be_none(nixpkgs: Path, text: str, message: str) -> None:
    (nixpkgs / "default.nix").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        said(built_by("a"), nixpkgs)


@pytest.mark.parametrize("where", ["/nowhere/at/all", "<no-such-name-at-all>"])
def test_a_path_that_is_not_there(where: str) -> None:
    with pytest.raises(UsageError):
        said(built_by("a"), where)


def test_without_nix_the_option_cannot_be_had(monkeypatch: pytest.MonkeyPatch, nixpkgs: Path) -> None:
    monkeypatch.setenv("PATH", str(nixpkgs))
    with pytest.raises(UsageError, match="nix-instantiate cannot be started"):
        said(built_by("a"), nixpkgs)
