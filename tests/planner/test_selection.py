from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

from lock2nix.errors import PlanError
from lock2nix.planner import narrow, targets
from lock2nix.planner.selection import Selection, select
from lock2nix.planner.truth import marker_environment
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import Dependency, Lock
from lock2nix.schemas.target import Target

from .locks import PURE, SDIST, fixture, fixtures, lock, name, on, package, where
from .random_locks import forked_locks, locks

TARGETS = on("cp311-x86_64-linux", "cp313-x86_64-linux", "cp313-aarch64-darwin", "pp310-x86_64-linux")
OLD, NEW, DARWIN, PYPY = 1, 2, 4, 8
ALL = 15


def chosen(found: Lock, on_targets: tuple[Target, ...] = TARGETS) -> dict[str, int]:
    """Return which versions are installed where: `{"name version": targets}`."""
    return {f"{c.package.name} {c.package.version}": c.where for c in select(found, on_targets).choices}


def needs(found: Lock, of: str) -> dict[str, int]:
    """Return the direct dependencies of a package, all its versions taken together."""
    direct: dict[str, int] = defaultdict(int)
    for choice in select(found, TARGETS).choices:
        if choice.package.name == of:
            for dependency, there in choice.dependencies.items():
                direct[dependency] |= there
    return dict(direct)


# Markers


def test_an_edge_reaches_as_far_as_its_marker() -> None:
    found = lock(
        package("app", needs=["old; python_version < '3.12'", "mac; sys_platform == 'darwin'", "always"]),
        package("old", needs=["deep; platform_python_implementation == 'PyPy'"]),
        package("mac"),
        package("always"),
        package("deep"),
        main=["app"],
    )
    assert chosen(found) == {
        "always 1.0": ALL,
        "app 1.0": ALL,
        "deep 1.0": PYPY,
        "mac 1.0": DARWIN,
        "old 1.0": OLD | PYPY,
    }
    assert needs(found, "app") == {"old": OLD | PYPY, "mac": DARWIN, "always": ALL}


def test_roots_have_markers_too() -> None:
    found = lock(package("a"), package("b"), main=["a; sys_platform == 'linux'", "b; sys_platform == 'win32'"])
    assert chosen(found) == {"a 1.0": OLD | NEW | PYPY}


def test_two_ways_to_a_package_are_joined() -> None:
    found = lock(
        package("a", needs=["c; sys_platform == 'darwin'"]),
        package("b", needs=["c; python_version < '3.11'"]),
        package("c"),
        main=["a", "b"],
    )
    assert chosen(found)["c 1.0"] == DARWIN | PYPY


def test_what_only_windows_needs_appears_nowhere() -> None:
    found = lock(
        package("app", needs=["colorama; sys_platform == 'win32'", "plain"]),
        package("colorama", needs=["deeper"]),
        package("deeper"),
        package("plain"),
        package("pywin32", files=["cp311-cp311-win_amd64"]),
        main=["app", "pywin32; platform_system == 'Windows'"],
    )
    selection = select(found, TARGETS)
    assert [c.package.name for c in selection.choices] == ["app", "plain"]
    assert set(selection.groups[name("main")]) == {"app", "plain"}
    assert needs(found, "app") == {"plain": ALL}


def test_a_package_may_itself_be_limited_to_some_targets() -> None:
    found = lock(
        package("app", needs=["part"]),
        package("part", marker="sys_platform == 'darwin'", needs=["inner"]),
        package("inner"),
        main=["app"],
    )
    assert chosen(found) == {"app 1.0": ALL, "inner 1.0": DARWIN, "part 1.0": DARWIN}
    assert needs(found, "app") == {"part": DARWIN}


def test_a_package_of_several_groups_is_where_one_of_them_wants_it() -> None:
    found = lock(
        package("part", group_markers={"main": "sys_platform == 'darwin'", "dev": "python_version < '3.12'"}),
        main=["part"],
    )
    assert chosen(found) == {"part 1.0": OLD | DARWIN | PYPY}


