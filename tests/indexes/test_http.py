import gzip
import itertools
import logging
import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

import pytest

from lock2nix.errors import IndexFault
from lock2nix.indexes.http import Http, Page, Patience

from .server import Reply, Server, endless, page, redirect, reset, send, status, truncated


def content(http: Http, url: str) -> bytes:
    found = http.page(url, "text/html")
    assert found is not None
    return found.content


def whole(pieces: Iterator[bytes]) -> bytes:
    return b"".join(pieces)


def test_page(server: Server, http: Http) -> None:
    url = server.on("/p/", page("hello"))
    assert http.page(url, "text/html") == Page(url=url, content_type="text/html", content=b"hello")
    assert server.accepted[0]["Accept"] == "text/html"
    assert server.accepted[0]["User-Agent"].startswith("lock2nix/")


@pytest.mark.parametrize("code", [404, 410])
def test_what_is_not_there_is_none_for_a_page_and_a_fault_for_a_file(server: Server, http: Http, code: int) -> None:
    url = server.on("/p/", status(code))
    assert http.page(url, "text/html") is None
    with pytest.raises(IndexFault, match="there is no such file"):
        http.read(url, whole)


@pytest.mark.parametrize(
    "bad",
    [
        status(429, Retry_After="0"),
        status(429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"),
        status(429, Retry_After="soon"),
        *map(status, [408, 500, 502, 503, 504]),
        reset,
        truncated(b"hel", 5),
        page(b"not gzip", Content_Encoding="gzip"),
    ],
)
def test_what_can_pass_is_asked_again(server: Server, http: Http, bad: Reply) -> None:
    url = server.on("/p/", bad, bad, page("hello"))
    assert content(http, url) == b"hello"
    assert len(server.asked) == 3


def test_a_file_that_breaks_off_is_read_again_from_its_beginning(server: Server, http: Http) -> None:
    url = server.on("/f", truncated(b"x" * 100_000, 200_000), page(b"y" * 200_000))
    assert http.read(url, whole) == b"y" * 200_000


@pytest.mark.parametrize("bad", [status(500), status(429), reset, truncated(b"hel", 5)])
@pytest.mark.parametrize("ask", [content, lambda http, url: http.read(url, whole)])
def test_what_does_not_pass_is_a_fault(
    server: Server, http: Http, bad: Reply, ask: Callable[[Http, str], bytes]
) -> None:
    url = server.on("/p/", bad)
    with pytest.raises(IndexFault) as caught:
        ask(http, url)
    assert caught.value.place == url
    assert caught.value.hint is not None
    assert len(server.asked) == Patience().attempts


@pytest.mark.parametrize(("code", "hint"), [(400, False), (401, True), (403, True), (451, False)])
def test_refusals_are_not_asked_again(server: Server, http: Http, code: int, hint: bool) -> None:  # noqa: FBT001
    url = server.on("/p/", status(code))
    with pytest.raises(IndexFault, match=f"the server answers {code}") as caught:
        content(http, url)
    assert (caught.value.hint is not None) == hint
    assert len(server.asked) == 1


def test_reason_of_a_server_is_not_repeated(server: Server, http: Http) -> None:
    def rude(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 400 \x1b[31mred\r\nContent-Length: 0\r\n\r\n")

    with pytest.raises(IndexFault) as caught:
        content(http, server.on("/p/", rude))
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("wait", ["3600", "Thu, 31 Dec 2199 23:59:59 GMT"])
def test_nobody_waits_for_an_hour(server: Server, http: Http, wait: str) -> None:
    with pytest.raises(IndexFault, match="429"):
        content(http, server.on("/p/", status(429, Retry_After=wait)))
    assert len(server.asked) == 1


def test_waits_grow_and_the_server_has_the_last_word(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    url = server.on("/p/", status(500), status(503), status(429, Retry_After="7"), page("hello"))
    with closing(Http(Patience(backoff=0.5))) as http:
        assert content(http, url) == b"hello"
    assert waits == [0.5, 1.0, 7.0]


def test_nobody_listens(http: Http) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(IndexFault, match="no answer \\(NewConnectionError\\)") as caught:
        content(http, f"http://127.0.0.1:{port}/simple/x/")
    assert caught.value.place == f"http://127.0.0.1:{port}/simple/x/"


def test_nobody_takes_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, ExitStack() as waiting:
        for _ in range(3):  # who then comes finds the queue full, and hears nothing
            client = waiting.enter_context(socket.socket())
            client.settimeout(0)
            client.connect_ex(deaf.getsockname())
        patience = Patience(attempts=2, timeouts=(0.05, 5), backoff=0)
        with closing(Http(patience)) as http, pytest.raises(IndexFault, match="no answer \\(ConnectTimeoutError\\)"):
            content(http, f"http://127.0.0.1:{deaf.getsockname()[1]}/p/")


def test_a_host_that_never_answers_is_given_up(server: Server) -> None:
    urls = [server.on(f"/{n}/", status(500)) for n in range(20)]
    with closing(Http(Patience(backoff=0, attempts=2, most_faults=3))) as http:
        for url in urls:
            with pytest.raises(IndexFault) as caught:
                content(http, url)
    assert len(server.asked) == 2 * 3
    assert "not asked any more" in caught.value.message


@pytest.mark.parametrize("url", ["ftp://x.org/a", "file:///etc/passwd", "https:///a", "http://[::1/a", "x", "-x"])
def test_only_the_web_is_asked(http: Http, url: str) -> None:
    with pytest.raises(IndexFault, match="only addresses that start with"):
        content(http, url)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://x.org/", "http://[::1/", "http://%zz/"])
def test_redirects_lead_nowhere_else(server: Server, http: Http, location: str) -> None:
    with pytest.raises(IndexFault, match="no answer"):
        content(http, server.on("/p/", redirect(location)))


def test_redirect_gives_the_last_address(server: Server, other_server: Server, http: Http) -> None:
    there = other_server.on("/q/", page("hello"))
    found = http.page(server.on("/p/", redirect(there)), "text/html")
    assert found is not None
    assert found.url == there


def test_cookies_are_told_again_where_they_are_from(server: Server, other_server: Server, http: Http) -> None:
    server.on("/p/", status(302, Location="/q/", Set_Cookie="a=1; Path=/q/", Content_Length="0"))
    server.on("/q/", redirect(other_server.address + "/r/"))
    other_server.on("/r/", page("hello"))
    assert content(http, f"{server.address}/p/") == b"hello"
    assert [one.get("Cookie") for one in server.accepted] == [None, "a=1"]
    assert "Cookie" not in other_server.accepted[0]


def test_endless_redirects(server: Server, http: Http) -> None:
    with pytest.raises(IndexFault, match="too many redirects"):
        content(http, server.on("/p/", redirect("/p/")))
    assert len(server.asked) < 50


def test_body_of_a_redirect_is_not_read(server: Server, http: Http) -> None:
    taken: list[int] = []

    def large(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/q/")
        handler.send_header("Content-Length", str(1 << 40))
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(bytes(1 << 20))
            taken.append(1 << 20)

    server.on("/q/", page("hello"))
    assert content(http, server.on("/p/", large)) == b"hello"
    assert sum(taken) < 100 << 20


def test_page_too_large(server: Server, http: Http) -> None:
    taken: list[int] = []
    with pytest.raises(IndexFault, match="larger than 64 MB"):
        content(http, server.on("/p/", endless(itertools.repeat(bytes(1 << 20)), taken)))
    assert sum(taken) < 100 << 20
    assert len(server.asked) == 1


def test_page_that_unpacks_to_too_much(server: Server, http: Http) -> None:
    bomb = gzip.compress(bytes(65 << 20))
    with pytest.raises(IndexFault, match="larger than 64 MB"):
        content(http, server.on("/p/", page(bomb, Content_Encoding="gzip")))
    assert len(server.asked) == 1


def test_packed_pages_of_all_sorts(server: Server, http: Http) -> None:
    hello, world = gzip.compress(b"hello"), gzip.compress(b"world")
    assert content(http, server.on("/1/", page(hello, Content_Encoding="GZip"))) == b"hello"
    assert content(http, server.on("/2/", page(hello + world, Content_Encoding="gzip"))) == b"helloworld"
    assert content(http, server.on("/3/", page(b"", Content_Encoding="gzip"))) == b""
    assert content(http, server.on("/4/", page(zlib.compress(b"hello"), Content_Encoding="deflate"))) == b"hello"
    assert content(http, server.on("/5/", page(hello[:-9], Content_Encoding="gzip"), page(b"at last"))) == b"at last"
    assert {one["Accept-Encoding"] for one in server.accepted} == {"gzip"}


def test_slow_drip_is_given_up(server: Server) -> None:
    over = Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"Content-Type": "text/html", "Content-Length": "100000"})
        while not over.wait(0.005):
            handler.wfile.write(b"x")

    with closing(Http(Patience(backoff=0, grace=0.1))) as http, pytest.raises(IndexFault, match="too slow"):
        content(http, server.on("/p/", drip))
    over.set()


def test_silence_times_out(server: Server) -> None:
    over = Event()

    def silent(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"Content-Length": "10"})
        over.wait(10)

    with closing(Http(Patience(attempts=1, timeouts=(5, 0.05)))) as http, pytest.raises(IndexFault, match="broke off"):
        content(http, server.on("/p/", silent))
    over.set()


def test_chunked_answers_are_whole_or_a_fault(server: Server, http: Http) -> None:
    def chunked(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    def broken(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")

    assert http.read(server.on("/c", chunked), whole) == b"abcde"
    with pytest.raises(IndexFault, match="broke off"):
        http.read(server.on("/b", broken), whole)


def test_a_file_is_read_as_it_lies_there(server: Server, http: Http) -> None:
    url = server.on("/a.tar.gz", page(b"\x1f\x8b as it is", Content_Encoding="gzip"))
    assert http.read(url, whole) == b"\x1f\x8b as it is"
    assert server.accepted[0]["Accept-Encoding"] == "identity"


def test_nothing_more_is_downloaded_than_is_looked_at(server: Server, http: Http) -> None:
    taken: list[int] = []
    url = server.on("/f", endless(itertools.repeat(bytes(1 << 16), 4000), taken))
    assert http.read(url, next)
    assert sum(taken) < 64 << 20


def test_login_reaches_its_own_host_only(server: Server, other_server: Server, http: Http) -> None:
    other_server.on("/q/", page("hello"))
    server.on("/p/", page("hello"))
    server.on("/r/", redirect(other_server.address + "/q/"))
    with_login = server.address.replace("://", "://user%40x:s%2Fcret@")
    found = http.page(f"{with_login}/p/", "text/html")
    assert found is not None
    assert found.url == f"{server.address}/p/"
    assert content(http, f"{server.address}/p/") == b"hello"  # later files of the same host
    assert content(http, f"{server.address}/r/") == b"hello"
    assert server.logins == ["Basic dXNlckB4OnMvY3JldA=="] * 3
    assert other_server.logins == [None]


def test_netrc_is_looked_at(server: Server, http: Http, tmp_path: Path) -> None:
    (tmp_path / "no-netrc").write_text("machine 127.0.0.1 login user password s/cret\n", encoding="utf-8")
    assert content(http, server.on("/p/", page("hello"))) == b"hello"
    assert server.logins == ["Basic dXNlcjpzL2NyZXQ="]


@pytest.mark.parametrize(
    "bad", [status(500), status(403), reset, truncated(b"", 5), redirect("/p/"), redirect("http://[::1/")]
)
def test_secrets_are_in_no_message(
    server: Server, http: Http, bad: Reply, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    server.on("/p/?token=hushhush", bad)
    server.on("/p/", bad)
    with pytest.raises(IndexFault) as caught:
        content(http, server.address.replace("://", "://user:s3cret@") + "/p/?token=hushhush")
    told = str(caught.value) + repr(caught.value) + str(caught.value.__cause__) + "".join(capfd.readouterr())
    assert "s3cret" not in told + caplog.text
    assert "hushhush" not in told
