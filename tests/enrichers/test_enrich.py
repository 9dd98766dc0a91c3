import shutil
import socket
from functools import partial
from pathlib import Path, PurePosixPath

import pytest
from packaging.utils import canonicalize_name

from lock2nix.enrichers import enrich
from lock2nix.indexes.pypi import FILES
from lock2nix.planner import OnTargets, targets
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.lock import Dependency, Group, Lock, Package
from lock2nix.schemas.source import DirectorySource, GitSource, UrlSource
from tests.indexes.archive_files import PYPROJECT, sdist
from tests.indexes.server import Server, json_page, page
from tests.indexes.test_git import repository

from .locks import artifact, lock, package, sha256

GOOD = sdist(".tar.gz", ("x-1/pyproject.toml", PYPROJECT))
DIGEST = sha256(GOOD)


def edged(*packages: Package) -> Lock:
    """Return the lock of a format that records edges."""
    return lock(*(p.model_copy(update={"dependencies": ()}) for p in packages))


def test_files_then_hashes_then_build_systems(server: Server, tmp_path: Path) -> None:
    server.on("/simple/x/", json_page({"filename": "x-1.tar.gz", "url": "/f/x-1.tar.gz"}))
    server.on("/f/x-1.tar.gz", page(GOOD))
    heard: list[tuple[str, int, int]] = []
    wanted = edged(package("x", "1", artifact("x-1.tar.gz")))
    filled = enrich(
        wanted,
        answers=Answers(),
        root=tmp_path,
        index_url=f"{server.address}/simple/",
        progress=lambda *what: heard.append(what),
    )
    (x,) = filled.packages
    assert x.artifacts == (artifact("x-1.tar.gz", DIGEST, url=f"{server.address}/f/x-1.tar.gz"),)
    assert x.build_system is not None
    assert x.build_system.requires == ("hatchling>=1",)
    assert heard == [("asking the index", 1, 1), ("hashing files", 1, 1), ("looking into sdists", 1, 1)]
    assert wanted.packages[0].build_system is None


def test_fresh_clone_asks_nothing(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = sdist(".tar.gz", ("y-1/setup.py", b""))
    server.on("/x/", json_page({"filename": "x-1.tar.gz", "url": "/f", "hashes": {"sha256": DIGEST.digest}}))
    server.on("/f", page(GOOD))
    url = server.on("/by-url/y-1.tar.gz", page(other))
    wanted = edged(
        package("x", "1", artifact("x-1.tar.gz", DIGEST)),
        package("y", "1", artifact("y-1.tar.gz", url=url), source=UrlSource(url=url)),
    )
    first = enrich(wanted, answers=Answers(), root=tmp_path, index_url=server.address)
    assert len(server.asked) == 4  # a page and an archive, and one that is first hashed, then looked into
    pinned = {p.artifacts[0].hashes[0].sri: p for p in first.packages}
    answers = Answers(
        index_url=server.address,
        urls={sri: p.artifacts[0].url for sri, p in pinned.items() if p.artifacts[0].url},
        build_systems={sri: p.build_system for sri, p in pinned.items() if p.build_system},
    )
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "fresh"))
    again = enrich(wanted, answers=answers, root=tmp_path, index_url=server.address)
    assert again == first
    assert len(server.asked) == 4


def test_fresh_clone_fetches_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = '[project]\nname = "x"\ndependencies = ["y"]\n[project.optional-dependencies]\np = ["z"]\n'
    at = repository(tmp_path / "r", {"pyproject.toml": '[build-system]\nrequires = ["setuptools"]\n' + project})
    wanted = lock(package("x", "1", source=at))
    first = enrich(wanted, answers=Answers(), root=tmp_path)
    (x,) = first.packages
    assert x.dependencies is not None
    assert [edge.name for edge in x.dependencies] == ["y"]
    shutil.rmtree(tmp_path / "r")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "fresh"))
    answers = Answers(
        build_systems={at.revision: x.build_system} if x.build_system else {},
        pinned={one.pin: one for one in first.pinned},
    )
    for offline in (False, True):
        again = enrich(wanted, answers=answers, root=tmp_path, offline=offline)
        assert again.pinned == first.pinned
        assert again.packages[0].dependencies == x.dependencies
        assert again.notices == first.notices


def test_offline_opens_no_socket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def forbidden(*_: object, **__: object) -> None:
        pytest.fail("a socket was opened")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, forbidden)
    monkeypatch.setattr("subprocess.Popen", forbidden)
    wanted = edged(
        package("x", "1", artifact("x-1.tar.gz", DIGEST)),
        package(
            "y", "1", artifact("y-1.zip", url="https://y.org/y-1.zip"), source=UrlSource(url="https://y.org/y-1.zip")
        ),
        package("z", "1", source=GitSource(url="https://z.org/z.git", revision="0" * 40)),
        package("d", "1", source=DirectorySource(path=PurePosixPath("absent"))),
        package("l", "1", loose=(DIGEST,)),
    )
    filled = enrich(wanted, answers=Answers(), root=tmp_path, offline=True)
    assert filled.packages[0].artifacts[0].url == f"{FILES}source/x/x/x-1.tar.gz"
    assert sorted((notice.kind, notice.subject) for notice in filled.notices) == [
        ("missing-data", "d"),
        ("missing-data", "x"),
        ("missing-data", "z"),
        ("predicted-url", "x"),
    ]


def test_all_gaps_filled_asks_nothing_and_needs_no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def forbidden(*_: object, **__: object) -> None:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket, "socket", forbidden)
    wanted = edged(package("x", "1", artifact("x-1-py3-none-any.whl", DIGEST, url="https://x.org/x")))
    assert enrich(wanted, answers=Answers(), root=tmp_path) == wanted


def test_of_files_that_nobody_had_named_only_the_chosen_ones_are_looked_into(server: Server, tmp_path: Path) -> None:
    pure, sdist_of = "x-1-py3-none-any.whl", "x-1.tar.gz"
    server.on("/x/", json_page(*({"filename": name, "url": f"/f/{name}"} for name in (sdist_of, pure))))
    server.on(f"/f/{pure}", page(b"a wheel"))

    def needing(*packages: Package) -> Lock:
        root = Dependency(name=canonicalize_name("x"))
        return edged(*packages).model_copy(
            update={"groups": (Group(name=canonicalize_name("main"), dependencies=(root,)),)}
        )

    chosen = targets.asked(["cp312-x86_64-linux"])
    ask = partial(enrich, answers=Answers(), root=tmp_path, targets=chosen, on_targets=OnTargets(chosen))
    (x,) = ask(needing(package("x", "1")), index_url=server.address).packages
    assert x.artifacts == (artifact(pure, sha256(b"a wheel"), url=f"{server.address}/f/{pure}"),)
    assert server.asked == ["/x/", f"/f/{pure}"]
    server.asked.clear()
    known = needing(package("x", "1", *x.artifacts))
    assert ask(known).packages == known.packages
    assert server.asked == []
