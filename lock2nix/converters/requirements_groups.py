"""What the groups of several requirements files are called: `main`, and the rest by what their names add to that.

`requirements.txt` is main, else the first file is. `requirements-dev.txt`, `dev-requirements.txt`,
`requirements/dev.txt` and `dev/requirements.txt` are dev.
"""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import InputError
from lock2nix.schemas.source import SourceFile

MAIN = canonicalize_name("main")

_SAYS_NOTHING = {"req", "reqs", "requirement", "requirements", "lock", "locked"}
_BETWEEN = re.compile(r"[^A-Za-z0-9]+")


def group_names(files: Sequence[tuple[str, SourceFile]]) -> tuple[NormalizedName, ...]:
    """Return the name of each file's group, for files and their paths relative to the first.

    Raises InputError where two have the same.
    """
    main = next((at for at, (name, _) in enumerate(files) if not _words(PurePosixPath(name).stem)), 0)
    taken: dict[NormalizedName, SourceFile] = {}
    for at, (name, source) in enumerate(files):
        group = MAIN if at == main else _group(PurePosixPath(name))
        if group in taken:
            message = f"this makes the group {group}, and so does {taken[group].path}"
            raise InputError(message, place=source.path, hint="give the files names that tell them apart")
        taken[group] = source
    return tuple(taken)


def _group(name: PurePosixPath) -> NormalizedName:
    words = _words(name.stem) or _words(name.parent.name)
    return canonicalize_name("-".join(words)) if words else MAIN


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text) if word and word.lower() not in _SAYS_NOTHING]