# Extras


def test_an_extra_is_expanded_where_it_is_asked_for() -> None:
    found = lock(
        package("app", needs=["lib[fast]; sys_platform == 'linux'", "lib"]),
        package("other", needs=["lib"]),
        package("lib", needs=["base"], extras={"fast": ["speed; python_version >= '3.11'"], "slow": ["snail"]}),
        package("base"),
        package("speed"),
        package("snail"),
        main=["app", "other"],
    )
    assert needs(found, "app") == {"lib": ALL, "speed": OLD | NEW}
    assert needs(found, "other") == {"lib": ALL}
    assert needs(found, "lib") == {"base": ALL}
    assert "snail 1.0" not in chosen(found)


def test_edges_that_are_marked_with_an_extra_wait_for_it() -> None:
    # As wheels say it themselves, and as conda and pip read it.
    marked = package("lib", needs=["base", "speed; extra == 'fast'", "plain; extra != 'fast'"])
    rest = [package(n) for n in ("base", "speed", "plain")]
    without = lock(package("app", needs=["lib"]), marked, *rest, main=["app"])
    assert set(chosen(without)) == {"app 1.0", "lib 1.0", "base 1.0", "plain 1.0"}
    with_it = lock(package("app", needs=["lib[fast]"]), marked, *rest, main=["app"])
    assert needs(with_it, "app") == {"lib": ALL, "speed": ALL}


def test_extras_of_extras() -> None:
    found = lock(
        package("app", needs=["a[all]; sys_platform == 'linux'"]),
        package("a", extras={"all": ["b[full]"]}),
        package("b", extras={"full": ["c[x,y]; python_version >= '3.11'"]}),
        package("c", extras={"x": ["cx"], "y": ["cy; python_version >= '3.12'"]}),
        package("cx"),
        package("cy"),
        main=["app"],
    )
    linux = OLD | NEW | PYPY
    assert needs(found, "app") == {"a": linux, "b": linux, "c": OLD | NEW, "cx": OLD | NEW, "cy": NEW}
    assert needs(found, "a") == {}


def test_an_extra_may_name_other_extras_of_its_own_package() -> None:
    found = lock(
        package("app", needs=["lib[all]"]),
        package("lib", extras={"all": ["lib[a,b]", "lib[all]"], "a": ["pa"], "b": ["pb", "lib[a]"], "c": ["pc"]}),
        package("pa"),
        package("pb"),
        package("pc"),
        main=["app"],
    )
    assert needs(found, "app") == {"lib": ALL, "pa": ALL, "pb": ALL}
    assert needs(found, "lib") == {}
    assert "pc 1.0" not in chosen(found)


def test_an_extra_that_wants_its_dependent_is_no_edge_to_itself() -> None:
    found = lock(
        package("dask", extras={"distributed": ["distributed"]}),
        package("distributed", needs=["dask"]),
        main=["dask[distributed]"],
    )
    assert needs(found, "dask") == {}
    assert needs(found, "distributed") == {"dask": ALL}


def test_an_unknown_extra_adds_nothing() -> None:
    found = lock(package("lib", needs=["base"]), package("base"), main=["lib[nonsense]"])
    assert set(chosen(found)) == {"lib 1.0", "base 1.0"}


def test_extras_of_roots_are_in_the_group() -> None:
    found = lock(package("lib", extras={"x": ["part"]}), package("part"), main=["lib[x]; sys_platform == 'darwin'"])
    assert select(found, TARGETS).groups[name("main")] == {"lib": DARWIN, "part": DARWIN}


# Several versions


