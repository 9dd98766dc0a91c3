"""Closed locks (PEP 751): groups and extras name every package, and edges bring no more."""

import pytest

from lock2nix.errors import PlanError
from lock2nix.planner import plan
from lock2nix.planner.selection import narrow, select
from lock2nix.schemas.lock import Lock

from .locks import lock, name, on, package

TARGETS = on("cp311-x86_64-linux", "cp312-x86_64-linux")


def closed(found: Lock) -> Lock:
    return found.model_copy(update={"closed": True})


def test_edges_bring_nothing_into_a_group() -> None:
    packages = (package("a", needs=["b"]), package("b"))
    found = select(closed(lock(*packages, main=["a"], optional_groups={"dev": ["a", "b"]})), TARGETS)
    assert found.groups == {"main": {"a": 3}, "dev": {"a": 3, "b": 3}}
    choice = next(choice for choice in found.choices if choice.package.name == "a")
    assert choice.dependencies == {"b": 3}


def test_extra_is_what_it_adds_to_main() -> None:
    packages = (package("a", needs=["b"]), package("b"), package("c"))
    found = select(closed(lock(*packages, main=["a"], extras={"more": ["c"]})), TARGETS)
    assert found.extras == {"more": {"c": 3}}


def test_root_holds_where_its_marker_does() -> None:
    marker = "python_version >= '3.12'"
    found = select(closed(lock(package("a", marker=marker), main=[f"a ; {marker}"])), TARGETS)
    assert found.groups == {"main": {"a": 2}}


def test_package_that_the_lock_leaves_out_is_a_notice() -> None:
    found = lock(package("a", needs=["torch", "setuptools"]), package("b", needs=["torch"]), main=["a", "b"])
    with pytest.raises(PlanError, match=r"torch, wanted by a 1\.0"):
        select(found, TARGETS)
    planned = plan(closed(found), TARGETS, name="x", were_asked=True)
    assert [(n.kind, n.subject, n.message) for n in planned.notices] == [
        ("left-out", "torch", "torch is not in the lock, though a 1.0, b 1.0 asks for it")
    ]
    assert [e.name for e in planned.packages[0].variants[0].dependencies] == ["setuptools"]


def test_versions_are_told_apart_by_their_markers() -> None:
    older, newer = "python_version < '3.12'", "python_version >= '3.12'"
    packages = (package("a", "1", marker=older), package("a", "2", marker=newer))
    found = select(closed(lock(*packages, main=[f"a===1 ; {older}", f"a===2 ; {newer}"])), TARGETS)
    assert [(str(c.package.version), c.where) for c in found.choices] == [("2", 2), ("1", 1)]


def test_versions_that_exclude_each_other_are_refused() -> None:
    packages = (package("a", "1"), package("a", "2"))
    found = closed(lock(*packages, main=["a===1"], extras={"new": ["a===2"]}))
    with pytest.raises(PlanError) as caught:
        select(found, TARGETS)
    assert str(caught.value) == (
        "the lock has several versions of a package for one target:\n"
        "  a 2, 1, on cp311-x86_64-linux, cp312-x86_64-linux\n"
        "hint: where groups or extras exclude each other, make a lock for each of them"
    )


def test_narrowing_changes_nothing() -> None:
    packages = (package("a", needs=["b"]), package("b"), package("w", marker="os_name == 'nt'"))
    found = closed(lock(*packages, main=["a", "w ; os_name == 'nt'"], optional_groups={"dev": ["b"]}))
    narrowed = narrow(found, TARGETS)
    assert [p.name for p in narrowed.packages] == [name("a"), name("b")]
    assert narrowed.closed
    assert select(narrowed, TARGETS).groups == {"main": {"a": 3}, "dev": {"b": 3}}
