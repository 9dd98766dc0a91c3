import base64
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import Login
from lock2nix.indexes.http import Http, Patience
from lock2nix.indexes.logins import Logins

from .server import Server, behind_login, page, redirect, serve, status

A, B = Login("a", "1"), Login("b", "2")


def client(logins: Logins, certificates: Path | None = None) -> Http:
    return Http(Patience(backoff=0), logins=lambda: logins, certificates=certificates)


def basic(login: Login) -> str:
    return f"Basic {base64.b64encode(f'{login.user}:{login.password}'.encode()).decode()}"


@dataclass
class Credential:
    username: str
    password: str


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Login]], list[tuple[str, str | None]]]:
    """Install a keyring that holds these logins; gives what it is asked."""

    def install(held: dict[str, Login]) -> list[tuple[str, str | None]]:
        asked: list[tuple[str, str | None]] = []

        def get_credential(service: str, user: str | None) -> Credential | None:
            asked.append((service, user))
            return Credential(*held[service]) if service in held else None

        module = ModuleType("keyring")
        vars(module)["get_credential"] = get_credential
        monkeypatch.setitem(sys.modules, "keyring", module)
        return asked

    return install


@pytest.mark.parametrize(
    ("url", "login"),
    [
        ("https://x.org/a/simple/p/", A),
        ("https://x.org/a/files/p.whl", A),
        ("https://x.org:443/b/simple/p/", B),
        ("https://X.org/b/", B),
        ("http://x.org/a/simple/p/", None),
        ("https://x.org:8443/a/simple/p/", None),
        ("https://x.org.evil.org/a/simple/p/", None),
        ("https://evil.org/x.org/a/simple/p/", None),
    ],
)
def test_a_login_belongs_to_its_origin_and_nearest_index(url: str, login: Login | None) -> None:
    assert Logins({"https://x.org/a/simple": A, "https://x.org/b/simple": B}).of(url) == login


def test_login_in_an_address_counts_and_is_remembered() -> None:
    logins = Logins({"https://x.org/simple": A})
    assert logins.of("https://b:2@x.org/simple/p/") == B
    assert logins.of("https://x.org/simple/p/") == B
    assert logins.of("https://x.org/simple/q/") == A


def test_letters_outside_latin_1(server: Server) -> None:
    login = Login("jürgen", "pässwörd-€")
    url = server.on("/simple/p/", page("hello"))
    with closing(client(Logins({server.address: login}))) as http:
        assert http.page(url, "text/html")
    assert server.logins == [basic(login)]


def test_no_login_is_sent_where_a_redirect_leads(server: Server, other_server: Server) -> None:
    there = other_server.on("/q/", behind_login(A, page("hello")))
    url = server.on("/p/", redirect(there))
    with closing(client(Logins({server.address: A}))) as http, pytest.raises(IndexFault, match="401"):
        http.page(url, "text/html")
    assert (server.logins, other_server.logins) == ([basic(A)], [None])


def test_keyring_is_asked_once_and_only_after_a_refusal(
    server: Server, keyring: Callable[[dict[str, Login]], list[tuple[str, str | None]]]
) -> None:
    asked = keyring({server.address.removeprefix("http://"): A})
    urls = [server.on(f"/{name}/", behind_login(A, page("hello"))) for name in "pq"]
    server.on("/open/", page("hello"))
    with closing(client(Logins())) as http:
        assert http.page(f"{server.address}/open/", "text/html")
        assert asked == []
        assert all(http.page(url, "text/html") for url in urls)
    assert asked == [(server.address, None), (server.address.removeprefix("http://"), None)]
    assert server.logins == [None, None, basic(A), basic(A)]


def test_keyring_knows_the_password_of_the_user_in_the_address(
    server: Server, keyring: Callable[[dict[str, Login]], list[tuple[str, str | None]]]
) -> None:
    asked = keyring({server.address: A})
    url = server.on("/p/", behind_login(A, page("hello"))).replace("://", "://a@")
    with closing(client(Logins())) as http:
        assert http.page(url, "text/html")
    assert asked == [(server.address, "a")]


def test_keyring_is_not_asked_for_another_host(
    server: Server, other_server: Server, keyring: Callable[[dict[str, Login]], list[tuple[str, str | None]]]
) -> None:
    asked = keyring({})
    there = other_server.on("/q/", behind_login(A, page("hello")))
    with closing(client(Logins())) as http, pytest.raises(IndexFault, match="401"):
        http.page(server.on("/p/", redirect(there)), "text/html")
    assert asked == []


def test_keyring_that_fails_or_does_not_help_is_none(
    server: Server, monkeypatch: pytest.MonkeyPatch, keyring: Callable[[dict[str, Login]], list[tuple[str, str | None]]]
) -> None:
    url = server.on("/p/", status(401))
    keyring({server.address: A})
    with closing(client(Logins())) as http:
        for _ in range(2):
            with pytest.raises(IndexFault, match="401"):
                http.page(url, "text/html")
    assert server.logins == [None, basic(A), basic(A)]
    monkeypatch.setitem(sys.modules, "keyring", ModuleType("keyring"))
    with closing(client(Logins())) as http, pytest.raises(IndexFault, match="401"):
        http.page(url, "text/html")


@pytest.fixture
def secure(certificate: Path) -> Iterator[str]:
    with serve(certificate.with_name("both")) as served:
        yield served.on("/", page("hello"))


def test_certificates_of_option_and_environment(
    secure: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    waits: list[float] = []
    with monkeypatch.context() as patched, closing(client(Logins())) as http:
        patched.setattr("time.sleep", waits.append)
        with pytest.raises(IndexFault, match="SSLError"):
            http.page(secure, "text/html")
    assert waits == []  # it would be no better the next time
    for name in names:
        with monkeypatch.context() as patched, closing(client(Logins())) as http:
            patched.setenv(name, str(certificate))
            assert http.page(secure, "text/html")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    with closing(client(Logins(), certificate)) as http:
        assert http.page(secure, "text/html")


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_proxy_of_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, server.address)
    url = "http://index.invalid/p/"
    server.on(url, page("hello"))
    with closing(client(Logins())) as http:
        assert http.page(url, "text/html")
    assert server.asked == [url]


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "ALL_PROXY"])
def test_proxy_for_tls_is_asked_for_a_tunnel(
    secure: str, server: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, server.address)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    with closing(client(Logins())) as http, pytest.raises(IndexFault, match="no answer \\(ProxyError\\)"):
        http.page(secure, "text/html")  # the server does not know CONNECT
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with closing(client(Logins())) as http:
        assert http.page(secure, "text/html")


@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_hosts_without_the_proxy(
    server: Server, other_server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("http_proxy", other_server.address)
    monkeypatch.setenv(name, "example.org,127.0.0.1")
    url = server.on("/p/", page("hello"))
    with closing(client(Logins())) as http:
        assert http.page(url, "text/html")
    assert other_server.asked == []


def test_proxy_that_is_not_there(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://me:s3cret@127.0.0.1:{port}")
    with closing(client(Logins())) as http, pytest.raises(IndexFault, match="no answer \\(ProxyError\\)") as caught:
        http.page(server.on("/p/", page("hello")), "text/html")
    assert server.asked == []
    assert "s3cret" not in str(caught.value)
