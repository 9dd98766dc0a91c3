"""Packages of which a lock pins the version and nothing else."""

from pathlib import Path

import pytest

from lock2nix.enrichers.files import fill_files
from lock2nix.errors import IndexFault
from lock2nix.indexes.http import Http
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import IndexSource
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


def test_extra_index_is_asked_for_a_version_of_which_the_default_has_no_file(
    server: Server, other_server: Server, http: Http, tmp_path: Path
) -> None:
    cuda = "torch-2.1+cu118-cp312-cp312-linux_x86_64.whl"
    server.on("/torch/", json_page(listed("torch-2.1.tar.gz", A), listed("torch-2.1+cu118.exe", C)))
    server.on("/x/", json_page(listed(SDIST, A)))
    for name, file in (("torch", cuda), ("torch", "torch-2.1.tar.gz"), ("x", WHEEL)):
        other_server.on(f"/{name}/", json_page(listed(file, B)))
    other_server.on("/torch/", json_page(listed(cuda, B), listed("torch-2.1.tar.gz", B)))
    wanted = lock(package("torch", "2.1+cu118"), package("torch", "2.1"), package("x", "1"))
    nearby = sources(tmp_path, http, server.address, extras=(other_server.address,))
    filled = fill_files(wanted, nearby)
    home, extra = f"{server.address}/f", f"{other_server.address}/f"
    assert urls(filled) == [f"{extra}/{cuda}", f"{home}/torch-2.1.tar.gz", f"{home}/{SDIST}"]
    assert (sorted(server.asked), other_server.asked) == (["/torch/", "/x/"], ["/torch/"])
    # Kept as what the extra index said: nobody is asked, and the default index alone does not have it.
    assert fill_files(wanted, nearby) == filled
    assert len(server.asked + other_server.asked) == 3
    with pytest.raises(IndexFault, match=r"  torch 2\.1\+cu118: there is no wheel or sdist of this version"):
        fill_files(wanted, sources(tmp_path, http, server.address))


def test_first_extra_index_that_has_the_version_counts(
    server: Server, other_server: Server, http: Http, tmp_path: Path
) -> None:
    server.on("/x/", json_page(listed("x-2.zip", A)))
    places = [f"{other_server.address}/{name}" for name in ("none", "old", "first", "second")]
    other_server.on("/old/x/", json_page(listed("x-0.zip", A)))
    for name in ("first", "second"):
        other_server.on(f"/{name}/x/", json_page(listed(f"x-1-{name}-none-any.whl", A)))
    filled = fill_files(WANTED, sources(tmp_path, http, server.address, extras=tuple(places)))
    assert names(filled) == ["x-1-first-none-any.whl"]
    assert other_server.asked == ["/none/x/", "/old/x/", "/first/x/"]
    with pytest.raises(IndexFault, match="  x 1: there is no wheel or sdist of this version"):
        fill_files(WANTED, sources(tmp_path / "new", http, server.address, extras=tuple(places[:2])))
    with pytest.raises(IndexFault, match="  x 1: there is no wheel or sdist of this version"):
        fill_files(WANTED, sources(tmp_path / "new", http, places[0], extras=(places[1],)))


def test_package_of_a_named_index_stays_there_whatever_version_that_lacks(
    server: Server, other_server: Server, http: Http, tmp_path: Path
) -> None:
    server.on("/x/", json_page(listed("x-2.zip", A)))
    other_server.on("/x/", json_page(listed(SDIST, A)))
    named = lock(package("x", "1", source=IndexSource(url=server.address)))
    with pytest.raises(IndexFault, match="there is no wheel or sdist of this version"):
        fill_files(named, sources(tmp_path, http, other_server.address, extras=(other_server.address,)))
    assert other_server.asked == []


def test_extra_index_that_fails_could_have_had_the_version(
    server: Server, other_server: Server, http: Http, tmp_path: Path
) -> None:
    server.on("/x/", json_page(listed("x-2.zip", A)))
    other_server.on("/x/", status(403))
    with pytest.raises(IndexFault, match=f"  x 1: {other_server.address}: the server answers 403"):
        fill_files(WANTED, sources(tmp_path, http, server.address, extras=(other_server.address, server.address)))


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
