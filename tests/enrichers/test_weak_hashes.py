import hashlib
from pathlib import Path

import pytest

from lock2nix.enrichers.files import fill_files
from lock2nix.enrichers.weak_hashes import strengthen_hashes
from lock2nix.errors import IndexFault
from lock2nix.indexes.http import Http
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.artifact import Algorithm, Hash
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import UrlSource
from tests.indexes.server import Server, json_page, page, status, truncated

from .locks import artifact, cached, lock, package, sha256, sources

CONTENT = b"the file"
STRONG = sha256(CONTENT)


def hashed(algorithm: Algorithm, content: bytes = CONTENT) -> Hash:
    return Hash(algorithm=algorithm, digest=hashlib.new(algorithm, content).hexdigest())


MD5, SHA1, SHA512 = hashed("md5"), hashed("sha1"), hashed("sha512")


def by_url(url: str, *hashes: Hash, name: str = "x") -> Lock:
    return lock(package(name, "1", artifact(f"{name}-1.zip", *hashes, url=url), source=UrlSource(url=url)))


def pinned(filled: Lock) -> list[tuple[tuple[Hash, ...], Hash | None]]:
    return [(file.hashes, file.locked) for found in filled.packages for file in found.artifacts]


def notices(filled: Lock) -> list[tuple[str, str, str]]:
    return [(notice.kind, notice.subject, notice.message) for notice in filled.notices]


def listed(server: Server, *hashes: Hash) -> dict[str, object]:
    return {
        "filename": "x-1.zip",
        "url": f"{server.address}/f/x-1.zip",
        "hashes": {h.algorithm: h.digest for h in hashes},
    }


@pytest.mark.parametrize(("weak", "best"), [((MD5,), MD5), ((SHA1,), SHA1), ((MD5, SHA1), SHA1)])
def test_file_is_held_against_the_weak_hash(
    server: Server, http: Http, tmp_path: Path, weak: tuple[Hash, ...], best: Hash
) -> None:
    wanted = by_url(server.on("/x-1.zip", page(CONTENT)), *weak)
    filled = strengthen_hashes(wanted, sources(tmp_path, http))
    assert pinned(filled) == [((STRONG, *weak), best)]
    assert notices(filled) == [("weak-hash", "x", f"x 1: {best.algorithm} was checked, and sha256 is pinned")]
    assert server.asked == ["/x-1.zip"]


def test_asked_once_and_kept(server: Server, http: Http, tmp_path: Path) -> None:
    wanted = by_url(server.on("/x-1.zip", page(CONTENT)), MD5)
    first = strengthen_hashes(wanted, sources(tmp_path, http))
    for client in (http, None):
        assert strengthen_hashes(wanted, sources(tmp_path, client)) == first
    assert len(server.asked) == 1


def test_answers_of_the_output_count_and_go_by_hash(server: Server, http: Http, tmp_path: Path) -> None:
    url = server.on("/x-1.zip", page(CONTENT))
    answers = Answers(urls={STRONG.sri: url, MD5.sri: url}, stronger={MD5.sri: STRONG.sri})
    for client in (http, None):
        assert pinned(strengthen_hashes(by_url(url, MD5), sources(tmp_path, client, answers=answers))) == [
            ((STRONG, MD5), MD5)
        ]
    assert server.asked == []
    # The lock has another file at this address by now.
    with pytest.raises(IndexFault):
        strengthen_hashes(by_url(url, hashed("md5", b"other")), sources(tmp_path, http, answers=answers))


@pytest.mark.parametrize("kept", [MD5.sri, SHA1.sri, "sha256-x", ""])
def test_kept_nonsense_is_asked_for_again(server: Server, http: Http, tmp_path: Path, kept: str) -> None:
    url = server.on("/x-1.zip", page(CONTENT))
    nearby = sources(tmp_path, http, answers=Answers(stronger={MD5.sri: kept}))
    assert pinned(strengthen_hashes(by_url(url, MD5), nearby)) == [((STRONG, MD5), MD5)]


def test_page_with_both_hashes_will_do(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed(server, MD5, SHA512, STRONG)))
    nearby = sources(tmp_path, http, server.address)
    wanted = lock(package("x", "1", artifact("x-1.zip", MD5)))
    filled = strengthen_hashes(fill_files(wanted, nearby), nearby)
    assert pinned(filled) == [((SHA512, MD5), MD5)]
    assert server.asked == ["/x/"]
    # The cache knows where it is by its weak hash, and its stronger one.
    again = sources(tmp_path, http, server.address)
    assert strengthen_hashes(fill_files(wanted, again), again) == filled
    assert server.asked == ["/x/"]


