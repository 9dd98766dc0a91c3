import hashlib
from collections.abc import Callable
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lock2nix.nixgen import read_answers
from lock2nix.nixgen.packages import PYPI_FILES
from lock2nix.nixpkgs.build_tools import build_tools
from lock2nix.planner import plan
from lock2nix.schemas.answers import Answers, build_key
from lock2nix.schemas.artifact import Artifact, Hash, strongest
from lock2nix.schemas.lock import BuildSystem, CargoLock, Package
from lock2nix.schemas.plan import Plan, RemoteFile, TreeOrigin
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, UrlSource
from tests.planner.locks import PURE, SDIST, fixtures, lock, on, package

from .overlays import overlay, planned

TARGETS = on("cp311-x86_64-linux", "cp313-x86_64-linux", "cp313-aarch64-darwin")
CONFIRMED = f"{PYPI_FILES}ab/cd/{'0123456789' * 6}/"
PREDICTED = f"{PYPI_FILES}py3/t/thing/"


def sri(filename: str) -> str:
    return Hash(algorithm="sha256", digest=_digest(filename)).sri


def _digest(filename: str) -> str:
    return hashlib.sha256(filename.encode()).hexdigest()


def at(found: Package, address: str) -> Package:
    """Return the package with all its files below an address."""
    files = tuple(
        Artifact(
            filename=file.filename,
            hashes=(Hash(algorithm="sha256", digest=_digest(file.filename)),),
            url=address + file.filename,
        )
        for file in found.artifacts
    )
    return found.model_copy(update={"artifacts": files})


def built_by(found: Package, *requires: str, backend: str | None = None) -> Package:
    return found.model_copy(update={"build_system": BuildSystem(requires=requires, backend=backend)})


def plan_of(*packages: Package) -> Plan:
    return plan(lock(*packages, main=[p.name for p in packages]), TARGETS, name="thing", were_asked=False)


def kept(*packages: Package) -> Answers:
    """Return what is left of the packages when they are written and read again."""
    return read_answers(overlay(plan_of(*packages)))


def test_addresses_of_the_index_are_kept() -> None:
    wheels = ["cp311-cp311-manylinux2014_x86_64", "cp313-cp313-manylinux2014_x86_64"]
    answers = kept(at(package("thing", files=[*wheels, SDIST]), CONFIRMED), at(package("other"), CONFIRMED))
    names = [*(f"thing-1.0-{tags}.whl" for tags in wheels), "thing-1.0.tar.gz", f"other-1.0-{PURE}.whl"]
    assert answers.urls == {sri(name): CONFIRMED + name for name in names}


def test_predicted_addresses_are_not_kept() -> None:
    # They would never be confirmed: the index is asked only for what is not known.
    assert kept(at(package("thing"), PREDICTED)).urls == {}
    assert kept(at(package("thing", files=[SDIST]), f"{PYPI_FILES}source/t/thing/")).urls == {}


@pytest.mark.parametrize(
    "address",
    [
        "https://files.example.org/simple/",
        "https://files.example.org/download?file=",
        "https://files.example.org/a%20b/",
        "http://127.0.0.1:8080/",
        'https://files.example.org/"}; ${x} \\ ',
    ],
)
def test_addresses_elsewhere_are_kept_as_they_are(address: str) -> None:
    name = f"thing-1.0-{PURE}.whl"
    assert kept(at(package("thing"), address)).urls == {sri(name): address + name}


def test_files_with_a_name_of_their_own_are_kept() -> None:
    name = "thing-1!2.0-py3-none-any.whl"
    assert kept(at(package("thing", files=[name]), CONFIRMED)).urls == {sri(name): CONFIRMED + name}


def test_a_file_is_known_by_the_weak_hash_of_its_lock_too() -> None:
    name = f"thing-1.0-{PURE}.whl"
    weak = Hash(algorithm="md5", digest="0" * 32)
    found = at(package("thing"), CONFIRMED)
    files = tuple(file.model_copy(update={"locked": weak}) for file in found.artifacts)
    answers = kept(found.model_copy(update={"artifacts": files}), at(package("other"), CONFIRMED))
    assert answers.urls[sri(name)] == answers.urls[weak.sri] == CONFIRMED + name
    assert answers.stronger == {weak.sri: sri(name)}


def test_all_that_real_locks_need_is_kept() -> None:
    for called in fixtures():
        result = planned(called)
        files = {
            s.origin.file.hash.sri: s.origin.file.url
            for p in result.packages
            for v in p.variants
            for s in v.sources
            if not isinstance(s.origin, TreeOrigin) and isinstance(s.origin.file, RemoteFile)
        }
        assert read_answers(overlay(result)).urls == files


