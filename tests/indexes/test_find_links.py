import os
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from lock2nix.errors import IndexFault, InputError
from lock2nix.indexes.cache import Cache
from lock2nix.indexes.find_links import FlatPages, files_at, is_flat, on_disk
from lock2nix.indexes.http import Http
from lock2nix.indexes.simple_index import SimpleIndex
from lock2nix.indexes.wanted import Wanted
from tests.enrichers.locks import sha256

from .server import JSON, Reply, Server, json_page, page, reset, status

A = sha256(b"a")
ONE = Wanted(versions=frozenset({Version("1")}))
X, Y = canonicalize_name("X.x"), canonicalize_name("y")
FILES = (
    "X_x-1.0-py3-none-any.whl",
    "x.x-1.0.tar.gz",
    "y-2-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "x-x-extra-1.zip",
    "x-1.0.egg",
    "x_x-1-py3.8.exe",
    "x_x-one-py3-none-any.whl",
    "readme.html",
    "x_x.tar.gz",
)


@pytest.mark.parametrize(
    ("url", "flat"),
    [
        ("https://download.pytorch.org/whl/torch_stable.html", True),
        ("https://example.org/links.HTM", True),
        ("https://pypi.org/simple", False),
        ("https://example.org/html", False),
    ],
)
def test_flat_by_address(url: str, *, flat: bool) -> None:
    assert is_flat(url) == flat


def test_files_by_project(server: Server, http: Http) -> None:
    url = server.on("/f/all.html", page("".join(f'<a href="../d/{n}#sha256={A.digest}">a file</a>' for n in FILES)))
    pages = FlatPages(http)
    assert [(f.filename, f.url, f.hashes) for f in pages.files(url, X)] == [
        (name, f"{server.address}/d/{name}", (A,)) for name in FILES[:2]
    ]
    assert [f.filename for f in pages.files(url, Y)] == [FILES[2]]
    assert pages.files(url, canonicalize_name("z")) == ()
    assert server.asked == ["/f/all.html"]


def test_json_is_as_good(server: Server, http: Http) -> None:
    url = server.on("/all", json_page({"filename": FILES[0], "url": FILES[0], "hashes": {}}))
    assert [f.filename for f in FlatPages(http).files(url, X)] == [FILES[0]]


def test_index_of_one_page_is_asked_once_by_all_who_wait(server: Server, http: Http, tmp_path: Path) -> None:
    names = [canonicalize_name(f"p{n}") for n in range(40)]
    url = server.on("/all.html", page("".join(f'<a href="{name}-1.tar.gz"></a>' for name in names)))
    index = SimpleIndex(http, Cache(tmp_path))
    for _ in range(2):
        batch = index.files({(url, name): ONE for name in names})
        found = [f.filename for contents in batch.answers.values() for f in contents.files]
        assert found == [f"{name}-1.tar.gz" for name in names]
    assert server.asked == ["/all.html"]
    (file,) = batch.answers[url, names[3]].files
    assert index.listed(file.url, (url, names[3])) == file
    assert index.listed(file.url, (url, names[4])) is None


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (status(404), "there is no such page"),
        (status(403), "403"),
        (page("{", JSON), "not what PEP 691 describes"),
        (page("x", "text/plain"), "neither JSON nor HTML"),
        (reset, "no answer"),
    ],
)
def test_page_that_cannot_be_had_is_the_fault_of_each_project(
    server: Server, http: Http, tmp_path: Path, reply: Reply, why: str
) -> None:
    url = server.on("/all.html", reply)
    batch = SimpleIndex(http, Cache(tmp_path)).files({(url, X): ONE, (url, Y): ONE})
    assert [why in fault.message for fault in batch.faults.values()] == [True, True]
    assert len(server.asked) <= 5
    with pytest.raises(IndexFault, match="only addresses"):
        FlatPages(http).files("file:///etc/all.html", X)


