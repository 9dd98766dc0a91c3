import socket
from contextlib import closing
from typing import Any

import pytest

from lock2nix.errors import IndexFault
from lock2nix.indexes.http import Http, Patience
from lock2nix.indexes.parallel import QUESTIONS, in_parallel

from .server import Server, page

NAME = "index.test"
DEAD = "127.0.0.99"  # loopback, where nobody listens


class Resolver:
    """Stands in for the machine's: says where one name is, and remembers how often it was asked."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked = 0
        self._real = socket.getaddrinfo

    def __call__(self, host: str, port: int, *rest: Any, **more: Any) -> list[Any]:  # noqa: ANN401 - as in socket
        if host != NAME:
            return self._real(host, port, *rest, **more)
        self.asked += 1
        if not self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [found for address in self.addresses for found in self._real(address, port, *rest, **more)]


def resolver(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> Resolver:
    found = Resolver(*addresses)
    monkeypatch.setattr(socket, "getaddrinfo", found)
    return found


def by_name(server: Server, path: str) -> str:
    return server.on(path, page("hello")).replace("127.0.0.1", NAME)


def test_many_connections_look_a_name_up_once(server: Server, http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    urls = [by_name(server, f"/{n}/") for n in range(4 * QUESTIONS)]
    known = resolver(monkeypatch, "127.0.0.1")
    batch = in_parallel(urls, lambda url: http.page(url, "text/html"), None, QUESTIONS)
    assert not batch.faults
    assert known.asked == 1
    assert {one["Host"].partition(":")[0] for one in server.accepted} == {NAME}


def test_other_addresses_are_tried(server: Server, http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    known = resolver(monkeypatch, DEAD, "127.0.0.1")
    assert http.page(by_name(server, "/x/"), "text/html") is not None
    assert known.asked == 2


@pytest.mark.parametrize("addresses", [(), (DEAD,), (DEAD, DEAD)])
def test_host_that_is_nowhere_is_a_fault(monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]) -> None:
    resolver(monkeypatch, *addresses)
    with closing(Http(Patience(backoff=0, attempts=2))) as http:
        for _ in range(2):
            with pytest.raises(IndexFault, match=r"no answer \((New|NameResolution)"):
                http.page(f"http://{NAME}:9/x/", "text/html")