def test_versions_are_told_apart_by_their_markers() -> None:
    found = lock(
        package("numpy", "1.26", marker="python_version < '3.12'", needs=["old"]),
        package("numpy", "2.2", marker="python_version >= '3.12'", needs=["new"]),
        package("old"),
        package("new"),
        package("app", needs=["numpy"]),
        main=["app"],
    )
    assert chosen(found) == {
        "app 1.0": ALL,
        "new 1.0": NEW | DARWIN,
        "numpy 2.2": NEW | DARWIN,
        "numpy 1.26": OLD | PYPY,
        "old 1.0": OLD | PYPY,
    }


def test_versions_are_told_apart_by_the_edges() -> None:
    found = lock(
        package("attrs", "23.2"),
        package("attrs", "25.3"),
        package("app", needs=["attrs==23.2; python_version < '3.12'", "attrs>=24; python_version >= '3.12'"]),
        main=["app"],
    )
    assert chosen(found) == {"app 1.0": ALL, "attrs 25.3": NEW | DARWIN, "attrs 23.2": OLD | PYPY}


def test_versions_are_told_apart_by_an_edge_further_down() -> None:
    # The older library is refused by one edge only, and what it needed goes with it.
    found = lock(
        package("app", needs=["lib", "pin; sys_platform == 'darwin'"]),
        package("pin", needs=["lib<2"]),
        package("lib", "2.0", needs=["only-new"]),
        package("lib", "1.0", needs=["only-old"]),
        package("only-new"),
        package("only-old"),
        main=["app"],
    )
    result = chosen(found)
    assert (result["lib 2.0"], result["lib 1.0"]) == (ALL & ~DARWIN, DARWIN)
    assert (result["only-new 1.0"], result["only-old 1.0"]) == (ALL & ~DARWIN, DARWIN)


def test_versions_are_told_apart_by_their_python() -> None:
    found = lock(
        package("lib", "2.0", requires_python=">=3.12"), package("lib", "1.0", requires_python=">=3.8"), main=["lib"]
    )
    assert chosen(found) == {"lib 2.0": NEW | DARWIN, "lib 1.0": OLD | PYPY}


def test_alternatives_of_one_edge_admit_either() -> None:
    found = lock(package("lib", "3.0"), package("lib", "1.0"), package("app"), main=["app"])
    (app,) = [p for p in found.packages if p.name == "app"]
    wish = Dependency(
        name=name("lib"), versions=(SpecifierSet("<2"), SpecifierSet(">=4")), marker=Marker("os_name == 'posix'")
    )
    found = found.model_copy(
        update={
            "packages": tuple(p.model_copy(update={"dependencies": (wish,)}) if p is app else p for p in found.packages)
        }
    )
    assert chosen(found) == {"app 1.0": ALL, "lib 1.0": ALL}


def test_packages_that_pin_each_other_change_together() -> None:
    found = lock(
        package("torch", "2.5"),
        package("torch", "2.2"),
        package("torchvision", "0.20", needs=["torch==2.5"]),
        package("torchvision", "0.17", needs=["torch==2.2"]),
        main=["torchvision==0.17; sys_platform == 'darwin'", "torchvision==0.20; sys_platform != 'darwin'", "torch"],
    )
    rest = ALL & ~DARWIN
    assert chosen(found) == {
        "torch 2.5": rest,
        "torch 2.2": DARWIN,
        "torchvision 0.20": rest,
        "torchvision 0.17": DARWIN,
    }


def test_a_version_does_not_stay_because_of_what_it_brings_itself() -> None:
    found = lock(
        package("dask", "2025.1", needs=["distributed==2025.1"]),
        package("dask", "2024.8"),
        package("distributed", "2025.1", needs=["dask==2025.1"]),
        main=["dask==2024.8; sys_platform == 'darwin'", "dask==2025.1; sys_platform != 'darwin'"],
    )
    rest = ALL & ~DARWIN
    assert chosen(found) == {"dask 2025.1": rest, "dask 2024.8": DARWIN, "distributed 2025.1": rest}


