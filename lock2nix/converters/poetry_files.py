"""Which files of poetry.lock belong to which package.

Three generations: hashes by name (`[metadata.hashes]`), files by name (`[metadata.files]`), files by package. By
name, all versions of a package share one list, and only the file names tell whose is whose.
"""

import posixpath
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.source import FileSource, Source, UrlSource

from .fields import FileName, HashField, file_name
from .wire import Wire

_SDIST_ENDINGS = (".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar")
_WHEEL_DASHES = (4, 5)


class LockedFile(Wire):
    """A file that may be installed, and its hash."""

    file: FileName
    hash: HashField


def artifacts(files: Iterable[LockedFile], source: Source) -> tuple[Artifact, ...]:
    """Return a package's wheels and sdists; eggs and installers for Windows are of no use to anyone."""
    hashes: dict[str, tuple[Hash, ...]] = {}
    for entry in files:
        if is_usable(entry.file):
            known = hashes.get(entry.file, ())
            hashes[entry.file] = known if entry.hash in known else (*known, entry.hash)
    match source:
        case UrlSource(url=url):
            if not hashes and (name := _last_part(unquote(urlsplit(url).path))):
                hashes[name] = ()
            return tuple(Artifact(filename=name, hashes=found, url=url) for name, found in hashes.items())
        case FileSource(path=path):
            name = file_name(path.name)
            return (Artifact(filename=name, hashes=hashes.get(name, ())),)
        case _:
            return tuple(Artifact(filename=name, hashes=found) for name, found in hashes.items())


def is_usable(filename: str) -> bool:
    """Return whether this is a wheel or an sdist by its name."""
    if filename.endswith(".whl"):
        return filename.count("-") in _WHEEL_DASHES
    return filename.endswith(_SDIST_ENDINGS)


def belongs(filename: str, name: NormalizedName, version: Version) -> bool:
    """Return whether a file is of this version, also where its name follows no specification."""
    try:
        found = parse_wheel_filename(filename)[:2] if filename.endswith(".whl") else parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return _legacy_name_fits(filename, name, version)
    return found == (name, version) or (found[0] != name and _legacy_name_fits(filename, name, version))


def _legacy_name_fits(filename: str, name: NormalizedName, version: Version) -> bool:
    """Try every dash as the one between name and version: old sdists have dashes in both."""
    ending = next((ending for ending in (".whl", *_SDIST_ENDINGS) if filename.endswith(ending)), "")
    parts = filename.removesuffix(ending).split("-")
    for end in range(1, len(parts)):
        if canonicalize_name("-".join(parts[:end])) == name:
            # What follows a wheel's version are its tags.
            return _is_version(parts[end] if ending == ".whl" else "-".join(parts[end:]), version)
    return False


def _is_version(text: str, version: Version) -> bool:
    try:
        return Version(text) == version
    except InvalidVersion:
        return False


def _last_part(path: str) -> str | None:
    try:
        return file_name(posixpath.basename(path))
    except ValueError:
        return None
