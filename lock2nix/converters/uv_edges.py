"""The edges of a uv.lock as ours, and what stands for a source tree that is not installed.

Nobody installs a `virtual` source tree: whatever needs one needs what it needs. The project at the root of the lock is
what the environments are for, so in its own groups and extras the same holds for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.markers import conjunction
from lock2nix.schemas.lock import UNKNOWN_VERSION, Dependency
from lock2nix.schemas.source import Source

from .uv_conflicts import Conflicts
from .uv_lock_file import EdgeTable, LockedPackage, RequirementTable, UvLock
from .uv_sources import Pin, sources

_Seen = frozenset[tuple[NormalizedName, NormalizedName | None]]


@dataclass(frozen=True, slots=True)
class Edges:
    """Translates edges; those to packages that are `opened` become edges to what these need.

    `sources` are those that tell packages of one version apart.
    """

    opened: Mapping[NormalizedName, LockedPackage]
    conflicts: Conflicts
    sources: Mapping[Pin, Source]

    @classmethod
    def of(cls, lock: UvLock, conflicts: Conflicts) -> Self:
        """Return the edges of a file, of which virtual source trees are opened. Raises InputError."""
        opened = {canonicalize_name(p.name): p for p in lock.content.package if p.source.virtual is not None}
        return cls(opened, conflicts, sources(lock))

    def opening(self, package: LockedPackage) -> Self:
        """Return the edges as this package sees them, which does not install itself."""
        return replace(self, opened={**self.opened, canonicalize_name(package.name): package})

    def translated(self, edges: Iterable[EdgeTable]) -> tuple[Dependency, ...]:
        """Return edges as ours, each once."""
        found = (new for edge in edges for new in self._opened(self._dependency(edge), frozenset()))
        return tuple(dict.fromkeys(found))

    def required(self, requirements: Iterable[RequirementTable]) -> tuple[Dependency, ...]:
        """Return requirements as edges, each once."""
        found = (new for wish in requirements for new in self._opened(_requirement(wish), frozenset()))
        return tuple(dict.fromkeys(found))

    def to(self, package: LockedPackage, *extras: NormalizedName) -> tuple[Dependency, ...]:
        """Return edges to a package, with extras: to itself, or to what it needs."""
        edge = Dependency(name=canonicalize_name(package.name), extras=frozenset(extras))
        return tuple(dict.fromkeys(self._opened(edge, frozenset())))

    def _opened(self, edge: Dependency, seen: _Seen) -> Iterator[Dependency]:
        package = self.opened.get(edge.name)
        if package is None:
            yield edge
            return
        for extra in (None, *sorted(edge.extras)):
            key = edge.name, extra
            if key in seen:  # trees can need each other
                continue
            inner = package.dependencies if extra is None else package.optional_dependencies.get(extra, [])
            for one in inner:
                yield from self._opened(_only_where(self._dependency(one), edge.marker), seen | {key})

    def _dependency(self, edge: EdgeTable) -> Dependency:
        pin = None
        if edge.version is not None or edge.source is not None:
            pin = SpecifierSet(f"==={edge.version or UNKNOWN_VERSION}", prereleases=True)
        return Dependency(
            name=canonicalize_name(edge.name),
            extras=frozenset(edge.extra),
            versions=() if pin is None else (pin,),
            source=None if edge.source is None else self.sources.get((edge.name, edge.version, edge.source)),
            marker=self.conflicts.said(edge.marker),
        )


def _requirement(wish: RequirementTable) -> Dependency:
    return Dependency(name=canonicalize_name(wish.name), extras=frozenset(wish.extras), marker=wish.marker)


def _only_where(edge: Dependency, condition: Marker | None) -> Dependency:
    if condition is None:
        return edge
    return edge.model_copy(update={"marker": conjunction(edge.marker, condition)})
