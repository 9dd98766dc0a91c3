import shutil
from pathlib import Path, PurePosixPath

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from lock2nix.enrichers.build_systems import fill_build_systems
from lock2nix.enrichers.edges import fill_edges
from lock2nix.enrichers.files import fill_files
from lock2nix.errors import IndexFault
from lock2nix.indexes.http import Http
from lock2nix.schemas.lock import Dependency, Package
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, UrlSource
from tests.indexes.archive_files import sdist
from tests.indexes.server import Server, json_page, page, parts, status
from tests.indexes.test_git import repository
from tests.indexes.wheel_files import METADATA, wheel

from .locks import artifact, cached, lock, package, sha256, sources

WHEEL = "x-1-py3-none-any.whl"
GOOD = wheel()
DIGEST = sha256(GOOD)
EXTRAS = (
    'Requires-Dist: a; extra == "p"',
    'Requires-Dist: b; (extra == "p" or extra == "Q_r") and os_name == "nt"',
    'Requires-Dist: c; os_name == "nt" or extra == "p"',
    'Requires-Dist: d; extra != "p"',
    "Requires-Dist: e>=1,<2",
    'Requires-Dist: x[q-r]; extra == "all"',
    "Provides-Extra: empty",
    "Provides-Extra: p",
)


def said(*lines: str) -> bytes:
    return wheel("\n".join(["Metadata-Version: 2.1", "Name: x", "Version: 1", *lines, ""]).encode())


def x_at(url: str, content: bytes = GOOD, name: str = WHEEL) -> Package:
    return package("x", "1", artifact(name, sha256(content), url=url))


def texts(edges: tuple[Dependency, ...] | None) -> list[tuple[str, str | None]] | None:
    return None if edges is None else [(e.name, None if e.marker is None else str(e.marker)) for e in edges]


def test_all_that_metadata_says(server: Server, http: Http, tmp_path: Path) -> None:
    wanted = lock(x_at(server.on("/w", parts(GOOD))))
    (x,) = fill_edges(wanted, sources(tmp_path, http)).packages
    y, z, a, b, fast = map(canonicalize_name, ("y", "z", "a", "b", "fast"))
    assert x.dependencies == (Dependency(name=y, versions=(SpecifierSet(">=1"),)),)
    assert x.extras == {fast: (Dependency(name=z, extras=frozenset({a, b})),)}
    assert x.requires_python == (SpecifierSet(">=3.9"),)
    assert wanted.packages[0].dependencies is None


def test_extras_are_resolved(server: Server, http: Http, tmp_path: Path) -> None:
    content = said(*EXTRAS)
    (x,) = fill_edges(lock(x_at(server.on("/w", parts(content)), content)), sources(tmp_path, http)).packages
    assert texts(x.dependencies) == [("c", 'os_name == "nt"'), ("d", None), ("e", None)]
    assert {extra: texts(edges) for extra, edges in x.extras.items()} == {
        "empty": [],
        "p": [("a", None), ("b", 'os_name == "nt"'), ("c", None)],
        "q-r": [("b", 'os_name == "nt"')],
        "all": [("x", None)],
    }


def test_known_edges_are_left_alone(server: Server, http: Http, tmp_path: Path) -> None:
    known = x_at(f"{server.address}/w").model_copy(update={"dependencies": ()})
    assert fill_edges(lock(known), sources(tmp_path, http)) == lock(known)
    assert server.asked == []


def test_python_of_the_lock_counts(server: Server, http: Http, tmp_path: Path) -> None:
    own = (SpecifierSet(">=3.12"),)
    wanted = x_at(server.on("/w", parts(GOOD))).model_copy(update={"requires_python": own})
    assert fill_edges(lock(wanted), sources(tmp_path, http)).packages[0].requires_python == own


