"""Looks into sdists and source trees for what builds them; nothing of a package is ever run.

Build systems: https://packaging.python.org/en/latest/specifications/pyproject-toml/#declaring-build-system-dependencies-the-build-system-table;
sdists: …/source-distribution-format/. An archive is read as it arrives and left as soon as its pyproject.toml was seen;
so its hash is not checked here: Nix checks it before anything is built.
"""

import configparser
import io
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import tomli
from pydantic import BaseModel, Field, ValidationError

from lock2nix.errors import IndexFault
from lock2nix.schemas.lock import BuildSystem

# What PEP 517 says of a tree without a [build-system]; nixpkgs' older setuptools cannot make wheels without wheel.
LEGACY = BuildSystem(requires=("setuptools", "wheel"), backend="setuptools.build_meta:__legacy__")

_MOST_MEMBERS = 200_000
_MOST_FILE_BYTES = 1 << 20  # of pyproject.toml or setup.cfg
_MOST_RATIO = 400  # unpacked to packed; text of the most repetitive real sdists comes to about 100
_FREE_BYTES = 64 << 20  # unpacked, before the ratio counts
_MOST_ZIP_BYTES = 512 << 20
_SPOOLED_BYTES = 8 << 20
_DEPTH = 2  # NAME-VERSION/pyproject.toml


def build_system_of_archive(pieces: Iterator[bytes], filename: str, subdirectory: PurePosixPath | None) -> BuildSystem:
    """Return the build system of an sdist that arrives in pieces. Raises IndexFault naming the file."""
    try:
        read = _from_zip if filename.endswith(".zip") else _from_tar
        return _build_system(read(pieces, subdirectory))
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise IndexFault(f"the archive cannot be read: {error}", place=filename) from None


def build_system_of_tree(folder: Path) -> BuildSystem:
    """Return the build system of a source tree on disk. Raises OSError or, if what it says is wrong, ValueError."""
    found = {name: (folder / name).read_bytes() for name in _WANTED if (folder / name).is_file()}
    return _build_system(found)


_WANTED = ("pyproject.toml", "setup.cfg")


class _Table(BaseModel):
    requires: list[str]
    backend: str | None = Field(alias="build-backend", default=None)


class _PyProject(BaseModel):
    build_system: _Table | None = Field(alias="build-system", default=None)


def _build_system(files: dict[str, bytes]) -> BuildSystem:
    if "pyproject.toml" in files:
        try:
            table = _PyProject.model_validate(tomli.loads(files["pyproject.toml"].decode("utf-8"))).build_system
        except (ValidationError, UnicodeDecodeError, tomli.TOMLDecodeError, RecursionError):
            raise ValueError("its pyproject.toml is not what PEP 518 describes") from None
        if table is not None:
            backend = table.backend or LEGACY.backend
            return BuildSystem(requires=tuple(table.requires), backend=backend)
    return LEGACY.model_copy(update={"requires": (*LEGACY.requires, *_setup_requires(files.get("setup.cfg", b"")))})


def _setup_requires(content: bytes) -> list[str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(content.decode("utf-8", errors="replace"))
    except configparser.Error:
        return []
    text = parser.get("options", "setup_requires", fallback="")
    return [line.strip() for line in text.replace(";\n", "\n").splitlines() if line.strip()]


def _from_tar(pieces: Iterator[bytes], subdirectory: PurePosixPath | None) -> dict[str, bytes]:
    reader = _Reader(pieces)
    found: dict[str, bytes] = {}
    unpacked = 0
    with tarfile.open(fileobj=reader, mode="r|*") as archive:
        for count, member in enumerate(archive):
            unpacked += member.size
            if count > _MOST_MEMBERS or unpacked > _FREE_BYTES + _MOST_RATIO * reader.taken:
                raise ValueError("it unpacks to far more than an sdist does")
            name = _wanted(member.name, subdirectory)
            if name is None or not member.isreg():
                continue
            if member.size > _MOST_FILE_BYTES:
                raise ValueError(f"its {name} has {member.size} bytes")
            file = archive.extractfile(member)
            found[name] = b"" if file is None else file.read()
            if name == "pyproject.toml" and b"build-system" in found[name]:
                break
    return found


def _from_zip(pieces: Iterator[bytes], subdirectory: PurePosixPath | None) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with tempfile.SpooledTemporaryFile(_SPOOLED_BYTES) as spool:
        for piece in pieces:
            spool.write(piece)
            if spool.tell() > _MOST_ZIP_BYTES:
                raise ValueError(f"it is larger than {_MOST_ZIP_BYTES >> 20} MB")
        spool.seek(0)
        with zipfile.ZipFile(spool) as archive:
            if len(archive.infolist()) > _MOST_MEMBERS:
                raise ValueError("it has far more members than an sdist")
            for member in archive.infolist():
                name = _wanted(member.filename, subdirectory)
                if name is None or member.is_dir():
                    continue
                with archive.open(member) as file:
                    found[name] = file.read(_MOST_FILE_BYTES + 1)
                if len(found[name]) > _MOST_FILE_BYTES:
                    raise ValueError(f"its {name} has more than {_MOST_FILE_BYTES} bytes")
    return found


def _wanted(member: str, subdirectory: PurePosixPath | None) -> str | None:
    """Return the name if the member is one of the files that we look for, at the top of the archive's one folder."""
    path = PurePosixPath(member)
    inner = PurePosixPath(*path.parts[1:])
    folder = subdirectory or PurePosixPath()
    if path.is_absolute() or ".." in path.parts or len(path.parts) < _DEPTH or inner.parent != folder:
        return None
    return inner.name if inner.name in _WANTED else None


class _Reader(io.RawIOBase):
    """A stream over pieces, which counts what was taken of them."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            raise ValueError("archives are read in pieces")
        parts, missing = [], size
        while missing:
            if not self._rest:
                self._rest = next(self._pieces, b"")
                if not self._rest:
                    break
            part, self._rest = self._rest[:missing], self._rest[missing:]
            parts.append(part)
            missing -= len(part)
        data = b"".join(parts)
        self.taken += len(data)
        return data
