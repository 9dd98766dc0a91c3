"""Reads inputs and writes results: the one place that touches the user's files."""

import contextlib
import os
import tempfile
from pathlib import Path

from lock2nix.errors import InputError, OutputError
from lock2nix.schemas.source import SourceFile


def read(path: Path) -> SourceFile:
    """Return the file at `path`. Raises InputError if it is missing, a directory, or may not be read."""
    try:
        return SourceFile(path=path, content=path.read_bytes())
    except FileNotFoundError:
        raise InputError(
            "there is no such file", place=path, hint="name the lock file, or change to its folder"
        ) from None
    except IsADirectoryError:
        raise InputError("this is a directory, not a file", place=path, hint="name the lock file in it") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", place=path) from None


def read_beside(path: Path, name: str) -> SourceFile | None:
    """Return the file called `name` in the folder of `path`, or None where there is none."""
    beside = path.with_name(name)
    return read(beside) if beside.is_file() else None


def read_text(path: Path) -> str | None:
    """Return the text of an earlier result, or None where there is none that can be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def write(path: Path, text: str) -> bool:
    """Replace the file at `path` by `text` in one step; return whether that changed anything.

    The text is written beside the file, synced and renamed over it: a reader sees the old file or the new one, and
    an interrupted run leaves the old. Raises OutputError.
    """
    content = text.encode("utf-8")
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        # A link stays a link: what it points to is replaced.
        target = path.resolve()
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        _replace(target, content, mode)
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror}", place=path, hint="choose another file with -o"
        ) from None
    return True


def _replace(target: Path, content: bytes, mode: int) -> None:
    if target.is_dir():
        raise IsADirectoryError(0, "it is a directory")
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
