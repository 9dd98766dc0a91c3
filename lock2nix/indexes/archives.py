"""Looks into sdists and source trees for what builds them; nothing of a package is ever run.

Build systems: https://packaging.python.org/en/latest/specifications/pyproject-toml/#declaring-build-system-dependencies-the-build-system-table;
sdists: …/source-distribution-format/. An archive is read as it arrives and left as soon as its build system was seen:
then nobody held it against its hash, and Nix does so before anything is built. What is concluded from what is missing
(legacy setuptools) is concluded from all pieces, and who gives them has them `checked`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import tomli
from pydantic import BaseModel, Field, ValidationError

from lock2nix.errors import IndexFault
from lock2nix.schemas.lock import BuildSystem, CargoLock

from .members import MOST_FILE_BYTES, REFUSALS, from_tar, from_zip
from .setup_files import setup_cfg_requires, setup_py_requires

# What PEP 517 says of a tree without a [build-system]; nixpkgs' older setuptools cannot make wheels without wheel.
LEGACY = BuildSystem(requires=("setuptools", "wheel"), backend="setuptools.build_meta:__legacy__")

_PYPROJECT, _SETUP_CFG, _SETUP_PY = "pyproject.toml", "setup.cfg", "setup.py"
_WANTED = frozenset({_PYPROJECT, _SETUP_CFG, _SETUP_PY})
_CARGO_LOCK = "Cargo.lock"
_DEEPEST_CARGO_LOCK = 3  # src/rust/Cargo.lock


def build_system_of_archive(pieces: Iterator[bytes], filename: str, subdirectory: PurePosixPath | None) -> BuildSystem:
    """Return the build system of an sdist that arrives in pieces. Raises IndexFault naming the file."""

    def wanted(path: PurePosixPath) -> str | None:
        # The archive's one folder is NAME-VERSION, and the project lies in it.
        inside = PurePosixPath(*path.parts[1:])
        if subdirectory is not None and inside.is_relative_to(subdirectory):
            inside = inside.relative_to(subdirectory)
        elif subdirectory is not None:
            return None
        is_cargo_lock = inside.name == _CARGO_LOCK and len(inside.parts) <= _DEEPEST_CARGO_LOCK
        return str(inside) if str(inside) in _WANTED or is_cargo_lock else None

    try:
        if filename.endswith(".zip"):
            return _build_system(from_zip(pieces, wanted))
        return _build_system(from_tar(pieces, wanted, _is_enough))
    except REFUSALS as error:
        raise IndexFault(f"the archive cannot be read: {error}", place=filename) from None


def build_system_of_tree(folder: Path, *, within: Path | None = None) -> BuildSystem:
    """Return the build system of a source tree on disk; nothing outside of `within` is read, wherever links lead.

    Raises OSError or, if what the tree says is wrong, ValueError.
    """
    if not folder.is_dir():
        raise ValueError("there is no such folder")
    found = {}
    locks = [p for depth in range(_DEEPEST_CARGO_LOCK) for p in sorted(folder.glob("*/" * depth + _CARGO_LOCK))]
    for path in (*(folder / name for name in sorted(_WANTED)), *locks):
        name = path.relative_to(folder).as_posix()
        if within is not None and not path.resolve().is_relative_to(within.resolve()):
            raise ValueError(f"its {name} is outside of it")
        if path.is_file():
            with path.open("rb") as file:
                found[name] = file.read(MOST_FILE_BYTES + 1)
            if len(found[name]) > MOST_FILE_BYTES:
                raise ValueError(f"its {name} is larger than {MOST_FILE_BYTES >> 20} MB")
    return _build_system(found)


class _Table(BaseModel):
    requires: list[str]
    backend: str | None = Field(alias="build-backend", default=None)


class _PyProject(BaseModel):
    build_system: _Table | None = Field(alias="build-system", default=None)


def _build_system(files: Mapping[str, bytes]) -> BuildSystem:
    if not files.keys() & _WANTED:
        raise ValueError(f"there is neither a {_PYPROJECT} nor a {_SETUP_PY} in it")
    found = _declared(files)
    if found is None:
        said = (*setup_cfg_requires(files.get(_SETUP_CFG, b"")), *setup_py_requires(files.get(_SETUP_PY, b"")))
        found = LEGACY.model_copy(update={"requires": (*LEGACY.requires, *said)})
    return found.model_copy(update={"cargo_lock": _cargo_lock(files)}) if found.builds_rust else found


def _is_enough(files: Mapping[str, bytes]) -> bool:
    found = _declared(files)
    return found is not None and (not found.builds_rust or _cargo_lock(files) is not None)


def _cargo_lock(files: Mapping[str, bytes]) -> CargoLock | None:
    """Return the outermost Cargo.lock: where there are several, the others are of what it has inside."""
    paths = [PurePosixPath(name) for name in files if PurePosixPath(name).name == _CARGO_LOCK]
    if not paths:
        return None
    path = min(paths, key=lambda p: (len(p.parts), str(p)))
    return CargoLock(root=path.parent, text=files[str(path)].decode("utf-8", errors="replace"))


def _declared(files: Mapping[str, bytes]) -> BuildSystem | None:
    if _PYPROJECT not in files:
        return None
    try:
        table = _PyProject.model_validate(tomli.loads(files[_PYPROJECT].decode("utf-8"))).build_system
    except (ValidationError, UnicodeDecodeError, tomli.TOMLDecodeError, RecursionError):
        raise ValueError(f"its {_PYPROJECT} is not what PEP 518 describes") from None
    if table is None:
        return None
    return BuildSystem(requires=tuple(table.requires), backend=table.backend or LEGACY.backend)
