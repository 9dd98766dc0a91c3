"""The packages that pins of all lines add up to: each version once, and two for one place are an error."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from packaging.markers import Marker
from packaging.utils import NormalizedName
from packaging.version import Version

from lock2nix.markers import disjunction
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.lock import Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import DirectorySource, FileSource, IndexSource, Source, UrlSource

from .requirements_pins import Pin, agreed, contradiction
from .requirements_settings import Kinds

_MOST_NAMES = 8
_Key = tuple[NormalizedName, Version, Source]


@dataclass(slots=True)
class _Found:
    first: Pin
    markers: list[Marker | None] = field(default_factory=list)
    hashes: tuple[Hash, ...] = ()


class Packages:
    """What the pins of a set of files amount to. Raises InputError where two of them cannot both be."""

    def __init__(self, pins: Iterable[Pin], others: Iterable[Pin]) -> None:
        self._found: dict[_Key, _Found] = {}
        self._placed: dict[NormalizedName, dict[Marker | None, Pin]] = {}
        self._wanted: dict[NormalizedName, dict[NormalizedName, None]] | None = None
        for pin in pins:
            self._refuse_contradiction(pin)
            self._add(pin)
        for pin in others:
            self._add(pin)

    def packages(self, kinds: Kinds) -> tuple[Package, ...]:
        """Return them in the order of their first lines."""
        return tuple(self._package(found, kinds) for found in self._found.values())

    def notices(self) -> Iterator[Notice]:
        """Yield what a person should know about single packages."""
        for found in self._found.values():
            pin = found.first
            if pin.asked.entry.had_login:
                message = f"{pin.pname}: the login in its address is left out (a netrc file can have it)"
                yield Notice(kind="left-out", subject=pin.name, message=message)
            if isinstance(pin.source, FileSource | DirectorySource) and pin.source.path.is_absolute():
                message = f"{pin.pname} comes from {pin.source.path}, which exists on some machines only"
                yield Notice(kind="choice", subject=pin.name, message=message)
        yield from self._unhashed()

    def _add(self, pin: Pin) -> None:
        key = pin.name, pin.version, pin.source
        if key not in self._found:
            self._found[key] = _Found(pin, hashes=pin.hashes)
        found = self._found[key]
        found.markers.append(pin.marker)
        found.hashes = agreed(found.hashes, pin.hashes, pin.asked, found.first.asked)
        if pin.asked.wanted_by is not None:
            self._wanted = self._wanted or {}
            for dependent in pin.asked.wanted_by:
                self._wanted.setdefault(dependent, {})[pin.name] = None

    def _refuse_contradiction(self, pin: Pin) -> None:
        """Refuse a second version where the first one is wanted for certain: one has no marker, or both the same."""
        placed = self._placed.setdefault(pin.name, {})
        others = [placed[key] for key in (pin.marker, None) if key in placed]
        if pin.marker is None and not others:
            others = list(placed.values())
        for other in others:
            if (other.version, other.source) != (pin.version, pin.source):
                raise contradiction(pin.asked.place, pin.text, other.asked)
        placed.setdefault(pin.marker, pin)

    def _package(self, found: _Found, kinds: Kinds) -> Package:
        pin, inside = found.first, found.first.asked.folder
        artifacts = replace(pin, hashes=found.hashes).artifacts
        return Package(
            name=pin.name,
            pname=pin.pname,
            version=pin.version,
            source=pin.source,
            artifacts=artifacts,
            loose_hashes=found.hashes if isinstance(pin.source, IndexSource) else (),
            kinds=kinds.of(pin.name),
            dependencies=None if inside is None else inside.dependencies,
            hinted=None if self._wanted is None else tuple(sorted(self._wanted.get(pin.name, ()))),
            extras={} if inside is None else inside.extras,
            requires_python=() if inside is None else inside.requires_python,
            marker=disjunction(*found.markers),
        )

    def _unhashed(self) -> Iterator[Notice]:
        bare = [found.first for found in self._found.values() if not found.hashes and _is_file(found.first.source)]
        if bare:
            names = list(dict.fromkeys(pin.pname for pin in bare))
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            listed = ", ".join(names[:_MOST_NAMES])
            message = f"no hash in the lock, so what is there today is taken: {listed}{more}"
            yield Notice(kind="missing-data", subject=bare[0].name, message=message)


def _is_file(source: Source) -> bool:
    return isinstance(source, IndexSource | UrlSource)