# Build systems


def test_build_systems_are_kept_by_the_hash_of_the_sdist() -> None:
    answers = kept(
        built_by(at(package("a", files=[SDIST]), CONFIRMED), "setuptools>=61", "wheel"),
        at(package("b"), CONFIRMED),
        built_by(at(package("c", files=[SDIST]), CONFIRMED), "flit_core<4"),
        at(package("d", files=[SDIST]), CONFIRMED),
        built_by(at(package("e", files=[SDIST]), CONFIRMED)),
        built_by(at(package("f", files=["cp311-cp311-manylinux2014_x86_64", SDIST]), CONFIRMED), "1tool", "maturin"),
    )
    assert {key: system.requires for key, system in answers.build_systems.items()} == {
        sri("a-1.0.tar.gz"): ("setuptools>=61", "wheel"),
        sri("c-1.0.tar.gz"): ("flit-core<4",),
        sri("e-1.0.tar.gz"): (),
        sri("f-1.0.tar.gz"): ("1tool", "maturin"),
    }


def test_many_build_tools_on_several_lines() -> None:
    tools = tuple(f"build-tool-number-{i}" for i in range(12))
    answers = kept(built_by(at(package("a", files=[SDIST]), CONFIRMED), *tools))
    assert answers.build_systems[sri("a-1.0.tar.gz")].requires == tuple(sorted(tools))


def test_several_versions_keep_their_own() -> None:
    answers = kept(
        built_by(at(package("a", "2.0", files=[SDIST], marker="python_version >= '3.12'"), CONFIRMED), "hatchling"),
        built_by(at(package("a", "1.0", files=[SDIST], marker="python_version < '3.12'"), CONFIRMED), "setuptools"),
    )
    assert {key: system.requires for key, system in answers.build_systems.items()} == {
        sri("a-2.0.tar.gz"): ("hatchling",),
        sri("a-1.0.tar.gz"): ("setuptools",),
    }


def test_what_is_not_had_everywhere_is_kept_too() -> None:
    found = built_by(at(package("a", files=[SDIST], requires_python=">=3.12"), CONFIRMED), "setuptools")
    answers = kept(found)
    assert answers.build_systems[sri("a-1.0.tar.gz")].requires == ("setuptools",)
    assert answers.urls == {sri("a-1.0.tar.gz"): CONFIRMED + "a-1.0.tar.gz"}


def test_the_old_backend_of_poetry_is_kept() -> None:
    found = built_by(at(package("a", files=[SDIST]), CONFIRMED), "poetry>=0.12", backend="poetry.masonry.api")
    other = built_by(at(package("b", files=[SDIST]), CONFIRMED), "poetry-core", backend="poetry.core.masonry.api")
    systems = kept(found, other).build_systems
    assert systems[sri("a-1.0.tar.gz")] == BuildSystem(requires=("poetry-core",), backend="poetry.masonry.api")
    assert systems[sri("b-1.0.tar.gz")] == BuildSystem(requires=("poetry-core",))


@pytest.mark.parametrize("subdirectory", [None, PurePosixPath("python"), PurePosixPath('a "b"/${c}')])
def test_trees_of_git_are_kept_by_revision_and_folder(subdirectory: PurePosixPath | None) -> None:
    source = GitSource(url="https://git.example.org/x.git", revision="1" * 40, subdirectory=subdirectory)
    answers = kept(built_by(package("x", files=[], source=source), "setuptools"))
    assert answers.build_systems == {build_key("1" * 40, subdirectory): BuildSystem(requires=("setuptools",))}
    assert answers.urls == {}


def test_two_projects_of_one_repository() -> None:
    def source(folder: str) -> GitSource:
        return GitSource(url="https://git.example.org/x.git", revision="1" * 40, subdirectory=PurePosixPath(folder))

    answers = kept(
        built_by(package("x", files=[], source=source("x")), "setuptools"),
        built_by(package("y", files=[], source=source("y")), "hatchling"),
    )
    requires = {key: system.requires for key, system in answers.build_systems.items()}
    assert requires == {f"{'1' * 40}#x": ("setuptools",), f"{'1' * 40}#y": ("hatchling",)}


