"""Where a package of uv.lock comes from, and its files.

Reference: https://github.com/astral-sh/uv/blob/main/crates/uv-resolver/src/lock/mod.rs (`SourceWire`, `GitSource`,
`SourceDist`, `WheelWire`).
"""

import posixpath
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from packaging.version import Version

from lock2nix.errors import quote
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, Source, UrlSource

from .fields import file_name, git_address, index_address, inner_path, path, revision, web_address
from .uv_lock_file import FileTable, LockedPackage, SourceTable, UvLock

_PYPI = {"https://pypi.org/simple", "https://pypi.python.org/simple"}
_REFERENCES = ("tag", "branch", "rev")


Pin = tuple[str, Version | None, SourceTable]
"""How an edge says which package it means."""


class Origin(NamedTuple):
    """Where a package comes from, its files, and whether the address of any had credentials, which are left out."""

    source: Source
    artifacts: tuple[Artifact, ...] = ()
    had_credentials: bool = False


def origin(lock: UvLock, at: int) -> Origin:
    """Return where a package of the file comes from. Raises InputError."""
    try:
        return _origin(lock.content.package[at])
    except ValueError as error:
        raise lock.error(str(error), "package", at) from None


def sources(lock: UvLock) -> dict[Pin, Source]:
    """Return where packages come from of which the file has the same version from elsewhere, too. Raises InputError."""
    packages = lock.content.package
    versions = Counter((package.name, package.version) for package in packages)
    return {
        (package.name, package.version, package.source): origin(lock, at).source
        for at, package in enumerate(packages)
        if versions[package.name, package.version] > 1
    }


def _origin(package: LockedPackage) -> Origin:
    table = package.source
    match table.kind:
        case "registry":
            return _registry(package, table.registry or "")
        case "git":
            return _git(table.git or "")
        case "url":
            return _url(package, table)
        case "path":
            return _file(package, path(table.path or ""))
        case _:
            return Origin(DirectorySource(path=tree(table) or PurePosixPath(), editable=table.editable is not None))


def tree(table: SourceTable) -> PurePosixPath | None:
    """Return the folder of a source tree on disk, None for all else. The root of a workspace is `.`, or empty."""
    written = next((d for d in (table.directory, table.editable, table.virtual) if d is not None), None)
    return None if written is None else path(written or ".")


def _registry(package: LockedPackage, address: str) -> Origin:
    if urlsplit(address).scheme in {"http", "https", "file"}:
        index = index_address(address)
        url = index.url.rstrip("/")
        source = IndexSource() if url in _PYPI else IndexSource(url=url)
        found = [_remote(file) for file in _files(package)]
        leaked = index.had_credentials or any(credentials for _, credentials in found)
        return Origin(source, tuple(artifact for artifact, _ in found), leaked)
    files = list(_files(package))
    if len(files) > 1:
        return Origin(IndexSource(), tuple(_on_disk(file, address) for file in files))
    return _file(package, path(posixpath.join(address, files[0].path or "")) if files else path(address))


def _files(package: LockedPackage) -> Iterator[FileTable]:
    if package.sdist is not None:
        yield package.sdist
    yield from package.wheels


def _remote(file: FileTable) -> tuple[Artifact, bool]:
    if file.url is None:
        raise ValueError("a file of an index needs a url")
    address = web_address(file.url)
    return Artifact(filename=_name(address.url), hashes=_hashes(file), url=address.url), address.had_credentials


def _on_disk(file: FileTable, folder: str) -> Artifact:
    if file.path is None:
        raise ValueError("a file of a folder needs a path")
    place = path(posixpath.join(folder, file.path))
    return Artifact(filename=file_name(place.name), hashes=_hashes(file), path=place)


def _git(text: str) -> Origin:
    parts = urlsplit(text)
    asked = dict(parse_qsl(parts.query))
    if "path" in asked:
        raise ValueError("a file within a repository is not supported")
    if asked.get("lfs", "").lower() == "true":
        raise ValueError("a repository whose files are in git's large file storage (lfs) is not supported")
    address = git_address(parts._replace(query="", fragment="").geturl())
    inner = asked.get("subdirectory")
    source = GitSource(
        url=address.url,
        revision=revision(parts.fragment),
        reference=next((asked[name] for name in _REFERENCES if name in asked), None),
        subdirectory=inner_path(inner) if inner else None,
    )
    return Origin(source, had_credentials=address.had_credentials)


def _url(package: LockedPackage, table: SourceTable) -> Origin:
    address = web_address(table.url or "")
    inner = inner_path(table.subdirectory) if table.subdirectory else None
    hashes = next((found for file in _files(package) if (found := _hashes(file))), ())
    artifact = Artifact(filename=_name(address.url), hashes=hashes, url=address.url)
    return Origin(UrlSource(url=address.url, subdirectory=inner), (artifact,), address.had_credentials)


def _file(package: LockedPackage, place: PurePosixPath) -> Origin:
    hashes = next((found for file in _files(package) if (found := _hashes(file))), ())
    return Origin(FileSource(path=place), (Artifact(filename=file_name(place.name), hashes=hashes),))


def _hashes(file: FileTable) -> tuple[Hash, ...]:
    return () if file.hash is None else (file.hash,)


def _name(url: str) -> str:
    name = unquote(urlsplit(url).path).rpartition("/")[2]
    try:
        return file_name(name)
    except ValueError:
        raise ValueError(f"{quote(name)}, at the end of a url, is not the name of a wheel or sdist") from None
