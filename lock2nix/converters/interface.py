"""What a lock format is to the rest of lock2nix: a value in one table (`converters.FORMATS`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile

Reader = Callable[[SourceFile, Mapping[str, SourceFile]], Lock]
"""Turns a file, and those of its companions that exist (by file name), into a lock.

A reader sees nothing but its arguments and raises nothing but InputError.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One lock format.

    `name` is its command and `title` what people call it. `companions` are files beside the lock that the reader
    would like to see. `recognises` tells by the content, for files that are named otherwise.
    """

    name: str
    title: str
    file_names: tuple[str, ...]
    companions: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    read: Reader
