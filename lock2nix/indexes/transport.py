"""The connections behind http.py: the one module that imports requests, and late, as an offline run needs none.

A pool that keeps connections open. What requests would find out for each question or connection anew is found out once:
the authorities to trust, which are read into one TLS context, proxies, what netrc says of a host, and its address.
"""

import os
import socket
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from lock2nix import __version__

from .addresses import Login, origin, without_login
from .hosts import Hosts
from .parallel import QUESTIONS

if TYPE_CHECKING:
    import ssl

    import requests
    import urllib3

    Answer = requests.Response

_MOST_REDIRECT_BYTES = 1 << 16  # of a redirect's own body, which requests reads whole


def authorities(certificates: Path | None) -> str | None:
    """Return the file or folder of authorities to trust, given what the user named; None for those of the client."""
    bundles = (os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"))
    there = (bundle for bundle in bundles if bundle and Path(bundle).exists())
    return str(certificates) if certificates else next(there, None)


class NoAnswerError(Exception):
    """One attempt failed; `wait` is how long the server wants to be left alone, None if it did not say.

    Whoever began to answer `is_there`.
    """

    def __init__(
        self, message: str, *, wait: float | None = None, is_final: bool = False, is_there: bool = False
    ) -> None:
        super().__init__(message)
        self.message = message
        self.wait = wait
        self.is_final = is_final
        self.is_there = is_there


class Transport:
    """A connection pool; safe to use from several threads.

    `certificates` is a file of the authorities to trust; None leaves it to REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and
    SSL_CERT_FILE, and to requests' own.
    """

    def __init__(self, certificates: Path | None) -> None:
        self._certificates = certificates
        self._lock = Lock()
        self._of_origin = cache(_settings)

    def close(self) -> None:
        """Close the connections that are kept open."""
        if "_session" in self.__dict__:
            self._session.close()

    def get(self, url: str, headers: Mapping[str, str], login: Login | None, timeouts: tuple[float, float]) -> "Answer":
        """Return the answer, its body unread, redirects followed. Raises NoAnswerError."""
        from requests import PreparedRequest, RequestException  # noqa: PLC0415 - see above
        from requests.auth import HTTPBasicAuth  # noqa: PLC0415
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        try:
            with self._lock:
                session = self._session
                proxies, netrc = self._of_origin(origin(url))
            login = login or netrc
            request = PreparedRequest()
            request.prepare(
                method="GET",
                url=without_login(url),
                headers={**session.headers, **headers},
                # As bytes: requests takes text for Latin-1, and RFC 7617 prefers UTF-8.
                auth=None if login is None else HTTPBasicAuth(login.user.encode(), login.password.encode()),
                cookies=session.cookies.copy() if session.cookies else None,
                hooks=session.hooks,
            )
            return session.send(request, stream=True, timeout=timeouts, verify=True, proxies=dict(proxies))
        except (RequestException, HTTPError, OSError, ValueError) as error:
            raise _no_answer(error) from None

    @cached_property
    def _session(self) -> "requests.Session":
        import requests  # noqa: PLC0415 - see above
        from requests.adapters import HTTPAdapter  # noqa: PLC0415

        context, pools = self._context(), _pools(Hosts())

        class Trusting(HTTPAdapter):
            """Gives all connections the one context, which has the authorities already, and known addresses."""

            def init_poolmanager(self, *arguments: object, **more: object) -> None:
                super().init_poolmanager(*arguments, ssl_context=context, **more)  # type: ignore[arg-type]
                self.poolmanager.pool_classes_by_scheme = pools

            def proxy_manager_for(self, proxy: str, **more: object) -> "urllib3.ProxyManager":
                contexts = {"ssl_context": context, "proxy_ssl_context": context}
                found: urllib3.ProxyManager = super().proxy_manager_for(proxy, **contexts, **more)
                found.pool_classes_by_scheme = pools
                return found

            def cert_verify(self, conn: object, url: str, verify: object, cert: object) -> None:
                pass

        def cut_redirect(response: "Answer", *_: object, **__: object) -> None:
            size = response.headers.get("Content-Length", "")
            if response.is_redirect and not (size.isdecimal() and int(size[:9]) <= _MOST_REDIRECT_BYTES):
                response.close()

        session = requests.Session()
        session.headers["User-Agent"] = f"lock2nix/{__version__}"
        session.hooks["response"].append(cut_redirect)
        for scheme in ("http://", "https://"):
            session.mount(scheme, Trusting(pool_maxsize=QUESTIONS))
        return session

    def _context(self) -> "ssl.SSLContext":
        from requests.utils import DEFAULT_CA_BUNDLE_PATH  # noqa: PLC0415 - see above
        from urllib3.util.ssl_ import create_urllib3_context  # noqa: PLC0415

        bundle = Path(authorities(self._certificates) or DEFAULT_CA_BUNDLE_PATH)
        context = create_urllib3_context()
        if bundle.is_dir():
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(cafile=bundle)
        return context


def _pools(hosts: Hosts) -> "dict[str, type[urllib3.HTTPConnectionPool]]":
    """Return the kinds of pools whose connections look no name up that is known."""
    import urllib3  # noqa: PLC0415 - see above
    from urllib3.connection import HTTPConnection, HTTPSConnection  # noqa: PLC0415

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, hosts, super()._new_conn)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, hosts, super()._new_conn)

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connected(
    connection: "urllib3.connection.HTTPConnection", hosts: Hosts, connect: Callable[[], socket.socket]
) -> socket.socket:
    """Connect to the first address of the host; where that fails, to whichever urllib3 finds."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError  # noqa: PLC0415 - see above

    name, port = connection.host, connection.port
    addresses = hosts.addresses(name, port)
    if addresses:
        connection.host = addresses[0]
        try:
            return connect()
        except (ConnectTimeoutError, NewConnectionError):
            if len(addresses) == 1:
                raise
            hosts.forget(name, port)
        finally:
            connection.host = name  # what TLS and the server are told
    return connect()


def _settings(host: str) -> tuple[Mapping[str, str], Login | None]:
    """Return the proxies for an origin, and netrc's login for it."""
    from requests.utils import get_environ_proxies, get_netrc_auth  # noqa: PLC0415 - see above

    login = get_netrc_auth(host)
    return get_environ_proxies(host), None if login is None else Login(*login)


def _no_answer(error: Exception) -> NoAnswerError:
    from requests.exceptions import SSLError, TooManyRedirects  # noqa: PLC0415 - see above

    # The text of requests' errors repeats the address, credentials and all: only its kind is passed on.
    is_final = isinstance(error, SSLError | TooManyRedirects | ValueError)
    return NoAnswerError(f"no answer ({type(error).__name__})", is_final=is_final)
