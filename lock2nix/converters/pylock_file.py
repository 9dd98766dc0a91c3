"""A pylock.toml as `packaging` reads and checks it; its errors become ours, with their place in the file."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from packaging.pylock import Pylock, PylockUnsupportedVersionError, PylockValidationError
from packaging.version import Version

from lock2nix.errors import InputError
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import SourceFile

from . import toml, wire

_KNOWN = Version("1.0")
_RELOCK = "export the lock again, by a tool that writes lock-version 1.0"
_KEY = re.compile(r"\[(?P<index>\d+)\]|(?P<key>[^.\[\]]+)")
_LONGEST = 200

_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True, slots=True)
class PylockFile:
    """A file that `packaging` found valid: what it says, and where in it something is."""

    source: SourceFile
    data: dict[str, object]
    content: Pylock

    def checked(self, parse: Callable[[str], _Parsed], text: str, *location: str | int) -> _Parsed:
        """Return what `parse` reads in a text; its ValueError is an InputError at this location."""
        try:
            return parse(text)
        except ValueError as error:
            raise self.error(str(error), *location) from None

    def error(self, message: str, *location: str | int) -> InputError:
        """Return the error that something at this location is wrong."""
        return InputError(message, place=wire.place(self.source, self.data, location))


def read(source: SourceFile) -> tuple[PylockFile, tuple[Notice, ...]]:
    """Return the valid content of a file, with a notice where its version is newer than known. Raises InputError."""
    data = toml.parse(source)
    newer = _newer_minor(data.get("lock-version"))
    # Of an unknown minor version, packaging would speak to the log.
    readable = data if newer is None else {**data, "lock-version": str(_KNOWN)}
    try:
        content = Pylock.from_dict(readable)
    except PylockUnsupportedVersionError as error:
        place = wire.place(source, data, ("lock-version",))
        raise InputError(_one_line(error.message), place=place, hint=_RELOCK) from None
    except PylockValidationError as error:
        location = [int(m["index"]) if m["index"] else m["key"] for m in _KEY.finditer(error.context or "")]
        raise InputError(_one_line(error.message), place=wire.place(source, data, location)) from None
    file = PylockFile(source, data, content)
    if newer is None:
        return file, ()
    message = f"lock-version {newer} is newer than lock2nix knows; read as {_KNOWN}"
    return file, (Notice(kind="missing-data", subject=source.path.name, message=message),)


def _newer_minor(text: object) -> Version | None:
    try:
        found = Version(text) if isinstance(text, str) else _KNOWN
    except ValueError:  # also a number of more digits than Python converts
        return None
    return found if found.major == _KNOWN.major and found > _KNOWN else None


def _one_line(message: str) -> str:
    # packaging repeats what it could not read, a marker over several lines.
    first = (message.splitlines() or ["not valid"])[0]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in first[:_LONGEST])
