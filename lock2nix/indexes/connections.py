"""Whom connections go through, whom they trust, and what netrc says: the one module that imports requests, and late.

An offline run needs none of it. What requests would find out for each question or connection anew is found out once:
the authorities to trust, which are read into one TLS context, proxies, netrc's login for a host, and its address.
"""

import os
import socket
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from .addresses import Login
from .hosts import Hosts
from .parallel import QUESTIONS

if TYPE_CHECKING:
    import ssl

    import urllib3


def authorities(certificates: Path | None) -> str | None:
    """Return the file or folder of authorities to trust, given what the user named; None for those of the client."""
    bundles = (os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"))
    there = (bundle for bundle in bundles if bundle and Path(bundle).exists())
    return str(certificates) if certificates else next(there, None)


class Route(NamedTuple):
    """How an origin is reached: through which pools, and with what login from netrc."""

    pools: "urllib3.PoolManager"
    login: Login | None


class Connections:
    """Pools of connections that are kept open; safe to use from several threads.

    `certificates` is a file of the authorities to trust; None leaves it to REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and
    SSL_CERT_FILE, else certifi's.
    """

    def __init__(self, certificates: Path | None) -> None:
        self._certificates = certificates
        self._lock = Lock()
        self._routes: dict[str, Route] = {}

    def close(self) -> None:
        """Close all connections."""
        for route in self._routes.values():
            route.pools.clear()

    def to(self, origin: str) -> Route:
        """Return the route to an origin. Raises ValueError for a proxy that is none."""
        with self._lock:
            if origin not in self._routes:
                self._routes[origin] = self._route(origin)
            return self._routes[origin]

    def _route(self, origin: str) -> Route:
        from urllib.request import getproxies  # noqa: PLC0415 - see above

        if not getproxies() and not _has_netrc():  # importing requests takes as long as many an answer
            return Route(self._directly(origin), None)
        from requests import utils  # noqa: PLC0415

        proxy = utils.select_proxy(origin, utils.get_environ_proxies(origin))
        login = utils.get_netrc_auth(origin)
        pools = self._directly(origin) if proxy is None else self._through(proxy)
        return Route(pools, None if login is None else Login(*login))

    def _directly(self, origin: str) -> "urllib3.PoolManager":
        from urllib3 import PoolManager  # noqa: PLC0415 - see above

        context = self._context if origin.startswith("https:") else None
        found = PoolManager(maxsize=QUESTIONS, ssl_context=context)
        found.pool_classes_by_scheme = self._kinds
        return found

    def _through(self, proxy: str) -> "urllib3.PoolManager":
        from requests.adapters import HTTPAdapter  # noqa: PLC0415 - see above
        from requests.utils import prepend_scheme_if_needed  # noqa: PLC0415

        address: str = prepend_scheme_if_needed(proxy, "http")  # type: ignore[no-untyped-call]
        adapter = HTTPAdapter(pool_maxsize=QUESTIONS)  # knows how a proxy is told of its login, and of SOCKS
        found: urllib3.ProxyManager = adapter.proxy_manager_for(
            address, ssl_context=self._context, proxy_ssl_context=self._context
        )
        found.pool_classes_by_scheme = self._kinds
        return found

    @cached_property
    def _kinds(self) -> "dict[str, type[urllib3.HTTPConnectionPool]]":
        return _kinds_of_pools(Hosts())

    @cached_property
    def _context(self) -> "ssl.SSLContext":
        from certifi import where  # noqa: PLC0415 - see above
        from urllib3.util.ssl_ import create_urllib3_context  # noqa: PLC0415

        bundle = Path(authorities(self._certificates) or where())
        context = create_urllib3_context()
        if bundle.is_dir():
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(cafile=bundle)
        return context


def _has_netrc() -> bool:
    named = os.environ.get("NETRC")
    places = [named] if named else ["~/.netrc", "~/_netrc"]
    # Path's own raise errors: where there is no home, and where it may not be looked into.
    return any(os.path.exists(os.path.expanduser(place)) for place in places)  # noqa: PTH110, PTH111


def _kinds_of_pools(hosts: Hosts) -> "dict[str, type[urllib3.HTTPConnectionPool]]":
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
