"""Extras of Poetry that decide about versions (`extra != "…"`)."""

import pytest

from lock2nix.converters.poetry_exclusive import told_apart
from lock2nix.planner.selection import select
from lock2nix.schemas.lock import Lock, Package
from tests.planner.locks import lock, name, on, package

TARGETS = on("cp312-x86_64-linux")
OIL, ELECTRIC = 'extra == "oil" and extra != "electric"', 'extra == "electric" and extra != "oil"'


BY_PACKAGE = package("core", "1", marker=OIL), package("core", "2", marker=ELECTRIC)
BY_GROUP = tuple(
    package("core", version, group_markers={"main": text, "dev": text})
    for version, text in (("1", OIL), ("2", ELECTRIC))
)


def lamp(cores: tuple[Package, ...] = BY_PACKAGE) -> Lock:
    return lock(
        *cores,
        package("fog", "1", marker='extra != "fog"'),
        package("fog", "2", marker='extra == "fog"'),
        main=["fog"],
        extras={"oil": ["core<2"], "electric": ["core>=2"], "fog": ["fog>=2"], "more": ["fog"]},
    )


def conflicts(found: Lock) -> list[list[str]]:
    return [[one.label for one in conflict] for conflict in found.conflicts]


@pytest.mark.parametrize("cores", [BY_PACKAGE, BY_GROUP], ids=["package", "group"])
def test_extras_that_exclude_each_other_and_others_that_decide(cores: tuple[Package, ...]) -> None:
    assert conflicts(told_apart(lamp(cores))) == [["extra electric", "extra oil"], ["extra fog"]]


def test_each_fork_has_what_poetry_installs() -> None:
    found = told_apart(lamp())
    chosen = {(str(c.package.name), str(c.package.version)): c.where for c in select(found, TARGETS).choices}
    # forks: nothing, electric, fog, oil, electric and fog, fog and oil
    assert chosen == {
        ("core", "2"): 0b010010,
        ("core", "1"): 0b101000,
        ("fog", "2"): 0b110100,
        ("fog", "1"): 0b001011,
    }


def test_roots_of_an_extra_hold_only_where_it_is_asked_for() -> None:
    found = told_apart(lamp())
    (core,) = found.extras[name("oil")]
    assert str(core.marker) == '"oil" in extras'
    assert found.extras[name("more")] == lamp().extras[name("more")]


@pytest.mark.parametrize(
    "markers",
    [
        ("python_version < '3.12'", "python_version >= '3.12'"),
        # asked for, but by nobody instead of somebody else
        ("extra == 'a' and python_version < '3.12'", "extra == 'a' and python_version >= '3.12'"),
        # no extra of the project
        ("extra != 'unknown'", "extra == 'unknown'"),
        # nothing that could stand in a marker of ours
        ("""extra != 'a"b'""", """extra == 'a"b'"""),
    ],
)
def test_other_locks_are_as_they_were(markers: tuple[str, str]) -> None:
    packages = [package("core", version, marker=text) for version, text in zip("12", markers, strict=True)]
    found = lock(*packages, main=["core"], extras={"a": ["core"], 'a"b': []})
    assert told_apart(found) is found


def test_one_version_alone_decides_nothing() -> None:
    found = lock(package("core", marker=OIL), main=["core"], extras={"oil": ["core"], "electric": []})
    assert told_apart(found) is found
