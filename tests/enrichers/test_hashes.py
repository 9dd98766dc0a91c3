import itertools
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from lock2nix.enrichers.hashes import fill_hashes
from lock2nix.errors import IndexFault
from lock2nix.indexes.http import Http
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import UrlSource
from tests.indexes.server import Server, endless, page, truncated

from .locks import artifact, cached, lock, package, sha256, sources

A, B = sha256(b"a"), sha256(b"b")


def by_url(url: str, *hashes: Hash) -> Lock:
    return lock(package("x", "1", artifact("x-1.zip", *hashes, url=url), source=UrlSource(url=url)))


def hashes(filled: Lock) -> list[tuple[Hash, ...]]:
    return [file.hashes for pinned in filled.packages for file in pinned.artifacts]


def test_file_without_hash_is_downloaded_once(server: Server, http: Http, tmp_path: Path) -> None:
    url = server.on("/x-1.zip", page(b"a"))
    wanted = by_url(url)
    twice = lock(*wanted.packages, *wanted.packages, package("y", "1", artifact("y-1.zip", url=url)))
    assert hashes(fill_hashes(twice, sources(tmp_path, http))) == [(A,)] * 3
    assert server.asked == ["/x-1.zip"]


def test_hash_is_one_of_those_that_the_lock_has_for_it(server: Server, http: Http, tmp_path: Path) -> None:
    url = server.on("/x-1.zip", page(b"a"))
    file = artifact("x-1.zip", url=url)
    wanted = lock(package("x", "1", file, source=UrlSource(url=url), loose=(B, A)))
    assert hashes(fill_hashes(wanted, sources(tmp_path, http))) == [(A,)]
    other = lock(package("x", "1", file, source=UrlSource(url=url), loose=(B,)))
    with pytest.raises(IndexFault, match=f"  x: sha256 {A.digest} is none that the lock has"):
        fill_hashes(other, sources(tmp_path, http))


def test_answers_then_cache_then_download(server: Server, http: Http, tmp_path: Path) -> None:
    url = server.on("/x-1.zip", page(b"a"))
    assert hashes(fill_hashes(by_url(url), sources(tmp_path, http))) == [(A,)]
    server.on("/x-1.zip", page(b"changed"))
    for client in (http, None):
        assert hashes(fill_hashes(by_url(url), sources(tmp_path, client))) == [(A,)]
        pinned = Answers(urls={B.sri: url})
        assert hashes(fill_hashes(by_url(url), sources(tmp_path, client, answers=pinned))) == [(B,)]
    assert len(server.asked) == 1


@pytest.mark.parametrize("sri", ["md5-x", "sha256-", "sha256-YQ==", "sha256-%%%", "", "sha512-" + "A" * 86 + "=="])
def test_kept_nonsense_is_asked_for_again(server: Server, http: Http, tmp_path: Path, sri: str) -> None:
    url = server.on("/x-1.zip", page(b"a"))
    assert hashes(fill_hashes(by_url(url), sources(tmp_path, http, answers=Answers(urls={sri: url})))) == [(A,)]


def test_offline_it_stays_open(tmp_path: Path) -> None:
    wanted = by_url("https://x.org/x-1.zip")
    assert fill_hashes(wanted, sources(tmp_path, None)) == wanted


def test_what_has_a_hash_or_no_address_is_left_alone(server: Server, http: Http, tmp_path: Path) -> None:
    url = server.on("/x-1.zip", page(b"a"))
    wanted = by_url(url, B)
    assert fill_hashes(wanted, sources(tmp_path, http)) == wanted
    for other in (lock(package("x", "1", artifact("x-1.zip"))), by_url("file:///x-1.zip")):
        assert fill_hashes(other, sources(tmp_path, http)) == other
    assert server.asked == []


def test_one_fault_for_all_and_the_good_ones_kept(server: Server, http: Http, tmp_path: Path) -> None:
    good, short = server.on("/good.zip", page(b"a")), server.on("/short.zip", truncated(b"a", 2))
    gone = server.address + "/gone.zip"
    wanted = lock(*(by_url(url).packages[0] for url in (good, short, gone)))
    with pytest.raises(IndexFault) as caught:
        fill_hashes(wanted, sources(tmp_path, http))
    assert caught.value.message.splitlines()[1:] == [
        f"  {gone}: there is no such file",
        f"  {short}: the answer broke off (ProtocolError)",
    ]
    assert A.sri in cached(tmp_path)
    assert short not in cached(tmp_path)


def test_memory_is_bounded(server: Server, http: Http, tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield from itertools.repeat(bytes(1 << 18), 400)

    url = server.on("/large.zip", endless(pieces(), []))
    tracemalloc.start()
    fill_hashes(by_url(url), sources(tmp_path, http))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 16 << 20
