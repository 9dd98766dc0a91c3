"""Read poetry.lock, of every lock-version from the first to 2.1, with the pyproject.toml beside it.

Reference: https://github.com/python-poetry/poetry/blob/main/src/poetry/packages/locker.py; there is no specification.
"""

import re
from collections.abc import Iterator, Mapping

from packaging.markers import Marker

from lock2nix.markers import conjunction
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import SourceFile

from . import poetry_content_hash, poetry_exclusive, poetry_roots, projects, pyproject, toml
from .interface import Format
from .poetry_constraints import intersection
from .poetry_lock_file import LockFile, lock_file, version_notices
from .poetry_origins import Origins
from .poetry_packages import Packages
from .poetry_unrooted import every_package, named_extras
from .pyproject import PyProject

PYPROJECT = "pyproject.toml"
_METADATA = re.compile(rb"^\[metadata\][^\[]*?^(?:content-hash|lock-version) *=", re.MULTILINE)


def read(source: SourceFile, companions: Mapping[str, SourceFile]) -> Lock:
    """Return the lock that a poetry.lock and, where there is one, its pyproject.toml describe."""
    data = toml.parse(source)
    notices = version_notices(data, source)
    locked = lock_file(data, source)
    packages = Packages(locked, source, data)
    lock = Lock(
        requires_python=locked.metadata.python_versions,
        groups=(),
        packages=packages.packages(),
        notices=(*notices, *packages.notices()),
    )
    companion = companions.get(PYPROJECT)
    beside = None if companion is None else pyproject.read(companion)
    if companion is None or beside is None or (beside.project is None and beside.tool.poetry is None):
        return poetry_exclusive.told_apart(_unrooted(lock, locked, source))
    rooted = poetry_exclusive.told_apart(_rooted(lock, locked, beside, companion))
    return rooted.model_copy(update={"notices": (*rooted.notices, *_outdated(locked, source, companion))})


def recognises(content: bytes) -> bool:
    """Return whether this looks like a poetry.lock, whatever its name."""
    return _METADATA.search(content) is not None


FORMAT = Format(
    name="poetry",
    title="Poetry",
    file_names=("poetry.lock",),
    companions=(PYPROJECT,),
    recognises=recognises,
    read=read,
)


def _rooted(lock: Lock, locked: LockFile, beside: PyProject, companion: SourceFile) -> Lock:
    origins = Origins(locked)
    roots = poetry_roots.roots(beside, companion, origins.pinned)
    markers = [origins.marker(package, roots.wanted) for package in locked.package]
    return lock.model_copy(
        update={
            "name": projects.name(beside),
            # The lock serves what it was made for, even where the project has moved on.
            "requires_python": intersection(lock.requires_python, roots.requires_python),
            "groups": roots.groups,
            "extras": roots.extras or named_extras(locked),
            "packages": tuple(map(_only_where, lock.packages, markers)),
            "project": projects.project(beside),
        }
    )


def _outdated(locked: LockFile, source: SourceFile, companion: SourceFile) -> Iterator[Notice]:
    if poetry_content_hash.is_outdated(locked.metadata.content_hash, toml.parse(companion)):
        message = f"{PYPROJECT} asks for something else than when {source.path.name} was made: run `poetry lock`"
        yield Notice(kind="outdated", subject=source.path.name, message=message)


def _unrooted(lock: Lock, locked: LockFile, source: SourceFile) -> Lock:
    groups, extras = every_package(locked)
    message = f"there is no {PYPROJECT} with a project beside it, so every package counts as asked for"
    notice = Notice(kind="no-project", subject=source.path.name, message=message)
    return lock.model_copy(update={"groups": groups, "extras": extras, "notices": (*lock.notices, notice)})


def _only_where(package: Package, marker: Marker | None) -> Package:
    if marker is None:
        return package
    return package.model_copy(update={"marker": conjunction(package.marker, marker)})
