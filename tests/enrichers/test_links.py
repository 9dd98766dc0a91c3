"""Files that --find-links names: folders and pages, beside the index or instead of it."""

from pathlib import Path, PurePosixPath

import pytest

from lock2nix.enrichers.files import fill_files
from lock2nix.errors import IndexFault
from lock2nix.indexes.http import Http
from lock2nix.schemas.lock import Lock, LockIndexes, Package
from lock2nix.schemas.source import IndexSource
from tests.indexes.server import Server, json_page, page, status

from .locks import artifact, lock, package, sha256, sources, urls

A, B, C = (sha256(letter) for letter in (b"a", b"b", b"c"))
SDIST, WHEEL, NATIVE = "x-1.0.tar.gz", "x-1-py3-none-any.whl", "x-1-cp312-cp312-linux_x86_64.whl"


def listed(filename: str, content: bytes) -> dict[str, object]:
    return {"filename": filename, "url": f"/f/{filename}", "hashes": {"sha256": sha256(content).digest}}


def links(*names: str, content: bytes = b"a") -> str:
    return "".join(f'<a href="/l/{name}#sha256={sha256(content).digest}">{name}</a>' for name in names)


def linked(*packages: Package, places: tuple[str, ...] = ("wheels",), no_index: bool = False) -> Lock:
    said = LockIndexes(find_links=places, no_index=no_index)
    return lock(*packages).model_copy(update={"indexes": said})


def put(folder: Path, *names: str, content: bytes = b"a") -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(content)


def places(filled: Lock) -> list[str]:
    files = (artifact for package in filled.packages for artifact in package.artifacts)
    return [str(file.path or file.url) for file in files]


def test_folder_goes_before_a_page_and_that_before_the_index(server: Server, http: Http, tmp_path: Path) -> None:
    put(tmp_path / "wheels", WHEEL, "x-2-py3-none-any.whl", "y-1-py3-none-any.whl", "x-1-py3-none-any.egg")
    web = server.on("/links", page(links(WHEEL, NATIVE, "x-2.tar.gz")))
    server.on("/x/", json_page(*(listed(name, b"c") for name in (WHEEL, NATIVE, SDIST))))
    filled = fill_files(linked(package("x", "1")), sources(tmp_path, http, server.address, links=(web,)))
    assert filled.packages[0].artifacts == (
        artifact(WHEEL).model_copy(update={"path": PurePosixPath("wheels", WHEEL)}),
        artifact(NATIVE, A, url=f"{server.address}/l/{NATIVE}"),
        artifact(SDIST, C, url=f"{server.address}/f/{SDIST}"),
    )
    assert sorted(server.asked) == ["/links", "/x/"]


def test_hashes_of_the_lock_decide(server: Server, http: Http, tmp_path: Path) -> None:
    put(tmp_path / "wheels", WHEEL, NATIVE)
    put(tmp_path / "wheels", "x-1.zip", content=b"not the lock's")
    put(tmp_path / "more", WHEEL)
    web = server.on("/links", page(links(NATIVE, "x-1.zip", content=b"b") + links(WHEEL)))
    server.on("/x/", json_page(listed(WHEEL, b"a"), listed("x-1.zip", b"b"), listed(SDIST, b"c")))
    wanted = linked(package("x", "1", loose=(A, B, C)), places=("more", "wheels"))
    filled = fill_files(wanted, sources(tmp_path, http, server.address, links=(web,)))
    # One content under two names is two files for two targets; one name is one file.
    assert places(filled) == [
        f"more/{WHEEL}",
        f"wheels/{NATIVE}",
        f"{server.address}/l/x-1.zip",
        f"{server.address}/f/{SDIST}",
    ]
    assert all(file.hashes for file in filled.packages[0].artifacts)


def test_no_index_is_asked_for_what_has_all_its_hashes(server: Server, http: Http, tmp_path: Path) -> None:
    put(tmp_path / "wheels", WHEEL)
    web = server.on("/links", page(links(SDIST, content=b"b")))
    wanted = linked(package("x", "1", loose=(A, B)))
    filled = fill_files(wanted, sources(tmp_path, http, server.address, links=(web,)))
    assert places(filled) == [f"wheels/{WHEEL}", f"{server.address}/l/{SDIST}"]
    assert server.asked == ["/links"]


def test_without_indexes_only_links_count(server: Server, http: Http, tmp_path: Path) -> None:
    put(tmp_path / "wheels", WHEEL)
    web = server.on("/links", page(links("y-1.zip")))
    nearby = sources(tmp_path, http, server.address, links=(web,), extras=(f"{server.address}/extra",))
    wanted = [package("x", "1"), package("y", "1", loose=(A, B))]
    filled = fill_files(linked(*wanted, no_index=True), nearby)
    assert places(filled) == [f"wheels/{WHEEL}", f"{server.address}/l/y-1.zip"]
    missing = linked(*wanted, package("z", "3"), package("x", "2"), package("y", "1", loose=(B,)), no_index=True)
    with pytest.raises(IndexFault) as caught:
        fill_files(missing, nearby)
    assert caught.value.message.splitlines()[1:] == [
        "  z 3: no place of --find-links has files of this name, and the lock wants no index to be asked (--no-index)",
        "  x 2: no place of --find-links has files of this name, and the lock wants no index to be asked (--no-index)",
        "  y 1: no file has a hash that the lock knows",
    ]
    assert set(server.asked) == {"/links"}


def test_what_an_index_said_before_is_not_remembered_without_indexes(
    server: Server, http: Http, tmp_path: Path
) -> None:
    server.on("/x/", json_page(listed(WHEEL, b"a")))
    nearby = sources(tmp_path, http, server.address)
    assert urls(fill_files(lock(package("x", "1")), nearby)) == [f"{server.address}/f/{WHEEL}"]
    for places in ((), ("wheels",)):
        with pytest.raises(IndexFault, match="--no-index"):
            fill_files(linked(package("x", "1"), places=places, no_index=True), nearby)
    assert server.asked == ["/x/"]


