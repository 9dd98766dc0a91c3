"""Packages of which a lock pins the version and nothing else."""

from pathlib import Path

import pytest

from lock2nix.enrichers.files import fill_files
from lock2nix.errors import IndexFault
from lock2nix.indexes.http import Http
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.lock import Lock
from tests.indexes.server import Server, json_page, page, status

from .locks import artifact, lock, package, sha256, sources, urls

A, B, C = (sha256(letter) for letter in (b"a", b"b", b"c"))
SDIST, WHEEL, LATER = "x-1.0.tar.gz", "X-1-py3-none-any.whl", "x-1-cp313-cp313-win_amd64.whl"
WANTED = lock(package("x", "1"))


def listed(filename: str, *hashes: Hash, **more: object) -> dict[str, object]:
    return {"filename": filename, "url": f"/f/{filename}", "hashes": {h.algorithm: h.digest for h in hashes}, **more}


def names(filled: Lock) -> list[str]:
    return [file.filename for file in filled.packages[0].artifacts]


def test_all_files_of_the_version_and_no_others(server: Server, http: Http, tmp_path: Path) -> None:
    others = ("x-1.1.tar.gz", "x-1.post1-py3-none-any.whl", "x-1+local-py3-none-any.whl", "y-1.tar.gz", "x-1.exe", "1")
    good = [listed(SDIST, A), listed(WHEEL, B)]
    server.on("/x/", json_page(*(listed(name, C) for name in others), *good, listed(SDIST, C)))
    filled = fill_files(WANTED, sources(tmp_path, http, server.address))
    assert filled.packages[0].artifacts == (
        artifact(SDIST, A, url=f"{server.address}/f/{SDIST}"),
        artifact(WHEEL, B, url=f"{server.address}/f/{WHEEL}"),
    )
    assert WANTED.packages[0].artifacts == ()


def test_two_versions_and_a_hash_of_one_project_are_one_request(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed(SDIST, A), listed("x-2.zip", B), listed("x-3.zip", C), listed("x-4.zip")))
    three = (package("x", "1"), package("x", "2"), package("x", "3", loose=(C,)))
    filled = fill_files(lock(*three), sources(tmp_path, http, server.address))
    assert urls(filled) == [f"{server.address}/f/{name}" for name in (SDIST, "x-2.zip", "x-3.zip")]
    assert server.asked == ["/x/"]


def test_version_that_is_not_there(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed("x-2.zip", A)))
    with pytest.raises(IndexFault, match="  x 1: there is no wheel or sdist of this version"):
        fill_files(WANTED, sources(tmp_path, http, server.address))
    with pytest.raises(IndexFault, match=f"  y 1: {server.address} has no files of this name"):
        fill_files(lock(package("y", "1")), sources(tmp_path, http, server.address))


def test_extra_index_is_not_asked_for_a_version_that_the_default_lacks(
    server: Server, other_server: Server, http: Http, tmp_path: Path
) -> None:
    server.on("/x/", json_page(listed("x-2.zip", A)))
    other_server.on("/x/", json_page(listed(SDIST, A)))
    with pytest.raises(IndexFault, match="there is no wheel or sdist of this version"):
        fill_files(WANTED, sources(tmp_path, http, server.address, extras=(other_server.address,)))
    assert other_server.asked == []


def test_yanked_version_is_a_notice(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed(SDIST, A, yanked="broken"), listed("x-2.zip", B, yanked="worse")))
    filled = fill_files(WANTED, sources(tmp_path, http, server.address))
    assert [(n.kind, n.message) for n in filled.notices] == [("yanked", "x 1: broken")]


@pytest.mark.parametrize("kept_for", ["max-age=600", 'public, max-age="600"', "", "max-age=soon"])
def test_nobody_is_asked_while_the_answer_is_good(server: Server, http: Http, tmp_path: Path, kept_for: str) -> None:
    server.on("/x/", json_page(listed(SDIST, A), listed(WHEEL), Cache_Control=kept_for))
    first = fill_files(WANTED, sources(tmp_path, http, server.address))
    assert fill_files(WANTED, sources(tmp_path, http, f"{server.address}/")).packages == first.packages
    assert len(server.asked) == 1


@pytest.mark.parametrize("headers", [{"Cache_Control": "max-age=0"}, {"Cache_Control": "no-cache"}, {"Age": "700"}])
def test_later_files_of_a_version_are_found(
    server: Server, http: Http, tmp_path: Path, headers: dict[str, str]
) -> None:
    headers = {"Cache_Control": "max-age=600", **headers}
    server.on("/x/", json_page(listed(SDIST, A), **headers), json_page(listed(SDIST, A), listed(LATER, B), **headers))
    assert names(fill_files(WANTED, sources(tmp_path, http, server.address))) == [SDIST]
    assert names(fill_files(WANTED, sources(tmp_path, None, server.address))) == [SDIST]
    assert names(fill_files(WANTED, sources(tmp_path, http, server.address))) == [SDIST, LATER]


def test_offline_without_an_answer_it_stays_open(tmp_path: Path) -> None:
    assert fill_files(WANTED, sources(tmp_path, None, "https://x.org/simple")).packages == WANTED.packages


def test_what_one_index_said_is_no_answer_for_another(
    server: Server, other_server: Server, http: Http, tmp_path: Path
) -> None:
    server.on("/x/", json_page(listed(SDIST, A)))
    other_server.on("/x/", json_page(listed(WHEEL, B)))
    for there, name in ((server, SDIST), (other_server, WHEEL)):
        assert names(fill_files(WANTED, sources(tmp_path, http, there.address))) == [name]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('"x-1.0.tar.gz"', '"x-1.1.tar.gz"'),
        ('"x-1.0.tar.gz"', '"y-1.0.tar.gz"'),
        ('"x-1.0.tar.gz"', "5"),
        ("sha256-", "sha257-"),
        ("sha256-", "sha256-%"),
        ("http://", "file://"),
        ("http://", "http://me:s3cret@"),
        ('"files"', '"other"'),
        ('"until": ', '"until": "soon", "since": '),
    ],
)
def test_kept_nonsense_is_asked_for_again(server: Server, http: Http, tmp_path: Path, good: str, bad: str) -> None:
    server.on("/x/", json_page(listed(SDIST, A)))
    first = fill_files(WANTED, sources(tmp_path, http, server.address))
    (entry,) = (tmp_path / "cache").rglob("*.json")
    answer, separator, key = entry.read_text(encoding="utf-8").partition('"key"')
    assert good in answer
    entry.write_text(answer.replace(good, bad) + separator + key, encoding="utf-8")
    assert fill_files(WANTED, sources(tmp_path, http, server.address)) == first
    assert len(server.asked) == 2


def test_an_index_that_fails_is_a_fault(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", status(403))
    with pytest.raises(IndexFault, match="403"):
        fill_files(WANTED, sources(tmp_path, http, server.address))


def test_html(server: Server, http: Http, tmp_path: Path) -> None:
    rows = [f'<a href="/f/{name}#sha256={A.digest}">{name}</a><br />' for name in (SDIST, "x-2.zip", WHEEL)]
    server.on("/x/", page("\n".join(rows)))
    assert names(fill_files(WANTED, sources(tmp_path, http, server.address))) == [SDIST, WHEEL]
