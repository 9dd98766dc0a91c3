"""HTTP for the indexes, over one pool of connections (transport.py).

Time-outs, and retries with back-off where they help: 429 and 503 with Retry-After, server errors, resets, answers that
end too early. A host that never answers is given up, so that a dead network is not waited for once per package.
Credentials of an address are kept to its host, and never appear in a message.
"""

import re
import time
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from lock2nix.errors import IndexFault
from lock2nix.schemas.base import Model

from .addresses import masked, on_the_web, origin
from .keeping import Keeping, keeping
from .logins import Logins
from .parallel import WORKERS
from .transport import NoAnswerError, Transport

if TYPE_CHECKING:
    from .transport import Answer

Value = TypeVar("Value")

_CHUNK = 1 << 16
_MOST_BYTES = 64 << 20  # of a page: the largest of PyPI's has 20 MB
_SLOWEST = 1 << 10  # bytes per second
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_NONE = frozenset({404, 410})
_UNAUTHORISED = 401
_PARTIAL = 206
_BAD = 400  # and above
_NOT_MODIFIED = 304
_NO_PARTS = frozenset({400, 405, 416, 501})  # what else servers say to a Range that they do not like
_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
_GZIP = 31  # how zlib is told of it
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


class Page(Model):
    """A page of an index: its address after redirects, its content type, its bytes, and whether it may be kept.

    `packed` is the content as it travelled, in gzip, if it did so.
    """

    url: str
    content_type: str
    content: bytes
    packed: bytes | None = None
    keeping: Keeping = Keeping()


class Unchanged(Model):
    """The word of a server that a page is as it was."""

    url: str
    keeping: Keeping


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
        self._transport = Transport(certificates)
        self._faults: Counter[str] = Counter()
        self._send_no_supplements: set[str] = set()

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._transport.close()

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
        except NoAnswerError as failed:
            with self._lock:
                self._send_no_supplements.add(server)
                self._faults[server] += 0 if failed.is_there else 1
            return None
        return None if page is None else page.content

    def page_if_changed(self, url: str, accept: str, kept: Keeping) -> Page | Unchanged | None:
        """Return the same as `page`, unless it is still the one that was kept with this. Raises IndexFault."""

        def read() -> Page | Unchanged | None:
            with self._answer(url, {"Accept": accept, "Accept-Encoding": "gzip", **kept.conditions}) as response:
                if response.status == _NOT_MODIFIED:
                    return Unchanged(url=response.url, keeping=keeping(response.headers))
                return self._page_of(response, url)

        return self._patiently(url, read)

    def read(self, url: str, look: Callable[[Iterator[bytes]], Value]) -> Value:
        """Return what `look` makes of the pieces of a file; once it returns, nothing more is downloaded.

        Where the download breaks off, `look` is called again with the file from its beginning. Raises IndexFault.
        """

        def once() -> Value:
            # A server that takes .tar.gz for an encoding would have it undone on the way: the file is wanted as it is.
            with self._answer(url, {"Accept": "*/*", "Accept-Encoding": "identity"}) as response:
                if response.status in _NONE:
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
                if response.status in _NONE:
                    raise IndexFault("there is no such file", place=masked(url))
                said = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
                if response.status != _PARTIAL or said is None or "Content-Encoding" in response.headers:
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
        with self._answer(url, {"Accept": accept, "Accept-Encoding": "gzip"}) as response:
            return self._page_of(response, url)

    def _page_of(self, response: "Answer", url: str) -> Page | None:
        if response.status in _NONE:
            return None
        is_packed = response.headers.get("Content-Encoding", "").strip().lower() == "gzip"
        received = b"".join(_bounded(_pieces(response, self._patience, decode=not is_packed), url))
        return Page(
            url=response.url,
            content_type=response.headers.get("Content-Type", "").split(";")[0].strip().lower(),
            content=_unpacked(received, url) if is_packed else received,
            packed=received if is_packed else None,
            # What was shown to a login is for nobody else, and may have secrets in its addresses.
            keeping=keeping(response.headers) if response.is_public else Keeping(is_forbidden=True),
        )

    def _patiently(self, url: str, ask: Callable[[], Value]) -> Value:
        try:
            return self._retried(url, ask)
        except NoAnswerError as failed:
            with self._lock:
                self._faults[origin(url)] += 1
            raise IndexFault(failed.message, place=masked(url), hint=_NETWORK_HINT) from None

    def _retried(self, url: str, ask: Callable[[], Value]) -> Value:
        """Return the answer, asking again where that helps. Raises IndexFault, and the last NoAnswerError."""
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
            except NoAnswerError as failed:
                wait = self._patience.backoff * 2 ** (attempt - 1) if failed.wait is None else failed.wait
                if failed.is_final or attempt >= self._patience.attempts or wait > self._patience.longest_wait:
                    raise
            attempt += 1
            time.sleep(wait)

    @cached_property
    def _logins(self) -> Logins:
        return self._find_logins()

    @contextmanager
    def _answer(self, url: str, headers: Mapping[str, str], accepted: Collection[int] = ()) -> Iterator["Answer"]:
        with self._lock:
            auth = self._logins.of(url)
        response = self._transport.get(url, headers, auth, self._patience.timeouts)
        if response.status == _UNAUTHORISED and origin(response.url) == origin(url):
            other = self._logins.after_refusal(url, auth)
            if other is not None:
                response.close()
                response = self._transport.get(url, headers, other, self._patience.timeouts)
        with closing(response):
            status = response.status
            said = f"the server answers {status} {_REASONS.get(status, '')}".rstrip()
            if status in _AGAIN:
                wait = _retry_after(response.headers.get("Retry-After", ""))
                raise NoAnswerError(said, wait=wait, is_there=True)
            if status >= _BAD and status not in _NONE and status not in accepted:
                hint = _LOGIN_HINT if status in {401, 403} else None
                raise IndexFault(said, place=masked(url), hint=hint)
            yield response