def test_project_that_only_links_have(server: Server, other_server: Server, http: Http, tmp_path: Path) -> None:
    put(tmp_path / "wheels", WHEEL, "y-1.zip")
    wanted = linked(package("x", "1"), package("y", "1", loose=(A, B)))
    filled = fill_files(wanted, sources(tmp_path, http, server.address, extras=(other_server.address,)))
    assert places(filled) == [f"wheels/{WHEEL}", "wheels/y-1.zip"]
    # The default index may have more files of that version; the extra ones are for what is nowhere.
    assert (sorted(server.asked), other_server.asked) == (["/x/", "/y/"], [])


def test_what_links_have_is_not_kept_as_the_word_of_an_index(server: Server, http: Http, tmp_path: Path) -> None:
    web = server.on("/links", page(links(WHEEL, "y-1.zip")))
    server.on("/x/", json_page(listed(SDIST, b"b")))
    server.on("/y/", json_page(listed("y-1.tar.gz", b"b")))
    wanted = linked(package("x", "1"), package("y", "1", loose=(A, B)))
    fill_files(wanted, sources(tmp_path, http, server.address, links=(web,)))
    plain = fill_files(lock(*wanted.packages), sources(tmp_path, http, server.address))
    assert urls(plain) == [f"{server.address}/f/{SDIST}", f"{server.address}/f/y-1.tar.gz"]
    # Nor does what an index said before stand for all that there is.
    again = fill_files(wanted, sources(tmp_path, http, server.address, links=(web,)))
    assert len(urls(again)) == 4


def test_places_do_not_count_for_who_names_an_index_or_files(server: Server, http: Http, tmp_path: Path) -> None:
    put(tmp_path / "wheels", WHEEL, "y-1.zip")
    web = server.on("/links", page(links(WHEEL, "y-1.zip")))
    server.on("/home/x/", json_page(listed(WHEEL, b"a")))
    server.on("/y/", json_page(listed("y-1.zip", b"a")))
    named = package("x", "1", loose=(A,), source=IndexSource(url=f"{server.address}/home"))
    wanted = linked(named, package("y", "1", artifact("y-1.zip", A)))
    filled = fill_files(wanted, sources(tmp_path, http, server.address, links=(web,)))
    assert urls(filled) == [f"{server.address}/f/{WHEEL}", f"{server.address}/f/y-1.zip"]
    assert "/links" not in server.asked


def test_page_that_cannot_be_had_is_a_fault(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed(WHEEL, b"a")))
    web = server.on("/links", status(403))
    with pytest.raises(IndexFault, match=f"  x 1: {web}: the server answers 403"):
        fill_files(linked(package("x", "1")), sources(tmp_path, http, server.address, links=(web,)))


def test_place_that_is_not_there_is_a_notice(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed(WHEEL, b"a")))
    filled = fill_files(linked(package("x", "1")), sources(tmp_path, http, server.address))
    assert urls(filled) == [f"{server.address}/f/{WHEEL}"]
    assert [n.message for n in filled.notices] == ["--find-links wheels: there is no such file or folder"]


def test_files_that_only_this_machine_has_are_said(tmp_path: Path) -> None:
    put(tmp_path / "wheels", WHEEL, NATIVE)
    project = tmp_path / "project"
    project.mkdir()
    elsewhere = fill_files(linked(package("x", "1"), places=(str(tmp_path / "wheels"),)), sources(project, None))
    above = fill_files(linked(package("x", "1"), places=("../wheels",)), sources(project, None))
    assert [one.path for one in elsewhere.packages[0].artifacts] == [
        PurePosixPath(tmp_path, "wheels", name) for name in (NATIVE, WHEEL)
    ]
    assert [n.message for n in elsewhere.notices] == [
        f"x comes from {tmp_path}/wheels/{NATIVE}, which exists on some machines only"
    ]
    assert (places(above), above.notices) == ([f"../wheels/{NATIVE}", f"../wheels/{WHEEL}"], ())


def test_offline_folders_are_looked_at_and_pages_are_not(server: Server, http: Http, tmp_path: Path) -> None:
    put(tmp_path / "wheels", WHEEL)
    web = server.on("/links", page(links(SDIST)))
    wanted = linked(package("x", "1"), package("x", "1", loose=(A, B)))
    assert places(fill_files(wanted, sources(tmp_path, None, server.address, links=(web,)))) == [f"wheels/{WHEEL}"] * 2
    # With what the index once said.
    server.on("/x/", json_page(listed(NATIVE, b"b")))
    fill_files(lock(package("x", "1")), sources(tmp_path, http, server.address))
    known = fill_files(linked(package("x", "1")), sources(tmp_path, None, server.address))
    assert places(known) == [f"wheels/{WHEEL}", f"{server.address}/f/{NATIVE}"]
    assert server.asked == ["/x/"]


def test_page_on_disk_can_link_to_the_web(server: Server, http: Http, tmp_path: Path) -> None:
    put(tmp_path / "wheels", WHEEL)
    text = f'<a href="wheels/{WHEEL}">here</a> <a href="{server.address}/l/{SDIST}#sha256={B.digest}">there</a>'
    (tmp_path / "links.html").write_text(text, encoding="utf-8")
    wanted = linked(package("x", "1"), places=("links.html",), no_index=True)
    assert places(fill_files(wanted, sources(tmp_path, http))) == [f"wheels/{WHEEL}", f"{server.address}/l/{SDIST}"]
    assert server.asked == []
