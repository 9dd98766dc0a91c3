"""The packages of a poetry.lock, from its wire model to ours."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import TypeVar

from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import InputError, quote
from lock2nix.markers import ALWAYS, assume_extras, conjunction, extras_of
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import Dependency, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import DirectorySource, GitSource, Source, SourceFile

from . import poetry_sources
from .poetry_dependencies import Required, Wish, edges, extra_edges, wishes
from .poetry_files import LockedFile, artifacts, belongs
from .poetry_lock_file import ALL_GROUPS, LockedPackage, LockFile
from .poetry_origins import Origins
from .wire import place

_Entry = TypeVar("_Entry")


class Packages:
    """The packages of one file, and what is to be said about them.

    `data` is the parsed file, from which messages take their places.
    """

    def __init__(self, locked: LockFile, source: SourceFile, data: dict[str, object]) -> None:
        self._locked = locked
        self._source = source
        self._data = data
        self._origins = Origins(locked)
        self._versions = Counter(canonicalize_name(package.name) for package in locked.package)
        self._files = _by_name(locked.metadata.files)
        self._hashes = _by_name(locked.metadata.hashes)

    def packages(self) -> tuple[Package, ...]:
        """Return all packages, in the order of the file."""
        found = tuple(self._package(at, locked) for at, locked in enumerate(self._locked.package))
        seen: set[tuple[NormalizedName, str, Source]] = set()
        for at, package in enumerate(found):
            key = (package.name, str(package.version), package.source)
            if key in seen:
                message = f"{quote(package.pname)} {package.version} is in the file twice"
                raise InputError(message, place=place(self._source, self._data, ("package", at)))
            seen.add(key)
        return found

    def notices(self) -> tuple[Notice, ...]:
        """Return what a person should know about single packages."""
        return tuple(notice for package in self._locked.package if (notice := _notice(package)))

    def _package(self, at: int, locked: LockedPackage) -> Package:
        name = canonicalize_name(locked.name)
        try:
            source = poetry_sources.source(locked.source, editable=locked.develop)
            files = artifacts(self._files_of(locked, name, source), source)
        except ValueError as error:
            raise InputError(str(error), place=place(self._source, self._data, ("package", at, "source"))) from None
        wanted = tuple(map(self._origins.pinned, wishes(locked.dependencies)))
        return Package(
            name=name,
            pname=locked.name,
            version=locked.version,
            source=source,
            artifacts=files,
            loose_hashes=self._loose_hashes(locked, name, files),
            dependencies=edges(wanted),
            extras={extra: _extra(name, extra, named, wanted) for extra, named in locked.extras.items()},
            requires_python=locked.python_versions,
            marker=_marker(locked),
            group_markers=_group_markers(locked),
        )

    def _files_of(self, locked: LockedPackage, name: NormalizedName, source: Source) -> list[LockedFile]:
        if locked.files is not None:
            return locked.files
        if isinstance(source, GitSource | DirectorySource):
            return []
        files = self._files.get(name, [])
        if self._versions[name] == 1:
            return files
        return [entry for entry in files if belongs(entry.file, name, locked.version)]

    def _loose_hashes(
        self, locked: LockedPackage, name: NormalizedName, files: tuple[Artifact, ...]
    ) -> tuple[Hash, ...]:
        # Two versions of one name share their hashes here: nothing in the file tells them apart.
        unnamed = locked.files is None and not any(artifact.hashes for artifact in files)
        return tuple(self._hashes.get(name, ())) if unnamed else ()


def _extra(
    name: NormalizedName, extra: NormalizedName, named: Collection[Required], wanted: tuple[Wish, ...]
) -> tuple[Dependency, ...]:
    """Return what an extra adds: its edges, and an edge to the package itself for the extras that it implies."""
    # As Poetry does, whatever the marker of `dask[array] ; …` says.
    implied = frozenset[NormalizedName]().union(*(entry.extras for entry in named if entry.name == name)) - {extra}
    own = (Dependency(name=name, extras=implied),) if implied else ()
    return (*own, *extra_edges(wanted, extra, frozenset(entry.name for entry in named)))


def _marker(locked: LockedPackage) -> Marker | None:
    # The old key mixes in the extras of whichever package asked for this one; the edges know them better.
    old = assume_extras(locked.marker, extras_of(locked.marker))
    return conjunction(old, locked.markers.get(ALL_GROUPS))


def _group_markers(locked: LockedPackage) -> dict[NormalizedName, Marker]:
    by_group = {group: found or ALWAYS for group, found in locked.markers.items() if group != ALL_GROUPS}
    # A group that the table leaves out has the package everywhere.
    return {**dict.fromkeys(locked.groups or (), ALWAYS), **by_group} if by_group else {}


def _notice(locked: LockedPackage) -> Notice | None:
    if poetry_sources.had_credentials(locked.source):
        message = "the lock gives its address with credentials, which are left out (a netrc file can have them)"
        return Notice(kind="left-out", subject=locked.name, message=message)
    source = poetry_sources.on_disk(locked.source)
    if source is not None and source.is_absolute():
        message = f"comes from the absolute path {source}, which exists on some machines only"
        return Notice(kind="choice", subject=locked.name, message=message)
    return None


def _by_name(table: Mapping[str, list[_Entry]]) -> dict[NormalizedName, list[_Entry]]:
    return {canonicalize_name(name): entries for name, entries in table.items()}
