from pathlib import PurePosixPath

import pytest

from lock2nix.errors import PlanError
from lock2nix.planner import narrow, plan, target_names, targets
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import BuildSystem, Lock, Package, Project
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.plan import (
    Edge,
    LocalFile,
    Plan,
    PlannedPackage,
    RemoteFile,
    SdistOrigin,
    TreeOrigin,
    Variant,
    WheelOrigin,
)
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, UrlSource

from .locks import PURE, SDIST, artifact, fixture, fixtures, located, lock, name, on, package

TARGETS = on("cp311-x86_64-linux", "cp313-x86_64-linux", "cp313-aarch64-darwin")
OLD, NEW, DARWIN, LINUX, ALL = 1, 2, 4, 3, 7
ABI3 = "cp311-abi3-manylinux2014_x86_64"
SHA256, SHA512 = Hash(algorithm="sha256", digest="ab" * 32), Hash(algorithm="sha512", digest="cd" * 64)


def planned(found: Lock, *, were_asked: bool = False) -> Plan:
    return plan(found, TARGETS, name="project", were_asked=were_asked)


def one(found: Package) -> PlannedPackage:
    """Return the plan of a package that is the whole lock."""
    (result,) = planned(lock(found, main=[found.name])).packages
    return result


def variant(found: Package) -> Variant:
    (result,) = one(found).variants
    return result


def with_files(found: Package, *files: Artifact) -> Package:
    return found.model_copy(update={"artifacts": files})


def notices(found: Plan, kind: str) -> list[tuple[str, str]]:
    return [(notice.subject, notice.message) for notice in found.notices if notice.kind == kind]


# Packages


def test_packages_and_edges_are_sorted_and_keep_their_spelling() -> None:
    found = lock(package("Zope.Event", needs=["b", "A_a"]), package("b"), package("A_a"), main=["zope-event"])
    result = planned(found)
    assert [(p.name, p.pname) for p in result.packages] == [("a-a", "A_a"), ("b", "b"), ("zope-event", "Zope.Event")]
    assert result.packages[2].variants[0].dependencies == (
        Edge(name=name("a-a"), where=ALL),
        Edge(name=name("b"), where=ALL),
    )


def test_versions_stand_beside_each_other_the_newest_first() -> None:
    found = lock(
        package("lib", "1.9", marker="python_version < '3.12'"),
        package("lib", "1.10", marker="python_version >= '3.12'"),
        main=["lib"],
    )
    (result,) = planned(found).packages
    assert [(v.version, v.where) for v in result.variants] == [("1.10", NEW | DARWIN), ("1.9", OLD)]


def test_versions_are_as_packaging_writes_them() -> None:
    assert variant(package("lib", "1.0.0+Local-1")).version == "1.0.0+local.1"


def test_wheels_know_whether_they_are_native() -> None:
    result = variant(package("lib", files=[ABI3, PURE]))
    assert [(s.where, s.origin) for s in result.sources] == [
        (
            LINUX,
            WheelOrigin(file=_remote(artifact(f"lib-1.0-{ABI3}.whl")), native=True),
        ),
        (
            DARWIN,
            WheelOrigin(file=_remote(artifact(f"lib-1.0-{PURE}.whl")), native=False),
        ),
    ]


def _remote(file: Artifact) -> RemoteFile:
    assert file.url is not None
    return RemoteFile(filename=file.filename, url=file.url, hash=file.hashes[0])


def test_sources_are_in_the_order_of_the_first_target_they_serve() -> None:
    result = variant(package("lib", files=["py3-none-macosx_11_0_arm64", SDIST, "cp313-cp313-manylinux2014_x86_64"]))
    assert [s.where for s in result.sources] == [OLD, NEW, DARWIN]


def test_sdists_have_their_build_system() -> None:
    system = BuildSystem(requires=("flit-core<4",), backend="flit_core.buildapi")
    found = package("lib", files=[SDIST]).model_copy(update={"build_system": system})
    (source,) = variant(found).sources
    assert source.origin == SdistOrigin(file=_remote(artifact("lib-1.0.tar.gz")), build_system=system)


