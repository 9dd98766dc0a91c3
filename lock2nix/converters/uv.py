"""Read uv.lock, version 1 of every revision, with the pyproject.toml beside it.

Reference: https://github.com/astral-sh/uv/tree/main/crates/uv-resolver/src/lock; there is no specification.
"""

import re
from collections.abc import Mapping

from packaging.utils import canonicalize_name

from lock2nix.markers import ALWAYS
from lock2nix.schemas.lock import Lock, Project
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import SourceFile

from . import projects, pyproject, uv_lock_file, uv_packages, uv_roots
from .interface import Format
from .pyproject import PyProject, UvTable
from .uv_conflicts import conflicts
from .uv_edges import Edges
from .uv_lock_file import LockedPackage
from .uv_workspace import root

PYPROJECT = "pyproject.toml"
# Cargo.lock begins with a number, too, and has no Python.
_VERSION = re.compile(rb"^version *= *\d+\s*$", re.MULTILINE)
_PYTHON = re.compile(rb"^requires-python *=", re.MULTILINE)


def read(source: SourceFile, companions: Mapping[str, SourceFile]) -> Lock:
    """Return the lock that a uv.lock describes; its pyproject.toml says which groups are default, and for the shell."""
    lock, notices = uv_lock_file.read(source)
    beside = pyproject.read(companions[PYPROJECT]) if PYPROJECT in companions else None
    exclusive = conflicts(lock)
    edges = Edges.of(lock, exclusive)
    packages, of_packages = uv_packages.packages(lock, edges)
    roots = uv_roots.roots(lock, edges, (None if beside is None else beside.tool.uv) or UvTable())
    project = root(lock)
    return Lock(
        name=None if project is None else canonicalize_name(project.name),
        requires_python=(lock.content.requires_python,),
        environments=tuple(marker or ALWAYS for marker in lock.content.supported_markers),
        groups=roots.groups,
        extras=roots.extras,
        conflicts=exclusive.sets,
        packages=packages,
        project=_project(project, beside),
        notices=(*notices, *of_packages, *roots.notices, *_without_project(source, beside)),
    )


def recognises(content: bytes) -> bool:
    """Return whether this looks like a uv.lock, whatever its name."""
    head = content.partition(b"\n[[")[0]
    return _VERSION.search(head) is not None and _PYTHON.search(head) is not None


FORMAT = Format(
    name="uv",
    title="uv",
    file_names=("uv.lock",),
    companions=(PYPROJECT,),
    recognises=recognises,
    read=read,
)


def _project(locked: LockedPackage | None, beside: PyProject | None) -> Project | None:
    """Return the project for its shell; a virtual one is nothing to install."""
    if locked is None or beside is None or locked.source.virtual is not None:
        return None
    return projects.project(beside)


def _without_project(source: SourceFile, beside: PyProject | None) -> tuple[Notice, ...]:
    if beside is not None:
        return ()
    message = f"there is no {PYPROJECT} beside it: `dev` is taken for the default group, and the shell has no project"
    return (Notice(kind="no-project", subject=source.path.name, message=message),)
