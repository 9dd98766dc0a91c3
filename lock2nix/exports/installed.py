"""What a lock installs in which environment, as conditions that a file can say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName

from lock2nix.errors import PlanError
from lock2nix.nixpkgs import tables
from lock2nix.planner.forks import selected
from lock2nix.planner.graph import Graph
from lock2nix.planner.memberships import Memberships, contradictions, memberships
from lock2nix.planner.truth import Truth
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.plan import Fork, TargetSet

from .conditions import Conditions
from .universe import Universe, universe


@dataclass(frozen=True)
class Installed:
    """The answers for one lock.

    `requires_python` and `environments` say where the lock can be installed at all, as a file can say it.
    """

    conditions: Conditions
    requires_python: SpecifierSet | None
    environments: tuple[Marker, ...]
    _graph: Graph
    _members: Memberships
    _among: TargetSet

    def in_groups(self, package: Package) -> dict[NormalizedName, TargetSet]:
        """Return where each group installs this package."""
        return {name: self._where(package, members) for name, members in self._members.groups.items()}

    def in_extras(self, package: Package) -> dict[NormalizedName, TargetSet]:
        """Return where each extra installs this package beyond what the main group does."""
        return {name: self._where(package, members) for name, members in self._members.extras.items()}

    def anywhere(self, package: Package) -> TargetSet:
        """Return where some group or extra installs this package."""
        return reduce(or_, (*self.in_groups(package).values(), *self.in_extras(package).values()), 0)

    def dependencies(self, package: Package) -> Iterator[Package]:
        """Yield what the package needs directly where it is installed: of a name, all that is installed beside it."""
        here = self.anywhere(package)
        for name, where in self._graph.dependencies(package).items():
            beside = [(other, self.anywhere(other) & here) for other in self._graph.candidates.get(name, ())]
            if any(where & there for _, there in beside):
                yield from (other for other, there in beside if there)

    def _where(self, package: Package, members: Mapping[NormalizedName, TargetSet]) -> TargetSet:
        return members.get(package.name, 0) & self._graph.chosen(package) & self._among


def installed(lock: Lock, fork: Fork = ()) -> Installed:
    """Return what a lock installs where this is asked for of what excludes other things.

    Raises PlanError if that contradicts itself, or is complete nowhere.
    """
    if len(lock.requires_python) > 1:
        lock = _without_alternatives(lock)
    world = universe(lock)
    truth = Truth({**environment, **selected(fork)} for environment in world.environments())
    graph = Graph(lock, truth, tables.unlocked())
    among = _among(lock, truth)
    environments = lock.environments
    if lock.closed:
        _refuse_contradictions(lock, graph, among)
    elif incomplete := _incomplete(graph, among):
        # A lock that was made on one system may lack what others need: it is for that system.
        among &= ~incomplete
        environments = _environments(world, among, truth)
    requires_python = next(iter(lock.requires_python), None)
    return Installed(Conditions(world, among), requires_python, environments, graph, memberships(lock, graph), among)


def _among(lock: Lock, truth: Truth) -> TargetSet:
    holds = [truth.of_marker(environment) for environment in lock.environments]
    among = reduce(or_, holds) if holds else truth.everywhere
    if not among:
        raise PlanError("the lock is for no environment that lock2nix knows")
    return among


def _without_alternatives(lock: Lock) -> Lock:
    """Return the lock with a condition for its Pythons: of alternatives, other files have only one."""
    bare = lock.model_copy(update={"requires_python": ()})
    world = universe(lock.model_copy(update={"requires_python": (SpecifierSet(), *lock.requires_python)}))
    truth = Truth(world.environments())
    among = _among(lock, truth) & truth.of_python(lock.requires_python)
    return bare.model_copy(update={"environments": _environments(world, among, truth)})


def _environments(world: Universe, among: TargetSet, truth: Truth) -> tuple[Marker, ...]:
    condition = Conditions(world, truth.everywhere).marker(among)
    return () if condition is None else (Marker(condition),)


def _incomplete(graph: Graph, among: TargetSet) -> TargetSet:
    """Return where the lock lacks something. Raises PlanError, naming all of it, if that is everywhere."""
    lacking = {m: where & among for m, where in graph.missing.items() if m.name not in tables.unlocked()}
    incomplete = reduce(or_, lacking.values(), 0)
    if among and not among & ~incomplete:
        lines = sorted({f"{m.name}, wanted by {m.wanted_by}" for m, where in lacking.items() if where})
        message = "packages are needed that the lock does not have:\n  " + "\n  ".join(lines)
        raise PlanError(message, hint="the lock is incomplete or older than its project: lock again")
    return incomplete


def _refuse_contradictions(lock: Lock, graph: Graph, among: TargetSet) -> None:
    lines = [
        f"{name} {', '.join(str(package.version) for package in graph.candidates[name])}"
        for name, where in sorted(contradictions(lock, graph).items())
        if where & among
    ]
    if lines:
        message = "the lock has several versions of a package for one environment:\n  " + "\n  ".join(lines)
        raise PlanError(message, hint="where groups or extras exclude each other, make a lock for each of them")
