"""Keeps the cache within bounds: how large it is, what goes when it grows old or large, and how to be rid of it.

Nothing in the cache is needed: several processes may prune, clear, read and write at once, and who misses an answer
asks for it again. Only files of the cache's own layout are ever touched.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

DAY = 24 * 60 * 60.0
MOST_AGE = 180 * DAY  # seconds since an answer was last used
MOST_BYTES = 256 << 20

ANSWER, CONTENT, NIX = ".json", ".content", ".nix"
"""How the names of entries end: answers, answers with a content besides, and files for Nix to read."""

_FORMAT = re.compile(r"[0-9]+")
_GROUP = re.compile(r"[0-9a-f]{2}")
_ENTRY = re.compile(r"[0-9a-f]{62}\.(json|content|nix)")
_TEMPORARY = re.compile(r"\.[A-Za-z0-9_]+")
_ABANDONED = 60 * 60.0  # seconds after which a temporary file is that of a writer that was killed
_STAMP = "pruned"


class Amount(NamedTuple):
    """A number of answers, and the bytes that they take."""

    answers: int
    size: int


class _Entry(NamedTuple):
    used: float
    size: int
    path: Path


def amount(folder: Path) -> Amount:
    """Return how much the cache holds."""
    return _amount(list(_entries(folder)))


def prune(folder: Path, *, most_age: float = MOST_AGE, most_bytes: int = MOST_BYTES) -> Amount:
    """Remove what was not used for `most_age` seconds, then what was not used longest; return what went."""
    now = time.time()
    left = sum(entry.size for entry in _entries(folder))
    gone = []
    for entry in sorted(_entries(folder)):
        if (now - entry.used > most_age or left > most_bytes) and _remove(entry.path):
            gone.append(entry)
            left -= entry.size
    for path in _files(folder, _TEMPORARY):
        with suppress(OSError):
            if now - path.stat().st_mtime > _ABANDONED:
                path.unlink()
    return _amount(gone)


def clear(folder: Path) -> Amount:
    """Remove everything that the cache made; return how much that was."""
    gone = [entry for entry in _entries(folder) if _remove(entry.path)]
    for path in _files(folder, _TEMPORARY):
        _remove(path)
    _remove(folder / _STAMP)
    for group in (*_folders(folder), *(p for p in _listed(folder) if _FORMAT.fullmatch(p.name)), folder):
        with suppress(OSError):  # who writes at this moment, or put other files there, keeps the folder
            group.rmdir()
    return _amount(gone)


def prune_daily(folder: Path) -> None:
    """Prune, unless that was done within a day."""
    stamp = folder / _STAMP
    with suppress(OSError):
        if not folder.is_dir() or (stamp.exists() and 0 <= time.time() - stamp.stat().st_mtime < DAY):
            return
        prune(folder)  # before anything is written: the disk may be full
        stamp.touch()


def mark_used(path: Path) -> None:
    """Note that an answer was used today."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > DAY:
            os.utime(path)


def _entries(folder: Path) -> Iterator[_Entry]:
    for path in _files(folder, _ENTRY):
        with suppress(OSError):
            found = path.stat()
            yield _Entry(found.st_mtime, found.st_size, path)


def _files(folder: Path, names: re.Pattern[str]) -> Iterator[Path]:
    for group in _folders(folder):
        yield from (path for path in _listed(group) if names.fullmatch(path.name))


def _folders(folder: Path) -> Iterator[Path]:
    for kind in _listed(folder):
        if _FORMAT.fullmatch(kind.name):
            yield from (group for group in _listed(kind) if _GROUP.fullmatch(group.name))


def _listed(folder: Path) -> list[Path]:
    """Return what is in a folder; a link to one is not followed."""
    try:
        return [] if folder.is_symlink() and _FORMAT.fullmatch(folder.name) else sorted(folder.iterdir())
    except OSError:
        return []


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _amount(entries: list[_Entry]) -> Amount:
    return Amount(len(entries), sum(entry.size for entry in entries))
