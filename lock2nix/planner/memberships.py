"""What each group and extra of a lock installs, and where: the closed lists behind its environments."""

from collections.abc import Mapping
from dataclasses import dataclass

from packaging.utils import NormalizedName

from lock2nix.schemas.lock import Lock
from lock2nix.schemas.plan import TargetSet

from .graph import Graph

MAIN = "main"
"""The group of the project's own dependencies; its extras add to it."""

Members = Mapping[NormalizedName, TargetSet]


@dataclass(frozen=True, slots=True)
class Memberships:
    """The packages of each group and extra; those of an extra are what it adds to the main group."""

    groups: Mapping[NormalizedName, Members]
    extras: Mapping[NormalizedName, Members]


def memberships(lock: Lock, graph: Graph) -> Memberships:
    """Return what groups and extras install: all that their roots need, or where the lock is closed, the roots."""
    reach = graph.named if lock.closed else graph.reach
    main = [d for group in lock.groups if group.name == MAIN for d in group.dependencies]
    in_main = reach(main)
    return Memberships(
        groups={group.name: reach(group.dependencies) for group in lock.groups},
        extras={name: _beyond(reach([*main, *wanted]), in_main) for name, wanted in lock.extras.items()},
    )


def contradictions(lock: Lock, graph: Graph) -> dict[NormalizedName, TargetSet]:
    """Return the packages that a closed lock has at several versions on one target, and where."""
    wanted = [*(group.dependencies for group in lock.groups), *lock.extras.values()]
    return graph.contradicted([dependency for dependencies in wanted for dependency in dependencies])


def _beyond(members: Members, main: Members) -> Members:
    return {name: more for name, where in members.items() if (more := where & ~main.get(name, 0))}
