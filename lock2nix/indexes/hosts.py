"""Names of hosts, each looked up once for all connections.

Many connections that open at once are a burst of questions, of which resolvers drop some; a dropped one is asked again
only after five seconds (resolv.conf(5), `timeout`).
"""

import socket
from threading import Lock


class Hosts:
    """Addresses of hosts; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[tuple[str, int], tuple[str, ...]] = {}

    def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses of a host in their order; none where that cannot be found out, for ever."""
        with self._lock:
            if (host, port) not in self._known:
                self._known[host, port] = _looked_up(host, port)
            return self._known[host, port]

    def forget(self, host: str, port: int) -> None:
        """Leave the host to whoever connects: its first address does not answer, and another may."""
        with self._lock:
            self._known[host, port] = ()


def _looked_up(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(place[0]) for *_, place in found))
