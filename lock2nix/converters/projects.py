"""What a project says of itself, for the development shell: in `[project]`, and in `[tool.poetry]` if it has that."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.schemas.lock import Project

from .fields import inner_path
from .pyproject import PdmTable, PoetryTable, ProjectTable, PyProject

_ENTRY_POINT = re.compile(r"\s*(\w+(?:\.\w+)*)\s*:\s*(\w+(?:\.\w+)*)\s*(?:\[[^\]]*\])?\s*")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_COMMAND = re.compile(r"(?!\.{1,2}\Z)[\w.][\w.-]*", re.ASCII)
# Which of the two a project uses can only be seen on its disk.
_CANDIDATES = (PurePosixPath("src"), PurePosixPath())


def name(pyproject: PyProject) -> NormalizedName | None:
    """Return the project's normalised name; a project that is never published may be called anything."""
    project = pyproject.project or ProjectTable()
    poetry = pyproject.tool.poetry or PoetryTable()
    written = _NOT_IN_NAMES.sub("-", project.name or poetry.name or "").strip("-._")
    return canonicalize_name(written) if written else None


def project(pyproject: PyProject) -> Project | None:
    """Return what is to be installed of the project itself; None for one that is only its dependencies."""
    table = pyproject.project or ProjectTable()
    poetry = pyproject.tool.poetry or PoetryTable()
    pdm = pyproject.tool.pdm or PdmTable()
    if not poetry.package_mode or not pdm.distribution or (pyproject.build_system is None and name(pyproject) is None):
        return None
    version = table.version or poetry.version
    return Project(
        version="0" if version is None else str(version),
        import_roots=tuple(dict.fromkeys(_import_roots(poetry))) or _CANDIDATES,
        scripts=dict(_scripts(table, poetry)),
    )


def _import_roots(poetry: PoetryTable) -> Iterator[PurePosixPath]:
    for package in poetry.packages:
        try:
            yield inner_path(package.from_)
        except ValueError:  # a folder outside the project is nothing to put on a path
            continue


def _scripts(table: ProjectTable, poetry: PoetryTable) -> Iterator[tuple[str, str]]:
    written: dict[str, str | None] = {**table.scripts}
    if not written:
        written = {key: script.reference for key, script in poetry.scripts.items() if script.type in {None, "console"}}
    for command, reference in written.items():
        found = _ENTRY_POINT.fullmatch(reference or "")
        if found and _COMMAND.fullmatch(command):
            yield command, f"{found[1]}:{found[2]}"
