"""Addresses, and the secrets in them (https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1)."""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit, urlunsplit

_SAFE = "%/:=&?~#+!$,;'@()*[]"  # what may stand in an address as it is; all else is percent-encoded

_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[1-5]?[0-9]{1,4})?(?:/[A-Za-z0-9_~+-][A-Za-z0-9._~+-]*)+")
_USUAL_PORTS = {"http": ":80", "https": ":443"}


class Login(NamedTuple):
    """A user and a password, decoded."""

    user: str
    password: str


def is_plain(url: str) -> bool:
    """Whether this is a whole address of the web with nothing to it but a host, a port and a path, as most are."""
    return _PLAIN.fullmatch(url) is not None


def masked(url: str) -> str:
    """Return an address for messages: without user, password and query, each of which can be a secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that cannot be read"
    shown = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return shown if shown.isprintable() else quote(shown, safe=_SAFE)


def without_login(url: str) -> str:
    """Return an address without its user and password. Raises ValueError if it is none."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def login(url: str) -> Login | None:
    """Return the user and password that an address carries. Raises ValueError if it is none."""
    if is_plain(url):
        return None
    parts = urlsplit(url)
    if parts.username is None:
        return None
    return Login(unquote(parts.username), unquote(parts.password or ""))


def origin(url: str) -> str:
    """Return the scheme, host and port: what credentials and faults belong to. Raises ValueError if it is none."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    return f"{parts.scheme}://{host.removesuffix(_USUAL_PORTS.get(parts.scheme, ':'))}"


def on_the_web(url: str) -> bool:
    """Whether this can be asked for over HTTP, and holds nothing that only misleads."""
    if is_plain(url):
        return True
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable()


def encoded(url: str) -> str:
    """Return an address as it travels: spaces and letters outside ASCII percent-encoded, the rest untouched."""
    return quote(url.strip(), safe=_SAFE)
