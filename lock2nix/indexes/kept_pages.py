"""Pages of indexes that are kept, compressed, and asked for again only if they have changed.

What is kept is never believed without the server's word that it still holds, and is no more than what the server
said: whoever changes it can make an index seem to say something else, which the hashes of a lock refuse.
"""

import re
import zlib

from pydantic import ValidationError

from lock2nix.schemas.base import Model

from .addresses import without_login
from .cache import Cache
from .http import Http, Page, Unchanged
from .keeping import Keeping

_KIND = "page"
_MOST_BYTES = 8 << 20  # of a page, before it is compressed to a tenth
_GZIP, _FASTEST = 31, 1  # in zlib's words
_LOGIN = re.compile(rb"/\\?/[^/?#\\\s\"'<>]*@")  # in an address, also as JSON can write it


class _Kept(Model):
    """What is kept of a page besides its content."""

    url: str
    content_type: str
    keeping: Keeping


class KeptPages:
    """Pages from the web, with a cache behind them."""

    def __init__(self, http: Http, cache: Cache) -> None:
        self._http = http
        self._cache = cache

    def page(self, url: str, accept: str) -> Page | None:
        """Return the page at `url` as it is now, None where the server says that there is none. Raises IndexFault."""
        key = without_login(url)
        kept = self._kept(key)
        if kept is None:
            page = self._http.page(url, accept)
        else:
            said = self._http.page_if_changed(url, accept, kept.keeping)
            if isinstance(said, Unchanged):
                return kept.model_copy(update={"url": said.url, "keeping": said.keeping})
            page = said
        if page is not None and _may_be_kept(page):
            answer = _Kept(url=page.url, content_type=page.content_type, keeping=page.keeping)
            packed = page.packed or zlib.compress(page.content, _FASTEST, _GZIP)
            self._cache.put_content(_KIND, key, answer.model_dump(mode="json"), packed)
        return page

    def _kept(self, key: str) -> Page | None:
        answer, packed = self._cache.get_content(_KIND, key)
        try:
            kept = _Kept.model_validate(answer)
            unpacking = zlib.decompressobj(_GZIP)
            content = unpacking.decompress(packed, _MOST_BYTES)
        except (ValidationError, zlib.error):
            return None
        if not unpacking.eof or not kept.keeping.conditions:
            return None
        return Page(url=kept.url, content_type=kept.content_type, content=content, keeping=kept.keeping)


def _may_be_kept(page: Page) -> bool:
    return (
        not page.keeping.is_forbidden
        and bool(page.keeping.conditions)
        and len(page.content) <= _MOST_BYTES
        and (b"@" not in page.content or _LOGIN.search(page.content) is None)
    )
