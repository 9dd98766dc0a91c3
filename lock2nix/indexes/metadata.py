"""The metadata of a wheel or sdist on an index, with as little of the file downloaded as the server allows.

In this order: the file that lies beside (PEP 658, PEP 714); parts of the archive; the archive. What was read in parts,
or left before its end, cannot be held against the archive's hash; Nix does that before anything is installed.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit, urlunsplit

from packaging.utils import canonicalize_name

from lock2nix.errors import IndexFault
from lock2nix.schemas.metadata import CoreMetadata

from .addresses import masked, origin
from .core_metadata import parse_metadata
from .digests import checked, digests, refuse_other
from .http import Http
from .members import MOST_FILE_BYTES, REFUSALS, Wanted, from_tar, from_zip, from_zip_file
from .ranges import NoPartsError, RemoteFile
from .simple import IndexFile

_METADATA, _PKG_INFO = "METADATA", "PKG-INFO"
_ZIPS = (".whl", ".zip")


class MetadataReader:
    """Reads the metadata of files; remembers which servers send no parts."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._send_no_parts: set[str] = set()

    def read(self, file: IndexFile) -> CoreMetadata:
        """Return the metadata of a file. Raises IndexFault if it cannot be had, or contradicts a hash."""
        content = self._beside(file) if file.core_metadata else None
        try:
            return _parsed(self._inside(file) if content is None else content, file.filename)
        except REFUSALS as error:
            raise IndexFault(f"{file.filename} cannot be read: {error}", place=masked(file.url)) from None

    def _beside(self, file: IndexFile) -> bytes | None:
        """Return the file's `.metadata`; None where the index promised what is not there."""
        parts = urlsplit(file.url)
        url = urlunsplit(parts._replace(path=f"{parts.path}.metadata"))
        content = self._http.supplement(url)
        if content is None:
            return None
        refuse_other(file.metadata_hashes, digests([content], (h.algorithm for h in file.metadata_hashes)), url)
        is_metadata = len(content) <= MOST_FILE_BYTES and b"Metadata-Version:" in content
        return content if is_metadata else None

    def _inside(self, file: IndexFile) -> bytes:
        if not file.filename.endswith(_ZIPS):
            return self._http.read(file.url, lambda pieces: _of_tar(checked(pieces, file.hashes, file.url)))
        server = origin(file.url)
        if server not in self._send_no_parts:
            try:
                return _only(from_zip_file(RemoteFile(self._http, file.url), _wanted(file.filename)))
            except NoPartsError:
                self._send_no_parts.add(server)
        return self._http.read(file.url, lambda pieces: _of_zip(checked(pieces, file.hashes, file.url), file.filename))


def metadata_of_archive(pieces: Iterator[bytes], filename: str) -> CoreMetadata:
    """Return the metadata of a wheel or sdist that arrives in pieces. Raises IndexFault naming the file."""
    try:
        content = _of_zip(pieces, filename) if filename.endswith(_ZIPS) else _of_tar(pieces)
        return _parsed(content, filename)
    except REFUSALS as error:
        raise IndexFault(f"the archive cannot be read: {error}", place=filename) from None


def _parsed(content: bytes, filename: str) -> CoreMetadata:
    return parse_metadata(content, is_sdist=not filename.endswith(".whl"))


def _of_zip(pieces: Iterator[bytes], filename: str) -> bytes:
    return _only(from_zip(pieces, _wanted(filename)))


def _of_tar(pieces: Iterator[bytes]) -> bytes:
    return _only(from_tar(pieces, _wanted(""), bool))


def _wanted(filename: str) -> Wanted:
    """Return what picks the metadata: of a wheel that of its own project, of an sdist that of its one folder."""
    project = canonicalize_name(filename.split("-", 1)[0])

    def wanted(path: PurePosixPath) -> str | None:
        if len(path.parts) != 2:  # noqa: PLR2004 - the folder and the file in it
            return None
        folder, name = path.parts
        if not filename.endswith(".whl"):
            return _PKG_INFO if name == _PKG_INFO else None
        is_own = folder.endswith(".dist-info") and canonicalize_name(folder).startswith(f"{project}-")
        return _METADATA if name == _METADATA and is_own else None

    return wanted


def _only(found: Mapping[str, bytes]) -> bytes:
    content = next(iter(found.values()), None)
    if content is None:
        raise ValueError("there is no metadata in it")
    return content
