"""The packages of a Pipfile.lock: one for each name, whichever categories have it."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from lock2nix.errors import InputError, quote
from lock2nix.schemas.artifact import Artifact, FileKind
from lock2nix.schemas.lock import Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import DirectorySource, FileSource, IndexSource, Source, SourceFile, UrlSource

from . import pipenv_places, wire
from .fields import version
from .pipenv_lock_file import Entry, LockFile
from .pipenv_sources import Sources

_UNKNOWN = Version("0")
"""Of a source tree: its build knows the version, and a Pipfile.lock does not repeat it."""

_PIN = re.compile(r"\s*(?:={2,3})?\s*([^=<>~!*\s]+)\s*")
_BOTH: frozenset[FileKind] = frozenset({"wheel", "sdist"})
_SDIST: frozenset[FileKind] = frozenset({"sdist"})
_DEFAULT = "default"


class _Found(NamedTuple):
    category: str
    package: Package


class Packages:
    """The packages of one file, and what is to be said about them.

    `data` is the parsed file, from which messages take their places.
    """

    def __init__(self, locked: LockFile, sources: Sources, source: SourceFile, data: dict[str, object]) -> None:
        self._sources = sources
        self._source = source
        self._data = data
        self._notices: list[Notice] = []
        self._found: dict[NormalizedName, _Found] = {}
        for category, entries in locked.categories.items():
            seen: set[NormalizedName] = set()
            for key, entry in entries.items():
                name = canonicalize_name(key)
                if name in seen:
                    raise self._error(f"{quote(key)} is in this category twice", category, key)
                seen.add(name)
                # pipenv does not pin what the machine that locks does not need: such an entry is only a wish.
                if not _is_wish(entry):
                    self._add(category, key, entry)

    def packages(self) -> tuple[Package, ...]:
        """Return all packages, in the order of the file."""
        return tuple(found.package for found in self._found.values())

    def notices(self) -> tuple[Notice, ...]:
        """Return what a person should know about single packages."""
        return tuple(dict.fromkeys(self._notices))

    def _add(self, category: str, key: str, entry: Entry) -> None:
        package = self._package(category, key, entry)
        earlier = self._found.get(package.name)
        if earlier is None:
            self._found[package.name] = _Found(category, package)
        elif _origin(earlier.package) == _origin(package):
            self._found[package.name] = _Found(earlier.category, _merged(earlier.package, package))
        elif earlier.category == _DEFAULT:
            # As pipenv itself has it when it locks (`overwrite_with_default`).
            message = (
                f"{package.pname}: {category} has {_said(package)}, default {_said(earlier.package)}, which is taken"
            )
            self._notices.append(Notice(kind="choice", subject=package.name, message=message))
        else:
            message = f"{earlier.category} has {_said(earlier.package)} of {package.pname}, and this {_said(package)}"
            hint = "one set of packages cannot have both: lock again, or make a lock for each"
            raise self._error(message, category, key, hint=hint)

    def _package(self, category: str, key: str, entry: Entry) -> Package:
        try:
            place = pipenv_places.place(entry)
            source = self._sources.index(entry.index) if place is None else place.source
            files = () if place is None else place.files
            pinned = _pin(entry.version or "") if place is None else _pin_of(files)
        except ValueError as error:
            raise self._error(str(error), category, key) from None
        package = Package(
            name=canonicalize_name(key),
            pname=key,
            version=pinned,
            source=source,
            artifacts=files,
            loose_hashes=tuple(dict.fromkeys(entry.hashes)) if _is_open(source, files) else (),
            kinds=_SDIST if entry.no_binary else _BOTH,
        )
        self._notices += _notices(package, entry, had_login=place is not None and place.had_login)
        return package

    def _error(self, message: str, *location: str, hint: str | None = None) -> InputError:
        return InputError(message, place=wire.place(self._source, self._data, location), hint=hint)


def _origin(package: Package) -> tuple[object, ...]:
    source = package.source
    if isinstance(source, DirectorySource):
        source = source.model_copy(update={"editable": False})
    return package.version, source


def _merged(one: Package, other: Package) -> Package:
    """Return the package of two categories: each hash is one that the lock vouches for."""
    hashes = tuple(dict.fromkeys((*one.loose_hashes, *other.loose_hashes)))
    return one.model_copy(update={"loose_hashes": hashes, "kinds": one.kinds & other.kinds})


def _said(package: Package) -> str:
    return str(package.version) if package.version != _UNKNOWN else f"a {package.source.kind} source"


def _is_wish(entry: Entry) -> bool:
    return (entry.version or "*").strip() == "*" and pipenv_places.is_on_an_index(entry)


def _pin(text: str) -> Version:
    found = _PIN.fullmatch(text)
    if found is None:
        raise ValueError(f"{quote(text)} is no pin")
    return version(found[1])


def _is_open(source: Source, files: Sequence[Artifact]) -> bool:
    """Return whether the hashes of an entry are about files that it does not tell."""
    return isinstance(source, IndexSource | UrlSource) and not any(file.hashes for file in files)


def _pin_of(files: Sequence[Artifact]) -> Version:
    for file in files:
        try:
            return (parse_wheel_filename if file.is_wheel else parse_sdist_filename)(file.filename)[1]
        except (InvalidWheelFilename, InvalidSdistFilename):
            continue
    return _UNKNOWN


def _notices(package: Package, entry: Entry, *, had_login: bool) -> Iterator[Notice]:
    if had_login:
        message = f"{package.pname}: the lock gives its address with a login, which is left out (netrc can have it)"
        yield Notice(kind="left-out", subject=package.name, message=message)
    source = package.source
    if isinstance(source, DirectorySource | FileSource) and source.path.is_absolute():
        message = f"{package.pname} comes from the absolute path {source.path}, which exists on some machines only"
        yield Notice(kind="choice", subject=package.name, message=message)
    if entry.pip_args:
        message = f"{package.pname}: what the lock has pip tell its build (pip_args) is not passed on"
        yield Notice(kind="left-out", subject=package.name, message=message)
