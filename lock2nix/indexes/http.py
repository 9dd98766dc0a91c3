"""HTTP for the indexes: the one module that imports requests.

One pooled session, time-outs, and retries with back-off where they help: 429 and 503 with Retry-After, server errors,
resets, answers that end too early. A host that never answers is given up, so that a dead network is not waited for
once per package. Credentials of an address are kept to its host, and never appear in a message.
"""

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from lock2nix import __version__
from lock2nix.errors import IndexFault
from lock2nix.schemas.base import Model

from .addresses import Login, masked, on_the_web, origin, without_login
from .logins import Logins
from .parallel import WORKERS

if TYPE_CHECKING:
    import requests

Value = TypeVar("Value")

_CHUNK = 1 << 16
_MOST_BYTES = 64 << 20  # of a page: the largest of PyPI's has 20 MB
_MOST_REDIRECT_BYTES = 1 << 16  # of a redirect's own body, which requests reads whole
_SLOWEST = 1 << 10  # bytes per second
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_NONE = frozenset({404, 410})
_UNAUTHORISED = 401
_PARTIAL = 206
_NO_PARTS = frozenset({400, 405, 416, 501})  # what else servers say to a Range that they do not like
_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_NETWORK_HINT = "is the network there? --offline does without it"
_LOGIN_HINT = "does the index want a login? netrc and keyring are looked at; docs/private-indexes.md has all ways"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a server is waited for, and how often it is asked again; times are in seconds.

    `timeouts` are to connect, and between two pieces of an answer. `backoff` is the first wait before asking again,
    doubled each time; who wants us to wait longer than `longest_wait` is not asked again. From `grace` on an answer
    must have come at a kilobyte per second. A host is given up after `most_faults` questions without an answer.
    """

    attempts: int = 5
    timeouts: tuple[float, float] = (10.0, 30.0)
    backoff: float = 0.25
    longest_wait: float = 60.0
    grace: float = 60.0
    most_faults: int = WORKERS


def authorities(certificates: Path | None) -> str | None:
    """Return the file or folder of authorities to trust, given what the user named; None for those of the client."""
    bundles = (os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"))
    there = (bundle for bundle in bundles if bundle and Path(bundle).exists())
    return str(certificates) if certificates else next(there, None)


class Page(Model):
    """A page of an index: its address after redirects, its content type, and its bytes."""

    url: str
    content_type: str
    content: bytes


class Part(Model):
    """Some bytes of a file: where they start, and how long the whole file is."""

    start: int
    content: bytes
    total: int


class Http:
    """A connection pool; safe to use from several threads.

    `logins` is called once something is asked for. `certificates` is a file of the authorities to trust; None leaves
    it to REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and SSL_CERT_FILE, and to requests' own.
    """

    def __init__(
        self,
        patience: Patience | None = None,
        *,
        logins: Callable[[], Logins] = Logins,
        certificates: Path | None = None,
    ) -> None:
        self._patience = patience or Patience()
        self._lock = Lock()
        self._find_logins = logins
        self._certificates = certificates
        self._faults: Counter[str] = Counter()
        self._send_no_supplements: set[str] = set()

    def close(self) -> None:
        """Close the connections that are kept open."""
        if "_session" in self.__dict__:
            self._session.close()

    def page(self, url: str, accept: str) -> Page | None:
        """Return the page at `url`, None where the server says that there is none. Raises IndexFault."""
        return self._patiently(url, lambda: self._page(url, accept))

    def supplement(self, url: str) -> bytes | None:
        """Return a small file that only spares a larger one, None where it cannot be had for whatever reason.

        A refusal is taken at once. A server that fails at such a file, asked again as ever, is not asked for others:
        the larger ones would have to wait. It is not held to be dead for that, unless nobody answered at all.
        """
        server = origin(url)
        if server in self._send_no_supplements:
            return None
        try:
            page = self._retried(url, lambda: self._page(url, "*/*"))
        except IndexFault:
            return None
        except _NoAnswerError as failed:
            with self._lock:
                self._send_no_supplements.add(server)
                self._faults[server] += 0 if failed.is_there else 1
            return None
        return None if page is None else page.content

    def read(self, url: str, look: Callable[[Iterator[bytes]], Value]) -> Value:
        """Return what `look` makes of the pieces of a file; once it returns, nothing more is downloaded.

        Where the download breaks off, `look` is called again with the file from its beginning. Raises IndexFault.
        """

        def once() -> Value:
            # A server that takes .tar.gz for an encoding would have it undone on the way: the file is wanted as it is.
            with self._answer(url, {"Accept": "*/*", "Accept-Encoding": "identity"}) as response:
                if response.status_code in _NONE:
                    raise IndexFault("there is no such file", place=masked(url))
                return look(_pieces(response, self._patience, decode=False))

        return self._patiently(url, once)

    def part(self, url: str, start: int | None, size: int) -> Part | None:
        """Return `size` bytes of a file from `start` on, the last ones if that is None (RFC 9110, 14).

        It is None where the server does not send parts, or not the one that was asked for; the rest is not downloaded.
        Raises IndexFault.
        """
        wanted = f"-{size}" if start is None else f"{start}-{start + size - 1}"

        def once() -> Part | None:
            headers = {"Accept": "*/*", "Accept-Encoding": "identity", "Range": f"bytes={wanted}"}
            with self._answer(url, headers, _NO_PARTS) as response:
                if response.status_code in _NONE:
                    raise IndexFault("there is no such file", place=masked(url))
                said = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
                if response.status_code != _PARTIAL or said is None or "Content-Encoding" in response.headers:
                    return None
                first, last, total = map(int, said.groups())
                begin = max(0, total - size) if start is None else start
                if (first, last) != (begin, min(begin + size, total) - 1):
                    return None
                content = b""
                for piece in _pieces(response, self._patience, decode=False):
                    content += piece
                    if len(content) > last - first + 1:
                        return None
                return Part(start=first, content=content, total=total) if len(content) == last - first + 1 else None

        return self._patiently(url, once)

    def _page(self, url: str, accept: str) -> Page | None:
        with self._answer(url, {"Accept": accept}) as response:
            if response.status_code in _NONE:
                return None
            content = b"".join(_bounded(_pieces(response, self._patience, decode=True), url))
            kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
            return Page(url=response.url, content_type=kind, content=content)

    def _patiently(self, url: str, ask: Callable[[], Value]) -> Value:
        try:
            return self._retried(url, ask)
        except _NoAnswerError as failed:
            with self._lock:
                self._faults[origin(url)] += 1
            raise IndexFault(failed.message, place=masked(url), hint=_NETWORK_HINT) from None

    def _retried(self, url: str, ask: Callable[[], Value]) -> Value:
        """Return the answer, asking again where that helps. Raises IndexFault, and the last _NoAnswerError."""
        if not on_the_web(url):
            raise IndexFault("only addresses that start with https:// or http:// can be asked", place=masked(url))
        host = origin(url)
        attempt = 1
        while True:
            if self._faults[host] >= self._patience.most_faults:
                message = f"not asked any more: {host} did not answer {self._patience.most_faults} times"
                raise IndexFault(message, place=masked(url), hint=_NETWORK_HINT)
            try:
                return ask()
            except _NoAnswerError as failed:
                wait = self._patience.backoff * 2 ** (attempt - 1) if failed.wait is None else failed.wait
                if failed.is_final or attempt >= self._patience.attempts or wait > self._patience.longest_wait:
                    raise
            attempt += 1
            time.sleep(wait)

    @cached_property
    def _session(self) -> "requests.Session":
        # Imported late: an offline run does not pay for it.
        import requests  # noqa: PLC0415
        from requests.adapters import HTTPAdapter  # noqa: PLC0415

        def cut_redirect(response: "requests.Response", *_: object, **__: object) -> None:
            size = response.headers.get("Content-Length", "")
            if response.is_redirect and not (size.isdecimal() and int(size[:9]) <= _MOST_REDIRECT_BYTES):
                response.close()

        session = requests.Session()
        session.headers["User-Agent"] = f"lock2nix/{__version__}"
        session.hooks["response"].append(cut_redirect)
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(pool_maxsize=WORKERS))
        return session

    @cached_property
    def _logins(self) -> Logins:
        return self._find_logins()

    @cached_property
    def _verify(self) -> str | None:
        # Given with each request: requests lets its environment variables win over what a session says.
        return authorities(self._certificates)

    @contextmanager
    def _answer(
        self, url: str, headers: Mapping[str, str], accepted: Collection[int] = ()
    ) -> Iterator["requests.Response"]:
        with self._lock:
            auth = self._logins.of(url)
        response = self._get(url, headers, auth)
        if response.status_code == _UNAUTHORISED and origin(response.url) == origin(url):
            other = self._logins.after_refusal(url, auth)
            if other is not None:
                response.close()
                response = self._get(url, headers, other)
        with response:
            status = response.status_code
            said = f"the server answers {status} {_REASONS.get(status, '')}".rstrip()
            if status in _AGAIN:
                wait = _retry_after(response.headers.get("Retry-After", ""))
                raise _NoAnswerError(said, wait=wait, is_there=True)
            if not response.ok and status not in _NONE and status not in accepted:
                hint = _LOGIN_HINT if status in {401, 403} else None
                raise IndexFault(said, place=masked(url), hint=hint)
            yield response

    def _get(self, url: str, headers: Mapping[str, str], auth: Login | None) -> "requests.Response":
        from requests import RequestException  # noqa: PLC0415 - see _session
        from requests.auth import HTTPBasicAuth  # noqa: PLC0415
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        with self._lock:
            session = self._session
        # As bytes: requests takes text for Latin-1, and RFC 7617 prefers UTF-8.
        login = None if auth is None else HTTPBasicAuth(auth.user.encode(), auth.password.encode())
        try:
            return session.get(
                without_login(url),
                headers=headers,
                auth=login,
                timeout=self._patience.timeouts,
                verify=self._verify,
                stream=True,
            )
        except (RequestException, HTTPError, OSError, ValueError) as error:
            raise _no_answer(error) from None


class _NoAnswerError(Exception):
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


def _no_answer(error: Exception) -> _NoAnswerError:
    from requests.exceptions import SSLError, TooManyRedirects  # noqa: PLC0415 - see _session

    # The text of requests' errors repeats the address, credentials and all: only its kind is passed on.
    is_final = isinstance(error, SSLError | TooManyRedirects | ValueError)
    return _NoAnswerError(f"no answer ({type(error).__name__})", is_final=is_final)


def _pieces(response: "requests.Response", patience: Patience, *, decode: bool) -> Iterator[bytes]:
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - see _session

    started, size = time.monotonic(), 0
    while True:
        try:
            # What has come, be it one byte: reading until a whole piece is there could last for ever.
            piece: bytes = response.raw.read1(_CHUNK, decode_content=decode)
        except (HTTPError, OSError) as error:
            raise _NoAnswerError(f"the answer broke off ({type(error).__name__})", is_there=True) from None
        if not piece:
            return
        size += len(piece)
        lasted = time.monotonic() - started
        if lasted > patience.grace and size < lasted * _SLOWEST:
            said = f"the answer is too slow: {size} bytes in {lasted:.0f} seconds"
            raise _NoAnswerError(said, is_final=True, is_there=True)
        yield piece


def _bounded(pieces: Iterator[bytes], url: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > _MOST_BYTES:
            raise IndexFault(f"the answer is larger than {_MOST_BYTES >> 20} MB", place=masked(url))
        yield piece


def _retry_after(value: str) -> float | None:
    """Return the seconds to wait, which the header gives as a number or as a date (RFC 9110, 10.2.3)."""
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
