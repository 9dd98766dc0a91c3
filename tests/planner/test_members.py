"""Locks that say what a group has (pipenv's): what packages may need that do not say so, and what targets may lack."""

from collections.abc import Iterable, Mapping

import pytest

from lock2nix.errors import PlanError
from lock2nix.planner import plan
from lock2nix.planner.selection import narrow, select, settle
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.lock import Group, Lock, Package
from lock2nix.schemas.plan import Plan
from lock2nix.schemas.source import GitSource

from .locks import edges, name, on, package

TARGETS = on("cp311-x86_64-linux", "cp312-x86_64-linux", "cp312-aarch64-darwin")
LINUX, DARWIN, NEW, ALL = 0b011, 0b100, 0b110, 0b111


def pipenv(*packages: Package, groups: Mapping[str, tuple[Iterable[str], Iterable[str]]]) -> Lock:
    """Return a lock with groups of roots and members."""
    found = tuple(
        Group(name=name(group), dependencies=edges(roots), members=edges(members), optional=group != "main")
        for group, (roots, members) in groups.items()
    )
    return Lock(one_environment=True, groups=found, packages=packages)


def silent(called: str, version: str = "1.0") -> Package:
    """Return a package that does not say what it needs, of which only hashes are known."""
    loose = (Hash(algorithm="sha256", digest="0" * 64),)
    update = {"dependencies": None, "artifacts": (), "loose_hashes": loose}
    return package(called, version).model_copy(update=update)


def planned(lock: Lock, *, were_asked: bool = False) -> Plan:
    return plan(lock, TARGETS, name="x", were_asked=were_asked)


def said(found: Plan) -> list[tuple[str, str, str]]:
    return [(notice.kind, notice.subject, notice.message) for notice in found.notices]


def test_before_anybody_was_asked_everything_is_kept() -> None:
    members = ("a", "b ; python_version >= '3.12'", "w ; os_name == 'nt'")
    lock = pipenv(
        *map(silent, ("a", "b", "w", "d", "e")), groups={"main": (["a"], members), "dev": (["d"], ["d", "e"])}
    )
    found = select(lock, TARGETS)
    assert found.groups == {"main": {"a": ALL, "b": NEW}, "dev": {"d": ALL, "e": ALL}}
    narrowed = narrow(lock, TARGETS)
    assert [p.name for p in narrowed.packages] == ["a", "b", "d", "e"]
    assert [(n.kind, n.subject) for n in narrowed.notices] == [("unneeded", "w")]
    assert select(narrowed, TARGETS).groups == found.groups


def test_what_edges_do_not_need_is_dropped() -> None:
    packages = (package("a", needs=["b ; python_version >= '3.12'"]), package("b"), package("c", needs=["x"]))
    lock = pipenv(*packages, groups={"main": (["a"], ["a", "b", "c"])})
    assert select(lock, TARGETS).groups == {"main": {"a": ALL, "b": NEW}}
    settled = settle(lock, TARGETS)
    assert [p.name for p in settled.packages] == ["a", "b"]
    assert [m.name for group in settled.groups for m in group.members] == ["a", "b"]
    assert said(planned(lock)) == [("unneeded", "c", "c 1.0")]


def test_what_was_said_of_a_package_goes_with_it() -> None:
    lock = pipenv(package("a"), silent("c"), groups={"main": (["a"], ["a", "c"])})
    noted = planned(pipenv(silent("c"), groups={"main": (["c"], ["c"])})).notices
    assert [n.kind for n in settle(lock.model_copy(update={"notices": noted}), TARGETS).notices] == ["unneeded"]


def test_package_that_does_not_say_what_it_needs_may_need_all_of_its_group() -> None:
    tree = GitSource(url="https://x.org/t.git", revision="0" * 40)
    t = package("t", files=[], source=tree).model_copy(update={"dependencies": None})
    packages = (package("a", needs=["t ; python_version >= '3.12'"]), t, package("b"), package("c"), package("d"))
    members = ["a", "t", "b ; sys_platform == 'linux'", "c"]
    lock = pipenv(*packages, groups={"main": (["a"], members), "dev": (["a"], ["a", "d"])})
    found = select(lock, TARGETS)
    # Only where it is reached, where they are installed, and in its own group.
    assert found.groups[name("main")] == {"a": ALL, "t": NEW, "b": NEW & LINUX, "c": NEW}
    assert found.groups[name("dev")] == {"a": ALL, "t": NEW, "d": NEW}


