"""Reads inputs and writes results: the one place that touches the user's files."""

import contextlib
import errno
import os
import posixpath
import stat
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from lock2nix.errors import InputError, OutputError
from lock2nix.schemas.source import Reference, SourceFile

_MOST_BYTES = 64 << 20  # the largest locks have a few MB


def read(path: Path) -> SourceFile:
    """Return the file at `path`. Raises InputError if it is missing, a directory, too large, or may not be read."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise InputError(
            "there is no such file", place=path, hint="name the lock file, or change to its folder"
        ) from None
    except IsADirectoryError:
        raise InputError("this is a directory, not a file", place=path, hint="name the lock file in it") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", place=path) from None
    if len(content) > _MOST_BYTES:
        raise InputError(f"this is larger than {_MOST_BYTES >> 20} MB: no lock file", place=path)
    return SourceFile(path=path, content=content)


def read_beside(path: Path, name: str) -> SourceFile | None:
    """Return the file called `name` in the folder of `path`, or None where there is none."""
    beside = path.with_name(name)
    return read(beside) if os.path.lexists(beside) else None


def gather(
    folder: Path, files: Mapping[str, SourceFile], references: Callable[[str, SourceFile], Iterable[Reference]]
) -> Mapping[str, SourceFile]:
    """Return what these files refer to, and what that refers to, as far as it exists.

    Files are by their paths relative to the folder. Raises InputError if one cannot be read.
    """
    found: dict[str, SourceFile] = {}
    pending = list(files.items())
    while pending:
        for reference in references(*pending.pop()):
            for name in _there(folder, reference):
                if name not in files and name not in found:
                    found[name] = read(folder / name)
                    pending.append((name, found[name]))
    return found


def read_text(path: Path) -> str | None:
    """Return the text of an earlier result, or None where there is none that can be read."""
    try:
        # Reading a pipe or a device would not end.
        return read(path).content.decode("utf-8") if path.is_file() else None
    except (InputError, OSError, UnicodeDecodeError):
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
        target = Path(os.path.realpath(path))
        _replace(target, content, _mode(target))
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror}", place=path, hint="choose another file with -o"
        ) from None
    return True


def _there(folder: Path, reference: Reference) -> list[str]:
    for inner in reference.folders:
        names = [posixpath.normpath(posixpath.join(inner, name)) for name in reference.names]
        # Only files: reading a pipe or a device would not end.
        if there := [name for name in names if os.path.isfile(folder / name)]:  # noqa: PTH113 - Path's raises OSError
            return there
    return []


def _mode(target: Path) -> int:
    """Return the permissions that the new file is to have: those of the old one. Raises OSError if that is no file."""
    try:
        found = target.lstat().st_mode
    except FileNotFoundError:
        return 0o666 & ~_umask()
    if stat.S_ISREG(found):
        return stat.S_IMODE(found)
    if stat.S_ISDIR(found):
        raise IsADirectoryError(errno.EISDIR, "it is a directory")
    # Renaming over a device would replace it by a file; what realpath leaves as a link leads in circles.
    raise OSError(errno.EINVAL, "it is no regular file")


def _replace(target: Path, content: bytes, mode: int) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".lock2nix-")
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
