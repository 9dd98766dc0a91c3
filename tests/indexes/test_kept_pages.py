import gzip
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from lock2nix.errors import IndexFault
from lock2nix.indexes import kept_pages
from lock2nix.indexes.cache import Cache
from lock2nix.indexes.http import Http, Page, Patience
from lock2nix.indexes.keeping import Keeping
from lock2nix.indexes.kept_pages import KeptPages
from lock2nix.indexes.simple_index import SimpleIndex
from lock2nix.indexes.wanted import Wanted

from .server import HTML, JSON, Reply, Server, json_page, page, redirect, status

X = canonicalize_name("x")
SHA256 = "0" * 64
ETAG, DATE = '"e1"', "Wed, 21 Oct 2015 07:28:00 GMT"


def unless_known(reply: Reply) -> Reply:
    """Answer 304 to who says that the page is known."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        known = (handler.headers["If-None-Match"] == ETAG, handler.headers["If-Modified-Since"] == DATE)
        (status(304, ETag=ETAG) if any(known) else reply)(handler)

    return answer


def content(http: Http, folder: Path, url: str) -> str | None:
    found = KeptPages(http, Cache(folder)).page(url, "text/html")
    return None if found is None else found.content.decode()


def kept(folder: Path) -> list[Path]:
    return list(folder.rglob("*.content"))


@pytest.mark.parametrize("headers", [{"ETag": ETAG}, {"Last_Modified": DATE}, {"ETag": ETAG, "Last_Modified": DATE}])
def test_what_has_not_changed_is_not_sent_again(
    server: Server, http: Http, tmp_path: Path, headers: dict[str, str]
) -> None:
    url = server.on("/x/", unless_known(page("hello", HTML, 200, **headers)), status(304), page("other", ETag='"e2"'))
    assert [content(http, tmp_path, url) for _ in range(3)] == ["hello", "hello", "other"]
    asked = [(one.get("If-None-Match"), one.get("If-Modified-Since")) for one in server.accepted]
    assert asked == [(None, None), *[(headers.get("ETag"), headers.get("Last_Modified"))] * 2]
    assert b"hello" not in kept(tmp_path)[0].read_bytes()


def test_the_server_s_last_word_counts(server: Server, http: Http, tmp_path: Path) -> None:
    url = server.on("/x/", page("a", ETag=ETAG), page("b", ETag=ETAG), status(404), status(304))
    assert [content(http, tmp_path, url) for _ in range(4)] == ["a", "b", None, "b"]


def test_page_is_that_of_its_own_address(server: Server, other_server: Server, http: Http, tmp_path: Path) -> None:
    one = server.on("/x/", unless_known(page("one", ETag=ETAG)))
    other = other_server.on("/x/", unless_known(page("other", ETag=ETAG)))
    for _ in range(2):
        assert [content(http, tmp_path, url) for url in (one, other)] == ["one", "other"]


def test_relative_addresses_are_those_of_the_last_redirect(
    server: Server, other_server: Server, http: Http, tmp_path: Path
) -> None:
    url = server.on("/x/", redirect(server.address + "/a/"), redirect(other_server.address + "/b/"))
    for there in (server.on("/a/", page("hello", ETag=ETAG)), other_server.on("/b/", status(304))):
        found = KeptPages(http, Cache(tmp_path)).page(url, "text/html")
        assert found is not None
        assert (found.url, found.content) == (there, b"hello")


@pytest.mark.parametrize(
    "reply",
    [
        page("hello"),
        page("hello", ETag="unquoted"),
        page("hello", ETag=ETAG, Cache_Control="no-store"),
        page('<a href="https://me:s3cret@x.org/x-1.zip">', ETag=ETAG),
        page('{"url": "https:\\/\\/me:s3cret@x.org\\/x-1.zip"}', ETag=ETAG),
        page(b" " * (kept_pages._MOST_BYTES + 1), ETag=ETAG),  # noqa: SLF001 - the bound is the subject
    ],
)
def test_what_is_not_kept(server: Server, http: Http, tmp_path: Path, reply: Reply) -> None:
    url = server.on("/x/", reply)
    assert content(http, tmp_path, url) == content(http, tmp_path, url)
    assert kept(tmp_path) == []


def test_what_a_login_was_shown_is_not_kept(server: Server, http: Http, tmp_path: Path) -> None:
    with_login = server.on("/x/", page("hello", ETag=ETAG)).replace("://", "://me:s3cret@")
    assert content(http, tmp_path, with_login) == "hello"
    assert kept(tmp_path) == []


def test_nor_what_netrc_opened(server: Server, http: Http, tmp_path: Path) -> None:
    (tmp_path / "no-netrc").write_text("machine 127.0.0.1 login user password s3cret\n", encoding="utf-8")
    assert content(http, tmp_path / "cache", server.on("/x/", page("hello", ETag=ETAG))) == "hello"
    assert server.logins != [None]
    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    "harm",
    [
        lambda entry: entry[:-1],
        lambda entry: entry[: entry.index(b"\n") + 1],
        lambda entry: entry.partition(b"\n")[0] + b"\n" + gzip.compress(b"x" * (100 << 20)),
        lambda entry: entry.replace(b"e1", b"e\\r\\nX: y"),
        lambda entry: entry.replace(b'"etag"', b'"gate"'),
        lambda entry: entry.replace(b"/x/", b"/y/"),
        lambda _: b"",
        lambda _: b"\n",
    ],
)
def test_entry_that_is_broken_is_asked_for_in_full(
    server: Server, http: Http, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    url = server.on("/x/", page("hello", ETag=ETAG))
    content(http, tmp_path, url)
    (entry,) = kept(tmp_path)
    entry.write_bytes(harm(entry.read_bytes()))
    assert content(http, tmp_path, url) == "hello"
    assert "If-None-Match" not in server.accepted[1]


def test_tampered_page_says_no_more_than_an_index_can(server: Server, http: Http, tmp_path: Path) -> None:
    file = {"filename": "x-1.zip", "url": "x-1.zip", "hashes": {"sha256": SHA256}}
    server.on("/x/", unless_known(json_page(file, ETag=ETAG)))
    project, wanted = (server.address, X), Wanted(names=frozenset({"x-1.zip"}))
    SimpleIndex(http, Cache(tmp_path)).files({project: wanted})
    for url in ("https://evil.org/x-1.zip", "file:///etc/passwd", "https://me:s3cret@evil.org/x-1.zip"):
        (entry,) = kept(tmp_path)
        head, _, packed = entry.read_bytes().partition(b"\n")
        changed = gzip.decompress(packed).replace(b'"url": "x-1.zip"', f'"url": "{url}"'.encode())
        entry.write_bytes(head + b"\n" + gzip.compress(changed))
        contents = SimpleIndex(http, Cache(tmp_path)).files({project: wanted}).answers[project]
        assert {found.url for found in contents.files} <= {"https://evil.org/x-1.zip"}
        assert {h.digest for found in contents.files for h in found.hashes} <= {SHA256}
        entry.write_bytes(head + b"\n" + packed)


def test_kept_page_needs_the_server(server: Server, tmp_path: Path) -> None:
    with closing(Http(Patience(backoff=0, attempts=1))) as http:
        url = server.on("/x/", page("hello", JSON, ETag=ETAG), status(500))
        assert KeptPages(http, Cache(tmp_path)).page(url, JSON) == Page(
            url=url, content_type=JSON, content=b"hello", keeping=Keeping(etag=ETAG)
        )
        with pytest.raises(IndexFault):
            KeptPages(http, Cache(tmp_path)).page(url, JSON)
