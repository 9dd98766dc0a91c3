"""The forks of a lock: what can be asked for of the groups and extras that exclude each other (design.md §3)."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from packaging.utils import NormalizedName

from lock2nix.errors import PlanError
from lock2nix.schemas.lock import Lock, Selectable
from lock2nix.schemas.plan import Fork

_MOST = 256
"""Forks that are planned: each costs as much as a whole lock."""


def forks(lock: Lock) -> tuple[Fork, ...]:
    """Return every choice of what is in the lock's conflicts that excludes nothing of itself, the default one first.

    Without conflicts that is one, of nothing. Raises PlanError if there are too many, or if what is installed without
    being asked for excludes itself.
    """
    exclusive = {one for conflict in lock.conflicts for one in conflict}
    found: list[frozenset[Selectable]] = [frozenset()]
    for one in sorted(exclusive, key=lambda one: one.label):
        rivals = {rival for conflict in lock.conflicts if one in conflict for rival in conflict}
        found += [fork | {one} for fork in found if fork.isdisjoint(rivals)]
        if len(found) > _MOST:
            message = f"the groups and extras that exclude each other can be chosen in more than {_MOST} ways"
            raise PlanError(message, hint="leave out of its conflicts what need not be asked for")
    default = exclusive & {Selectable(kind="group", name=group.name) for group in lock.groups if not group.optional}
    if default not in found:
        message = f"{' and '.join(_labels(default))}, which exclude each other, are both installed by default"
        raise PlanError(message, hint="lock with fewer default groups")
    ordered = sorted(found, key=lambda fork: (fork != default, len(fork), _labels(fork)))
    return tuple(tuple(sorted(fork, key=lambda one: one.label)) for fork in ordered)


def selected(fork: Sequence[Selectable]) -> Mapping[str, frozenset[NormalizedName]]:
    """Return the values of the marker variables that say what is asked for (PEP 751)."""
    return {
        "extras": frozenset(one.name for one in fork if one.kind == "extra"),
        "dependency_groups": frozenset(one.name for one in fork if one.kind == "group"),
    }


def _labels(fork: AbstractSet[Selectable]) -> list[str]:
    return sorted(one.label for one in fork)
