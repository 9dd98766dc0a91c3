"""What the files of a folder say about the project in it; nothing of it is run.

Specifications: https://packaging.python.org/en/latest/specifications/pyproject-toml/ and
https://setuptools.pypa.io/en/latest/userguide/declarative_config.html; of a setup.py only constants are understood.
"""

import ast
import configparser
import posixpath
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TypeVar

from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from lock2nix.schemas.lock import Dependency, Project
from lock2nix.schemas.source import DirectorySource, SourceFile

from . import poetry_roots, projects, pyproject
from .fields import project_name, version
from .requirements_files import PROJECT_FILES, candidates

_IMPORT_ROOTS = (PurePosixPath("src"), PurePosixPath())

_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A project in the folder `path`, seen from the lock; what its files do not say is None.

    `extras` are what each of them adds to the dependencies. `project` is what the development shell offers of it.
    """

    path: PurePosixPath
    pname: str | None = None
    version: Version | None = None
    dependencies: tuple[Dependency, ...] | None = None
    extras: Mapping[NormalizedName, tuple[Dependency, ...]] = field(default_factory=dict)
    requires_python: tuple[SpecifierSet, ...] = ()
    project: Project | None = None


def folder(place: DirectorySource, files: Mapping[str, SourceFile]) -> Folder | None:
    """Return what is known of a folder, None where none of its files is there. Raises InputError for broken ones."""
    for candidate in candidates(place):
        found = {name: posixpath.normpath(posixpath.join(candidate, name)) for name in PROJECT_FILES}
        there = {name: files[key] for name, key in found.items() if key in files}
        if there:
            described = [reader(there[name]) for name, reader in _READERS.items() if name in there]
            path = PurePosixPath(candidate)
            return _first(described, path)
    return None


def _first(described: list[Folder], path: PurePosixPath) -> Folder:
    """Return the first that has a name, seen from the lock; its version may be in the next."""
    named = next((one for one in described if one.pname is not None), described[0])
    known = next((one.version for one in described if one.version is not None), None)
    project = named.project or Project(import_roots=_IMPORT_ROOTS)
    return Folder(
        path=path,
        pname=named.pname,
        version=known,
        dependencies=named.dependencies,
        extras=named.extras,
        requires_python=named.requires_python,
        project=project.model_copy(
            update={
                "version": project.version if known is None else str(known),
                "import_roots": tuple(path / root for root in project.import_roots),
            }
        ),
    )


def _of_pyproject(source: SourceFile) -> Folder:
    beside = pyproject.read(source)
    table, poetry = beside.project, beside.tool.poetry
    if table is None and poetry is None:
        return Folder(path=PurePosixPath())
    asked = poetry_roots.roots(beside, source, lambda wish: wish)
    dynamic = set() if table is None else set(table.dynamic)
    written = (table.name if table else None) or (poetry.name if poetry else None)
    main = next(group.dependencies for group in asked.groups if group.name == poetry_roots.MAIN)
    return Folder(
        path=PurePosixPath(),
        pname=_parsed(project_name, written),
        version=(table.version if table else None) or (poetry.version if poetry else None),
        dependencies=None if "dependencies" in dynamic and poetry is None else main,
        extras=asked.extras,
        requires_python=asked.requires_python,
        project=projects.project(beside),
    )


def _of_setup_cfg(source: SourceFile) -> Folder:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(source.content.decode("utf-8"))
    except (configparser.Error, UnicodeDecodeError):  # setuptools itself says so, where it matters
        return Folder(path=PurePosixPath())
    told = {key: parser.get("metadata", key, fallback=None) for key in ("name", "version")}
    return Folder(
        path=PurePosixPath(), pname=_parsed(project_name, told["name"]), version=_parsed(version, told["version"])
    )


def _of_setup_py(source: SourceFile) -> Folder:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about its style
            tree = ast.parse(source.content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Folder(path=PurePosixPath())
    told: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) == "setup":
            for keyword in node.keywords:
                if keyword.arg and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                    told.setdefault(keyword.arg, keyword.value.value)
    return Folder(
        path=PurePosixPath(),
        pname=_parsed(project_name, told.get("name")),
        version=_parsed(version, told.get("version")),
    )


_READERS: Mapping[str, Callable[[SourceFile], Folder]] = {
    "pyproject.toml": _of_pyproject,
    "setup.cfg": _of_setup_cfg,
    "setup.py": _of_setup_py,
}


def _called(function: ast.expr) -> str | None:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None


def _parsed(parse: Callable[[str], _Parsed], text: str | None) -> _Parsed | None:
    try:
        return None if text is None else parse(text)
    except ValueError:
        return None
