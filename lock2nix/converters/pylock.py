"""Read pylock.toml (PEP 751), with the pyproject.toml beside it for the project's name and its development shell.

Specification: https://packaging.python.org/en/latest/specifications/pylock-toml/, by `packaging.pylock`.
"""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.markers import ALWAYS, assume_selected
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import DirectorySource, SourceFile

from . import fields, projects, pylock_file, pyproject
from .interface import Format
from .pylock_file import PylockFile
from .pylock_packages import Packages
from .pylock_roots import Roots

PYPROJECT = "pyproject.toml"
_FILE_NAME = re.compile(r"pylock\.([^.]+)\.toml")
_LOCK_VERSION = re.compile(rb"^lock-version *=", re.MULTILINE)
_CREATED_BY = re.compile(rb"^created-by *=", re.MULTILINE)
_HERE = DirectorySource(path=PurePosixPath(), editable=True)


def read(source: SourceFile, companions: Mapping[str, SourceFile]) -> Lock:
    """Return the lock that a pylock.toml describes.

    A project in the lock's own folder that is installed in place is no package of its environments but the project
    of its shell, as with other formats.
    """
    file, notices = pylock_file.read(source)
    beside = pyproject.read(companions[PYPROJECT]) if PYPROJECT in companions else None
    project = None if beside is None else projects.project(beside)
    roots = Roots(file)
    converted = Packages(file, roots.markers())
    found = converted.packages()
    packages = {at: package for at, package in enumerate(found) if not (project and package.source == _HERE)}
    is_built = any(package.source == DirectorySource(path=PurePosixPath()) for package in found)
    return Lock(
        name=_name(source) or (None if beside is None else projects.name(beside)),
        requires_python=(file.content.requires_python,) if file.content.requires_python else (),
        environments=_environments(file),
        closed=True,
        groups=roots.groups(packages),
        extras=roots.extras(packages),
        packages=tuple(packages.values()),
        project=None if is_built else project,
        notices=(*notices, *converted.notices()),
    )


def recognises(content: bytes) -> bool:
    """Return whether this looks like a pylock.toml, whatever its name."""
    return _LOCK_VERSION.search(content) is not None and _CREATED_BY.search(content) is not None


FORMAT = Format(
    name="pylock",
    title="PEP 751",
    file_names=("pylock.toml",),
    companions=(PYPROJECT,),
    recognises=recognises,
    read=read,
)


def _environments(file: PylockFile) -> tuple[Marker, ...]:
    found = []
    for at, environment in enumerate(file.content.environments or ()):
        try:
            found.append(assume_selected(environment, frozenset(), frozenset()) or ALWAYS)
        except ValueError as error:
            raise file.error(str(error), "environments", at) from None
    return tuple(found)


def _name(source: SourceFile) -> NormalizedName | None:
    """Return what `pylock.<name>.toml` is the lock of."""
    named = _FILE_NAME.fullmatch(source.path.name)
    try:
        return canonicalize_name(fields.project_name(named[1])) if named else None
    except ValueError:
        return None