def test_an_archive_with_a_folder() -> None:
    url = "https://files.example.org/x-1.0.tar.gz"
    source = UrlSource(url=url, subdirectory=PurePosixPath("python"))
    found = built_by(at(package("x", files=[SDIST], source=source), "https://files.example.org/"), "setuptools")
    answers = kept(found)
    assert answers.build_systems == {f"{sri('x-1.0.tar.gz')}#python": BuildSystem(requires=("setuptools",))}


def test_what_lies_on_disk_is_read_anew() -> None:
    answers = kept(
        # The file before it must not be taken for what the tree's tools build.
        at(package("a", files=[SDIST]), CONFIRMED),
        built_by(package("b", files=[], source=DirectorySource(path=PurePosixPath("libs/b"))), "setuptools"),
    )
    assert answers.build_systems == {}


def test_an_archive_on_disk_is_read_anew() -> None:
    answers = kept(
        at(package("a", files=[SDIST]), CONFIRMED),
        built_by(package("b", files=[], source=FileSource(path=PurePosixPath("libs/b-1.0.tar.gz"))), "setuptools"),
    )
    assert answers.build_systems == {}


CARGO_LINES = st.lists(
    st.sampled_from(
        ["", "version = 3", "[[package]]", '  name = "x"', "' ''", "${x}", 'hash = "sha256-x";', "];", "é", " "]
    )
)


@settings(max_examples=40)
@given(CARGO_LINES, st.sampled_from(["", "\n", "\n\n"]), st.sampled_from([".", "rust", 'a "b"']))
def test_cargo_locks_come_back_as_they_were(lines: list[str], end: str, root: str) -> None:
    cargo = CargoLock(root=PurePosixPath(root), text="\n".join(lines) + end)
    system = BuildSystem(requires=("maturin",), cargo_lock=cargo)
    found = at(package("x", files=[SDIST]), CONFIRMED).model_copy(update={"build_system": system})
    after = built_by(at(package("y", files=[SDIST]), CONFIRMED), "setuptools")
    assert kept(found, after).build_systems == {
        sri("x-1.0.tar.gz"): system,
        sri("y-1.0.tar.gz"): BuildSystem(requires=("setuptools",)),
    }


@settings(max_examples=25)
@given(st.data())
def test_what_is_kept_is_what_was_known(data: st.DataObject) -> None:
    tool = st.sampled_from(["setuptools", "wheel", "flit_core", "1x", "Cython<3", "in"])
    packages = [
        built_by(
            at(
                package(name, files=data.draw(st.sampled_from([[SDIST], [PURE], ["cp311-abi3-linux_x86_64", SDIST]]))),
                data.draw(st.sampled_from([CONFIRMED, "https://files.example.org/"])),
            ),
            *data.draw(st.lists(tool, max_size=3)),
        )
        for name in ("a", "b", "c")
    ]
    answers = kept(*packages)
    for found in packages:
        for file in found.artifacts:
            best = strongest(file.hashes)
            assert best is not None
            assert answers.urls[best.sri] == file.url
            system = answers.build_systems.get(best.sri)
            if file.is_wheel:
                assert system is None
            else:
                assert found.build_system is not None
                tools = build_tools(found.build_system)
                assert system == BuildSystem(requires=tuple(name + said for name, said in tools.items()))


# Files that are not ours


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:0],
        lambda text: text.split("\n", 2)[2],
        lambda text: "# by hand\n" + text,
        lambda text: text.replace("# lock2nix: {", "# lock2nix: ["),
    ],
)
def test_nothing_is_taken_from_a_file_that_is_not_ours(change: Callable[[str], str]) -> None:
    text = overlay(plan_of(built_by(at(package("a", files=[SDIST]), CONFIRMED), "setuptools")))
    assert read_answers(text) != Answers()
    assert read_answers(change(text)) == Answers()


def test_what_a_person_changed_is_passed_over() -> None:
    text = overlay(plan_of(at(package("a"), CONFIRMED), at(package("b"), CONFIRMED)))
    changed = text.replace(f'path = "{CONFIRMED.removeprefix(PYPI_FILES)}a', f'path = ./. + "{CONFIRMED}a')
    assert changed != text
    assert list(read_answers(changed).urls) == [sri(f"b-1.0-{PURE}.whl")]


@settings(max_examples=30)
@given(st.integers(0, 200), st.text(max_size=5))
def test_no_damage_makes_it_fail(at_line: int, junk: str) -> None:
    lines = overlay(plan_of(built_by(at(package("a", files=[SDIST]), CONFIRMED), "setuptools"))).split("\n")
    lines[2 + at_line] = junk
    read_answers("\n".join(lines))
    read_answers("\n".join(lines[: 2 + at_line]))