def test_files_of_a_folder(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes(b"a")
    (tmp_path / "x_x-9.tar.gz").mkdir()
    (tmp_path / "x_x-9" / "deeper").mkdir(parents=True)
    (tmp_path / "x_x-9" / "deeper" / "x_x-8.tar.gz").write_bytes(b"a")
    os.mkfifo(tmp_path / "x_x-7.tar.gz")
    (tmp_path / "x_x-6.tar.gz").symlink_to("absent")
    (tmp_path / "x_x-5.tar.gz").symlink_to(FILES[1])
    place = files_at(tmp_path)
    found = place.on_disk
    assert place.on_web == {}
    assert {project: [file.path.name for file in files] for project, files in found.items()} == {
        X: [FILES[0], FILES[1], "x_x-5.tar.gz"],
        Y: [FILES[2]],
        canonicalize_name("x-x-extra"): [FILES[3]],
    }
    assert found[Y][0].hashes(["sha256"]) == (A,)


def test_files_are_opened_only_to_be_hashed(tmp_path: Path) -> None:
    (tmp_path / FILES[1]).write_bytes(b"a")
    (file,) = files_at(tmp_path).on_disk[X]
    file.path.unlink()
    with pytest.raises(InputError, match="cannot be read: No such file") as caught:
        file.hashes(["sha256"])
    assert caught.value.place == str(tmp_path / FILES[1])


def test_a_file_is_a_place_of_one(tmp_path: Path) -> None:
    (tmp_path / FILES[0]).write_bytes(b"a")
    (tmp_path / "notes.txt").write_bytes(b"a")
    assert [file.path for file in files_at(tmp_path / FILES[0]).on_disk[X]] == [tmp_path / FILES[0]]
    assert files_at(tmp_path / "notes.txt").on_disk == {}


def test_page_on_disk_links_to_files_beside_it_and_to_the_web(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    for path in (folder / FILES[0], tmp_path / FILES[1], tmp_path / "x_x-2.0.tar.gz"):
        path.write_bytes(b"a")
    links = [
        FILES[0],
        f"../{FILES[1]}#sha256={A.digest}",
        (tmp_path / "x_x-2.0.tar.gz").as_uri(),
        "a%20folder/../x_x-3-py3-none-any.whl",
        "x_x-4-py3-none-any.whl",
        "file://elsewhere/x_x-5-py3-none-any.whl",
        f"//x.org/{FILES[2]}#sha256={A.digest}",
        "ftp://x.org/x_x-6.tar.gz",
        "x\0y.whl",
        "",
    ]
    (folder / "links.html").write_text("".join(f'<a href="{link}">a file</a>' for link in links))
    found = files_at(folder / "links.html")
    assert [file.path for file in found.on_disk[X]] == [
        folder / FILES[0],
        folder / ".." / FILES[1],
        tmp_path / "x_x-2.0.tar.gz",
    ]
    assert list(found.on_disk) == [X]
    assert {project: [(f.url, f.hashes) for f in files] for project, files in found.on_web.items()} == {
        Y: [(f"https://x.org/{FILES[2]}", (A,))]
    }


def test_page_on_disk_without_end(tmp_path: Path) -> None:
    with (tmp_path / "links.html").open("wb") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(InputError, match="larger than 64 MB"):
        files_at(tmp_path / "links.html")


@pytest.mark.parametrize("name", ["absent", "pipe", "absent.html"])
def test_what_is_no_place(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"this place of packages \(--find-links\) cannot be read") as caught:
        files_at(tmp_path / name)
    assert caught.value.place == str(tmp_path / name)


@pytest.mark.parametrize(
    ("place", "folder"),
    [
        ("wheels", "/root/wheels"),
        ("./wheels/", "/root/wheels"),
        ("/abs/wheels", "/abs/wheels"),
        ("file:wheels", "/root/wheels"),
        ("file:///abs/a%20b", "/abs/a b"),
        ("file://localhost/abs", "/abs"),
        ("file://other/abs", None),
        ("https://example.org/wheels", None),
        ("wheels with:colon", "/root/wheels with:colon"),
    ],
)
def test_where_a_place_leads(place: str, folder: str | None) -> None:
    found = on_disk(place, Path("/root"))
    assert (None if found is None else str(found)) == folder
