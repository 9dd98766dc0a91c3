"""What a lock format is to the rest of lock2nix: a value in one table (`converters.FORMATS`)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import Reference, SourceFile
from lock2nix.schemas.wishes import Wishes

Read = Lock | Wishes
"""A lock, or what is still to be resolved."""

Reader = Callable[[SourceFile, Mapping[str, SourceFile]], Read]
"""Turns a file and its companions, by their paths relative to its folder, into a lock.

A reader sees nothing but its arguments and raises nothing but InputError.
"""

ReaderOfSeveral = Callable[[Mapping[str, SourceFile], Mapping[str, SourceFile]], Read]
"""Turns several files, in the order in which they were named, into one lock.

They and their companions are by their paths relative to the folder of the first.
"""


def no_references(_name: str, _source: SourceFile) -> Iterable[Reference]:
    """Return the references of a format whose files stand alone."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One lock format.

    `name` is its command and `title` what people call it. `companions` are files beside the lock that the reader
    would like to see, and `references` tells of a file, given by its relative path, which others it refers to: the
    reader gets those that exist among the companions. `recognises` tells by the content, for files that are named
    otherwise. `read_several` is None where one file is a lock.
    """

    name: str
    title: str
    file_names: tuple[str, ...]
    companions: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    read: Reader
    references: Callable[[str, SourceFile], Iterable[Reference]] = no_references
    read_several: ReaderOfSeveral | None = None