def test_the_newest_that_nothing_refuses_is_taken() -> None:
    found = lock(package("lib", "1.9"), package("lib", "1.10"), package("lib", "1.10rc1"), main=["lib"])
    assert chosen(found) == {"lib 1.10": ALL}


def test_where_every_version_is_refused_the_lock_still_counts() -> None:
    # Tools let people override what packages say of each other: what is locked is what they install.
    found = lock(package("lib", "1.0"), package("lib", "2.0"), main=["lib>=3"])
    assert chosen(found) == {"lib 2.0": ALL}
    assert chosen(lock(package("lib", "1.0"), main=["lib>=3"])) == {"lib 1.0": ALL}


def test_where_no_version_is_for_this_python_one_is_still_chosen_and_not_served() -> None:
    found = lock(
        package("lib", "3.0", requires_python=">=3.13"), package("lib", "2.0", requires_python="<3.11"), main=["lib"]
    )
    served = {f"{c.package.version}": c.where & ~c.serving.unserved for c in select(found, TARGETS).choices}
    assert served == {"3.0": NEW | DARWIN, "2.0": PYPY}
    unserved = [(str(c.package.version), c.serving.unserved, c.serving.reason) for c in select(found, TARGETS).choices]
    assert ("3.0", OLD, "it requires Python >=3.13") in unserved


# Groups and the project's extras


def test_groups_are_closed_lists() -> None:
    found = lock(
        package("app", needs=["lib"]),
        package("lib"),
        package("pytest", needs=["lib", "pluggy; sys_platform == 'darwin'"]),
        package("pluggy"),
        package("sphinx"),
        main=["app"],
        groups={"dev": ["pytest"]},
        optional_groups={"docs": ["sphinx"]},
    )
    assert select(found, TARGETS).groups == {
        "main": {"app": ALL, "lib": ALL},
        "dev": {"pytest": ALL, "lib": ALL, "pluggy": DARWIN},
        "docs": {"sphinx": ALL},
    }


def test_optional_packages_are_only_where_they_are_asked_for() -> None:
    found = lock(
        package("app"),
        package("redis", needs=["async-timeout"], marker="extra == 'cache'"),
        package("async-timeout"),
        package("orphan"),
        main=["app"],
        extras={"cache": ["redis"]},
    )
    selection = select(found, TARGETS)
    assert selection.extras == {"cache": {"redis": ALL, "async-timeout": ALL}}
    assert "orphan" not in {c.package.name for c in selection.choices}


def test_an_extra_lists_what_it_adds_to_the_main_group() -> None:
    found = lock(
        package("app", needs=["lib", "mac; sys_platform == 'darwin'"]),
        package("lib", extras={"x": ["part"]}),
        package("mac"),
        package("part", needs=["lib", "mac"]),
        package("dev-only"),
        main=["app"],
        groups={"dev": ["dev-only"]},
        extras={"x": ["lib[x]", "dev-only"], "none": ["app"]},
    )
    selection = select(found, TARGETS)
    assert selection.extras == {"x": {"part": ALL, "mac": ALL & ~DARWIN, "dev-only": ALL}, "none": {}}


def test_a_lock_without_main_group_has_extras_of_their_own() -> None:
    found = lock(package("a"), package("b", needs=["a"]), extras={"x": ["b"]})
    found = found.model_copy(update={"groups": ()})
    assert select(found, TARGETS).extras == {"x": {"a": ALL, "b": ALL}}


# What is not there


def test_everything_that_is_missing_is_named_at_once() -> None:
    found = lock(
        package("app", "2.1", needs=["gone", "lib"]),
        package("lib", needs=["lost; sys_platform == 'darwin'", "gone"]),
        main=["app", "nowhere"],
    )
    with pytest.raises(PlanError) as caught:
        select(found, TARGETS)
    assert caught.value.message.splitlines()[1:] == [
        "  gone, wanted by app 2.1",
        "  gone, wanted by lib 1.0",
        "  lost, wanted by lib 1.0",
        "  nowhere, wanted by the project",
    ]
    assert caught.value.hint
    with pytest.raises(PlanError, match=r"lost, wanted by lib 1\.0"):
        narrow(found, TARGETS)


