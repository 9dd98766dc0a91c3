"""Requirements files and those that they include: every line in pip's order, as requirement or constraint.

Reference: https://pip.pypa.io/en/stable/reference/requirements-file-format/#referring-to-other-requirements-files.
Files are known by their paths relative to the folder of the first.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from lock2nix.errors import InputError, quote
from lock2nix.schemas.source import DirectorySource, Reference, SourceFile

from .fields import path
from .requirements_conda import refuse
from .requirements_entries import Entry, editable, requirement
from .requirements_lines import Line, lines
from .requirements_options import Given, OptionName, parts
from .requirements_places import is_url, without_variables
from .requirements_text import decoded

PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
"""What says what a folder is, the most telling first."""

ABOVE = ("", "..", "../..")
"""Where a folder is looked for: pip counts paths from where it is called, which is the project's folder or above."""

_DEEPEST = 100


class Role(Enum):
    """What a file is to whoever includes it."""

    REQUIREMENTS = auto()
    CONSTRAINTS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A line taken apart: of the file `name`, and as messages call its `place`."""

    name: str
    place: str
    line: Line
    entry: Entry | None
    options: tuple[Given, ...]

    def values(self, *names: OptionName) -> tuple[str, ...]:
        """Return the values of these options, in the order of the line."""
        return tuple(value for option, value in self.options if option in names)


class RequirementsFiles:
    """Files by their paths, read as they are included."""

    def __init__(self, files: Mapping[str, SourceFile]) -> None:
        self._files = files
        self._statements: dict[str, tuple[Statement, ...]] = {}

    def walk(self, name: str) -> Iterator[tuple[Statement, Role]]:
        """Yield the lines of a file and of all that it includes, where it includes them, each file once."""
        yield from self._walk(name, Role.REQUIREMENTS, (), set())

    def _walk(
        self, name: str, role: Role, above: tuple[str, ...], seen: set[tuple[str, Role]]
    ) -> Iterator[tuple[Statement, Role]]:
        seen.add((name, role))
        for statement in self._read(name):
            yield statement, role
            for option, value in statement.options:
                inner = _ROLES.get(option)
                if inner is None:
                    continue
                found = self._included(name, value, statement)
                if found in (*above, name) or len(above) > _DEEPEST:
                    chain = " → ".join((*above[-9:], name, found))
                    raise InputError(f"files include each other: {chain}", place=statement.place)
                if (found, inner) not in seen:
                    yield from self._walk(found, inner, (*above, name), seen)

    def _read(self, name: str) -> tuple[Statement, ...]:
        if name not in self._statements:
            source = self._files[name]
            self._statements[name] = tuple(_statement(name, source, line) for line in lines(decoded(source)))
        return self._statements[name]

    def _included(self, name: str, value: str, statement: Statement) -> str:
        try:
            found = included(name, value)
        except ValueError as error:
            raise InputError(str(error), place=statement.place) from None
        if found not in self._files:
            message = f"there is no file {quote(found)}"
            raise InputError(message, place=statement.place, hint="paths count from the folder of the file they are in")
        return found


def references(name: str, source: SourceFile) -> Iterator[Reference]:
    """Yield what a file includes, and what says what the folders that it names are; other files refer to nothing."""
    if posixpath.basename(name) in PROJECT_FILES:
        return
    for line in lines(decoded(source)):
        try:
            statement = _statement(name, source, line)
            files = [included(name, value) for option, value in statement.options if option in _ROLES]
        except (InputError, ValueError):  # the reader will say so, if it gets to see it
            continue
        yield from (Reference(names=(file,)) for file in files)
        if statement.entry is not None and isinstance(statement.entry.place, DirectorySource):
            folders = candidates(statement.entry.place)
            yield Reference(names=PROJECT_FILES, folders=tuple(folders))


def included(name: str, value: str) -> str:
    """Return the path of a file that another one includes. Raises ValueError if it has none that counts everywhere."""
    if is_url(without_variables(value)):
        raise ValueError(f"{quote(value)} is not asked for: download it, and name it here by its path")
    if value.startswith("/"):
        raise ValueError(f"{quote(value)} exists on some machines only: write its path from this folder")
    return str(path(posixpath.join(posixpath.dirname(name), value)))


def candidates(place: DirectorySource) -> Iterator[str]:
    """Yield the paths that a folder may have, seen from the lock; one that is absolute is nobody else's."""
    if not place.path.is_absolute():
        for above in ABOVE:
            yield posixpath.normpath(posixpath.join(above, place.path, place.subdirectory or ""))


_ROLES: Mapping[OptionName, Role] = {"--requirement": Role.REQUIREMENTS, "--constraint": Role.CONSTRAINTS}


def _statement(name: str, source: SourceFile, line: Line) -> Statement:
    place = f"{source.path}:{line.number}"
    try:
        text, options = parts(line.text)
        refuse(text, place)
        return Statement(name=name, place=place, line=line, entry=_entry(text, options), options=options)
    except ValueError as error:
        raise InputError(str(error), place=place) from None


def _entry(text: str, options: tuple[Given, ...]) -> Entry | None:
    editables = [value for option, value in options if option == "--editable"]
    others = [option for option, _ in options if option in _ROLES]
    if len(editables) + len(others) + bool(text) > 1:
        raise ValueError("one line asks for one thing: write the others on lines of their own")
    if editables:
        return editable(editables[0])
    return requirement(text) if text else None
