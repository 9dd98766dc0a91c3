"""Which version, and from where, a requirement amounts to; or why it leaves that open.

As in pip, constraints say which version is taken of what a requirement leaves open, and their hashes must agree.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from lock2nix.errors import InputError, quote
from lock2nix.markers import conjunction
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import UNKNOWN_VERSION
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, Source, UrlSource

from .fields import revision, version
from .requirements_asked import Asked
from .requirements_places import Repository

_UNNAMED = "its name is not said: write `NAME @ …`, or #egg=NAME behind it"
_UNFOUND = "no pyproject.toml, setup.cfg or setup.py there, or above, says its name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One version from one source, of the line that `asked` for it, where `marker` holds."""

    asked: Asked
    pname: str
    name: NormalizedName
    version: Version
    source: Source
    hashes: tuple[Hash, ...]
    marker: Marker | None

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """The file of a source that is one."""
        match self.source:
            case UrlSource(url=url):
                name = unquote(urlsplit(url).path).rpartition("/")[2]
                return (Artifact(filename=name, hashes=self.hashes, url=url),)
            case FileSource(path=path):
                return (Artifact(filename=path.name, hashes=self.hashes),)
            case _:
                return ()

    @property
    def text(self) -> str:
        """What was pinned, for messages."""
        where = "" if isinstance(self.source, IndexSource) else f" of {quote(self.asked.entry.text)}"
        is_known = self.version != UNKNOWN_VERSION
        return f"{self.pname} {self.version}{where}" if is_known else quote(self.asked.entry.text)


class Open(NamedTuple):
    """Why a requirement is no pin."""

    reason: str


class Constraints:
    """What constraints files say of packages that are needed."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        self._by_name: dict[NormalizedName, list[Asked]] = {}
        for one in asked:
            name = one.entry.name
            if name is None or one.is_editable or one.entry.extras:
                message = "a constraint has a name, no extras, and is not editable"
                raise InputError(message, place=one.place)
            self._by_name.setdefault(name, []).append(one)

    def others(self, names: frozenset[NormalizedName]) -> Iterator[Pin]:
        """Yield the pins of packages other than these: they are installed if something needs them."""
        for name, found in self._by_name.items():
            if name not in names:
                yield from (pin for one in found if isinstance(pin := _alone(one), Pin))

    def pins(self, asked: Asked) -> tuple[Pin, ...] | Open:
        """Return what a requirement amounts to. Raises InputError where a constraint contradicts it."""
        found = _alone(asked)
        constraints = [] if asked.entry.name is None else self._by_name.get(asked.entry.name, [])
        if isinstance(found, Pin):
            here = [one for one in constraints if one.entry.marker in {None, asked.entry.marker}]
            return (_constrained(found, here),)
        if asked.entry.place is not None:
            return found
        pinned = [(one, pin) for one in constraints if isinstance(pin := _alone(one), Pin)]
        everywhere = [(one, pin) for one, pin in pinned if one.entry.marker is None]
        if not everywhere and len(pinned) < len(constraints):
            return found
        chosen = everywhere[:1] or pinned
        return tuple(_taken(asked, one, pin) for one, pin in chosen) or found


def exact(specifiers: SpecifierSet) -> Version | None:
    """Return the one version that specifiers admit, None for several. Raises ValueError if they admit none."""
    pinned = [one for one in specifiers if one.operator in {"==", "==="} and not one.version.endswith(".*")]
    if not pinned:
        return None
    found = version(pinned[0].version)
    if not specifiers.contains(found, prereleases=True):
        raise ValueError(f"no version is {quote(str(specifiers))}")
    return found


def _alone(asked: Asked) -> Pin | Open:
    """Return what a requirement amounts to by itself."""
    entry = asked.entry
    match entry.place:
        case None:
            return _of_index(asked)
        case Repository(reference=None):
            return Open("it names no revision")
        case Repository(url=url, reference=str(reference), subdirectory=subdirectory):
            try:
                source: Source = GitSource(url=url, revision=revision(reference), subdirectory=subdirectory)
            except ValueError:
                return Open(f"{quote(reference)} is no full revision (40 hex digits), but a branch, a tag or short")
        case UrlSource() | FileSource() | DirectorySource() as place:
            source = place
    if entry.pname is None:
        return Open(_UNFOUND if isinstance(entry.place, DirectorySource) else _UNNAMED)
    return _pin(asked, entry.version or UNKNOWN_VERSION, source)


def _of_index(asked: Asked) -> Pin | Open:
    specifiers = asked.entry.specifiers
    try:
        pinned = exact(specifiers)
    except ValueError as error:
        raise InputError(str(error), place=asked.place) from None
    if pinned is None:
        return Open(f"several versions may be {specifiers}" if specifiers else "any version would do")
    return _pin(asked, pinned, IndexSource())


def _pin(asked: Asked, pinned: Version, source: Source) -> Pin:
    entry = asked.entry
    if entry.pname is None or entry.name is None:
        raise AssertionError(entry)
    return Pin(
        asked=asked,
        pname=entry.pname,
        name=entry.name,
        version=pinned,
        source=source,
        hashes=entry.hashes,
        marker=entry.marker,
    )


def _constrained(pin: Pin, constraints: list[Asked]) -> Pin:
    for one in constraints:
        if one.entry.place is None and not one.entry.specifiers.contains(pin.version, prereleases=True):
            raise contradiction(pin.asked.place, pin.text, one)
        if isinstance(pin.source, IndexSource):
            pin = replace(pin, hashes=agreed(pin.hashes, one.entry.hashes, pin.asked, one))
    return pin


def _taken(asked: Asked, constraint: Asked, pin: Pin) -> Pin:
    entry = asked.entry
    if not entry.specifiers.contains(pin.version, prereleases=True):
        raise contradiction(asked.place, quote(entry.text), constraint)
    return replace(
        pin,
        asked=asked,
        pname=entry.pname or pin.pname,
        hashes=agreed(entry.hashes, pin.hashes, asked, constraint),
        marker=conjunction(entry.marker, pin.marker),
    )


def agreed(ours: tuple[Hash, ...], theirs: tuple[Hash, ...], asked: Asked, other: Asked) -> tuple[Hash, ...]:
    """Return the hashes that two lines have in common; none admit all. Raises InputError if they have none."""
    if not ours or not theirs:
        return ours or theirs
    known = set(theirs)
    common = tuple(one for one in ours if one in known)
    if not common:
        message = f"its hashes are none of those of {other.place}"
        raise InputError(message, place=asked.place, hint="lock both files together")
    return common


def contradiction(place: str, what: str, other: Asked) -> InputError:
    """Return the error that two lines cannot both be had."""
    message = f"this is {what}, but {other.place} says {quote(other.entry.text)}"
    return InputError(message, place=place, hint="files that are installed together are locked together")