def test_members_extras_are_installed() -> None:
    packages = (silent("a"), package("b", extras={"more": ["c"]}), package("c"))
    lock = pipenv(*packages, groups={"main": (["a"], ["a", "b[more]", "c ; os_name == 'nt'"])})
    assert select(lock, TARGETS).groups == {"main": {"a": ALL, "b": ALL, "c": ALL}}


MISSING = "appnope ; sys_platform == 'darwin'"


def test_package_that_lacks_something_is_unserved_there() -> None:
    packages = (package("a", needs=["b"]), package("b", needs=[MISSING, "setuptools", "winter ; os_name == 'nt'"]))
    lock = pipenv(*packages, groups={"main": (["a"], ["a", "b"])})
    found = planned(lock)
    assert said(found) == [
        ("left-out", "setuptools", "setuptools is needed but not locked: nixpkgs' own version is used"),
        ("unserved", "b", "b 1.0, on cp312-aarch64-darwin: it needs appnope, which the lock does not have"),
    ]
    (b,) = (p for p in found.packages if p.name == "b")
    assert [(v.where, v.unserved, [s.where for s in v.sources]) for v in b.variants] == [(ALL, DARWIN, [LINUX])]
    with pytest.raises(PlanError, match=r"b 1\.0 on cp312-aarch64-darwin: it needs appnope, which the lock does not"):
        planned(lock, were_asked=True)
    # Where a lock records its edges, it is broken.
    with pytest.raises(PlanError, match=r"appnope, wanted by b 1\.0"):
        planned(lock.model_copy(update={"one_environment": False}))


def test_several_reasons_are_named_together() -> None:
    b = package("b", needs=[MISSING, "more ; sys_platform == 'darwin'"], requires_python=">=3.12")
    found = planned(pipenv(b, groups={"main": (["b"], ["b"])}))
    assert [(one.where, one.reason) for one in found.unserved] == [
        (0b101, "it requires Python >=3.12; it needs appnope, more, which the lock does not have")
    ]


def test_what_the_project_wants_elsewhere_is_a_notice() -> None:
    lock = pipenv(package("a"), groups={"main": (["a", MISSING, "pywin32 ; os_name == 'nt'"], ["a"])})
    assert said(planned(lock)) == [
        (
            "left-out",
            "appnope",
            "appnope is not in the lock, though the project, on cp312-aarch64-darwin, asks for it",
        )
    ]
    with pytest.raises(PlanError, match="appnope on cp312-aarch64-darwin: the project asks for it"):
        planned(lock, were_asked=True)


def test_what_the_project_wants_everywhere_is_missed() -> None:
    lock = pipenv(package("a"), groups={"main": (["a", "new"], ["a"])})
    with pytest.raises(PlanError, match="  new, wanted by the project\nhint: the lock is incomplete or older"):
        planned(lock)


def test_versions_that_others_do_not_admit_are_a_notice() -> None:
    packages = (
        package("a", needs=["b>=2", "b[more]<3", "c>1 ; os_name == 'nt'", "t>=1"], extras={"x": ["b>9"]}),
        package("b", "1.5", extras={"more": ["c==2"], "other": ["c==3"]}),
        package("c"),
        package("t", "0", files=[], source=GitSource(url="https://x.org/t.git", revision="0" * 40)),
    )
    lock = pipenv(*packages, groups={"main": (["a"], ["a", "b", "c", "t"])})
    assert said(planned(lock, were_asked=True)) == [
        ("version", "b", "b 1.5: a 1.0 wants >=2"),
        ("version", "c", "c 1.0: b 1.5 wants ==2"),
    ]


def test_what_others_need_is_installed_whatever_its_own_marker_says() -> None:
    packages = (package("a", needs=["b"]), package("b"))
    lock = pipenv(*packages, groups={"main": (["a"], ["a", "b ; python_version < '3.12'"])})
    found = planned(lock)
    assert [(p.name, p.variants[0].where) for p in found.packages] == [("a", ALL), ("b", ALL)]
    where = "cp312-x86_64-linux, cp312-aarch64-darwin"
    message = f"b 1.0: also on {where}, where its marker in the lock leaves it out and others need it"
    assert said(found) == [("choice", "b", message)]
