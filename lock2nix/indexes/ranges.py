"""A file on the web that is read here and there, as if it were on disk.

Range requests: https://www.rfc-editor.org/rfc/rfc9110#section-14.
"""

import io

from .http import Http, Part

_TAIL = 1 << 16  # most wheels keep their metadata and their table of contents there
_STEP = 1 << 15
_MOST_PARTS = 64
_MOST_BYTES = 16 << 20


class NoPartsError(Exception):
    """The server does not send parts of this file, or sends others than it was asked for."""


class RemoteFile(io.BufferedIOBase):
    """A file on the web; the parts that were read are kept, and bounded in number and size.

    Opening and reading raise NoPartsError or IndexFault, and ValueError where too much is read.
    """

    def __init__(self, http: Http, url: str) -> None:
        self._http = http
        self._url = url
        tail = http.part(url, None, _TAIL)
        if tail is None:
            raise NoPartsError
        self._total = tail.total
        self._parts: list[Part] = [tail]
        self._at = 0

    def seekable(self) -> bool:
        """Whether one can seek: yes."""
        return True

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an offset from the start, from here, or from the end."""
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._total}[whence]
        if at < 0:
            raise OSError("this is before the beginning")  # as a file on disk has it, which zipfile expects
        self._at = at
        return at

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes: fewer than `size` only at the end."""
        left = max(0, self._total - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        pieces = []
        while wanted > 0:
            part = self._part(wanted)
            inside = self._at - part.start
            piece = part.content[inside : inside + wanted]
            pieces.append(piece)
            self._at += len(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def _part(self, wanted: int) -> Part:
        """Return a part with the byte that is next, and as many of the following as one request should fetch."""
        for kept in self._parts:
            if kept.start <= self._at < kept.start + len(kept.content):
                return kept
        # What lies behind is there already where it is the tail that is reached.
        end = min((kept.start for kept in self._parts if kept.start > self._at), default=self._total)
        size = min(max(wanted, _STEP), end - self._at)
        if len(self._parts) >= _MOST_PARTS or size + sum(len(kept.content) for kept in self._parts) > _MOST_BYTES:
            raise ValueError("too much of it would have to be read")
        new = self._http.part(self._url, self._at, size)
        if new is None or new.total != self._total:
            raise NoPartsError
        self._parts.append(new)
        return new
