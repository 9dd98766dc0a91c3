"""Read Pipfile.lock (pipfile-spec 6, and the ones before it), with the Pipfile beside it.

Sources: https://github.com/pypa/pipfile, and what pipenv itself reads and writes (https://github.com/pypa/pipenv,
`utils/locking.py` and `utils/dependencies.py`); there is no specification of the lock. pipenv hands a category to pip
as a closed list without dependencies: those come from the packages' own metadata.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from lock2nix.errors import InputError, quote
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import DirectorySource, SourceFile

from . import json_text, pipenv_hash, pipenv_lock_file, pipenv_roots, projects, pyproject, toml
from .interface import Format
from .pipenv_lock_file import LockFile, Requires
from .pipenv_packages import Packages
from .pipenv_sources import Sources

PIPFILE, PYPROJECT = "Pipfile", "pyproject.toml"
_NEWEST = 6
_RELEASE = re.compile(r"\d+(\.\d+)*")
# What pipenv once called packages of which it knew the place only: the beginning of a digest.
_NAMELESS = re.compile(r"[0-9a-f]{7}")


def read(source: SourceFile, companions: Mapping[str, SourceFile]) -> Lock:
    """Return the lock that a Pipfile.lock and, where there is one, its Pipfile describe."""
    data = json_text.parse(source)
    locked = pipenv_lock_file.lock_file(data, source)
    sources = Sources(locked, f"{source.path}: _meta.sources")
    converted = Packages(locked, sources, source, data)
    beside = pyproject.read(companions[PYPROJECT]) if PYPROJECT in companions else None
    project = None if beside is None else projects.project(beside)
    packages = converted.packages()
    here = [package for package in packages if _is_here(package)]
    # Installed in place, the project is no package of its environments but what its shell is for.
    in_place = {package.name for package in here if project is not None and _is_editable(package)}
    packages = tuple(package for package in packages if package.name not in in_place)
    wanted = companions.get(PIPFILE)
    told = None if wanted is None else toml.parse(wanted)
    asked = None if wanted is None or told is None else pipenv_lock_file.pipfile(told, wanted)
    names = (package.name for package in here if not _NAMELESS.fullmatch(package.name))
    return Lock(
        name=(None if beside is None else projects.name(beside)) or next(names, None),
        requires_python=_python(locked.meta.requires, source),
        one_environment=True,
        groups=pipenv_roots.groups(locked, asked, source, packages={p.name for p in packages}, in_place=in_place),
        packages=packages,
        project=project if in_place else None,
        indexes=sources.indexes(),
        notices=(*_notices(locked, source, told), *sources.notices(), *converted.notices()),
    )


def recognises(content: bytes) -> bool:
    """Return whether this looks like a Pipfile.lock, whatever its name."""
    return b'"_meta"' in content and b'"pipfile-spec"' in content


FORMAT = Format(
    name="pipenv",
    title="Pipenv",
    file_names=("Pipfile.lock",),
    companions=(PIPFILE, PYPROJECT),
    recognises=recognises,
    read=read,
)


def _is_here(package: Package) -> bool:
    return isinstance(package.source, DirectorySource) and package.source.path == PurePosixPath()


def _is_editable(package: Package) -> bool:
    return isinstance(package.source, DirectorySource) and package.source.editable


def _python(requires: Requires, source: SourceFile) -> tuple[SpecifierSet, ...]:
    """Return the interpreters that the project is for: `3.12` stands for all of its releases."""
    text = requires.python_full_version or requires.python_version
    if text is None or text.strip() in {"", "*"}:
        return ()
    is_full = requires.python_full_version is not None
    release = _RELEASE.fullmatch(text.strip())
    try:
        return (SpecifierSet(f"=={text.strip()}{'' if is_full else '.*'}" if release else text, prereleases=True),)
    except InvalidSpecifier:
        raise InputError(f"{quote(text)} is no version of Python", place=f"{source.path}: _meta.requires") from None


def _notices(locked: LockFile, source: SourceFile, pipfile: Mapping[str, object] | None) -> Iterator[Notice]:
    if locked.meta.pipfile_spec > _NEWEST:
        message = f"pipfile-spec {locked.meta.pipfile_spec} is newer than lock2nix knows; read as {_NEWEST}"
        yield Notice(kind="missing-data", subject=source.path.name, message=message)
    if pipfile is not None and pipenv_hash.is_outdated(locked.meta.sha256, pipfile):
        message = f"{PIPFILE} asks for something else than when {source.path.name} was made: run `pipenv lock`"
        yield Notice(kind="outdated", subject=source.path.name, message=message)
    if pipfile is None:
        message = f"there is no {PIPFILE} beside it, so every package counts as asked for"
        yield Notice(kind="no-project", subject=source.path.name, message=message)
