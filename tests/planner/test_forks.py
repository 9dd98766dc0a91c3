"""Extras and groups that exclude each other: tables over every choice among them."""

import pytest

from lock2nix.errors import PlanError
from lock2nix.planner import plan
from lock2nix.planner.forks import forks
from lock2nix.planner.selection import narrow, select
from lock2nix.schemas.lock import Lock, Package, Selectable
from lock2nix.schemas.source import IndexSource

from .locks import edges, lock, name, on, package

TARGETS = on("cp311-x86_64-linux", "cp312-x86_64-linux")
OLD, NOT_OLD, NEW = '"old" in extras', '"old" not in extras', '"new" in extras'
BOTH = 0b11
"""Both targets, in one fork."""


def exclusive(text: str) -> tuple[Selectable, ...]:
    words = [label.split() for label in text.split(", ")]
    return tuple(Selectable(kind="extra" if kind == "extra" else "group", name=name(word)) for kind, word in words)


def with_conflicts(found: Lock, *texts: str) -> Lock:
    return found.model_copy(update={"conflicts": tuple(map(exclusive, texts))})


def labels(found: Lock) -> list[str]:
    return [" + ".join(one.label for one in fork) for fork in forks(found)]


def in_fork(number: int, where: int = BOTH) -> int:
    return where << number * len(TARGETS)


def test_without_conflicts_there_is_one_fork() -> None:
    assert forks(lock(main=["a"], extras={"old": ["b"]})) == ((),)


def test_forks_are_what_can_be_asked_for_together() -> None:
    extras: dict[str, list[str]] = {"a": [], "b": [], "c": [], "d": []}
    found = with_conflicts(lock(extras=extras), "extra a, extra b", "extra b, extra c")
    assert labels(found) == ["", "extra a", "extra b", "extra c", "extra a + extra c"]
    independent = with_conflicts(lock(extras=extras), "extra a, extra b", "extra c, extra d")
    assert len(forks(independent)) == 9


def test_the_default_fork_comes_first() -> None:
    found = with_conflicts(lock(groups={"dev": []}, optional_groups={"old": []}), "group dev, group old")
    assert labels(found) == ["group dev", "", "group old"]


def test_defaults_that_exclude_each_other_are_refused() -> None:
    found = with_conflicts(lock(groups={"dev": [], "old": []}), "group dev, group old")
    with pytest.raises(PlanError) as caught:
        select(found, TARGETS)
    assert str(caught.value) == (
        "group dev and group old, which exclude each other, are both installed by default\n"
        "hint: lock with fewer default groups"
    )


def test_too_many_forks_are_refused() -> None:
    pairs = [f"extra a{number}, extra b{number}" for number in range(6)]
    with pytest.raises(PlanError, match="can be chosen in more than 256 ways"):
        forks(with_conflicts(lock(), *pairs))


def versions() -> Lock:
    packages = (
        package("app", needs=[f"core===1 ; {OLD}", f"core===2 ; {NOT_OLD}"]),
        package("core", "1", needs=["shim"]),
        package("core", "2"),
        package("shim"),
        package("plain"),
    )
    extras = {"old": [f"core===1 ; {OLD}"], "new": [f"core===2 ; {NEW}", "plain"], "other": ["plain"]}
    return with_conflicts(lock(*packages, main=["app"], extras=extras), "extra old, extra new")


def test_each_fork_has_its_own_version() -> None:
    found = versions()
    assert labels(found) == ["", "extra new", "extra old"]
    chosen = {(str(c.package.name), str(c.package.version)): c for c in select(found, TARGETS).choices}
    assert chosen["core", "2"].where == in_fork(0) | in_fork(1)
    assert chosen["core", "1"].where == in_fork(2)
    assert chosen["core", "1"].dependencies == {"shim": in_fork(2)}
    assert chosen["app", "1.0"].dependencies == {"core": in_fork(0) | in_fork(1) | in_fork(2)}


def test_groups_and_extras_are_known_in_every_fork() -> None:
    found = select(versions(), TARGETS)
    everywhere = in_fork(0) | in_fork(1) | in_fork(2)
    assert found.groups[name("main")] == {"app": everywhere, "core": everywhere, "shim": in_fork(2)}
    assert found.extras[name("old")] == {}
    assert found.extras[name("other")] == {"plain": everywhere}


def test_plan_says_what_excludes_what_and_its_forks() -> None:
    planned = plan(versions(), TARGETS, name="x", were_asked=True)
    assert planned.conflicts == (exclusive("extra old, extra new"),)
    assert planned.forks == ((), exclusive("extra new"), exclusive("extra old"))
    core = next(one for one in planned.packages if one.name == "core")
    assert [(v.version, v.where) for v in core.variants] == [("2", in_fork(0) | in_fork(1)), ("1", in_fork(2))]
    assert [source.where for source in core.variants[0].sources] == [core.variants[0].where]


def test_conditions_of_forks_and_targets_combine() -> None:
    marker = f'{NEW} and python_version < "3.12"'
    extras = {"new": [f"a ; {marker}"], "old": []}
    found = with_conflicts(lock(package("a"), main=[f"a ; {marker}"], extras=extras), "extra old, extra new")
    assert select(found, TARGETS).choices[0].where == in_fork(1, 0b01)


def test_narrowing_changes_nothing() -> None:
    narrowed = narrow(versions(), TARGETS)
    assert forks(narrowed) == forks(versions())
    assert select(narrowed, TARGETS).groups == select(versions(), TARGETS).groups
    assert [str(p.version) for p in narrowed.packages if p.name == "core"] == ["2", "1"]


def test_what_is_unserved_is_said_once_for_all_forks() -> None:
    found = versions()
    packages = (*found.packages[:-1], package("plain", files=["cp311-cp311-manylinux_2_17_x86_64"]))
    planned = plan(found.model_copy(update={"packages": packages}), TARGETS, name="x", were_asked=False)
    assert [n.message for n in planned.notices if n.kind == "unserved"] == [
        "plain 1.0, on cp312-x86_64-linux: the lock has no sdist, and wheels only for cp311-cp311-manylinux_2_17_x86_64"
    ]


def from_index(address: str | None) -> Package:
    return package("torch", "2", source=IndexSource(url=address))


def test_an_edge_can_name_the_source_of_one_version() -> None:
    wheels, other = from_index(None), from_index("https://wheels.example.org/cpu")
    found = with_conflicts(lock(wheels, other, extras={"old": [], "new": []}), "extra old, extra new")
    by_index = zip(edges([f"torch===2 ; {OLD}", f"torch===2 ; {NOT_OLD}"]), (other, wheels), strict=True)
    named = tuple(edge.model_copy(update={"source": one.source}) for edge, one in by_index)
    main = found.groups[0].model_copy(update={"dependencies": named})
    chosen = select(found.model_copy(update={"groups": (main,)}), TARGETS).choices
    assert {(c.package.source, c.where) for c in chosen} == {
        (other.source, in_fork(2)),
        (wheels.source, in_fork(0) | in_fork(1)),
    }