def test_the_strongest_hash_is_taken() -> None:
    file = Artifact(filename="lib-1.0-py3-none-any.whl", hashes=(SHA256, SHA512), url="https://example.org/x")
    (source,) = variant(with_files(package("lib"), file)).sources
    assert isinstance(source.origin, WheelOrigin)
    assert isinstance(source.origin.file, RemoteFile)
    assert source.origin.file.hash == SHA512


@pytest.mark.parametrize(
    "tree",
    [
        GitSource(url="https://git.example.org/lib.git", revision="1" * 40, subdirectory=PurePosixPath("sub")),
        DirectorySource(path=PurePosixPath("libs/lib"), editable=True),
    ],
)
def test_trees(tree: GitSource | DirectorySource) -> None:
    system = BuildSystem(requires=("hatchling",))
    found = package("lib", files=[], source=tree).model_copy(update={"build_system": system})
    (source,) = variant(found).sources
    assert (source.origin, source.where) == (TreeOrigin(tree=tree, build_system=system), ALL)


def test_files_on_disk_need_neither_hash_nor_address() -> None:
    path = PurePosixPath("../wheels/lib-1.0-py3-none-any.whl")
    (source,) = variant(package("lib", files=[], source=FileSource(path=path))).sources
    assert source.origin == WheelOrigin(file=LocalFile(path=path), native=False)
    path = PurePosixPath("/srv/lib-1.0.tar.gz")
    inner = PurePosixPath("python")
    (source,) = variant(package("lib", files=[], source=FileSource(path=path, subdirectory=inner))).sources
    assert source.origin == SdistOrigin(file=LocalFile(path=path), build_system=None, subdirectory=inner)


def test_an_archive_may_hold_the_project_in_a_folder() -> None:
    source = UrlSource(url="https://files.example.org/lib-1.0.tar.gz", subdirectory=PurePosixPath("python"))
    (sourced,) = variant(package("lib", files=[SDIST], source=source)).sources
    assert isinstance(sourced.origin, SdistOrigin)
    assert sourced.origin.subdirectory == PurePosixPath("python")


@pytest.mark.parametrize("called", fixtures())
def test_a_plan_is_complete(called: str) -> None:
    chosen = targets.default()
    found = located(narrow(fixture(called), chosen))
    chosen, _ = targets.admitted(chosen, found.requires_python, were_asked=False)
    result = plan(found, chosen, name="project", were_asked=False)
    everywhere = (1 << len(chosen) * len(result.forks)) - 1
    for planned_package in result.packages:
        taken = 0
        for version in planned_package.variants:
            assert version.where
            assert not taken & version.where
            taken |= version.where
            served = version.unserved
            for source in version.sources:
                assert source.where
                assert not served & source.where
                served |= source.where
            assert served == version.where
            assert all(edge.where and not edge.where & ~version.where for edge in version.dependencies)
        assert not taken & ~everywhere
    there = {p.name: sum(v.where for v in p.variants) for p in result.packages}
    for environment in (*result.groups, *result.extras):
        assert all(edge.where and not edge.where & ~there.get(edge.name, 0) for edge in environment.members)


# Groups, cycles, and what is handed on


def test_groups_and_extras() -> None:
    found = lock(
        package("app", needs=["mac; sys_platform == 'darwin'"]),
        package("mac"),
        package("tool"),
        package("doc"),
        package("more"),
        main=["app"],
        groups={"dev": ["tool"]},
        optional_groups={"docs": ["doc"]},
        extras={"x": ["more", "app"]},
    )
    result = planned(found)
    assert [(g.name, [(e.name, e.where) for e in g.members]) for g in result.groups] == [
        ("dev", [("tool", ALL)]),
        ("docs", [("doc", ALL)]),
        ("main", [("app", ALL), ("mac", DARWIN)]),
    ]
    assert [(x.name, [(e.name, e.where) for e in x.members]) for x in result.extras] == [("x", [("more", ALL)])]
    assert result.default_groups == ("dev", "main")


