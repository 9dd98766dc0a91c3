"""The metadata of a wheel or sdist on an index, with as little of the file downloaded as the server allows.

In this order: the file that lies beside (PEP 658, PEP 714); of a wheel parts, then all of it, of an sdist as much as
says it. What was read in parts, or left before its end, cannot be held against its hash; Nix does that before anything
is installed, and nothing is concluded from what is missing there.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import IndexFault
from lock2nix.schemas.metadata import CoreMetadata

from .addresses import masked, origin
from .core_metadata import parse_metadata
from .digests import checked, digests, refuse_other
from .http import Http
from .members import MOST_FILE_BYTES, REFUSALS, Wanted, from_tar, from_zip, from_zip_file
from .ranges import NoPartsError, RemoteFile
from .simple import IndexFile
from .static_metadata import is_enough, is_wanted, metadata_of_sdist
from .trees import inside

_METADATA = "METADATA"
_WHEEL, _ZIP = ".whl", ".zip"


class Project(NamedTuple):
    """Of what a file is: the name of the project, and where in an archive it lies."""

    name: NormalizedName
    subdirectory: PurePosixPath | None = None


class MetadataReader:
    """Reads the metadata of files; remembers which servers send no parts."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._send_no_parts: set[str] = set()

    def read(self, file: IndexFile, project: Project) -> CoreMetadata:
        """Return the metadata of a file. Raises IndexFault if it cannot be had, or contradicts a hash."""
        try:
            content = self._beside(file) if file.core_metadata else None
            if file.filename.endswith(_WHEEL):
                return parse_metadata(self._inside(file) if content is None else content, is_sdist=False)
            if content is not None and (found := parse_metadata(content, is_sdist=True)).requires is not None:
                return found
            return self._http.read(file.url, lambda pieces: _of_sdist(_checked(pieces, file), file.filename, project))
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
        wanted = _wanted_of_wheel(file.filename)
        server = origin(file.url)
        if server not in self._send_no_parts:
            try:
                return _only(from_zip_file(RemoteFile(self._http, file.url), wanted))
            except NoPartsError:
                self._send_no_parts.add(server)
        return self._http.read(file.url, lambda pieces: _only(from_zip(_checked(pieces, file), wanted)))


def metadata_of_archive(pieces: Iterator[bytes], filename: str, project: Project) -> CoreMetadata:
    """Return the metadata of a wheel or sdist that arrives in pieces. Raises IndexFault naming the file."""
    try:
        if filename.endswith(_WHEEL):
            return parse_metadata(_only(from_zip(pieces, _wanted_of_wheel(filename))), is_sdist=False)
        return _of_sdist(pieces, filename, project)
    except REFUSALS as error:
        raise IndexFault(f"the archive cannot be read: {error}", place=filename) from None


def _of_sdist(pieces: Iterator[bytes], filename: str, project: Project) -> CoreMetadata:
    def wanted(path: PurePosixPath) -> str | None:
        place = inside(path, project.subdirectory)
        return str(place) if place is not None and is_wanted(place, project.name) else None

    if filename.endswith(_ZIP):
        return metadata_of_sdist(from_zip(pieces, wanted), project.name)
    return metadata_of_sdist(from_tar(pieces, wanted, lambda files: is_enough(files, project.name)), project.name)


def _wanted_of_wheel(filename: str) -> Wanted:
    """Return what picks the metadata of a wheel's own project."""
    project = canonicalize_name(filename.split("-", 1)[0])

    def wanted(path: PurePosixPath) -> str | None:
        if len(path.parts) != 2:  # noqa: PLR2004 - the folder and the file in it
            return None
        folder, name = path.parts
        is_own = folder.endswith(".dist-info") and canonicalize_name(folder).startswith(f"{project}-")
        return _METADATA if name == _METADATA and is_own else None

    return wanted


def _checked(pieces: Iterator[bytes], file: IndexFile) -> Iterator[bytes]:
    return checked(pieces, file.hashes, file.url)


def _only(found: Mapping[str, bytes]) -> bytes:
    content = next(iter(found.values()), None)
    if content is None:
        raise ValueError("there is no metadata in it")
    return content
