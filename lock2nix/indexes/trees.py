"""The few files of a source tree that speak of it: only these are read, and nothing is run."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from .members import MOST_FILE_BYTES

PYPROJECT, SETUP_CFG, SETUP_PY, PKG_INFO = "pyproject.toml", "setup.cfg", "setup.py", "PKG-INFO"
CARGO_LOCK = "Cargo.lock"
DEEPEST_CARGO_LOCK = 3  # src/rust/Cargo.lock

Files = Mapping[str, bytes]
"""The content of files by their path in the project's folder."""


def inside(member: PurePosixPath, subdirectory: PurePosixPath | None) -> PurePosixPath | None:
    """Return a member of an archive by its path in the project's folder, None where it lies elsewhere.

    The archive's one folder is NAME-VERSION, and the project lies in it, or in a subdirectory of it.
    """
    path = PurePosixPath(*member.parts[1:])
    if subdirectory is None:
        return path
    return path.relative_to(subdirectory) if path.is_relative_to(subdirectory) else None


def files_of_folder(folder: Path, *, within: Path | None = None) -> Files:
    """Return these files of a source tree on disk; nothing outside of `within` is read, wherever links lead.

    Raises OSError or, if the tree is not as it should be, ValueError.
    """
    if not folder.is_dir():
        raise ValueError("there is no such folder")
    if within is not None and not folder.resolve().is_relative_to(within.resolve()):
        raise ValueError("its folder is outside of it")
    locks = [p for depth in range(DEEPEST_CARGO_LOCK) for p in sorted(folder.glob("*/" * depth + CARGO_LOCK))]
    found = {}
    for path in (*(folder / name for name in (PKG_INFO, PYPROJECT, SETUP_CFG, SETUP_PY)), *locks):
        name = path.relative_to(folder).as_posix()
        if within is not None and not path.resolve().is_relative_to(within.resolve()):
            raise ValueError(f"its {name} is outside of it")
        if path.is_file():
            with path.open("rb") as file:
                found[name] = file.read(MOST_FILE_BYTES + 1)
            if len(found[name]) > MOST_FILE_BYTES:
                raise ValueError(f"its {name} is larger than {MOST_FILE_BYTES >> 20} MB")
    return found
