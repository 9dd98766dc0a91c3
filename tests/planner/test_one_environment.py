"""Locks that were made on one machine: what they lack elsewhere, and what only metadata shows to be needed."""

import pytest

from lock2nix.errors import PlanError
from lock2nix.planner import narrow, plan
from lock2nix.schemas.lock import Lock, Package

from .locks import edges, lock, on, package

TARGETS = on("cp311-x86_64-linux", "cp312-x86_64-linux", "cp312-aarch64-darwin")


def made_here(found: Lock, members: tuple[str, ...] = ()) -> Lock:
    groups = tuple(group.model_copy(update={"members": edges(members)}) for group in found.groups)
    return found.model_copy(update={"one_environment": True, "groups": groups})


def silent(found: Package) -> Package:
    """Return the package as a lock without edges has it."""
    return found.model_copy(update={"dependencies": None})


def test_what_others_need_and_is_not_there_is_unserved_for_them() -> None:
    found = lock(package("a", needs=["tomli; python_version < '3.12'", "b"]), package("b"), main=["a", "b"])
    planned = plan(made_here(found), TARGETS, name="x", were_asked=False)
    assert [(u.name, u.where, u.reason) for u in planned.unserved] == [
        ("a", 1, "it needs tomli, which the lock does not have")
    ]
    with pytest.raises(PlanError, match=r"a 1\.0 on cp311-x86_64-linux: it needs tomli"):
        plan(made_here(found), TARGETS, name="x", were_asked=True)
    # setuptools is nixpkgs' own where locks leave it out.
    borrowing = lock(package("a", needs=["setuptools; python_version < '3.12'"]), main=["a"])
    assert not plan(made_here(borrowing), TARGETS, name="x", were_asked=True).unserved


def test_what_is_needed_everywhere_and_is_not_there_is_an_error() -> None:
    with pytest.raises(PlanError, match=r"b, wanted by a 1\.0"):
        plan(made_here(lock(package("a", needs=["b"]), main=["a"])), TARGETS, name="x", were_asked=False)


def test_what_may_be_needed_is_kept_until_edges_are_known() -> None:
    spare, never = silent(package("spare")), silent(package("never", marker="sys_platform == 'win32'"))
    found = made_here(lock(silent(package("a")), spare, never, main=["a"]), members=("spare", "never"))
    narrowed = narrow(found, TARGETS)
    assert [p.name for p in narrowed.packages] == ["a", "spare"]
    known = tuple(p.model_copy(update={"dependencies": ()}) for p in narrowed.packages)
    planned = plan(narrowed.model_copy(update={"packages": known}), TARGETS, name="x", were_asked=True)
    assert [p.name for p in planned.packages] == ["a"]
    assert {e.name for g in planned.groups for e in g.members} == {"a"}