def test_what_is_missing_where_nobody_wants_it_is_no_error() -> None:
    found = lock(
        package("app", needs=["gone; sys_platform == 'win32'", "lost; python_version < '3'"]),
        package("unused", needs=["nowhere"]),
        main=["app"],
    )
    assert chosen(found) == {"app 1.0": ALL}


def test_installers_leave_setuptools_out_of_locks() -> None:
    found = lock(
        package("app", needs=["setuptools>=40; python_version >= '3.12'", "wheel; sys_platform == 'win32'"]),
        main=["app", "pip; sys_platform == 'darwin'"],
    )
    selection = select(found, TARGETS)
    assert selection.borrowed == {"setuptools", "pip"}
    assert selection.groups[name("main")] == {"app": ALL, "setuptools": NEW | DARWIN, "pip": DARWIN}
    assert needs(found, "app") == {"setuptools": NEW | DARWIN}


def test_a_locked_setuptools_is_a_package_like_others() -> None:
    found = lock(package("app", needs=["setuptools"]), package("setuptools", "80.0"), main=["app"])
    assert select(found, TARGETS).borrowed == frozenset()
    assert chosen(found)["setuptools 80.0"] == ALL


# Narrowing


def summary(selection: Selection) -> object:
    """Return what a selection says, without the packages' own unused files and edges, and without reasons."""
    return (
        [
            (c.package.name, c.package.version, c.where, c.dependencies, replace(c.serving, reason=""))
            for c in selection.choices
        ],
        selection.groups,
        selection.extras,
        selection.borrowed,
    )


EVERY_KIND = (*targets.default(), *on("pp310-x86_64-linux", "cp313t-aarch64-linux", "cp312-x86_64-linux-musl"))


@pytest.mark.parametrize(
    ("called", "prefer"), [*((called, "wheel") for called in fixtures()), ("science", "pure"), ("science", "sdist")]
)
def test_a_narrowed_lock_gives_the_same_choices(called: str, prefer: Prefer) -> None:
    found = fixture(called)
    narrowed = narrow(found, EVERY_KIND, prefer=prefer)
    assert summary(select(narrowed, EVERY_KIND, prefer=prefer)) == summary(select(found, EVERY_KIND, prefer=prefer))
    assert sum(len(p.artifacts) for p in narrowed.packages) <= sum(len(p.artifacts) for p in found.packages)


def test_narrowing_keeps_only_what_some_target_uses() -> None:
    found = lock(
        package("app", needs=["win; sys_platform == 'win32'", "lib"], files=[SDIST, PURE]),
        package("win"),
        package("lib", "1.0"),
        package("lib", "0.9"),
        package("orphan"),
        main=["app", "win; os_name == 'nt'"],
        extras={"x": ["win; os_name == 'nt'", "lib"]},
    )
    narrowed = narrow(found, TARGETS)
    assert [(p.name, str(p.version), [a.filename for a in p.artifacts]) for p in narrowed.packages] == [
        ("app", "1.0", ["app-1.0-py3-none-any.whl"]),
        ("lib", "1.0", ["lib-1.0-py3-none-any.whl"]),
    ]
    assert [d.name for d in narrowed.packages[0].dependencies or ()] == ["lib"]
    assert [d.name for d in narrowed.groups[0].dependencies] == ["app"]
    assert [d.name for d in narrowed.extras[name("x")]] == ["lib"]


def test_narrowing_leaves_hashes_without_names_alone() -> None:
    loose = package("lib", files=[]).model_copy(update={"loose_hashes": (Hash(algorithm="sha256", digest="00" * 32),)})
    (kept,) = narrow(lock(loose, main=["lib"]), TARGETS).packages
    assert kept.loose_hashes == loose.loose_hashes


