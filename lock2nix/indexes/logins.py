"""Which login an address gets: the one that belongs to its own origin, and no other.

Several indexes can share a host and differ in their logins (one for each team, say): the one counts whose address has
the longest common beginning with what is asked for. netrc is requests' own business, and is looked at where nothing is
known here; keyring (https://pypi.org/project/keyring/) is asked last, once a server has refused.
"""

import importlib
from collections.abc import Mapping
from threading import Lock
from typing import Protocol
from urllib.parse import urlsplit

from .addresses import Login, login, origin, without_login


class Logins:
    """Logins by the address of the index that they were given for; safe to use from several threads."""

    def __init__(self, known: Mapping[str, Login] | None = None) -> None:
        self._lock = Lock()
        self._known: dict[str, dict[tuple[str, ...], Login]] = {}
        self._asked: set[str] = set()
        for url, found in (known or {}).items():
            self._learn(url, found)

    def of(self, url: str) -> Login | None:
        """Return the login for an address, also one that is in the address itself: that one is then remembered."""
        with self._lock:
            if (own := login(url)) is not None:
                self._learn(without_login(url), own)
                return own
            return self._nearest(url)

    def after_refusal(self, url: str, tried: Login | None) -> Login | None:
        """Return a login to try instead of the one that a server refused: keyring is asked once for each origin."""
        with self._lock:
            if origin(url) not in self._asked:
                self._asked.add(origin(url))
                found = _from_keyring(url, None if tried is None else tried.user)
                if found is not None:
                    self._known.setdefault(origin(url), {})[_path(url)] = found
            found = self._nearest(url)
            return None if found == tried else found

    def _learn(self, url: str, found: Login) -> None:
        self._known.setdefault(origin(url), {})[_path(url)] = found

    def _nearest(self, url: str) -> Login | None:
        known = self._known.get(origin(url), {})
        path = _path(url)
        best = max(known, key=lambda root: _common(root, path), default=None)
        return None if best is None else known[best]


def _path(url: str) -> tuple[str, ...]:
    return tuple(part for part in urlsplit(url).path.split("/") if part)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))


class _Credential(Protocol):
    @property
    def username(self) -> str: ...

    @property
    def password(self) -> str: ...


class _Keyring(Protocol):
    def get_credential(self, service_name: str, username: str | None) -> _Credential | None: ...


def _from_keyring(url: str, user: str | None) -> Login | None:
    """Return what the keyring has for an address' origin or, as pip and twine store it, for its host."""
    try:
        keyring: _Keyring = importlib.import_module("keyring")
        for service in (origin(url), origin(url).partition("://")[2]):
            found = keyring.get_credential(service, user)
            if found is not None:
                return Login(found.username, found.password)
    except Exception:  # noqa: BLE001 - it is not there, is locked, or its backend fails in a way of its own
        return None
    return None
