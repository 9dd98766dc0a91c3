"""What each group and extra of a lock installs, and where: the closed lists behind its environments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from packaging.utils import NormalizedName

from lock2nix.schemas.lock import Dependency, Lock
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
    groups = {group.name: _members(lock, graph, group.dependencies, group.members) for group in lock.groups}
    main = [group for group in lock.groups if group.name == MAIN]
    roots = [root for group in main for root in group.dependencies]
    members = [member for group in main for member in group.members]
    in_main = {} if not lock.extras else _members(lock, graph, roots, members)
    extras = {
        name: _beyond(_members(lock, graph, [*roots, *wanted], members), in_main)
        for name, wanted in lock.extras.items()
    }
    return Memberships(groups=groups, extras=extras)


def _members(lock: Lock, graph: Graph, roots: Sequence[Dependency], members: Sequence[Dependency]) -> Members:
    return graph.named(roots) if lock.closed else graph.reach(roots, members)


def contradictions(lock: Lock, graph: Graph) -> dict[NormalizedName, TargetSet]:
    """Return the packages that a closed lock has at several versions on one target, and where."""
    wanted = [*(group.dependencies for group in lock.groups), *lock.extras.values()]
    return graph.contradicted([dependency for dependencies in wanted for dependency in dependencies])


def _beyond(members: Members, main: Members) -> Members:
    return {name: more for name, where in members.items() if (more := where & ~main.get(name, 0))}
