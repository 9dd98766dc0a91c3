"""The wire model of pdm.lock, lock versions 2 to 4.5, and of what `[tool.pdm]` says besides.

Reference: https://github.com/pdm-project/pdm/blob/main/src/pdm/models/repositories/lock.py and
…/src/pdm/project/lockfile/pdmlock.py, and their history for the older versions; there is no specification.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from pydantic import BeforeValidator, Field, InstanceOf

from lock2nix.errors import InputError, quote
from lock2nix.markers import marker
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import SourceFile

from . import toml, wire
from .fields import FileName, GroupName, HashField, PlainText, ProjectName, VersionField, of_text, specifiers, version
from .poetry_dependencies import Wish, requirement
from .wire import Wire

_OLDEST, _NEWEST = 2, Version("4.5.1")
_RELOCK = "lock again with `pdm lock` of a PDM that lock2nix knows (lock_version 2 to 4.5)"
# `-e file:///${PROJECT_ROOT}/libs/one#egg=one[extra]`
_EDITABLE = re.compile(r"-e\s+\S*[#&]egg=(?P<wish>[^&\s]+)\S*\s*(?P<rest>;.*)?")
_ANY = "*"

# What older packages say of Python: `>=3.5.*`.
_LOOSE = re.compile(r"(?P<bound>[<>]=?\s*\d+(?:\.\d+)*)\.\*")


def _alternatives(text: str) -> tuple[SpecifierSet, ...]:
    return tuple(specifiers(_LOOSE.sub(r"\g<bound>", one)) for one in text.split("||")) if text.strip() else ()


AlternativesField = Annotated[tuple[InstanceOf[SpecifierSet], ...], of_text(_alternatives)]
MarkerField = Annotated[InstanceOf[Marker] | None, of_text(marker)]


def wish(text: str) -> Wish:
    """Return what a line asks for: a requirement (PEP 508), or pip's `-e` with a name behind `#egg=`."""
    editable = _EDITABLE.fullmatch(text.strip())
    return requirement(text if editable is None else f"{editable['wish']}{editable['rest'] or ''}")


def _as_line(name: str, wanted: object) -> object:
    """Return the line that version 3 would have for an entry of version 2's tables."""
    if isinstance(wanted, str):
        return f"{name}{'' if wanted == _ANY else wanted}"
    if not isinstance(wanted, dict):
        return wanted
    extras, bounds, condition = (wanted.get(key) for key in ("extras", "version", "marker"))
    text = name + (f"[{','.join(map(str, extras))}]" if isinstance(extras, list) else "")
    text += bounds if isinstance(bounds, str) and bounds != _ANY else ""
    return text + (f"; {condition}" if condition else "")


def _as_lines(value: object) -> object:
    return [_as_line(name, wanted) for name, wanted in value.items()] if isinstance(value, dict) else value


WishField = Annotated[InstanceOf[Wish], of_text(wish)]


class LockedFile(Wire):
    """A wheel or an sdist: by its name, or with static urls by its address."""

    file: FileName | None = None
    url: PlainText | None = None
    hash: HashField


class LockedPackage(Wire):
    """`[[package]]`; one with `extras` says what these add to the package, which has a table of its own.

    `sections` is what version 2 called the groups.
    """

    name: ProjectName
    version: VersionField | None = None
    extras: list[GroupName] = Field(default_factory=list)
    requires_python: AlternativesField = ()
    groups: list[PlainText] | None = None
    sections: list[PlainText] | None = None
    marker: MarkerField = None
    dependencies: Annotated[list[WishField], BeforeValidator(_as_lines)] = Field(default_factory=list)
    files: list[LockedFile] | None = None
    git: PlainText | None = None
    hg: PlainText | None = None
    svn: PlainText | None = None
    bzr: PlainText | None = None
    ref: PlainText | None = None
    revision: PlainText | None = None
    url: PlainText | None = None
    path: PlainText | None = None
    editable: bool = False
    subdirectory: PlainText | None = None

    @property
    def in_groups(self) -> list[str] | None:
        """The groups that install the package, as they are spelt; None where the edges tell."""
        return self.sections if self.groups is None else self.groups


class LockedTarget(Wire):
    """`[[metadata.targets]]`: where the lock is good, as far as it says."""

    requires_python: AlternativesField = ()
    platform: PlainText | None = None
    implementation: Literal["cpython", "pypy", "pyston"] | None = None


class Metadata(Wire):
    """`[metadata]`; the keys of `files` are names and versions."""

    groups: list[PlainText] | None = None
    strategy: list[PlainText] | None = None
    cross_platform: bool = True
    targets: list[LockedTarget] = Field(default_factory=list)
    files: dict[PlainText, list[LockedFile]] = Field(default_factory=dict)


class Content(Wire):
    """A whole pdm.lock."""

    package: list[LockedPackage] = Field(default_factory=list)
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class PdmLock:
    """A valid file: what it says, and where in it something is."""

    source: SourceFile
    data: dict[str, object]
    content: Content

    @property
    def has_groups(self) -> bool:
        """Whether every package says which groups install it (the strategy `inherit_metadata`, and version 2)."""
        return bool(self.content.package) and all(one.in_groups is not None for one in self.content.package)

    def error(self, message: str, *location: str | int) -> InputError:
        """Return the error that something at this location is wrong."""
        return InputError(message, place=wire.place(self.source, self.data, location))


def read(source: SourceFile) -> tuple[PdmLock, tuple[Notice, ...]]:
    """Return the valid content of a file, with a notice where its version is newer than known. Raises InputError."""
    data = toml.parse(source)
    notices = _version_notices(data, source)
    return PdmLock(source, data, wire.validate(Content, data, source)), notices


def _version_notices(data: dict[str, object], source: SourceFile) -> tuple[Notice, ...]:
    metadata = data.get("metadata")
    text = metadata.get("lock_version") if isinstance(metadata, dict) else None
    if text is None:
        message = "there is no lock_version in [metadata]: no pdm.lock, or one of a PDM before 1.0"
        raise InputError(message, place=source.path, hint=_RELOCK)
    try:
        found = version(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None or not _OLDEST <= found.major <= _NEWEST.major:
        place = wire.place(source, data, ("metadata", "lock_version"))
        raise InputError(f"lock_version {quote(str(text))} is not supported", place=place, hint=_RELOCK)
    if found.release[:2] <= _NEWEST.release[:2]:
        return ()
    message = f"lock_version {found} is newer than lock2nix knows; read as {_NEWEST}"
    return (Notice(kind="missing-data", subject=source.path.name, message=message),)
