"""Takes a few small files out of an archive that nobody trusts, without unpacking the rest.

Memory is bounded whatever the archive says: pieces of compressed input and at most STEP bytes of what they stand for;
the headers between two members; the wanted files, each of at most a megabyte; the table of contents of a .zip. As that
stands at its end, a .zip that arrives in pieces is kept in a temporary file that has no name.
"""

import io
import itertools
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO

from .unpacking import unpacked

MOST_FILE_BYTES = 1 << 20

_MOST_WANTED_BYTES = 12 << 20  # of all wanted files together: some sdists have a dozen Cargo.locks
_MOST_MEMBERS = 100_000
_MOST_ARCHIVE_BYTES = 2 << 30
_MOST_RATIO = 400  # unpacked to packed; text of the most repetitive real sdists comes to about 100
_FREE_BYTES = 64 << 20  # unpacked, before the ratio counts
_MOST_HEADER_BYTES = 1 << 20  # between two members of a .tar: long names and the like
_MOST_CONTENTS_BYTES = 8 << 20  # the table of contents of a .zip
_MOST_CONTENTS = 50_000  # what it lists; zipfile wants half a kilobyte of memory for each
_ENTRY = b"PK\x01\x02"
_MOST_ZIP_BYTES = 2 << 30  # on disk
_SPOOLED_BYTES = 8 << 20
_PLAIN_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

Wanted = Callable[[PurePosixPath], str | None]
"""Says under which name a member is wanted, if it is."""

Enough = Callable[[Mapping[str, bytes]], bool]
"""Says whether the files that were found will do, so that nothing more is read."""

REFUSALS = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError)
"""What reading an archive raises: RuntimeErrors are those of encrypted or exotic .zip files."""


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a file on disk."""
    while piece := file.read(1 << 16):
        yield piece


def from_tar(pieces: Iterator[bytes], wanted: Wanted, enough: Enough) -> dict[str, bytes]:
    """Return the wanted files of a .tar, compressed or not, which is read no further than needed.

    Unless they were enough, all pieces are taken: what is not in it is known only of the whole archive, and tarfile
    takes a damaged header for the end.
    """
    packed = _Counted(pieces)
    reader = _TarReader(packed)
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=reader, mode="r|") as archive:
        for count in itertools.count():
            member = archive.next()
            if member is None:
                for _ in packed:
                    pass
                break
            archive.members.clear()  # type: ignore[attr-defined] # undocumented, or it would remember them all
            if count > _MOST_MEMBERS:
                raise ValueError("it has far more members than an sdist")
            if member.size < 0:
                raise ValueError("a size in it is negative")
            name = wanted(_path(member.name))
            if name is not None and not member.isdir():
                if not member.isreg():
                    raise ValueError(f"its {name} is not a plain file")
                _refuse_large(name, member.size)
                reader.allow(member.size)
                file = archive.extractfile(member)
                _add(found, name, b"" if file is None else file.read())
                if enough(found):
                    break
            reader.allow(member.size)
    return found


def from_zip(pieces: Iterator[bytes], wanted: Wanted) -> dict[str, bytes]:
    """Return the wanted files of a .zip."""
    with tempfile.SpooledTemporaryFile(_SPOOLED_BYTES) as spool:
        for piece in pieces:
            spool.write(piece)
            if spool.tell() > _MOST_ZIP_BYTES:
                raise ValueError(f"it is larger than {_MOST_ZIP_BYTES >> 20} MB")
        return from_zip_file(spool, wanted)


def from_zip_file(file: IO[bytes] | io.BufferedIOBase, wanted: Wanted) -> dict[str, bytes]:
    """Return the wanted files of a .zip that can be read anywhere; no more of it is read than needed."""
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(_ZipReader(file)) as archive:
        for member in archive.infolist():
            name = wanted(_path(member.filename))
            if name is not None and not member.is_dir():
                _add(found, name, _content(archive, member, name))
    return found


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    # The other methods are unpacked by zipfile without a bound.
    if stat.S_ISLNK(member.external_attr >> 16) or member.compress_type not in _PLAIN_METHODS:
        raise ValueError(f"its {name} is not a plain file")
    with archive.open(member) as file:
        content = file.read(MOST_FILE_BYTES + 1)
    _refuse_large(name, len(content))
    return content


def _path(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("a path in it leads out of it")
    return path


def _add(found: dict[str, bytes], name: str, content: bytes) -> None:
    if found.setdefault(name, content) != content:
        raise ValueError(f"it has two different {name}")
    if sum(map(len, found.values())) > _MOST_WANTED_BYTES:
        raise ValueError(f"it has more than {_MOST_WANTED_BYTES >> 20} MB of files that say how it is built")


def _refuse_large(name: str, size: int) -> None:
    if size > MOST_FILE_BYTES:
        raise ValueError(f"its {name} is larger than {MOST_FILE_BYTES >> 20} MB")


class _Counted(Iterator[bytes]):
    """Pieces, and how many bytes of them were taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.size = 0

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        self.size += len(piece)
        if self.size > _MOST_ARCHIVE_BYTES:
            raise ValueError(f"it is larger than {_MOST_ARCHIVE_BYTES >> 30} GB")
        return piece


class _TarReader(io.RawIOBase):
    """What pieces unpack to, while it is in proportion, and no more than was allowed.

    The latter because tarfile reads headers of any size into memory.
    """

    def __init__(self, packed: _Counted) -> None:
        self._packed = packed
        self._pieces = unpacked(packed)
        self._rest = b""
        self._size = 0
        self._left = _MOST_HEADER_BYTES

    def allow(self, size: int) -> None:
        """Allow a member of this size to be read or passed over, and then the next one's headers."""
        self._left = size + _MOST_HEADER_BYTES

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, missing = [], size
        while missing > 0:
            self._rest = self._rest or next(self._pieces, b"")
            if not self._rest:
                break
            part, self._rest = self._rest[:missing], self._rest[missing:]
            parts.append(part)
            missing -= len(part)
        data = b"".join(parts)
        self._left -= len(data)
        self._size += len(data)
        if self._left < 0:
            raise ValueError("it has more between two files than an sdist does")
        if self._size > _FREE_BYTES + _MOST_RATIO * self._packed.size:
            raise ValueError("it unpacks to far more than an sdist does")
        return data


class _ZipReader(io.BufferedIOBase):
    """A seekable file that is read a little at a time: zipfile takes in a table of contents of any size."""

    def __init__(self, file: IO[bytes] | io.BufferedIOBase) -> None:
        self._file = file

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def read(self, size: int | None = -1) -> bytes:
        bound = _MOST_CONTENTS_BYTES + 1
        data = self._file.read(bound if size is None or size < 0 else min(size, bound))
        if len(data) == bound or data.count(_ENTRY) > _MOST_CONTENTS:
            raise ValueError("it has far more members than a package")
        return data
