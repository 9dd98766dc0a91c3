"""Archives that are small on the wire: refused while memory stays within a bound, which is stated here."""

import bz2
import io
import lzma
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator

import pytest

from lock2nix.errors import IndexFault
from lock2nix.indexes import members
from lock2nix.indexes.archives import build_system_of_archive

from .archive_files import Member, counted, tarred

MOST_MEMORY = 24 << 20  # bytes, on top of xz's own dictionary
MOST_SECONDS = 20  # they take less than one


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def compressed(form: str, content: Iterator[bytes]) -> Iterator[bytes]:
    if form == ".tar.gz":
        packer = zlib.compressobj(9, wbits=31)
        yield from (packed for piece in content if (packed := packer.compress(piece)))
    elif form == ".tar.bz2":
        bzip2 = bz2.BZ2Compressor()
        yield from (packed for piece in content if (packed := bzip2.compress(piece)))
    else:
        xz = lzma.LZMACompressor(preset=1)
        yield from (packed for piece in content if (packed := xz.compress(piece)))


def zeros(head: bytes, megabytes: int) -> Iterator[bytes]:
    yield head
    for _ in range(megabytes):
        yield bytes(1 << 20)


def refused(content: Iterator[bytes], form: str) -> str:
    """Return the message of the refusal, after a look at time and memory."""
    before = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(IndexFault) as caught:
            build_system_of_archive(content, f"x-1{form}", None)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < MOST_MEMORY
    assert time.monotonic() - before < MOST_SECONDS
    return caught.value.message


@pytest.mark.parametrize("form", [".tar.gz", ".tar.bz2", ".tar.xz"])
def test_a_file_of_zeros(form: str) -> None:
    bomb = list(compressed(form, zeros(header("x-1/zeros", 10 << 30), 250)))
    taken: list[int] = []
    assert "unpacks to far more" in refused(counted(iter(bomb), taken), form)
    assert sum(taken) < 1 << 20


@pytest.mark.parametrize("form", [".tar.gz", ".tar.bz2", ".tar.xz"])
def test_many_files_of_zeros(form: str) -> None:
    def many() -> Iterator[bytes]:
        for n in range(250):
            yield header(f"x-1/{n}", 1 << 20) + bytes(1 << 20)

    assert "unpacks to far more" in refused(iter(list(compressed(form, many()))), form)


@pytest.mark.parametrize("form", [".tar.gz", ".tar.bz2", ".tar.xz"])
def test_many_wanted_files(form: str) -> None:
    def many() -> Iterator[bytes]:
        for n in range(250):
            yield header(f"x-1/{n}/Cargo.lock", 1 << 20) + bytes(1 << 20)

    assert "files that say how it is built" in refused(iter(list(compressed(form, many()))), form)


@pytest.mark.parametrize("form", [".tar.gz", ".tar.bz2", ".tar.xz"])
@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_headers_of_zeros(form: str, kind: bytes) -> None:
    bomb = list(compressed(form, zeros(header("x-1/h", 1 << 30, kind), 100)))
    assert "between two files" in refused(iter(bomb), form)


def test_one_piece_that_stands_for_a_gigabyte() -> None:
    packer = bz2.BZ2Compressor()
    bomb = b"".join(packer.compress(piece) for piece in zeros(header("x-1/h", 1 << 30, tarfile.XHDTYPE), 256))
    assert len(bomb) < 1 << 15
    assert "between two files" in refused(iter([bomb]), ".tar.bz2")


def test_endless_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "_MOST_MEMBERS", 5000)

    def members_without_end() -> Iterator[bytes]:
        one = header("x-1/empty", 0)
        while True:
            yield one * 1000

    assert "far more members" in refused(members_without_end(), ".tar")


def test_endless_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "_MOST_ARCHIVE_BYTES", 16 << 20)
    assert "larger than" in refused(zeros(header("x-1/large", 1 << 30), 1000), ".tar")


@pytest.mark.parametrize("size", [-1, -(1 << 40)])
def test_negative_sizes(size: int) -> None:
    block = bytearray(header("x-1/pyproject.toml", 0))
    block[124:136] = b"\xff" + (256**11 + size).to_bytes(11, "big")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    assert refused(iter([bytes(block) * 3 + bytes(10240)]), ".tar")


def test_sparse_file() -> None:
    # GNU's old form says how large the file is with its holes: here a terabyte of them.
    block = bytearray(header("x-1/pyproject.toml", 0, tarfile.GNUTYPE_SPARSE))
    block[483:495] = b"\x80" + (1 << 40).to_bytes(11, "big")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    assert refused(iter([bytes(block) + bytes(10240)]), ".tar")


def test_zip_of_zeros() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x-1/pyproject.toml", "w") as file:
        for piece in zeros(b"", 200):
            file.write(piece)
    assert "larger than 1 MB" in refused(iter([buffer.getvalue()]), ".zip")


@pytest.mark.parametrize("size", [4 << 20, 16 << 20])
def test_zip_with_a_huge_table_of_contents(size: int) -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    count = size // len(entry)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count % 65536, count % 65536, count * len(entry), 0, 0)
    pieces = (entry * 1000 for _ in range(count // 1000))
    content = b"".join(pieces) + entry * (count % 1000) + end
    assert "far more members" in refused((content[i : i + 65536] for i in range(0, len(content), 65536)), ".zip")


def test_zip_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "_MOST_ZIP_BYTES", 16 << 20)
    assert "larger than 16 MB" in refused(zeros(b"PK\x03\x04", 1000), ".zip")


def test_an_honest_archive_stays_within_the_bound() -> None:
    content = tarred(Member("x-1/a", bytes(1 << 20)), Member("x-1/setup.py", b""))
    tracemalloc.start()
    assert build_system_of_archive(iter([content]), "x-1.tar", None).backend
    assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    tracemalloc.stop()