def test_page_of_the_files_says_where_metadata_is(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/simple/x/", json_page({"filename": WHEEL, "url": "/f/w", "core-metadata": True}))
    server.on("/f/w.metadata", page(METADATA))
    nearby = sources(tmp_path, http, f"{server.address}/simple/")
    (x,) = fill_edges(fill_files(lock(package("x", "1", artifact(WHEEL, DIGEST))), nearby), nearby).packages
    assert texts(x.dependencies) == [("y", None)]
    assert server.asked == ["/simple/x/", "/f/w.metadata"]


def test_kept_and_shared_by_hash(server: Server, http: Http, tmp_path: Path) -> None:
    url = server.on("/w", parts(GOOD))
    first = fill_edges(lock(x_at(url), x_at(url)), sources(tmp_path, http))
    assert fill_edges(lock(x_at(url), x_at(url)), sources(tmp_path, None)) == first
    assert server.asked == ["/w"]


def test_offline_nothing_is_assumed(tmp_path: Path) -> None:
    wanted = lock(x_at("https://x.org/w"), package("y", "1"))
    filled = fill_edges(wanted, sources(tmp_path, None))
    assert filled.packages == wanted.packages
    assert [(n.kind, n.message) for n in filled.notices] == [
        ("missing-data", "what x 1 depends on: run once without --offline"),
        ("missing-data", "what y 1 depends on: the lock names no file that would say so"),
    ]


def test_sdist_that_does_not_commit_itself(server: Server, http: Http, tmp_path: Path) -> None:
    content = sdist(".tar.gz", ("x-1/PKG-INFO", METADATA.replace(b"2.4", b"2.1")))
    filled = fill_edges(lock(x_at(server.on("/s", page(content)), content, "x-1.tar.gz")), sources(tmp_path, http))
    assert filled.packages[0].dependencies is None
    assert filled.packages[0].requires_python == (SpecifierSet(">=3.9"),)
    assert "its sdist leaves that to its build" in filled.notices[0].message


def test_sdist_of_which_an_older_reader_knew_nothing_is_read_again(
    server: Server, http: Http, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nearby = sources(tmp_path, http)
    silent = sdist(".tar.gz", ("x-1/PKG-INFO", METADATA.replace(b"2.4", b"2.1")))
    fill_edges(lock(x_at(server.on("/s", page(silent)), silent, "x-1.tar.gz")), nearby)
    kept = nearby.known.metadata(sha256(silent).sri)
    assert kept is not None
    assert kept.requires is None
    told = sdist(".tar.gz", ("x-1/PKG-INFO", METADATA))
    nearby.known.cache.put("metadata", sha256(told).sri, kept.model_dump(mode="json"))
    (x,) = fill_edges(lock(x_at(server.on("/t", page(told)), told, "x-1.tar.gz")), nearby).packages
    assert texts(x.dependencies) == [("y", None)]
    server.asked.clear()
    for path, content in (("s", silent), ("t", told)):
        fill_edges(lock(x_at(f"{server.address}/{path}", content, "x-1.tar.gz")), nearby)
    assert server.asked == []
    monkeypatch.setattr("lock2nix.enrichers.known.METADATA_READING", 1_000)
    fill_edges(lock(x_at(f"{server.address}/t", told, "x-1.tar.gz")), nearby)
    assert server.asked == []
    fill_edges(lock(x_at(f"{server.address}/s", silent, "x-1.tar.gz")), nearby)
    assert server.asked == ["/s"]


def test_wheel_of_the_most_common_system_is_asked(server: Server, http: Http, tmp_path: Path) -> None:
    tags = ("py3-none-macosx_11_0_arm64", "py3-none-manylinux_2_17_aarch64", "py3-none-manylinux_2_17_x86_64")
    files = [artifact(f"x-1-{tag}.whl", sha256(tag.encode()), url=f"{server.address}/{tag}") for tag in tags]
    server.on(f"/{tags[2]}", parts(GOOD))
    (x,) = fill_edges(lock(package("x", "1", artifact("x-1.zip", DIGEST), *files)), sources(tmp_path, http)).packages
    assert texts(x.dependencies) == [("y", None)]
    assert server.asked == [f"/{tags[2]}"]


def test_one_fault_for_all_and_the_good_ones_kept(server: Server, http: Http, tmp_path: Path) -> None:
    good = x_at(server.on("/good", parts(GOOD)))
    gone = x_at(server.on("/gone", status(404)), b"gone")
    bad = x_at(server.on("/bad", page(b"<html>")), b"<html>")
    with pytest.raises(IndexFault) as caught:
        fill_edges(lock(good, gone, bad), sources(tmp_path, http))
    lines = caught.value.message.splitlines()[1:]
    assert [any(name in line for line in lines) for name in ("/good", "/gone", "/bad")] == [False, True, True]
    assert DIGEST.sri in cached(tmp_path)


def test_metadata_of_another_project(server: Server, http: Http, tmp_path: Path) -> None:
    content = wheel(METADATA.replace(b"Name: X", b"Name: Y"))
    filled = fill_edges(lock(x_at(server.on("/w", parts(content)), content)), sources(tmp_path, http))
    assert filled.packages[0].dependencies is None
    assert filled.notices[0].message == "what x 1 depends on: its file says that it is y"


def test_broken_metadata_is_said(server: Server, http: Http, tmp_path: Path) -> None:
    content = said("Requires-Dist: y >=1.*", "Requires-Dist: ???")
    filled = fill_edges(lock(x_at(server.on("/w", parts(content)), content)), sources(tmp_path, http))
    assert texts(filled.packages[0].dependencies) == [("y", None)]
    assert [n.kind for n in filled.notices] == ["broken-metadata"] * 2


def test_sources_that_are_no_index(server: Server, http: Http, tmp_path: Path) -> None:
    url = server.on("/w", parts(GOOD))
    (tmp_path / WHEEL).write_bytes(GOOD)
    filled = fill_edges(
        lock(
            x_at(url).model_copy(update={"source": UrlSource(url=url)}),
            package("x", "1", source=FileSource(path=PurePosixPath(WHEEL))),
            package("x", "1", source=FileSource(path=PurePosixPath("absent.whl"))),
        ),
        sources(tmp_path, http),
    )
    assert [texts(p.dependencies) for p in filled.packages] == [[("y", None)], [("y", None)], None]
    assert [n.message for n in filled.notices] == ["what x 1 depends on: absent.whl: No such file or directory"]


PROJECT = '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "X"\ndependencies = ["y>=1"]\n'


def folder(path: Path, **files: str) -> Path:
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return path


def test_folders_are_read_on_the_spot(tmp_path: Path) -> None:
    folder(tmp_path / "a" / "sub", pyproject_toml=PROJECT)
    folder(tmp_path / "b", setup_py="")
    folder(tmp_path / "other", pyproject_toml=PROJECT.replace('"X"', '"z"'))
    filled = fill_edges(
        lock(
            package("x", "1", source=DirectorySource(path=PurePosixPath("a/sub"))),
            package("x", "1", source=DirectorySource(path=PurePosixPath("a"), subdirectory=PurePosixPath("sub"))),
            *(package("x", "1", source=DirectorySource(path=PurePosixPath(n))) for n in ("b", "other", "absent")),
        ),
        sources(tmp_path, None),
    )
    assert [texts(p.dependencies) for p in filled.packages] == [[("y", None)], [("y", None)], None, None, None]
    assert [n.message.removeprefix("what x 1 depends on: ") for n in filled.notices] == [
        "its tree leaves that to its build; lock a wheel, or a format that records it",
        "its file says that it is z",
        "absent: there is no such folder",
    ]
    assert not (tmp_path / "cache").exists()


def test_repositories_are_fetched_once_and_kept_by_revision(http: Http, tmp_path: Path) -> None:
    known = repository(tmp_path / "r", {"pyproject.toml": PROJECT})
    silent = repository(tmp_path / "s", {"setup.py": "install_requires"})
    wanted = lock(package("x", "1", source=known), package("y", "1", source=silent))
    nearby = sources(tmp_path, http)
    filled = fill_edges(wanted, nearby)
    assert [texts(p.dependencies) for p in filled.packages] == [[("y", None)], None]
    assert len(filled.notices) == 1
    for name in ("r", "s"):
        shutil.rmtree(tmp_path / name)
    # The same visit says what builds them, and later runs ask nobody.
    built = fill_build_systems(wanted, nearby).packages
    assert [p.build_system.requires for p in built if p.build_system] == [("hatchling",), ("setuptools", "wheel")]
    assert fill_edges(wanted, sources(tmp_path, None)) == filled
    assert fill_edges(wanted, sources(tmp_path, http)) == filled


def test_repository_that_is_not_there(http: Http, tmp_path: Path) -> None:
    source = GitSource(url=f"file://{tmp_path}/none", revision="0" * 40)
    wanted = lock(package("x", "1", source=source))
    with pytest.raises(IndexFault, match=f"  x 1: {source.url}: "):
        fill_edges(wanted, sources(tmp_path, http))
    filled = fill_edges(wanted, sources(tmp_path, None))
    assert filled.notices[0].message == "what x 1 depends on: run once without --offline"


def test_archive_with_the_project_in_a_folder(server: Server, http: Http, tmp_path: Path) -> None:
    content = sdist(".zip", ("r/PKG-INFO", METADATA), ("r/sub/pyproject.toml", PROJECT.replace("y>=1", "w").encode()))
    url = server.on("/r.zip", page(content))
    (tmp_path / "r.zip").write_bytes(content)
    inner = PurePosixPath("sub")
    wanted = [
        package("x", "1", artifact("r.zip", sha256(content), url=url), source=source)
        for source in (
            UrlSource(url=url),
            UrlSource(url=url, subdirectory=inner),
            FileSource(path=PurePosixPath("r.zip"), subdirectory=inner),
        )
    ]
    filled = fill_edges(lock(*wanted), sources(tmp_path, http))
    assert [texts(p.dependencies) for p in filled.packages] == [[("y", None)], [("w", None)], [("w", None)]]
    assert fill_edges(lock(*wanted), sources(tmp_path, None)) == filled


def test_spoilt_cache_answers_nothing(server: Server, http: Http, tmp_path: Path) -> None:
    nearby = sources(tmp_path, http)
    wanted = lock(x_at(server.on("/w", parts(GOOD))))
    first = fill_edges(wanted, nearby)
    for path in (tmp_path / "cache").rglob("*.json"):
        path.write_text(path.read_text(encoding="utf-8").replace("y>=1", "y>=?"), encoding="utf-8")
    assert fill_edges(wanted, nearby) == first
    assert server.asked == ["/w"] * 2


def test_comments_of_the_lock_are_followed_where_nobody_else_says(tmp_path: Path) -> None:
    y, gone = map(canonicalize_name, ("y", "gone"))
    hinted = [
        package("x", "1", artifact(WHEEL, sha256(GOOD), url="https://x.org/x")),
        package("y", "2", artifact("y-2-py3-none-any.whl", sha256(b"y"), url="https://x.org/y")),
    ]
    wanted = lock(
        hinted[0].model_copy(update={"hinted": (gone, y)}),
        hinted[1].model_copy(update={"hinted": ()}),
        package("z", "3"),
    )
    filled = fill_edges(wanted, sources(tmp_path, None))
    assert [p.dependencies for p in filled.packages] == [(Dependency(name=y),), (), None]
    assert [(n.kind, n.message) for n in filled.notices] == [
        ("missing-data", "what z 3 depends on: the lock names no file that would say so"),
        ("missing-data", "what these depend on, but for the comments of the lock, which are followed: x 1, y 2"),
    ]


def test_metadata_counts_more_than_comments(server: Server, http: Http, tmp_path: Path) -> None:
    hinted = x_at(server.on("/w", parts(GOOD))).model_copy(update={"hinted": ()})
    filled = fill_edges(lock(hinted), sources(tmp_path, http))
    assert [d.name for d in filled.packages[0].dependencies or ()] == ["y"]
    assert not [n for n in filled.notices if n.subject == "comments"]