def test_cycles_are_those_that_are_left_when_extras_are_expanded() -> None:
    found = lock(
        package("dask", extras={"distributed": ["distributed"]}),
        package("distributed", needs=["dask"]),
        package("sphinx", needs=["sphinxcontrib-x"]),
        package("sphinxcontrib-x", needs=["sphinx; python_version >= '3.12'"]),
        main=["dask[distributed]", "sphinx"],
    )
    assert planned(found).cycles == (("sphinx", "sphinxcontrib-x"),)


def test_the_real_cycle_is_found() -> None:
    chosen = targets.default()
    found = located(narrow(fixture("cycle"), chosen))
    (cycle,) = plan(found, chosen, name="project", were_asked=False).cycles
    assert "sphinx" in cycle
    assert all(member.startswith("sphinx") for member in cycle)


def test_project_and_notices_are_handed_on() -> None:
    notice = Notice(kind="no-project", subject="poetry.lock", message="said earlier")
    project = Project(version="1.2", import_roots=(PurePosixPath("src"),))
    found = lock(package("lib"), main=["lib"]).model_copy(update={"project": project, "notices": (notice,)})
    result = planned(found)
    assert (result.project, result.notices, result.name, result.targets) == (project, (notice,), "project", TARGETS)


def test_nothing_locked_is_a_plan_too() -> None:
    result = planned(lock())
    assert (result.packages, result.cycles, result.unserved) == ((), (), ())
    assert [(g.name, g.members) for g in result.groups] == [("main", ())]


def test_a_borrowed_setuptools_is_said() -> None:
    found = lock(package("app", needs=["setuptools; sys_platform == 'darwin'"]), main=["app"])
    result = planned(found)
    assert [p.name for p in result.packages] == ["app"]
    assert result.packages[0].variants[0].dependencies == (Edge(name=name("setuptools"), where=DARWIN),)
    (said,) = notices(result, "left-out")
    assert said[0] == "setuptools"
    assert "not locked" in said[1]


def test_what_is_not_in_the_lock_is_an_error() -> None:
    found = lock(package("app", needs=["gone", "lost"]), main=["app"])
    with pytest.raises(PlanError, match=r"(?s)gone, wanted by app 1\.0.*lost, wanted by app 1\.0"):
        planned(found)


# What cannot be had

NATIVE = package("native", files=[ABI3])
YOUNG = package("young", requires_python=">=3.12", files=[PURE, SDIST])


def test_a_default_target_that_cannot_be_served_is_left_open() -> None:
    result = planned(lock(NATIVE, YOUNG, package("fine"), main=["native", "young", "fine"]))
    assert [(u.name, u.version, u.where) for u in result.unserved] == [("native", "1.0", DARWIN), ("young", "1.0", OLD)]
    native, young = result.unserved
    assert ABI3 in native.reason
    assert young.reason == "it requires Python >=3.12"
    unserved = {p.name: [v.unserved for v in p.variants] for p in result.packages}
    assert unserved == {"fine": [0], "native": [DARWIN], "young": [OLD]}
    said = notices(result, "unserved")
    assert [subject for subject, _ in said] == ["native", "young"]
    assert "cp313-aarch64-darwin" in said[0][1]
    assert "cp311-x86_64-linux" in said[1][1]


def test_what_no_target_has_is_said_so() -> None:
    result = planned(lock(package("windows", files=["cp313-cp313-win_amd64"]), main=["windows"]))
    ((_, message),) = notices(result, "unserved")
    assert "any target" in message
    assert "win_amd64" in message


