"""Finds the lock of a folder."""

import os
import re
from pathlib import Path

from lock2nix.converters import FORMATS, requirements
from lock2nix.errors import UsageError

_NAMED_PYLOCK = re.compile(r"pylock\.[^.]+\.toml")
_EXPORTS = frozenset(requirements.FORMAT.file_names)
"""Names of files that tools also write out of a lock, for others to install from."""


def only_lock(folder: Path) -> Path:
    """Return the one lock in a folder. A requirements file counts where there is nothing else; both may come from it.

    Raises UsageError where there is none, or several.
    """
    known = {name for one in FORMATS for name in one.file_names}
    there = sorted(
        entry.name for entry in os.scandir(folder) if entry.name in known or _NAMED_PYLOCK.fullmatch(entry.name)
    )
    # What was resolved for a requirements file lies beside it, as a pylock.toml of its name.
    made = {f"pylock.{Path(name).stem}.toml" for name in there if name in _EXPORTS}
    found = [name for name in there if name not in made]
    locks = [name for name in found if name not in _EXPORTS] or found
    if len(locks) == 1:
        return folder / locks[0]
    if locks:
        hint = f"say which: lock2nix convert {locks[0]}"
        raise UsageError(f"there are several locks in this folder: {', '.join(locks)}", hint=hint)
    readable = ", ".join(one.file_names[0] for one in FORMATS)
    hint = f"lock2nix reads {readable}, and files called otherwise: lock2nix convert FILE; see also lock2nix --help"
    raise UsageError("there is no lock in this folder", hint=hint)
