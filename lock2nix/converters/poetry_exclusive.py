"""Extras of a project that decide which version of a package it has, as Poetry's markers say (`extra != "cuda"`).

Reference: https://python-poetry.org/docs/dependency-specification/#exclusive-extras.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from packaging.markers import Marker
from packaging.utils import NormalizedName

from lock2nix.markers import ALWAYS, NEVER, asked_instead, assume_extras, conjunction, extras_excluded_by, marker
from lock2nix.schemas.lock import Dependency, Lock, Package, Selectable


def told_apart(lock: Lock) -> Lock:
    """Return the lock in which markers ask whether such an extra is asked for; others are as they were.

    Two of them exclude each other where both together have no version of a package that each of them has.
    """
    several = _several(lock.packages)
    excluded = {extra for found in several for one in _markers(found) for extra in extras_excluded_by(one)}
    deciding = sorted(extra for extra in excluded & lock.extras.keys() if '"' not in extra)
    if not deciding:
        return lock
    questions: dict[str, tuple[str, ...]] = {extra: (_question(extra),) for extra in deciding}
    pairs = [pair for pair in itertools.combinations(deciding, 2) if any(_is_torn(found, pair) for found in several)]
    alone = [(extra,) for extra in deciding if not any(extra in pair for pair in pairs)]
    conflicts = (tuple(Selectable(kind="extra", name=extra) for extra in names) for names in (*pairs, *alone))
    return lock.model_copy(
        update={
            "conflicts": tuple(conflicts),
            "extras": {extra: _only_where_asked(extra, wanted, deciding) for extra, wanted in lock.extras.items()},
            "packages": tuple(_asked(package, questions) for package in lock.packages),
        }
    )


def _several(packages: Iterable[Package]) -> list[list[Package]]:
    by_name: dict[NormalizedName, list[Package]] = defaultdict(list)
    for package in packages:
        by_name[package.name].append(package)
    return [found for found in by_name.values() if len(found) > 1]


def _markers(packages: Iterable[Package]) -> Iterator[Marker]:
    for package in packages:
        yield from package.group_markers.values()
        if package.marker is not None:
            yield package.marker


def _is_torn(versions: Sequence[Package], pair: Sequence[NormalizedName]) -> bool:
    def has_any(*active: NormalizedName) -> bool:
        return any(_may_be_had(package, frozenset(active)) for package in versions)

    return has_any(pair[0]) and has_any(pair[1]) and not has_any(*pair)


def _may_be_had(package: Package, active: frozenset[NormalizedName]) -> bool:
    by_group = package.group_markers.values()
    return assume_extras(package.marker, active) is not NEVER and (
        not by_group or any(assume_extras(one, active) is not NEVER for one in by_group)
    )


def _only_where_asked(
    extra: NormalizedName, wanted: tuple[Dependency, ...], deciding: Sequence[NormalizedName]
) -> tuple[Dependency, ...]:
    if extra not in deciding:
        return wanted
    condition = marker(_question(extra))
    return tuple(d.model_copy(update={"marker": conjunction(d.marker, condition)}) for d in wanted)


def _asked(package: Package, questions: Mapping[str, Sequence[str]]) -> Package:
    by_group = {group: asked_instead(one, questions) or ALWAYS for group, one in package.group_markers.items()}
    return package.model_copy(
        update={"marker": asked_instead(package.marker, questions), "group_markers": by_group},
    )


def _question(extra: NormalizedName) -> str:
    return f'"{extra}" in extras'
