import io
import random
import tarfile
from pathlib import Path, PurePosixPath

import pytest

from fixtures.git_repository import make_repository
from lock2nix.enrichers.build_systems import fill_build_systems
from lock2nix.errors import IndexFault
from lock2nix.indexes.archives import LEGACY
from lock2nix.indexes.http import Http
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.lock import BuildSystem, Lock
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, UrlSource
from tests.indexes.archive_files import PYPROJECT, pieces, sdist
from tests.indexes.server import Server, endless, page, status, truncated

from .locks import artifact, cached, lock, package, sha256, sources

A, B, C = (sha256(letter) for letter in (b"a", b"b", b"c"))
FORMS = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")
HATCHLING = BuildSystem(requires=("hatchling>=1",), backend="hatchling.build")
FLIT = BuildSystem(requires=("flit-core",), backend="flit_core.buildapi")
GOOD = sdist(".tar.gz", ("x-1/pyproject.toml", PYPROJECT))
BAD = b"<html>"
NOISE = random.Random(0).randbytes(500_000)  # noqa: S311 - what does not compress
LATE = (("x-1/setup.py", b""), ("x-1/data", NOISE), ("x-1/pyproject.toml", PYPROJECT))


def systems(filled: Lock) -> list[BuildSystem | None]:
    return [pinned.build_system for pinned in filled.packages]


def test_answers_then_cache_then_sdist(server: Server, http: Http, tmp_path: Path) -> None:
    url = server.on("/x-1.tar.gz", page(GOOD))
    wanted = lock(*(package("x", "1", artifact("x-1.tar.gz", h, url=url)) for h in (A, B, C)))
    nearby = sources(tmp_path, http, answers=Answers(build_systems={A.sri: FLIT}))
    nearby.known.learn_build_system(A.sri, HATCHLING)
    nearby.known.learn_build_system(B.sri, FLIT)
    assert systems(fill_build_systems(wanted, nearby)) == [FLIT, FLIT, HATCHLING]
    assert systems(fill_build_systems(wanted, sources(tmp_path, None))) == [HATCHLING, FLIT, HATCHLING]
    assert server.asked == ["/x-1.tar.gz"]


