"""HTTP for the indexes: the one module that imports requests.

One pooled session, bounded concurrency, time-outs, and urllib3's own retries (429 with Retry-After, server errors,
resets). Credentials of an address never appear in a message.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit, urlunsplit

from lock2nix import __version__
from lock2nix.errors import IndexFault
from lock2nix.schemas.base import Model

if TYPE_CHECKING:
    import requests

Key = TypeVar("Key")
Value = TypeVar("Value")

_WORKERS = 8
_TIMEOUTS = (10.0, 30.0)  # seconds to connect, and between two pieces of an answer
_RETRIES = 4
_CHUNK = 1 << 16
_MOST_BYTES = 64 << 20  # of a page: the largest of PyPI's has 20 MB


class Page(Model):
    """A page of an index: its address after redirects, its content type, and its bytes."""

    url: str
    content_type: str
    content: bytes


class Http:
    """A connection pool; safe to use from several threads."""

    def page(self, url: str, accept: str) -> Page | None:
        """Return the page at `url`, None where the server says that there is none. Raises IndexFault."""
        with self._answer(url, accept) as response:
            if response is None:
                return None
            content = b"".join(_bounded(response, url))
            kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
            return Page(url=response.url, content_type=kind, content=content)

    @contextmanager
    def stream(self, url: str) -> Iterator[Iterator[bytes]]:
        """Give the bytes of a file piece by piece; leaving the block early ends the download. Raises IndexFault."""
        with self._answer(url, "*/*") as response:
            if response is None:
                raise IndexFault("there is no such file", place=masked(url))
            yield _pieces(response, url)

    @cached_property
    def _session(self) -> "requests.Session":
        # Imported late: an offline run does not pay for it.
        import requests  # noqa: PLC0415
        from requests.adapters import HTTPAdapter  # noqa: PLC0415
        from urllib3.util import Retry  # noqa: PLC0415

        retry = Retry(
            total=_RETRIES,
            backoff_factor=0.25,
            status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods={"GET"},
            raise_on_status=False,
        )
        session = requests.Session()
        session.headers["User-Agent"] = f"lock2nix/{__version__}"
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=retry, pool_maxsize=_WORKERS))
        return session

    @contextmanager
    def _answer(self, url: str, accept: str) -> Iterator["requests.Response | None"]:
        from requests import RequestException  # noqa: PLC0415 - see _session

        try:
            response = self._session.get(url, headers={"Accept": accept}, timeout=_TIMEOUTS, stream=True)
        except (RequestException, OSError) as error:
            raise _fault(url, error) from None
        with response:
            if response.status_code in {404, 410}:
                yield None
                return
            if not response.ok:
                message = f"the server answers {response.status_code} {response.reason}"
                raise IndexFault(message, place=masked(url), hint=_hint(response.status_code))
            yield response


def in_parallel(
    keys: Iterable[Key], ask: Callable[[Key], Value], heard: Callable[[int, int], None] | None = None
) -> dict[Key, Value]:
    """Return what `ask` says for each key, asked a few at a time; `heard` is told how many are done, and of how many.

    The first exception ends it: what has not been asked by then is not asked.
    """
    wanted = list(dict.fromkeys(keys))
    answers: dict[Key, Value] = {}
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        futures = {pool.submit(ask, key): key for key in wanted}
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                answers[futures[future]] = future.result()
                if heard is not None:
                    heard(done, len(wanted))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {key: answers[key] for key in wanted}


def masked(url: str) -> str:
    """Return the address without the user and password that it may carry."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _pieces(response: "requests.Response", url: str) -> Iterator[bytes]:
    from requests import RequestException  # noqa: PLC0415 - see _session

    try:
        yield from response.iter_content(_CHUNK)
    except (RequestException, OSError) as error:
        raise _fault(url, error) from None


def _bounded(response: "requests.Response", url: str) -> Iterator[bytes]:
    size = 0
    for piece in _pieces(response, url):
        size += len(piece)
        if size > _MOST_BYTES:
            raise IndexFault(f"the answer is larger than {_MOST_BYTES >> 20} MB", place=masked(url))
        yield piece


def _fault(url: str, error: Exception) -> IndexFault:
    # The text of requests' errors repeats the address, credentials and all: only its kind is passed on.
    kind = type(error).__name__
    return IndexFault(f"no answer ({kind})", place=masked(url), hint="is the network there? --offline does without it")


def _hint(status: int) -> str | None:
    return "does the index want a login? netrc is looked at" if status in {401, 403} else None
