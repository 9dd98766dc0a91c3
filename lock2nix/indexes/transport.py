"""One question over HTTP and the head of its answer, redirects followed; http.py asks again and reads the bodies.

urllib3 does the talking: what requests adds to each question costs as much again.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from lock2nix import __version__

from .addresses import Login, encoded, on_the_web, origin, without_login
from .connections import Connections

if TYPE_CHECKING:
    from http.cookiejar import CookieJar
    from urllib.request import Request

    import urllib3

_USER_AGENT = f"lock2nix/{__version__}"
_MOST_REDIRECTS = 30
_MOST_REDIRECT_BYTES = 1 << 16  # of a redirect's own body: reading it spares a new connection
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


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


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer, and its body unread: where it came from, and whether any login was shown for it."""

    url: str
    raw: "urllib3.BaseHTTPResponse"
    is_public: bool

    @property
    def status(self) -> int:
        """The status code."""
        return self.raw.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, by names in any case."""
        return self.raw.headers

    def close(self) -> None:
        """Give the connection back, or close it if the body is not read to its end."""
        self.raw.close()
        self.raw.release_conn()


class Transport:
    """A connection pool; safe to use from several threads.

    `certificates` is a file of the authorities to trust; None leaves it to the environment, and to requests' own.
    """

    def __init__(self, certificates: Path | None) -> None:
        self._connections = Connections(certificates)
        self._lock = Lock()

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._connections.close()

    def get(self, url: str, headers: Mapping[str, str], login: Login | None, timeouts: tuple[float, float]) -> Answer:
        """Return the answer, its body unread, redirects followed. Raises NoAnswerError."""
        from urllib3.exceptions import HTTPError, SSLError  # noqa: PLC0415 - an offline run needs none of it

        at, is_public = without_login(url), True
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                answer = self._asked(at, headers, login, timeouts)
                is_public = is_public and answer.is_public
                try:
                    target = _target(answer)
                except ValueError:
                    answer.close()
                    raise
                if target is None:
                    return replace(answer, is_public=is_public)
                _drop(answer)
                login = login if _is_same_place(at, target) else None
                at = target
        except (HTTPError, OSError, ValueError) as error:
            # The text of errors repeats the address, credentials and all: only its kind is passed on.
            is_final = isinstance(error, SSLError | ValueError)
            raise NoAnswerError(f"no answer ({type(error).__name__})", is_final=is_final) from None
        raise NoAnswerError("no answer (too many redirects)", is_final=True)

    def _asked(
        self, url: str, headers: Mapping[str, str], login: Login | None, timeouts: tuple[float, float]
    ) -> Answer:
        from urllib3 import Timeout  # noqa: PLC0415 - see above

        route = self._connections.to(origin(url))
        login = login or route.login
        raw = route.pools.urlopen(
            "GET",
            url,
            headers={"User-Agent": _USER_AGENT, **headers, **self._cookie(url), **_authorization(login)},
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
            timeout=Timeout(*timeouts),
        )
        if "Set-Cookie" in raw.headers:
            self._cookies.extract_cookies(raw, _request(url))  # type: ignore[arg-type]
        return Answer(url, raw, is_public=login is None)

    @cached_property
    def _cookies(self) -> "CookieJar":
        from http.cookiejar import CookieJar  # noqa: PLC0415 - see above

        return CookieJar()

    def _cookie(self, url: str) -> Mapping[str, str]:
        """Return the header of what servers want to be told again, as those do that send us to a login and back."""
        with self._lock:
            jar = self._cookies
        if not any(jar):
            return {}
        asked = _request(url)
        jar.add_cookie_header(asked)
        return asked.unredirected_hdrs


def _request(url: str) -> "Request":
    """Return what a jar of cookies takes for a question."""
    from urllib.request import Request  # noqa: PLC0415 - see above

    return Request(url)  # noqa: S310 - nobody opens it


def _authorization(login: Login | None) -> Mapping[str, str]:
    """Return the header of a login (RFC 7617, which prefers UTF-8)."""
    if login is None:
        return {}
    return {"Authorization": f"Basic {base64.b64encode(f'{login.user}:{login.password}'.encode()).decode('ascii')}"}


def _target(answer: Answer) -> str | None:
    """Return where an answer sends us. Raises ValueError for what is not on the web."""
    location = answer.headers.get("Location")
    if location is None or answer.status not in _REDIRECTS:
        return None
    # Headers are read as Latin-1, and addresses in them are UTF-8.
    target = urljoin(answer.url, encoded(location.encode("latin-1").decode("utf-8", errors="replace")))
    if not on_the_web(target):
        raise ValueError
    return without_login(target)


def _drop(answer: Answer) -> None:
    size = answer.headers.get("Content-Length", "")
    if size.isdecimal() and int(size[:9]) <= _MOST_REDIRECT_BYTES and "Transfer-Encoding" not in answer.headers:
        answer.raw.drain_conn()
    answer.close()


def _is_same_place(old: str, new: str) -> bool:
    """Whether a login for the one is good for the other: the same origin, or at the usual port the one with TLS."""
    before, after = origin(old), origin(new)
    return after == before or (urlsplit(before).port is None and after == before.replace("http://", "https://"))
