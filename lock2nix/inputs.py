"""The files that a conversion reads, and the lock that they make."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from lock2nix import files
from lock2nix.converters.interface import Format
from lock2nix.errors import InputError, UsageError, quote
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile
from lock2nix.schemas.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files that make a lock, and those beside it, by their paths relative to the folder of the first."""

    locks: Mapping[str, SourceFile]
    companions: Mapping[str, SourceFile]

    @property
    def all(self) -> Mapping[str, SourceFile]:
        """Both."""
        return {**self.locks, **self.companions}


def gathered(known: Format, paths: Sequence[Path]) -> Inputs:
    """Return the files at these paths, the format's companions of the first, and all that they refer to."""
    first, folder = paths[0], paths[0].parent
    locks = {first.name: files.read(first)}
    for path in paths[1:]:
        locks[PurePath(os.path.relpath(path, folder)).as_posix()] = files.read(path)
    beside = {name: found for name in known.companions if (found := files.read_beside(first, name)) is not None}
    return Inputs(locks, {**beside, **files.gather(folder, {**locks, **beside}, known.references)})


def lock(known: Format, inputs: Inputs) -> Lock:
    """Return what the files amount to. Raises InputError, also where they leave versions open."""
    if known.read_several is not None:
        read = known.read_several(inputs.locks, inputs.companions)
    elif len(inputs.locks) == 1:
        read = known.read(next(iter(inputs.locks.values())), inputs.companions)
    else:
        raise UsageError(f"a {known.title} lock is one file", hint="convert the others by themselves")
    if isinstance(read, Wishes):
        raise _unresolved(read)
    return read


def _unresolved(wishes: Wishes) -> InputError:
    """Return the error that names all that is not pinned, until there is somebody to resolve it."""
    head = "a lock says one version of everything, and this leaves some open:"
    lines = [
        f"{wish.place}: {quote(f'-e {wish.requirement}' if wish.editable else wish.requirement)}: {wish.unpinned}"
        for wish in wishes.unpinned
    ]
    hint = "pin them, and convert the result: `uv pip compile --universal --generate-hashes`, or `pip-compile`"
    return InputError("\n  ".join([head, *lines]), hint=hint)
