"""The files that a conversion reads, and what they amount to."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from lock2nix import files
from lock2nix.converters.interface import Format, Read
from lock2nix.errors import UsageError
from lock2nix.schemas.source import SourceFile


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files that make a lock, and those beside it, by their paths relative to the folder of the first."""

    locks: Mapping[str, SourceFile]
    companions: Mapping[str, SourceFile]

    def with_companion(self, name: str, source: SourceFile) -> "Inputs":
        """Return these, and one file beside the first more."""
        return Inputs(self.locks, {**self.companions, name: source})

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


def read(known: Format, inputs: Inputs) -> Read:
    """Return what the files amount to. Raises InputError, and UsageError where they are too many."""
    if known.read_several is not None:
        return known.read_several(inputs.locks, inputs.companions)
    if len(inputs.locks) == 1:
        return known.read(next(iter(inputs.locks.values())), inputs.companions)
    raise UsageError(f"a {known.title} lock is one file", hint="convert the others by themselves")