def test_a_target_that_was_asked_for_and_cannot_be_served_is_an_error_that_names_all() -> None:
    found = lock(NATIVE, YOUNG, package("fine"), main=["native", "young", "fine"])
    with pytest.raises(PlanError) as caught:
        planned(found, were_asked=True)
    lines = caught.value.message.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("  native 1.0 on cp313-aarch64-darwin: ")
    assert lines[2].startswith("  young 1.0 on cp311-x86_64-linux: ")
    assert caught.value.hint
    assert caught.value.exit_code == 4


def test_it_matters_not_where_nobody_wants_it() -> None:
    found = lock(NATIVE, YOUNG, main=["native; sys_platform == 'linux'", "young; python_version >= '3.12'"])
    assert planned(found, were_asked=True).unserved == ()


def test_both_reasons_are_told() -> None:
    found = lock(package("lib", files=[ABI3], requires_python=">=3.12"), main=["lib"])
    (unserved,) = planned(found).unserved
    assert unserved.where == OLD | DARWIN
    assert "requires Python >=3.12" in unserved.reason
    assert ABI3 in unserved.reason


LOOSE = package("loose", files=[]).model_copy(update={"loose_hashes": (SHA256,)})
NO_URL = with_files(package("nowhere"), Artifact(filename="nowhere-1.0-py3-none-any.whl", hashes=(SHA256,)))
NO_HASH = with_files(
    package("unsure"),
    Artifact(filename=f"unsure-1.0-{ABI3}.whl", url="https://files.example.org/x"),
    artifact("unsure-1.0.tar.gz"),
)
NO_FILE = package("bare", files=[])
OPEN = lock(LOOSE, NO_FILE, NO_URL, NO_HASH, package("fine"), main=["loose", "bare", "nowhere", "unsure", "fine"])


def test_what_only_an_index_knows_is_left_open_on_default_targets() -> None:
    result = planned(OPEN)
    reasons = {u.name: (u.where, u.reason) for u in result.unserved}
    everywhere = {"loose": ALL, "bare": ALL, "nowhere": ALL}
    assert {of: where for of, (where, _) in reasons.items()} == {**everywhere, "unsure": LINUX}
    assert "a version without files" in reasons[name("bare")][1]
    assert "hashes without file names" in reasons[name("loose")][1]
    assert "address of nowhere-1.0-py3-none-any.whl is not known" in reasons[name("nowhere")][1]
    assert f"hash of unsure-1.0-{ABI3}.whl is not known" in reasons[name("unsure")][1]
    assert all("--offline" in reason for _, reason in reasons.values())
    (unsure,) = next(p for p in result.packages if p.name == "unsure").variants
    assert [(s.where, type(s.origin)) for s in unsure.sources] == [(DARWIN, SdistOrigin)]


def test_what_only_an_index_knows_is_an_error_on_targets_asked_for() -> None:
    with pytest.raises(PlanError) as caught:
        planned(OPEN, were_asked=True)
    lines = caught.value.message.splitlines()[1:]
    assert [line.split()[0] for line in lines] == ["bare", "loose", "nowhere", "unsure"]


def test_files_that_were_not_chosen_may_stay_open() -> None:
    other = Artifact(filename="lib-1.0.tar.gz")
    found = with_files(package("lib"), artifact("lib-1.0-py3-none-any.whl"), other)
    assert planned(lock(found, main=["lib"]), were_asked=True).unserved == ()


def test_preferring_sdists() -> None:
    found = lock(package("lib", files=[ABI3, PURE, SDIST]), package("only", files=[PURE]), main=["lib", "only"])
    result = plan(found, TARGETS, name="project", were_asked=True, prefer="sdist")
    kinds = {p.name: [s.origin.kind for v in p.variants for s in v.sources] for p in result.packages}
    assert kinds == {"lib": ["sdist"], "only": ["wheel"]}


def test_targets_by_name() -> None:
    assert target_names(NEW | DARWIN, TARGETS) == "cp313-x86_64-linux, cp313-aarch64-darwin"
    assert not target_names(0, TARGETS)
