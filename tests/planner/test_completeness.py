"""Locks that were made on one machine: what they lack elsewhere, and what only metadata shows to be needed."""

import pytest

from lock2nix.errors import PlanError
from lock2nix.planner import complete, narrow, plan
from lock2nix.schemas.lock import Lock, Package

from .locks import lock, on, package

TARGETS = on("cp311-x86_64-linux", "cp312-x86_64-linux", "cp312-aarch64-darwin")


def silent(found: Package) -> Package:
    """Return the package as a lock without edges has it."""
    return found.model_copy(update={"dependencies": None})


def names(found: Lock) -> list[str]:
    return [p.name for p in found.packages]


def test_targets_that_lack_a_package_are_left_out() -> None:
    needs = ["tomli; python_version < '3.12'", "appnope; sys_platform == 'darwin'", "b"]
    found = lock(package("a", needs=needs), package("b", needs=["tomli; python_version < '3.12'"]), main=["a", "b"])
    targets, notices = complete(found, TARGETS)
    assert [t.id for t in targets] == ["cp312-x86_64-linux"]
    assert [(n.kind, n.subject, n.message) for n in notices] == [
        ("left-out", "appnope", "cp312-aarch64-darwin: appnope is not in the lock, and a 1.0 needs it there"),
        ("left-out", "tomli", "cp311-x86_64-linux: tomli is not in the lock, and a 1.0 needs it there"),
        ("left-out", "tomli", "cp311-x86_64-linux: tomli is not in the lock, and b 1.0 needs it there"),
    ]
    assert [p.name for p in plan(found, targets, name="x", were_asked=False).packages] == ["a", "b"]


def test_complete_lock_keeps_its_targets() -> None:
    # setuptools is nixpkgs' own where locks leave it out.
    found = lock(package("a", needs=["b", "setuptools"]), package("b"), main=["a"])
    assert complete(found, TARGETS) == (TARGETS, ())


def test_lock_that_lacks_it_everywhere_is_incomplete() -> None:
    found = lock(package("a", needs=["b"]), main=["a"])
    assert complete(found, TARGETS) == (TARGETS, ())
    with pytest.raises(PlanError, match=r"b, wanted by a 1\.0"):
        plan(found, TARGETS, name="x", were_asked=False)


def test_closed_lock_lacks_nothing() -> None:
    found = lock(package("a", needs=["b; python_version < '3.12'"]), main=["a"])
    assert complete(found.model_copy(update={"closed": True}), TARGETS) == (TARGETS, ())


def test_what_may_be_needed_is_kept_until_edges_are_known() -> None:
    spare, never = silent(package("spare")), silent(package("never", marker="sys_platform == 'win32'"))
    found = lock(silent(package("a")), package("b", needs=["spare"]), spare, never, main=["a"])
    narrowed = narrow(found, TARGETS)
    assert names(narrowed) == ["a", "b", "spare"]
    assert narrowed.packages[2] == spare
    assert [n.subject for n in narrowed.notices] == ["never"]
    # Now it is known what a needs.
    known = [p.model_copy(update={"dependencies": ()}) for p in narrowed.packages]
    assert [
        p.name
        for p in plan(narrowed.model_copy(update={"packages": known}), TARGETS, name="x", were_asked=True).packages
    ] == ["a"]


def test_what_nobody_needs_is_not_kept_where_edges_are_known() -> None:
    assert names(narrow(lock(package("a"), package("spare"), main=["a"]), TARGETS)) == ["a"]
    closed = lock(silent(package("a")), package("spare"), main=["a"]).model_copy(update={"closed": True})
    assert names(narrow(closed, TARGETS)) == ["a"]
