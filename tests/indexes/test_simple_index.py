from pathlib import Path

import pytest
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import IndexFault
from lock2nix.indexes.cache import Cache
from lock2nix.indexes.http import Http
from lock2nix.indexes.simple import IndexFile
from lock2nix.indexes.simple_index import SimpleIndex
from lock2nix.indexes.wanted import Wanted
from lock2nix.schemas.artifact import Hash

from .server import HTML, JSON, Server, json_page, page, redirect, status

X = canonicalize_name("x")
SHA256 = "0" * 63 + "a"


@pytest.fixture
def index(http: Http, tmp_path: Path) -> SimpleIndex:
    return SimpleIndex(http, Cache(tmp_path))


def files(index: SimpleIndex, *projects: tuple[str, NormalizedName], **wanted: set[str]) -> tuple[IndexFile, ...]:
    names = frozenset(wanted.get("names", {f"{name}-{n}.zip" for _, name in projects for n in range(3)}))
    batch = index.files(dict.fromkeys(projects, Wanted(names=names)))
    for fault in batch.faults.values():
        raise fault
    return tuple(file for found in batch.answers.values() for file in found.files)


@pytest.mark.parametrize("root", ["/simple", "/simple/"])
def test_both_forms_by_content_type(server: Server, http: Http, index: SimpleIndex, tmp_path: Path, root: str) -> None:
    file = {"filename": "x-1.tar.gz", "url": "../../f/x-1.tar.gz", "hashes": {"sha256": SHA256}}
    server.on("/simple/x/", json_page(file), page(f'<a href="../../f/x-1.tar.gz#sha256={SHA256}">x</a>', HTML))
    wanted = IndexFile(
        filename="x-1.tar.gz",
        url=f"{server.address}/f/x-1.tar.gz",
        hashes=(Hash(algorithm="sha256", digest=SHA256),),
    )
    for again in (index, SimpleIndex(http, Cache(tmp_path))):
        assert files(again, (server.address + root, X), names={"x-1.tar.gz"}) == (wanted,)
    assert server.accepted[0]["Accept"].startswith(JSON)


def test_one_request_for_each_project(server: Server, index: SimpleIndex) -> None:
    names = [canonicalize_name(f"p{n}") for n in range(30)]
    for name in names:
        server.on(f"/{name}/", json_page({"filename": f"{name}-1.zip", "url": f"{name}-1.zip"}))
    found = files(index, *[(server.address, name) for name in [*names, *names]])
    assert [file.filename for file in found] == [f"{name}-1.zip" for name in names]
    assert sorted(server.asked) == sorted(f"/{name}/" for name in names)


def test_unknown_project_has_no_files(server: Server, index: SimpleIndex) -> None:
    assert files(index, (server.address, X)) == ()


def test_relative_addresses_are_those_of_the_last_redirect(
    server: Server, other_server: Server, index: SimpleIndex
) -> None:
    there = other_server.on("/deep/er/x/", page('<a href="../x-1.zip">'))
    server.on("/x/", redirect(there))
    (file,) = files(index, (server.address, X))
    assert file.url == f"{other_server.address}/deep/er/x-1.zip"


def test_login_of_the_index_is_not_in_addresses(server: Server, index: SimpleIndex) -> None:
    login = server.address.replace("://", "://me:s3cret@")
    server.on("/x/", page(f'<a href="x-1.zip"><a href="{login}/x-2.zip">'))
    found = files(index, (login, X))
    assert [file.url for file in found] == [f"{server.address}/x/x-1.zip", f"{server.address}/x-2.zip"]
    assert server.logins == ["Basic bWU6czNjcmV0"]


def test_faults_are_kept_apart(server: Server, index: SimpleIndex) -> None:
    server.on("/x/", json_page())
    server.on("/y/", status(403))
    x, y = ((server.address, canonicalize_name(name)) for name in "xy")
    batch = index.files({x: Wanted(), y: Wanted()})
    assert (list(batch.answers), list(batch.faults)) == ([x], [y])


def test_a_project_is_known_where_any_file_is_listed(server: Server, index: SimpleIndex) -> None:
    server.on("/x/", json_page({"filename": "x-1.zip", "url": "x-1.zip"}))
    server.on("/y/", json_page())
    projects = [(server.address, canonicalize_name(name)) for name in "xyz"]
    answers = index.files(dict.fromkeys(projects, Wanted(names=frozenset({"x-2.zip"})))).answers
    assert [(contents.files, contents.is_known) for contents in answers.values()] == [
        ((), True),
        ((), False),
        ((), False),
    ]


@pytest.mark.parametrize("kind", ["", "text/plain", "application/octet-stream", "image/png"])
def test_neither_form(server: Server, index: SimpleIndex, kind: str) -> None:
    server.on("/x/", page("login", kind))
    with pytest.raises(IndexFault, match="neither JSON nor HTML") as caught:
        files(index, (server.address, X))
    assert caught.value.place == f"{server.address}/x/"


def test_no_page_is_asked_for_twice_for_the_same_files(server: Server, index: SimpleIndex) -> None:
    server.on("/x/", json_page(*({"filename": f"x-{n}.zip", "url": f"x-{n}.zip"} for n in range(3))))
    project = (server.address, X)
    assert index.listed(f"{server.address}/x/x-1.zip", project) is None
    both = files(index, project, names={"x-1.zip", "x-2.zip"})
    assert files(index, (f"{server.address}/", X), names={"x-1.zip"}) == both
    assert index.listed(f"{server.address}/x/x-1.zip", (f"{server.address}/", X)) == both[0]
    assert index.listed(f"{server.address}/x/x-0.zip", project) is None
    assert server.asked == ["/x/"]
    assert [file.filename for file in files(index, project, names={"x-0.zip"})] == ["x-0.zip"]
    assert server.asked == ["/x/"] * 2