@pytest.mark.parametrize("hashes", [(), (STRONG,), (MD5,), (SHA1, STRONG)])
def test_page_without_both_hashes_proves_nothing(
    server: Server, http: Http, tmp_path: Path, hashes: tuple[Hash, ...]
) -> None:
    server.on("/x/", json_page(listed(server, *hashes)))
    server.on("/f/x-1.zip", page(CONTENT))
    nearby = sources(tmp_path, http, server.address)
    filled = fill_files(lock(package("x", "1", artifact("x-1.zip", MD5))), nearby)
    assert pinned(strengthen_hashes(filled, nearby)) == [((STRONG, MD5), MD5)]
    assert server.asked == ["/x/", "/f/x-1.zip"]


def test_loose_weak_hashes(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed(server, MD5, STRONG)))
    nearby = sources(tmp_path, http, server.address)
    filled = fill_files(lock(package("x", "1", loose=(MD5,))), nearby)
    assert pinned(strengthen_hashes(filled, nearby)) == [((STRONG, MD5), MD5)]


def test_one_fault_names_packages_and_both_hashes(server: Server, http: Http, tmp_path: Path) -> None:
    files = {"good": page(CONTENT), "other": page(b"other"), "gone": status(404), "short": truncated(CONTENT, 99)}
    wanted = [by_url(server.on(f"/{name}", reply), MD5, name=name).packages[0] for name, reply in files.items()]
    with pytest.raises(IndexFault) as caught:
        strengthen_hashes(lock(*wanted), sources(tmp_path, http))
    assert caught.value.message.splitlines()[1:] == [
        f"  gone 1: {server.address}/gone: there is no such file",
        f"  other 1: other-1.zip has md5 {hashed('md5', b'other').digest}, and the lock says {MD5.digest}",
        f"  short 1: {server.address}/short: the answer broke off (ProtocolError)",
    ]
    assert "be careful" in str(caught.value.hint)
    assert STRONG.sri in cached(tmp_path)
    assert sha256(b"other").sri not in cached(tmp_path)


def test_all_weak_hashes_of_the_lock_are_checked(server: Server, http: Http, tmp_path: Path) -> None:
    url = server.on("/x-1.zip", page(CONTENT))
    with pytest.raises(IndexFault, match="has md5"):
        strengthen_hashes(by_url(url, SHA1, hashed("md5", b"other")), sources(tmp_path, http))
    # Two of one algorithm are alternatives: older locks give one name to two files.
    filled = strengthen_hashes(by_url(url, hashed("md5", b"other"), MD5), sources(tmp_path, http))
    assert pinned(filled)[0][0][0] == STRONG


def test_index_that_serves_another_file_than_it_lists(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed(server, sha256(b"other"))))
    server.on("/f/x-1.zip", page(CONTENT))
    nearby = sources(tmp_path, http, server.address)
    filled = fill_files(lock(package("x", "1", artifact("x-1.zip", MD5))), nearby)
    with pytest.raises(IndexFault, match=f"x-1.zip has sha256 {STRONG.digest}, and the index says"):
        strengthen_hashes(filled, nearby)


def test_strong_hash_that_disagrees_is_not_outvoted_by_a_weak_one(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed(server, MD5, STRONG)))
    wanted = lock(package("x", "1", artifact("x-1.zip", MD5, sha256(b"other"))))
    with pytest.raises(IndexFault, match=f"has sha256 {STRONG.digest}, and the lock says"):
        fill_files(wanted, sources(tmp_path, http, server.address))


def test_offline_the_weak_hash_stays_and_is_said(tmp_path: Path) -> None:
    wanted = by_url("https://x.org/x-1.zip", MD5)
    filled = strengthen_hashes(wanted, sources(tmp_path, None))
    assert filled.packages == wanted.packages
    assert notices(filled) == [("weak-hash", "x", "x 1: md5 stays (run once without --offline)")]


def test_what_has_a_strong_hash_or_is_nowhere_is_left_alone(server: Server, http: Http, tmp_path: Path) -> None:
    url = server.on("/x-1.zip", page(CONTENT))
    for wanted in (by_url(url, MD5, sha256(b"x")), by_url(url), lock(package("x", "1", artifact("x-1.zip", MD5)))):
        assert strengthen_hashes(wanted, sources(tmp_path, http)) == wanted
    assert server.asked == []
