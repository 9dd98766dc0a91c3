"""What one line of a requirements file asks to have installed.

Reference: https://packaging.python.org/en/latest/specifications/dependency-specifiers/ for names, and
https://pip.pypa.io/en/stable/reference/requirements-file-format/ for what else pip takes.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from lock2nix.errors import quote
from lock2nix.markers import marker
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.source import DirectorySource, FileSource, UrlSource

from .fields import file_name, group_name, plain, project_name
from .requirements_places import ARCHIVES, Direct, Place, Repository, direct, is_place, is_url, without_variables

_NAMED = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[(?P<extras>[^\[\]]*)\])?\s*@\s*(?P<place>\S.*)")
_MARKER = re.compile(r"\s;|;\s")
_NOT_EDITABLE = "only a folder or a repository (git+https://…) can be editable"
_ANYTHING = SpecifierSet(prereleases=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A requirement: of an index where it has no place.

    `pname` is None where only what lies at the place could say it; `version` is that of the file it names.
    """

    pname: str | None
    extras: frozenset[NormalizedName] = frozenset()
    specifiers: SpecifierSet = _ANYTHING
    marker: Marker | None = None
    place: Place | None = None
    version: Version | None = None
    hashes: tuple[Hash, ...] = ()
    had_login: bool = False

    @property
    def name(self) -> NormalizedName | None:
        """The normalised name."""
        return None if self.pname is None else canonicalize_name(self.pname)

    @property
    def text(self) -> str:
        """The requirement as PEP 508 spells it; a place without a name is its own spelling."""
        extras = f"[{','.join(sorted(self.extras))}]" if self.extras else ""
        condition = "" if self.marker is None else f" ; {self.marker}"
        if self.place is None:
            return f"{self.pname}{extras}{self.specifiers}{condition}"
        head = "" if self.pname is None else f"{self.pname}{extras} @ "
        return f"{head}{_spelt(self.place)}{extras if self.pname is None else ''}{condition}"


def requirement(text: str) -> Entry:
    """Return what a line asks for. Raises ValueError for what pip would not install either, or lock2nix cannot."""
    plain(text)
    if named := _NAMED.fullmatch(text):
        return _named(named["name"], named["extras"] or "", named["place"])
    if is_url(text):
        return _unnamed(text)
    head, _, condition = text.partition(";")
    if is_place(head.strip()):
        return _unnamed(f"{head.strip()} ; {condition}")
    return _of_index(text)


def editable(text: str) -> Entry:
    """Return what a line asks to have in place: a folder, or a repository. Raises ValueError."""
    plain(text)
    if named := _NAMED.fullmatch(text):
        found = _named(named["name"], named["extras"] or "", named["place"])
    elif text.lower().startswith(("http:", "https:")):
        raise ValueError(_NOT_EDITABLE)
    else:
        found = _unnamed(f"git+{text}" if text.lower().startswith("git:") else text)
    if isinstance(found.place, DirectorySource):
        return replace(found, place=found.place.model_copy(update={"editable": True}))
    if isinstance(found.place, Repository):
        return found
    raise ValueError(_NOT_EDITABLE)


def _of_index(text: str) -> Entry:
    without_variables(text)
    try:
        parsed = Requirement(text)
    except (InvalidRequirement, RecursionError):
        raise ValueError(f"{quote(text)} is not a requirement (PEP 508)") from None
    return Entry(
        pname=project_name(parsed.name),
        extras=frozenset(map(canonicalize_name, parsed.extras)),
        specifiers=SpecifierSet(str(parsed.specifier), prereleases=True),
        # By its text: an interpreter's own idea of extras is not in it.
        marker=None if parsed.marker is None else marker(str(parsed.marker)),
    )


def _named(name: str, extras: str, place: str) -> Entry:
    found = _unnamed(place)
    if _is_wheel(found.place) and found.name != canonicalize_name(name):
        raise ValueError(f"the wheel is not one of {quote(name)}")
    # What an archive of any other name is called says nothing of its version.
    version = found.version if found.name == canonicalize_name(name) else None
    return replace(found, pname=project_name(name), extras=_extras(extras) or found.extras, version=version)


def _unnamed(text: str) -> Entry:
    before = _MARKER.search(text)
    place, condition = (text, "") if before is None else (text[: before.start()], text[before.end() :])
    found = direct(place.strip())
    named, version = _told_by_file(found)
    return Entry(
        pname=found.name or named,
        extras=_extras(found.extras),
        marker=marker(without_variables(condition.strip())),
        place=found.place,
        version=version,
        hashes=found.hashes,
        had_login=found.had_login,
    )


def _told_by_file(found: Direct) -> tuple[str | None, Version | None]:
    """Return what the name of an archive says; that of a wheel is bound to say it."""
    match found.place:
        case UrlSource(url=url):
            called = unquote(urlsplit(url).path).rpartition("/")[2]
            if not called.lower().endswith(ARCHIVES):
                raise ValueError(f"the address does not end in the name of a file ({', '.join(ARCHIVES[:4])})")
        case FileSource(path=path):
            called = path.name
        case _:
            return None, None
    try:
        if called.lower().endswith(".whl"):
            name, version, *_ = parse_wheel_filename(file_name(called))
        else:
            name, version = parse_sdist_filename(file_name(called))
    except InvalidWheelFilename:
        raise ValueError(f"{quote(called)} is not the name of a wheel") from None
    except InvalidSdistFilename:
        return None, None
    return name, version


def _is_wheel(place: Place | None) -> bool:
    match place:
        case UrlSource(url=url):
            return urlsplit(url).path.lower().endswith(".whl")
        case FileSource(path=path):
            return path.name.lower().endswith(".whl")
        case _:
            return False


def _extras(text: str) -> frozenset[NormalizedName]:
    return frozenset(group_name(part.strip()) for part in text.split(",") if part.strip())


def _spelt(place: Place) -> str:
    inner = f"#subdirectory={place.subdirectory}" if place.subdirectory else ""
    match place:
        case Repository(url=url, reference=reference):
            return f"git+{url}{'' if reference is None else f'@{reference}'}{inner}"
        case UrlSource(url=url):
            return f"{url}{inner}"
        case FileSource(path=path) | DirectorySource(path=path):
            is_plain = path.is_absolute() or path.parts[:1] in {(), ("..",)}
            return f"{path if is_plain else f'./{path}'}{inner}"
