"""Read poetry.lock, of every lock-version from the first to 2.1, with the pyproject.toml beside it.

Reference: https://github.com/python-poetry/poetry/blob/main/src/poetry/packages/locker.py; there is no specification.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import InputError
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, Source, SourceFile

from . import poetry_project, poetry_roots, poetry_sources, pyproject, toml
from .interface import Format
from .markers import conjunction
from .poetry_constraints import intersection
from .poetry_dependencies import edges, extra_edges, wishes
from .poetry_files import LockedFile, artifacts, belongs
from .poetry_lock_file import ALL_GROUPS, LockedPackage, LockFile, lock_file, version_notices
from .poetry_unrooted import every_package, named_extras
from .wire import place, quote

PYPROJECT = "pyproject.toml"
_Entry = TypeVar("_Entry")
_CONTENT_HASH = re.compile(rb"^content-hash *=", re.MULTILINE)


def read(source: SourceFile, companions: Mapping[str, SourceFile]) -> Lock:
    """Return the lock that a poetry.lock and, where there is one, its pyproject.toml describe."""
    data = toml.parse(source)
    notices = version_notices(data, source)
    locked = lock_file(data, source)
    packages = _Packages(locked, source, data)
    found = tuple(packages.package(at) for at in range(len(locked.package)))
    lock = Lock(
        requires_python=locked.metadata.python_versions,
        groups=(),
        packages=found,
        notices=(*notices, *packages.notices),
    )
    return _rooted(lock, locked, source, companions.get(PYPROJECT))


def recognises(content: bytes) -> bool:
    """Return whether this looks like a poetry.lock, whatever its name."""
    return b"[metadata]" in content and _CONTENT_HASH.search(content) is not None


FORMAT = Format(
    name="poetry",
    title="Poetry",
    file_names=("poetry.lock",),
    companions=(PYPROJECT,),
    recognises=recognises,
    read=read,
)


def _rooted(lock: Lock, locked: LockFile, source: SourceFile, companion: SourceFile | None) -> Lock:
    beside = None if companion is None else pyproject.read(companion)
    if beside is None or companion is None or (beside.project is None and beside.tool.poetry is None):
        groups, extras = every_package(locked)
        message = f"there is no {PYPROJECT} with a project beside it, so every package counts as asked for"
        notice = Notice(kind="no-project", subject=source.path.name, message=message)
        return lock.model_copy(update={"groups": groups, "extras": extras, "notices": (*lock.notices, notice)})
    roots = poetry_roots.roots(beside, companion)
    return lock.model_copy(
        update={
            "name": poetry_project.name(beside),
            # The lock serves what it was made for, even where the project has moved on.
            "requires_python": intersection(lock.requires_python, roots.requires_python),
            "groups": roots.groups,
            "extras": roots.extras or named_extras(locked),
            "project": poetry_project.project(beside),
        }
    )


class _Packages:
    """The packages of one file, and what is to be said about them."""

    def __init__(self, locked: LockFile, source: SourceFile, data: dict[str, object]) -> None:
        self._locked = locked
        self._source = source
        self._data = data
        self._names = [canonicalize_name(package.name) for package in locked.package]
        self._versions = Counter(self._names)
        self._files = _by_name(locked.metadata.files)
        self._hashes = _by_name(locked.metadata.hashes)
        self._seen: set[tuple[NormalizedName, str, Source]] = set()
        self.notices: list[Notice] = []

    def package(self, at: int) -> Package:
        """Return the package that is `at` this place in the file."""
        locked, name = self._locked.package[at], self._names[at]
        try:
            source = poetry_sources.source(locked.source, editable=locked.develop)
            files = artifacts(self._files_of(locked, name, source), source)
            hashes = self._loose_hashes(locked, name, files)
        except ValueError as error:
            raise InputError(str(error), place=place(self._source, self._data, ("package", at, "source"))) from None
        if (name, str(locked.version), source) in self._seen:
            message = f"{quote(locked.name)} {locked.version} is in the file twice"
            raise InputError(message, place=place(self._source, self._data, ("package", at)))
        self._seen.add((name, str(locked.version), source))
        self._remark(locked, source)
        return _package(locked, name, source, files, hashes)

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

    def _remark(self, locked: LockedPackage, source: Source) -> None:
        if poetry_sources.had_credentials(locked.source):
            message = "the lock gives its address with credentials, which are left out (a netrc file can have them)"
            self.notices.append(Notice(kind="left-out", subject=locked.name, message=message))
        if isinstance(source, FileSource | DirectorySource) and source.path.is_absolute():
            message = f"comes from the absolute path {source.path}, which exists on some machines only"
            self.notices.append(Notice(kind="choice", subject=locked.name, message=message))


def _package(
    locked: LockedPackage,
    name: NormalizedName,
    source: Source,
    files: tuple[Artifact, ...],
    hashes: tuple[Hash, ...],
) -> Package:
    wanted = wishes(locked.dependencies)
    by_group = {group: found for group, found in locked.markers.items() if found and group != ALL_GROUPS}
    return Package(
        name=name,
        pname=locked.name,
        version=locked.version,
        source=source,
        artifacts=files,
        loose_hashes=hashes,
        dependencies=edges(wanted),
        extras={extra: extra_edges(wanted, extra, frozenset(names)) for extra, names in locked.extras.items()},
        requires_python=locked.python_versions,
        marker=conjunction(locked.marker, locked.markers.get(ALL_GROUPS)),
        group_markers=by_group,
    )


def _by_name(table: Mapping[str, list[_Entry]]) -> dict[NormalizedName, list[_Entry]]:
    return {canonicalize_name(name): entries for name, entries in table.items()}
