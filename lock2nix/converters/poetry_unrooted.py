"""Roots of a poetry.lock without its project: everything that it locks, as far as it says for whom."""

from collections import Counter
from collections.abc import Mapping

from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.schemas.lock import Dependency, Group

from .markers import NEVER, assume_extras
from .poetry_constraints import specifiers
from .poetry_lock_file import ALL_GROUPS, LockedPackage, LockFile
from .poetry_roots import MAIN

Extras = Mapping[NormalizedName, tuple[Dependency, ...]]


def every_package(locked: LockFile) -> tuple[tuple[Group, ...], Extras]:
    """Return groups that hold every package; the optional ones are left to the extras that have them."""
    versions = Counter(canonicalize_name(package.name) for package in locked.package)
    members: dict[NormalizedName, dict[Dependency, None]] = {MAIN: {}}
    for package in locked.package:
        if package.optional:
            continue
        for group in package.groups or (package.category or MAIN,):
            edge = _edge(package, group, alone=versions[canonicalize_name(package.name)] == 1)
            if edge is not None:
                members.setdefault(group, {})[edge] = None
    groups = tuple(Group(name=name, dependencies=tuple(found)) for name, found in members.items())
    return groups, named_extras(locked)


def named_extras(locked: LockFile) -> Extras:
    """Return the project's extras as the lock repeats them: by the names of what they add."""
    known = {canonicalize_name(package.name) for package in locked.package}
    return {
        extra: tuple(Dependency(name=name) for name in map(canonicalize_name, names) if name in known)
        for extra, names in locked.extras.items()
    }


def _edge(package: LockedPackage, group: NormalizedName, *, alone: bool) -> Dependency | None:
    marker = assume_extras(_marker(package, group), frozenset())
    if marker is NEVER:
        return None
    # Several versions that no marker tells apart: which of them it is, is for those to say who depend on it.
    pinned = alone or marker is not None
    versions = (specifiers(f"==={package.version}"),) if pinned else ()
    return Dependency(name=canonicalize_name(package.name), versions=versions, marker=marker)


def _marker(package: LockedPackage, group: NormalizedName) -> Marker | None:
    return package.markers.get(group, package.markers.get(ALL_GROUPS, package.marker))
