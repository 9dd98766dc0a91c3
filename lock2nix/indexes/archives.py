"""Looks into sdists and source trees for what builds them; nothing of a package is ever run.

Build systems: https://packaging.python.org/en/latest/specifications/pyproject-toml/#declaring-build-system-dependencies-the-build-system-table;
sdists: …/source-distribution-format/. An archive is read as it arrives and left as soon as its build system was seen:
then nobody held it against its hash, and Nix does so before anything is built. What is concluded from what is missing
(legacy setuptools) is concluded from all pieces, and who gives them has them `checked`.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from lock2nix.errors import IndexFault
from lock2nix.schemas.lock import BuildSystem, CargoLock

from .members import REFUSALS, from_tar, from_zip
from .pyproject import build_table
from .setup_files import setup_cfg_requires, setup_py_requires
from .trees import CARGO_LOCK, DEEPEST_CARGO_LOCK, PYPROJECT, SETUP_CFG, SETUP_PY, Files, inside

# What PEP 517 says of a tree without a [build-system]; nixpkgs' older setuptools cannot make wheels without wheel.
LEGACY = BuildSystem(requires=("setuptools", "wheel"), backend="setuptools.build_meta:__legacy__")

LEGACY_READING = 2
"""Raised when more is read from setup.cfg and setup.py: what was kept of them before is then read again."""

_WANTED = frozenset({PYPROJECT, SETUP_CFG, SETUP_PY})


def build_system_of_archive(pieces: Iterator[bytes], filename: str, subdirectory: PurePosixPath | None) -> BuildSystem:
    """Return the build system of an sdist that arrives in pieces. Raises IndexFault naming the file."""

    def wanted(path: PurePosixPath) -> str | None:
        place = inside(path, subdirectory)
        if place is None:
            return None
        is_cargo_lock = place.name == CARGO_LOCK and len(place.parts) <= DEEPEST_CARGO_LOCK
        return str(place) if str(place) in _WANTED or is_cargo_lock else None

    try:
        if filename.endswith(".zip"):
            return build_system_of_files(from_zip(pieces, wanted))
        return build_system_of_files(from_tar(pieces, wanted, _is_enough))
    except REFUSALS as error:
        raise IndexFault(f"the archive cannot be read: {error}", place=filename) from None


def build_system_of_files(files: Files) -> BuildSystem:
    """Return the build system of a source tree by those of its files that speak of it. Raises ValueError."""
    if not files.keys() & _WANTED:
        raise ValueError(f"there is neither a {PYPROJECT} nor a {SETUP_PY} in it")
    found = _declared(files)
    if found is None:
        said = (*setup_cfg_requires(files.get(SETUP_CFG, b"")), *setup_py_requires(files.get(SETUP_PY, b"")))
        found = LEGACY.model_copy(update={"requires": (*LEGACY.requires, *said)})
    return found.model_copy(update={"cargo_lock": _cargo_lock(files)}) if found.builds_rust else found


def _is_enough(files: Files) -> bool:
    found = _declared(files)
    return found is not None and (not found.builds_rust or _cargo_lock(files) is not None)


def _cargo_lock(files: Files) -> CargoLock | None:
    """Return the outermost Cargo.lock: where there are several, the others are of what it has inside."""
    paths = [PurePosixPath(name) for name in files if PurePosixPath(name).name == CARGO_LOCK]
    if not paths:
        return None
    path = min(paths, key=lambda p: (len(p.parts), str(p)))
    return CargoLock(root=path.parent, text=files[str(path)].decode("utf-8", errors="replace"))


def _declared(files: Files) -> BuildSystem | None:
    if PYPROJECT not in files:
        return None
    table = build_table(files[PYPROJECT])
    if table is None:
        return None
    return BuildSystem(requires=tuple(table.requires), backend=table.backend or LEGACY.backend)