def test_narrowing_keeps_the_reason_why_something_cannot_be_had() -> None:
    found = lock(package("windows", files=["cp313-cp313-win_amd64"]), main=["windows"])
    (before,) = select(found, TARGETS).choices
    (after,) = select(narrow(found, TARGETS), TARGETS).choices
    assert after.serving == before.serving
    assert "win_amd64" in after.serving.reason


# The graph against a resolver that looks at one target at a time


def reached_on(target: Target, found: Lock, roots: tuple[Dependency, ...]) -> set[str]:
    """Return what is reached on one target, found by looking at nothing else."""
    environment = marker_environment(target)
    packages = {p.name: p for p in found.packages}

    def holds(dependency: Dependency, extra: str) -> bool:
        return dependency.marker is None or dependency.marker.evaluate({**environment, "extra": extra})

    seen, pending = set[tuple[str, str]](), [(d.name, e) for d in roots if holds(d, "") for e in ("", *d.extras)]
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        current, extra = packages[name(node[0])], node[1]
        wanted = [*(current.dependencies or ()), *(current.extras.get(name(extra), ()) if extra else ())]
        pending += [(d.name, e) for d in wanted if holds(d, extra) for e in ("", *d.extras)]
    return {n for n, extra in seen if not extra}


@settings(max_examples=25)
@given(locks())
def test_groups_are_what_each_target_reaches_by_itself(found: Lock) -> None:
    selection = select(found, TARGETS)
    for i, target in enumerate(TARGETS):
        for group in found.groups:
            here = {n for n, there in selection.groups[group.name].items() if there >> i & 1}
            assert here == reached_on(target, found, group.dependencies)
        main = reached_on(target, found, found.groups[0].dependencies)
        wanted = reached_on(target, found, (*found.groups[0].dependencies, *found.extras[name("more")]))
        assert {n for n, there in selection.extras[name("more")].items() if there >> i & 1} == wanted - main


@settings(max_examples=25)
@given(locks())
def test_environments_are_closed_under_dependencies(found: Lock) -> None:
    # What the writer relies on: members of a group find all that they need in it.
    selection = select(found, TARGETS)
    for choice in selection.choices:
        for dependency, there in choice.dependencies.items():
            assert there & ~choice.where == 0
            for members in selection.groups.values():
                assert there & members.get(choice.package.name, 0) & ~members.get(dependency, 0) == 0


@settings(max_examples=25)
@given(forked_locks())
def test_each_target_has_one_version_of_a_package_and_one_source_of_it(found: Lock) -> None:
    taken: dict[str, int] = defaultdict(int)
    for choice in select(found, TARGETS).choices:
        assert not taken[choice.package.name] & choice.where
        taken[choice.package.name] |= choice.where
        served = choice.serving.unserved
        for _, there in choice.serving.files:
            assert not served & there
            served |= there
        assert served == choice.where
        assert bool(choice.serving.unserved) == bool(choice.serving.reason)


@settings(max_examples=25)
@given(forked_locks())
def test_narrowing_changes_no_choice(found: Lock) -> None:
    narrowed = narrow(found, TARGETS)
    assert summary(select(narrowed, TARGETS)) == summary(select(found, TARGETS))


def test_the_targets_given_are_those_answered_for() -> None:
    found = lock(package("a"), package("b"), main=["a", "b; sys_platform == 'darwin'"])
    all_targets = targets.default()
    assert chosen(found, all_targets)["b 1.0"] == where(all_targets, "darwin")
    assert chosen(found, on("cp312-x86_64-linux")) == {"a 1.0": 1}


def test_narrowing_keeps_unknown_edges_unknown() -> None:
    found = lock(package("a"), main=["a"])
    unknown = found.packages[0].model_copy(update={"dependencies": None})
    narrowed = narrow(found.model_copy(update={"packages": (unknown,)}), TARGETS)
    assert [p.dependencies for p in narrowed.packages] == [None]