def test_legacy_that_an_older_reader_kept_is_read_again(
    server: Server, http: Http, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = sdist(".tar.gz", ("x-1/setup.py", b"from setuptools import setup\nsetup(setup_requires=['cffi'])\n"))
    url = server.on("/x-1.tar.gz", page(content))
    wanted = lock(package("x", "1", artifact("x-1.tar.gz", sha256(content), url=url)))
    nearby = sources(tmp_path, http)
    # As caches have it from before setup.py was read.
    nearby.known.cache.put("build-system", sha256(content).sri, LEGACY.model_dump(mode="json"))
    for _ in range(2):
        (found,) = systems(fill_build_systems(wanted, nearby))
        assert found is not None
        assert found.requires == ("setuptools", "wheel", "cffi")
    assert len(server.asked) == 1
    with monkeypatch.context() as later:
        later.setattr("lock2nix.enrichers.known.LEGACY_READING", 1_000)
        fill_build_systems(wanted, nearby)
    assert len(server.asked) == 2


def test_planner_s_choice_of_several_sdists_is_looked_into(server: Server, http: Http, tmp_path: Path) -> None:
    files = [artifact(f"x-1{form}", h, url=f"{server.address}/x-1{form}") for form, h in ((".zip", A), (".tar.gz", B))]
    nearby = sources(tmp_path, http, answers=Answers(build_systems={B.sri: FLIT}))
    assert systems(fill_build_systems(lock(package("x", "1", *files)), nearby)) == [FLIT]
    assert server.asked == []


def test_wheels_need_nothing(server: Server, http: Http, tmp_path: Path) -> None:
    wanted = lock(package("x", "1", artifact("x-1-py3-none-any.whl", A, url=f"{server.address}/x")))
    assert fill_build_systems(wanted, sources(tmp_path, http)) == wanted
    assert fill_build_systems(wanted, sources(tmp_path, None)) == wanted


def test_offline_nothing_is_assumed(tmp_path: Path) -> None:
    wanted = lock(
        package("X", "1", artifact("x-1.zip", A, url="https://x.org/x-1.zip")),
        package("y", "1", source=GitSource(url="https://y.org/y.git", revision="0" * 40)),
    )
    filled = fill_build_systems(wanted, sources(tmp_path, None))
    assert systems(filled) == [None, None]
    assert [(n.kind, n.subject) for n in filled.notices] == [("missing-data", "x"), ("missing-data", "y")]
    assert filled.notices[0].message == "what builds X 1: run once without --offline"


def test_one_fault_for_all_and_the_good_ones_kept(server: Server, http: Http, tmp_path: Path) -> None:
    replies = {"good": page(GOOD), "bad": page(BAD), "gone": status(404), "short": truncated(GOOD[:20], 9000)}
    hashes = {name: sha256(name.encode()) for name in replies} | {"bad": sha256(BAD)}
    wanted = [
        package(name, "1", artifact(f"{name}-1.tar.gz", hashes[name], url=server.on(f"/{name}", reply)))
        for name, reply in replies.items()
    ]
    broken = package("local", "1", source=FileSource(path=PurePosixPath("local-1.tar.gz")))
    (tmp_path / "local-1.tar.gz").write_bytes(b"nothing")
    with pytest.raises(IndexFault) as caught:
        fill_build_systems(lock(*wanted, broken), sources(tmp_path, http))
    lines = caught.value.message.splitlines()[1:]
    assert len(lines) == 4
    assert all(any(name in line for line in lines) for name in ("bad-1", "/gone", "/short", "local-1"))
    assert sha256(b"good").sri in cached(tmp_path)
    assert sha256(BAD).sri not in cached(tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_legacy_is_believed_only_of_the_locked_archive(server: Server, http: Http, tmp_path: Path, form: str) -> None:
    exchanged = sdist(form, *LATE[:2])
    url = server.on("/x", page(exchanged))
    for digest in (sha256(sdist(form, *LATE)), sha256(exchanged)):
        wanted = lock(package("x", "1", artifact(f"x-1{form}", digest, url=url)))
        if digest == sha256(exchanged):
            assert systems(fill_build_systems(wanted, sources(tmp_path, http))) == [LEGACY]
            continue
        with pytest.raises(IndexFault) as caught:
            fill_build_systems(wanted, sources(tmp_path, http))
        assert f"/x: it has sha256 {sha256(exchanged).digest}, and should have {digest.digest}" in str(caught.value)
        assert digest.sri not in cached(tmp_path)


def test_damage_that_looks_like_the_end_of_an_archive(server: Server, http: Http, tmp_path: Path) -> None:
    good = sdist(".tar", *LATE)
    damaged = bytearray(good)
    damaged[good.index(b"x-1/pyproject.toml") + 150] ^= 1  # the checksum of its header
    with tarfile.open(fileobj=io.BytesIO(damaged)) as archive:
        assert archive.getnames() == ["x-1/setup.py", "x-1/data"]
    url = server.on("/x-1.tar.gz", page(bytes(damaged)))
    wanted = lock(package("x", "1", artifact("x-1.tar.gz", sha256(good), url=url)))
    with pytest.raises(IndexFault, match="and should have"):
        fill_build_systems(wanted, sources(tmp_path, http))


def test_what_an_archive_says_early_is_left_to_nix_to_check(server: Server, http: Http, tmp_path: Path) -> None:
    other = sdist(".tar.gz", *reversed(LATE))
    taken: list[int] = []
    url = server.on("/x-1.tar.gz", endless(pieces(other), taken))
    wanted = lock(package("x", "1", artifact("x-1.tar.gz", sha256(GOOD), url=url)))
    assert systems(fill_build_systems(wanted, sources(tmp_path, http))) == [HATCHLING]


def test_folder_in_an_archive(server: Server, http: Http, tmp_path: Path) -> None:
    content = sdist(".zip", ("r-main/setup.py", b""), ("r-main/sub/pyproject.toml", PYPROJECT))
    url = server.on("/main.zip", page(content))
    wanted = [
        package("x", "1", artifact("main.zip", sha256(content), url=url), source=UrlSource(url=url, subdirectory=inner))
        for inner in (None, PurePosixPath("sub"))
    ]
    legacy, hatchling = systems(fill_build_systems(lock(*wanted), sources(tmp_path, http)))
    assert hatchling == HATCHLING
    assert legacy is not None
    assert legacy.requires == ("setuptools", "wheel")


def test_repositories(http: Http, tmp_path: Path) -> None:
    revision = make_repository(tmp_path / "greeter.git")
    at = GitSource(url=f"file://{tmp_path}/greeter.git", revision=revision)
    extras = at.model_copy(update={"subdirectory": PurePosixPath("extras")})
    wanted = lock(package("greeter", "1", source=at), package("greeter-extras", "1", source=extras))
    filled = fill_build_systems(wanted, sources(tmp_path, http))
    assert [found and found.requires for found in systems(filled)] == [("poetry-core>=1.0",), ("setuptools>=61",)]
    assert systems(fill_build_systems(wanted, sources(tmp_path, None))) == systems(filled)


def test_files_and_folders_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "folder" / "sub").mkdir(parents=True)
    (tmp_path / "folder" / "sub" / "pyproject.toml").write_bytes(PYPROJECT)
    (tmp_path / "x-1.tar.gz").write_bytes(GOOD)
    wanted = lock(
        package("a", "1", source=DirectorySource(path=PurePosixPath("folder/sub"))),
        package("b", "1", source=DirectorySource(path=PurePosixPath("folder"), subdirectory=PurePosixPath("sub"))),
        package("c", "1", source=FileSource(path=PurePosixPath("x-1.tar.gz"))),
        package("d", "1", source=FileSource(path=PurePosixPath("x-1-py3-none-any.whl"))),
    )
    assert systems(fill_build_systems(wanted, sources(tmp_path, None))) == [HATCHLING, HATCHLING, HATCHLING, None]


@pytest.mark.parametrize(
    "source",
    [
        DirectorySource(path=PurePosixPath("absent")),
        DirectorySource(path=PurePosixPath("empty")),
        DirectorySource(path=PurePosixPath("file")),
        DirectorySource(path=PurePosixPath("broken")),
        FileSource(path=PurePosixPath("absent.tar.gz")),
        FileSource(path=PurePosixPath("empty")),
    ],
)
def test_what_is_not_there_is_a_notice(tmp_path: Path, source: DirectorySource | FileSource) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pyproject.toml").write_bytes(b"[")
    (tmp_path / "file").write_bytes(b"")
    filled = fill_build_systems(lock(package("x", "1", source=source)), sources(tmp_path, None))
    assert systems(filled) == [None]
    assert [notice.kind for notice in filled.notices] == ["missing-data"]
    assert str(source.path) in filled.notices[0].message


@pytest.mark.parametrize("kept", [None, 5, {"requires": 1}, {"requires": [], "unknown": 1}, {"requires": ["a", 1]}])
def test_cached_nonsense_is_asked_for_again(server: Server, http: Http, tmp_path: Path, kept: object) -> None:
    nearby = sources(tmp_path, http)
    nearby.known.cache.put("build-system", A.sri, kept)  # as another version may have left it
    wanted = lock(package("x", "1", artifact("x-1.tar.gz", A, url=server.on("/x", page(GOOD)))))
    assert systems(fill_build_systems(wanted, nearby)) == [HATCHLING]
