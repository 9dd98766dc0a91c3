"""Undoes the compression of archives as they arrive, in pieces of bounded size.

gzip: RFC 1952; bzip2 and xz as their libraries define them. A few bytes of an archive can stand for ten thousand times
as many: it is never unpacked all at once.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

STEP = 1 << 18
"""The most bytes that one piece has."""

_XZ_MEMORY = 256 << 20  # xz -9 wants 65 MB
_LONGEST_MAGIC = 6


def unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what the pieces stand for; of an archive that is not compressed they are themselves.

    Raises ValueError if the compression is broken, and EOFError if the archive ends too early.
    """
    head = b""
    while len(head) < _LONGEST_MAGIC and (piece := next(pieces, b"")):
        head += piece
    new = next((form for magic, form in _FORMS.items() if head.startswith(magic)), None)
    if new is None:
        yield head
        yield from pieces
        return
    try:
        yield from _streams(new, head, pieces)
    except (zlib.error, lzma.LZMAError, OSError) as error:
        raise ValueError(f"its compression is broken: {error}") from None


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """zlib's decompressor with the manners of the other two: it keeps the input that it has no room for yet."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)


_FORMS: dict[bytes, Callable[[], _Decompressor]] = {
    b"\x1f\x8b": _Gzip,
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY),
}


def _streams(new: Callable[[], _Decompressor], head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the content of one stream after the other, as parallel compressors write them."""
    stream, data = new(), head
    while True:
        while (out := stream.decompress(data, STEP)) or stream.eof:
            data = b""
            if out:
                yield out
            if stream.eof:
                # Zeros after the last stream only fill up its block.
                data = stream.unused_data.lstrip(b"\0")
                while not data and (more := next(pieces, b"")):
                    data = more.lstrip(b"\0")
                if not data:
                    return
                stream = new()
        data = next(pieces, b"")
        if not data:
            raise EOFError("it ends too early")
