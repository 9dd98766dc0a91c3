"""Roots of a poetry.lock without its project: everything that it locks, as far as it says for whom."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.markers import NEVER, assume_extras, conjunction, disjunction
from lock2nix.schemas.lock import Dependency, Group

from .fields import specifiers
from .poetry_constraints import Alternatives, python_marker
from .poetry_dependencies import wishes
from .poetry_lock_file import ALL_GROUPS, LockedPackage, LockFile
from .poetry_roots import MAIN

_PLATFORM = re.compile(r"\b(sys_platform|platform_system|os_name)\b")

Extras = Mapping[NormalizedName, tuple[Dependency, ...]]


def every_package(locked: LockFile) -> tuple[tuple[Group, ...], Extras]:
    """Return groups that hold every package; the optional ones are left to the extras that have them."""
    versions = Counter(canonicalize_name(package.name) for package in locked.package)
    dependents = _dependents(locked)
    members: dict[NormalizedName, dict[Dependency, None]] = {MAIN: {}}
    for package in locked.package:
        if package.optional:
            continue
        name = canonicalize_name(package.name)
        for group in package.groups or (package.category or MAIN,):
            recorded = assume_extras(_recorded(package, group), frozenset())
            marker = recorded or _guessed(package, dependents.get(name, ()))
            # Several versions that no marker tells apart: which one it is, is for those to say who depend on it.
            pinned = versions[name] == 1 or recorded is not None
            edge = Dependency(name=name, versions=_pin(package) if pinned else (), marker=marker)
            if marker is not NEVER:
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


def _pin(package: LockedPackage) -> Alternatives:
    return (specifiers(f"==={package.version}"),)


def _recorded(package: LockedPackage, group: NormalizedName) -> Marker | None:
    return package.markers.get(group, package.markers.get(ALL_GROUPS, package.marker))


def _guessed(package: LockedPackage, asked_when: Sequence[Marker | None]) -> Marker | None:
    """Return when a package is wanted that has no marker of its own, as before lock-version 2.1.

    Where its own metadata admits the interpreter; and what everyone else wants on some platform only (colorama,
    pywin32), the project hardly wants on all.
    """
    if package.groups is not None:
        return None
    for_platform = asked_when and all(marker and _PLATFORM.search(str(marker)) for marker in asked_when)
    return conjunction(python_marker(package.python_versions), disjunction(*asked_when) if for_platform else None)


def _dependents(locked: LockFile) -> dict[NormalizedName, list[Marker | None]]:
    found: dict[NormalizedName, list[Marker | None]] = {}
    for package in locked.package:
        for wish in wishes(package.dependencies):
            if not wish.in_extras:
                found.setdefault(wish.name, []).append(wish.marker)
    return found
