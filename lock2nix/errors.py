"""Every way in which lock2nix can fail, as one tree.

    Lock2nixError            exit  what the user can do about it
    ├── UsageError            2    say it otherwise (the code that Click uses, too)
    ├── InputError            3    mend the lock or the project file: message starts with the place
    ├── PlanError             4    ask for other targets, or lock again
    ├── IndexFault            5    look at the network, the index or the hash that disagrees
    └── OutputError           6    make the output writable

Errors render themselves: `place: message`, then a `hint:` line where there is a next step.
"""

import json
import re
from pathlib import PurePath

_LONGEST_QUOTE = 60
_LOGIN = re.compile(r"//[^/]*@")


class Lock2nixError(Exception):
    """An error that is the user's to mend; `message` says what is wrong and `hint` what to do next."""

    exit_code = 1

    def __init__(self, message: str, *, place: str | PurePath | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = None if place is None else str(place)
        self.hint = hint

    def __str__(self) -> str:
        """Return the whole text that a person is shown."""
        head = self.message if self.place is None else f"{self.place}: {self.message}"
        return head if self.hint is None else f"{head}\nhint: {self.hint}"


class UsageError(Lock2nixError):
    """The command line asks for something that does not exist or does not go together."""

    exit_code = 2


class InputError(Lock2nixError):
    """A file that we were given cannot be read, or does not say what its format requires."""

    exit_code = 3


class PlanError(Lock2nixError):
    """The lock is readable but cannot serve what was asked of it."""

    exit_code = 4


class IndexFault(Lock2nixError):  # noqa: N818 - IndexError is Python's own
    """A package index could not be asked, or its answer contradicts the lock."""

    exit_code = 5


class OutputError(Lock2nixError):
    """The result cannot be written where it was asked to go."""

    exit_code = 6


def quote(text: str) -> str:
    """Return a foreign string in quotes, safe to print, without the login of a url, and not too long."""
    text = _LOGIN.sub("//…@", text)
    short = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
    return json.dumps(short, ensure_ascii=not short.isprintable())
