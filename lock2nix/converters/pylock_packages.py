"""The packages of a pylock.toml, from packaging's model to ours."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from packaging.markers import Marker
from packaging.pylock import Package as LockedPackage
from packaging.pylock import PackageArchive, PackageDirectory, PackageSdist, PackageVcs, PackageWheel
from packaging.specifiers import SpecifierSet
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from lock2nix.errors import quote
from lock2nix.schemas.artifact import ALGORITHMS, Artifact, Hash
from lock2nix.schemas.lock import UNKNOWN_VERSION, Dependency, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, Source, UrlSource

from .fields import (
    file_hash,
    file_name,
    git_address,
    index_address,
    inner_path,
    path,
    project_name,
    revision,
    version,
    web_address,
)
from .pylock_file import PylockFile

_PYPI = {"https://pypi.org/simple", "https://pypi.python.org/simple"}
_IndexFile = PackageSdist | PackageWheel
_File = _IndexFile | PackageArchive


class Packages:
    """The packages of one file; `markers` say where each is installed at all."""

    def __init__(self, file: PylockFile, markers: Sequence[Marker | None]) -> None:
        self._file = file
        self._markers = markers
        # Tools record edges or they do not; one that does leaves the key out where there are none.
        self._has_edges = any(package.dependencies is not None for package in file.content.packages)

    def packages(self) -> tuple[Package, ...]:
        """Return all packages, in the order of the file."""
        return tuple(self._package(at, locked) for at, locked in enumerate(self._file.content.packages))

    def notices(self) -> tuple[Notice, ...]:
        """Return what a person should know about single packages."""
        return tuple(notice for locked in self._file.content.packages if (notice := _notice(locked)))

    def _package(self, at: int, locked: LockedPackage) -> Package:
        source, artifacts = self._source(at, locked)
        python = locked.requires_python
        return Package(
            name=locked.name,
            pname=locked.name,
            version=locked.version or _version(artifacts) or UNKNOWN_VERSION,
            source=source,
            artifacts=artifacts,
            dependencies=tuple(self._edges(at, locked)) if self._has_edges else None,
            requires_python=(python,) if python else (),
            marker=self._markers[at],
        )

    def _source(self, at: int, locked: LockedPackage) -> tuple[Source, tuple[Artifact, ...]]:
        if locked.vcs is not None:
            return self._git(at, locked.vcs), ()
        if locked.directory is not None:
            return self._directory(at, locked.directory), ()
        if locked.archive is not None:
            return self._archive(at, locked.archive)
        return self._files(at, locked)

    def _git(self, at: int, vcs: PackageVcs) -> GitSource:
        here = ("packages", at, "vcs")
        if vcs.type != "git":
            raise self._file.error(f"{quote(vcs.type)} is not supported: lock2nix knows git", *here, "type")
        if vcs.url is None and not (vcs.path or "").startswith("/"):
            raise self._file.error("a repository on disk is not supported: give its url", *here, "path")
        address = self._file.checked(git_address, vcs.url or vcs.path or "", *here, "url")
        return GitSource(
            url=address.url,
            revision=self._file.checked(revision, vcs.commit_id, *here, "commit-id"),
            reference=vcs.requested_revision or None,
            subdirectory=self._file.checked(inner_path, vcs.subdirectory, *here, "subdirectory")
            if vcs.subdirectory
            else None,
        )

    def _directory(self, at: int, directory: PackageDirectory) -> DirectorySource:
        here = ("packages", at, "directory")
        return DirectorySource(
            path=self._file.checked(path, directory.path, *here, "path"),
            editable=bool(directory.editable),
            subdirectory=self._file.checked(inner_path, directory.subdirectory, *here, "subdirectory")
            if directory.subdirectory
            else None,
        )

    def _archive(self, at: int, archive: PackageArchive) -> tuple[Source, tuple[Artifact, ...]]:
        here = ("packages", at, "archive")
        hashes = self._hashes(archive, *here)
        inner = archive.subdirectory
        subdirectory = self._file.checked(inner_path, inner, *here, "subdirectory") if inner else None
        if (on_disk := self._on_disk(archive, *here)) is not None:
            name = self._file.checked(file_name, on_disk.name, *here)
            return FileSource(path=on_disk, subdirectory=subdirectory), (Artifact(filename=name, hashes=hashes),)
        url = self._file.checked(web_address, archive.url or "", *here, "url").url
        name = self._file.checked(file_name, unquote(urlsplit(url).path).rpartition("/")[2], *here, "url")
        return UrlSource(url=url, subdirectory=subdirectory), (Artifact(filename=name, hashes=hashes, url=url),)

    def _files(self, at: int, locked: LockedPackage) -> tuple[Source, tuple[Artifact, ...]]:
        here = ("packages", at)
        files: list[tuple[_IndexFile, tuple[str | int, ...]]] = []
        if locked.sdist is not None:
            files.append((locked.sdist, (*here, "sdist")))
        files += ((wheel, (*here, "wheels", number)) for number, wheel in enumerate(locked.wheels or ()))
        on_disk = {place: path for file, place in files if (path := self._on_disk(file, *place)) is not None}
        artifacts = tuple(self._artifact(file, *place) for file, place in files)
        if len(files) != len(on_disk) or len(files) > 1:
            return self._index(at, locked), artifacts
        return FileSource(path=on_disk[files[0][1]]), artifacts

    def _artifact(self, file: _IndexFile, *here: str | int) -> Artifact:
        name = self._file.checked(file_name, file.filename, *here)
        hashes = self._hashes(file, *here)
        if (on_disk := self._on_disk(file, *here)) is not None:
            return Artifact(filename=name, hashes=hashes, path=on_disk)
        return Artifact(
            filename=name, hashes=hashes, url=self._file.checked(web_address, file.url or "", *here, "url").url
        )

    def _on_disk(self, file: _File, *here: str | int) -> PurePosixPath | None:
        """Return where on disk a file is; an address is preferred, as it is good elsewhere too."""
        if file.url is None:
            return self._file.checked(path, file.path or "", *here, "path")
        if not file.url.lower().startswith("file:"):
            return None
        # What pip writes for whatever it found in a folder.
        url = self._file.checked(web_address, file.url, *here, "url").url
        return self._file.checked(path, unquote(urlsplit(url).path), *here, "url")

    def _hashes(self, file: _File, *here: str | int) -> tuple[Hash, ...]:
        known = [(name, digest) for name, digest in file.hashes.items() if name in ALGORITHMS]
        if not known:
            message = f"none of these is a hash algorithm that lock2nix knows ({', '.join(ALGORITHMS)})"
            raise self._file.error(message, *here, "hashes")
        return tuple(self._file.checked(file_hash, f"{name}:{digest}", *here, "hashes", name) for name, digest in known)

    def _index(self, at: int, locked: LockedPackage) -> IndexSource:
        if locked.index is None:
            return IndexSource()
        url = self._file.checked(index_address, locked.index, "packages", at, "index").url.rstrip("/")
        return IndexSource() if url in _PYPI else IndexSource(url=url)

    def _edges(self, at: int, locked: LockedPackage) -> Iterator[Dependency]:
        for number, entry in enumerate(locked.dependencies or ()):
            here = ("packages", at, "dependencies", number)
            name, pin = entry.get("name"), entry.get("version")
            if not isinstance(name, str):
                raise self._file.error("a dependency needs a name", *here)
            wanted = canonicalize_name(self._file.checked(project_name, name, *here, "name"))
            pins: tuple[SpecifierSet, ...] = ()
            if isinstance(pin, str):
                found = self._file.checked(version, pin, *here, "version")
                pins = (SpecifierSet(f"==={found}", prereleases=True),)
            yield Dependency(name=wanted, versions=pins)


def _notice(locked: LockedPackage) -> Notice | None:
    if _had_credentials(locked):
        message = "the lock gives its address with credentials, which are left out (a netrc file can have them)"
        return Notice(kind="left-out", subject=locked.name, message=message)
    files = [file for file in (locked.archive, locked.sdist, *(locked.wheels or ())) if file is not None]
    places = [file.url or file.path or "" for file in files] + ([locked.directory.path] if locked.directory else [])
    on_disk = next((place for place in places if place.startswith(("/", "file:"))), None)
    if on_disk is not None:
        message = f"comes from {on_disk}, which exists on some machines only"
        return Notice(kind="choice", subject=locked.name, message=message)
    return None


def _had_credentials(locked: LockedPackage) -> bool:
    addresses = [locked.index, *(file.url for file in (locked.archive, locked.sdist, *(locked.wheels or ())) if file)]
    if any(url is not None and "@" in url and web_address(url).had_credentials for url in addresses):
        return True
    url = None if locked.vcs is None else locked.vcs.url
    return url is not None and git_address(url).had_credentials


def _version(artifacts: Sequence[Artifact]) -> Version | None:
    for artifact in artifacts:
        try:
            if artifact.is_wheel:
                return parse_wheel_filename(artifact.filename)[1]
            return parse_sdist_filename(artifact.filename)[1]
        except (InvalidWheelFilename, InvalidSdistFilename):
            continue
    return None
