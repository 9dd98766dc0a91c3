"""What a lock amounts to on the targets: the packages that are reached, their files, and what each group needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from packaging.utils import NormalizedName

from lock2nix.errors import PlanError
from lock2nix.nixpkgs import tables
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.plan import TargetSet
from lock2nix.schemas.target import Target

from .graph import Graph, Missing
from .sources import Serving, serve
from .truth import TruthTables
from .wheels import WheelRanking

Members = Mapping[NormalizedName, TargetSet]


@dataclass(frozen=True, slots=True)
class Choice:
    """One version of a package, where it is installed, with what, and from where."""

    package: Package
    where: TargetSet
    dependencies: Members
    serving: Serving


@dataclass(frozen=True, slots=True)
class Selection:
    """Every reached version, sorted by name, then newest first; and the closed list of each group and extra."""

    choices: tuple[Choice, ...]
    groups: Mapping[NormalizedName, Members]
    extras: Mapping[NormalizedName, Members]
    borrowed: frozenset[NormalizedName]


def select(lock: Lock, targets: Sequence[Target], *, prefer: Prefer = "wheel") -> Selection:
    """Return what the lock installs on the targets.

    `borrowed` are packages which locks leave to the installer (setuptools): nixpkgs' own serve. Raises PlanError,
    naming all of them, if other packages are needed that the lock does not have.
    """
    truth, ranking = TruthTables(targets), WheelRanking(targets)
    graph = Graph(lock, truth)
    _refuse_missing(graph.missing)
    groups = {group.name: graph.reach(group.dependencies) for group in lock.groups}
    main = [d for g in lock.groups if g.name == "main" for d in g.dependencies]
    extras = {name: graph.reach([*main, *wanted]) for name, wanted in lock.extras.items()}
    reached: dict[NormalizedName, TargetSet] = {}
    for members in (*groups.values(), *extras.values()):
        for name, where in members.items():
            reached[name] = reached.get(name, 0) | where
    choices = []
    for name in sorted(reached):
        for package in graph.candidates.get(name, ()):
            where = graph.chosen(package) & reached[name]
            if where:
                choices.append(_choice(package, where, graph, truth, ranking, prefer))
    borrowed = frozenset(name for name in reached if name not in graph.candidates)
    return Selection(choices=tuple(choices), groups=groups, extras=extras, borrowed=borrowed)


def narrow(lock: Lock, targets: Sequence[Target], *, prefer: Prefer = "wheel") -> Lock:
    """Return the lock with only the packages and files that some target uses: the gaps that are worth filling.

    Selecting from the narrowed lock gives the same choices. Where a lock has hashes without file names, nothing can
    be chosen yet and all are kept.
    """
    selection = select(lock, targets, prefer=prefer)
    packages = []
    for choice in selection.choices:
        files = tuple(artifact for artifact, _ in choice.serving.files)
        keep = choice.package.loose_hashes or not choice.package.artifacts
        packages.append(choice.package if keep else choice.package.model_copy(update={"artifacts": files}))
    return lock.model_copy(update={"packages": tuple(packages)})


def _choice(  # noqa: PLR0913, PLR0917 - the tools of one selection, passed to its one step
    package: Package, where: TargetSet, graph: Graph, truth: TruthTables, ranking: WheelRanking, prefer: Prefer
) -> Choice:
    allowed = truth.of_python(package.requires_python)
    serving = serve(package, where & allowed, ranking, prefer)
    if refused := where & ~allowed:
        wanted = " || ".join(str(s) for s in package.requires_python)
        reason = "; ".join(filter(None, (f"it requires Python {wanted}", serving.reason)))
        serving = Serving(serving.files, serving.tree, serving.unserved | refused, reason)
    dependencies = {name: there & where for name, there in graph.dependencies(package).items() if there & where}
    return Choice(package=package, where=where, dependencies=dependencies, serving=serving)


def _refuse_missing(missing: Mapping[Missing, TargetSet]) -> None:
    lines = sorted({f"{m.name}, wanted by {m.wanted_by}" for m in missing if m.name not in tables.unlocked()})
    if lines:
        message = "packages are needed that the lock does not have:\n  " + "\n  ".join(lines)
        raise PlanError(message, hint="the lock is incomplete or older than its project: lock again")
