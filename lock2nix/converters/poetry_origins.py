"""Which of several packages of one name a dependency means, where it names a place or an index.

A unified dependency has a name and versions only; so a place that the lock knows becomes the version found there.
"""

from collections.abc import Iterable
from dataclasses import replace

from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.markers import disjunction

from .fields import git_address, path, specifiers, web_address
from .poetry_constraints import intersection
from .poetry_dependencies import DependencyTable, Wish
from .poetry_lock_file import LockedPackage, LockFile
from .poetry_sources import GitTable, IndexTable, PathTable, SourceTable, UrlTable

_PYPI = "pypi"


class Origins:
    """The packages of a lock, by name."""

    def __init__(self, locked: LockFile) -> None:
        self._packages: dict[NormalizedName, list[LockedPackage]] = {}
        for package in locked.package:
            self._packages.setdefault(canonicalize_name(package.name), []).append(package)

    def pinned(self, wish: Wish) -> Wish:
        """Return the wish with the versions of those packages that come from where it says."""
        candidates = self._packages.get(wish.name, [])
        origin = wish.origin
        if len(candidates) == 1 or origin is None:
            return wish
        fitting = [package for package in candidates if comes_from(package.source, origin)]
        if not fitting or len(fitting) == len(candidates):
            return wish
        pins = tuple(dict.fromkeys(specifiers(f"==={package.version}") for package in fitting))
        return replace(wish, versions=intersection(wish.versions, pins))

    def marker(self, package: LockedPackage, wanted: Iterable[Wish]) -> Marker | None:
        """Return when the project wants this one of several that share even the version.

        Only what the project itself says can tell them apart before lock-version 2.1, which writes a marker.
        """
        name = canonicalize_name(package.name)
        twins = [twin for twin in self._packages[name] if twin.version == package.version]
        if len(twins) == 1 or package.markers or package.groups is not None:
            return None
        found = [
            wish.marker
            for wish in wanted
            if wish.name == name and wish.origin and comes_from(package.source, wish.origin)
        ]
        return disjunction(*found) if found else None


def comes_from(source: SourceTable | None, origin: DependencyTable) -> bool:
    """Return whether a locked package can come from where a dependency says; one that says nothing fits all."""
    named = origin.git or origin.url or origin.path or origin.file or origin.source
    try:
        return named is None or _fits(source, origin)
    except ValueError:  # an address that the lock cannot have either
        return False


def _fits(source: SourceTable | None, origin: DependencyTable) -> bool:
    match source:
        case None:
            return origin.source is not None and origin.source.lower() == _PYPI
        case IndexTable():
            return origin.source is not None and source.reference == origin.source
        case GitTable():
            return origin.git is not None and _bare(source.url.url) == _bare(git_address(origin.git).url)
        case UrlTable():
            return origin.url is not None and source.url.url == web_address(origin.url).url
        case PathTable():
            place = origin.path or origin.file
            return place is not None and source.url == path(place)


def _bare(url: str) -> str:
    return url.removesuffix("/").removesuffix(".git")