def _pieces(response: "Answer", patience: Patience, *, decode: bool) -> Iterator[bytes]:
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - an offline run does not pay for it

    started, size = time.monotonic(), 0
    while True:
        try:
            # What has come, be it one byte: reading until a whole piece is there could last for ever.
            piece: bytes = response.raw.read1(_CHUNK, decode_content=decode)
        except (HTTPError, OSError) as error:
            raise NoAnswerError(f"the answer broke off ({type(error).__name__})", is_there=True) from None
        if not piece:
            return
        size += len(piece)
        lasted = time.monotonic() - started
        if lasted > patience.grace and size < lasted * _SLOWEST:
            said = f"the answer is too slow: {size} bytes in {lasted:.0f} seconds"
            raise NoAnswerError(said, is_final=True, is_there=True)
        yield piece


def _bounded(pieces: Iterator[bytes], url: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        _refuse_large(size, url)
        yield piece


def _refuse_large(size: int, url: str) -> None:
    if size > _MOST_BYTES:
        raise IndexFault(f"the answer is larger than {_MOST_BYTES >> 20} MB", place=masked(url))


def _unpacked(packed: bytes, url: str) -> bytes:
    """Return what is packed with gzip, in one stream or several (RFC 1952, 2.2)."""
    content = b""
    while packed:
        stream = zlib.decompressobj(_GZIP)
        try:
            content += stream.decompress(packed, _MOST_BYTES + 1 - len(content))
        except zlib.error as error:
            raise NoAnswerError(f"the answer is broken ({type(error).__name__})", is_there=True) from None
        _refuse_large(len(content), url)
        if not stream.eof:
            raise NoAnswerError("the answer broke off (EOFError)", is_there=True)
        packed = stream.unused_data
    return content


def _retry_after(value: str) -> float | None:
    """Return the seconds to wait, which the header gives as a number or as a date (RFC 9110, 10.2.3)."""
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
