"""Options in a requirements file, alone on a line or after a requirement.

Reference: https://pip.pypa.io/en/stable/reference/requirements-file-format/#supported-options. As in pip, an option may
be shortened as long as it is clear, and its value follows `=`, a space or (one letter) nothing.
"""

import re
import shlex
from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

from lock2nix.errors import quote

OptionName = Literal[
    "--all-releases",
    "--config-settings",
    "--constraint",
    "--editable",
    "--extra-index-url",
    "--find-links",
    "--global-option",
    "--hash",
    "--index-url",
    "--no-binary",
    "--no-index",
    "--only-binary",
    "--only-final",
    "--pre",
    "--prefer-binary",
    "--require-hashes",
    "--requirement",
    "--trusted-host",
    "--use-feature",
]

_NAMES: dict[str, OptionName] = {name: name for name in get_args(OptionName)}
_SPELLINGS: dict[str, OptionName] = {
    **_NAMES,
    "--config-setting": "--config-settings",
    "--pypi-url": "--index-url",
    "-C": "--config-settings",
    "-c": "--constraint",
    "-e": "--editable",
    "-f": "--find-links",
    "-i": "--index-url",
    "-r": "--requirement",
}
_SWITCHES: frozenset[OptionName] = frozenset({"--no-index", "--pre", "--prefer-binary", "--require-hashes"})
_BEGINNING = re.compile(r"(?:^|[ \t])(?=-)")
_EDITABLE = re.compile(r"(?:-e|--editable(?=[ \t=]))[ \t]*=?[ \t]*(?=\S)")
_NEXT_OPTION = re.compile(r"[ \t](?=--)")
_QUOTES = ('"', "'")


class Given(NamedTuple):
    """An option by its full name, and its value; a switch has the empty one."""

    option: OptionName
    value: str


class Parts(NamedTuple):
    """A line taken apart: what is to be installed, if anything, and the options."""

    requirement: str
    options: tuple[Given, ...]


def parts(line: str) -> Parts:
    """Return what a line asks for and its options. Raises ValueError for options that pip does not know here."""
    beginning = _BEGINNING.search(line)
    if beginning is None:
        return Parts(line, ())
    requirement, rest = line[: beginning.start()].rstrip(), line[beginning.end() :]
    editable: tuple[Given, ...] = ()
    if not requirement and (found := _EDITABLE.match(rest)):
        # Taken as it is: a marker may follow, and splitting into words would eat its quotes.
        following = _NEXT_OPTION.search(rest, found.end())
        end = len(rest) if following is None else following.start()
        editable = (Given("--editable", _unquoted(rest[found.end() : end].rstrip())),)
        rest = rest[end:]
    return Parts(requirement, (*editable, *_options(_words(rest))))


def _options(words: Iterator[str]) -> Iterator[Given]:
    for word in words:
        if not word.startswith("-"):
            raise ValueError(f"{quote(word)} belongs to no option")
        spelling, attached, value = word.partition("=") if word.startswith("--") else (word[:2], word[2:], word[2:])
        option = _named(spelling)
        if option not in _SWITCHES:
            found = value if attached else next(words, None)
            if not found:
                raise ValueError(f"{option} needs a value")
            yield Given(option, found)
        elif attached:
            raise ValueError(f"{option} takes no value")
        else:
            yield Given(option, "")


def _named(spelling: str) -> OptionName:
    if spelling in _SPELLINGS:
        return _SPELLINGS[spelling]
    is_long = spelling.startswith("--")
    meant = {name for known, name in _SPELLINGS.items() if is_long and known.startswith(spelling)}
    if len(meant) != 1:
        raise ValueError(f"pip has no option {quote(spelling)} for requirements files")
    return meant.pop()


def _words(text: str) -> Iterator[str]:
    if not any(special in text for special in ("\\", *_QUOTES)):  # nearly always, and there can be thousands of hashes
        return iter(text.split())
    try:
        return iter(shlex.split(text))
    except ValueError as error:
        raise ValueError(f"the options cannot be told apart: {str(error).lower()}") from None


def _unquoted(value: str) -> str:
    return value[1:-1] if value[0] in _QUOTES and value[-1] == value[0] and len(value) > 1 else value
