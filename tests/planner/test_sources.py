from pathlib import PurePosixPath

import pytest

from lock2nix.planner.sources import Serving, serve
from lock2nix.planner.wheels import WheelRanking
from lock2nix.schemas.artifact import FileKind
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import Package
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, UrlSource

from .locks import PURE, SDIST, on, package

TARGETS = on("cp311-x86_64-linux", "cp312-x86_64-linux", "cp312-aarch64-darwin")
LINUX, DARWIN, ALL = 0b011, 0b100, 0b111


def served(found: Package, where: int = ALL, prefer: Prefer = "wheel") -> Serving:
    return serve(found, where, WheelRanking(TARGETS), prefer)


def by_file(serving: Serving) -> dict[str, int]:
    return {artifact.filename: where for artifact, where in serving.files}


def test_a_pure_wheel_serves_all() -> None:
    serving = served(package("thing", files=[SDIST, PURE]))
    assert by_file(serving) == {"thing-1.0-py3-none-any.whl": ALL}
    assert (serving.tree, serving.unserved, serving.reason) == (0, 0, "")


def test_the_sdist_serves_where_no_wheel_does() -> None:
    serving = served(package("thing", files=[SDIST, "cp311-abi3-manylinux2014_x86_64"]))
    assert by_file(serving) == {"thing-1.0-cp311-abi3-manylinux2014_x86_64.whl": LINUX, "thing-1.0.tar.gz": DARWIN}


def test_only_the_targets_asked_about_are_served() -> None:
    serving = served(package("thing", files=[SDIST, "cp311-abi3-manylinux2014_x86_64"]), 0b010)
    assert by_file(serving) == {"thing-1.0-cp311-abi3-manylinux2014_x86_64.whl": 0b010}
    assert served(package("thing"), 0).files == ()


def test_without_sdist_the_reason_names_the_wheels_there_are() -> None:
    serving = served(package("thing", files=["cp311-abi3-manylinux2014_x86_64", "cp312-cp312-win_amd64"]))
    assert serving.unserved == DARWIN
    assert "cp311-abi3-manylinux2014_x86_64" in serving.reason
    assert "cp312-cp312-win_amd64" in serving.reason


def test_the_reason_stays_short() -> None:
    serving = served(package("thing", files=[f"cp3{minor}-cp3{minor}-win_amd64" for minor in range(10, 20)]))
    assert serving.unserved == ALL
    assert serving.reason.count("win_amd64") == 4
    assert "and 6 more" in serving.reason


def test_without_any_file_nothing_is_served() -> None:
    serving = served(package("thing", files=[]))
    assert (serving.files, serving.unserved) == ((), ALL)
    assert serving.reason == "the lock has no wheel or sdist for it"


@pytest.mark.parametrize(
    ("files", "best"),
    [
        (["thing-1.0.zip", "thing-1.0.tar.gz"], "thing-1.0.tar.gz"),
        (["thing-1.0.tar.bz2", "thing-1.0.zip"], "thing-1.0.tar.bz2"),
        (["thing-1.0.exe", "thing-1.0.zip", "thing-1.0.rpm"], "thing-1.0.zip"),
        (["thing-1.0.egg", "thing-1.0-py2.7.egg", "thing-1.0.win32.msi"], None),
    ],
)
def test_the_best_form_of_sdist(files: list[str], best: str | None) -> None:
    assert by_file(served(package("thing", files=files))) == ({best: ALL} if best else {})


NATIVE = "cp311-abi3-manylinux2014_x86_64"


@pytest.mark.parametrize(
    ("prefer", "files", "expected"),
    [
        ("wheel", [SDIST, PURE, NATIVE], {NATIVE: LINUX, PURE: DARWIN}),
        ("pure", [SDIST, PURE, NATIVE], {PURE: ALL}),
        ("pure", [SDIST, NATIVE], {SDIST: ALL}),
        ("sdist", [SDIST, PURE, NATIVE], {SDIST: ALL}),
        # each falls back on what there is
        ("pure", [NATIVE], {NATIVE: LINUX}),
        ("sdist", [PURE, NATIVE], {NATIVE: LINUX, PURE: DARWIN}),
    ],
)
def test_what_is_preferred(prefer: Prefer, files: list[str], expected: dict[str, int]) -> None:
    names = {SDIST: "thing-1.0.tar.gz", PURE: f"thing-1.0-{PURE}.whl", NATIVE: f"thing-1.0-{NATIVE}.whl"}
    serving = served(package("thing", files=files), prefer=prefer)
    assert by_file(serving) == {names[key]: where for key, where in expected.items()}


@pytest.mark.parametrize(
    "source",
    [
        GitSource(url="https://git.example.org/thing.git", revision="0" * 40),
        DirectorySource(path=PurePosixPath("libs/thing")),
    ],
)
def test_trees_serve_everywhere(source: GitSource | DirectorySource) -> None:
    serving = served(package("thing", files=[], source=source), 0b101, "sdist")
    assert serving == Serving(files=(), tree=0b101, unserved=0)


def test_a_wheel_on_disk_is_judged_by_its_name() -> None:
    source = FileSource(path=PurePosixPath("wheels/thing-1.0-cp311-abi3-manylinux2014_x86_64.whl"))
    serving = served(package("thing", files=[], source=source))
    assert by_file(serving) == {source.path.name: LINUX}
    assert serving.unserved == DARWIN


def test_an_archive_at_an_address_is_taken_whatever_is_preferred() -> None:
    source = UrlSource(url="https://files.example.org/thing-1.0-py3-none-any.whl")
    assert by_file(served(package("thing", source=source), prefer="sdist")) == {"thing-1.0-py3-none-any.whl": ALL}


@pytest.mark.parametrize(("kind", "file"), [("sdist", "thing-1.0.tar.gz"), ("wheel", "thing-1.0-py3-none-any.whl")])
def test_only_the_kinds_that_the_lock_admits_serve(kind: FileKind, file: str) -> None:
    found = package("thing", files=[SDIST, PURE]).model_copy(update={"kinds": frozenset({kind})})
    assert by_file(served(found)) == {file: ALL}
    assert by_file(served(found, prefer="sdist")) == {file: ALL}
