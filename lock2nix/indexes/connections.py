"""Whom connections go through, whom they trust, and what netrc says: the one module that imports requests, and late.

An offline run needs none of it. What requests would find out for each question or connection anew is found out once:
the authorities to trust, which are read into one TLS context, proxies, netrc's login for a host, and its address.
"""

import os
import socket
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from .addresses import Login
from .hosts import Hosts
from .parallel import QUESTIONS

if TYPE_CHECKING:
    import ssl

    import requests.adapters
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
    SSL_CERT_FILE, and to requests' own.
    """

    def __init__(self, certificates: Path | None) -> None:
        self._certificates = certificates
        self._lock = Lock()
        self._known = cache(self._route)

    def close(self) -> None:
        """Close all connections."""
        if "_adapter" in self.__dict__:
            self._adapter.close()

    def to(self, origin: str) -> Route:
        """Return the route to an origin. Raises ValueError for a proxy that is none."""
        with self._lock:
            return self._known(origin)

    def _route(self, origin: str) -> Route:
        from requests import utils  # noqa: PLC0415 - see above

        login = utils.get_netrc_auth(origin)
        proxy = utils.select_proxy(origin, utils.get_environ_proxies(origin))
        if proxy is None:
            pools = self._adapter.poolmanager
        else:
            pools = self._adapter.proxy_manager_for(utils.prepend_scheme_if_needed(proxy, "http"))
        return Route(pools, None if login is None else Login(*login))

    @cached_property
    def _adapter(self) -> "requests.adapters.HTTPAdapter":
        from requests.adapters import HTTPAdapter  # noqa: PLC0415 - see above

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

        return Trusting(pool_maxsize=QUESTIONS)

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
