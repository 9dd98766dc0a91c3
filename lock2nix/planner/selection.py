"""What a lock amounts to on the targets: the packages that are reached, their files, and what each group needs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from packaging.utils import NormalizedName

from lock2nix.errors import PlanError
from lock2nix.nixpkgs import tables
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import Dependency, Group, Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.plan import TargetSet, in_any_fork
from lock2nix.schemas.target import Target

from .forks import forks
from .graph import Graph, Missing
from .memberships import Members, contradictions, memberships
from .sources import Serving, serve
from .targets import names
from .truth import TruthTables
from .wheels import WheelRanking


@dataclass(frozen=True, slots=True)
class Choice:
    """One version of a package, where it is installed, with what, and from where."""

    package: Package
    where: TargetSet
    dependencies: Members
    serving: Serving


@dataclass(frozen=True, slots=True)
class Selection:
    """Every reached version, sorted by name, then newest first; and the closed list of each group.

    An extra's list is what it adds to the main group. `missing` are packages that the lock leaves out, where it may;
    those that others cannot do without make these unserved there. `unneeded` are packages that nothing reaches.
    """

    choices: tuple[Choice, ...]
    groups: Mapping[NormalizedName, Members]
    extras: Mapping[NormalizedName, Members]
    borrowed: frozenset[NormalizedName]
    missing: Mapping[Missing, TargetSet]
    unneeded: tuple[Package, ...]


def select(
    lock: Lock,
    targets: Sequence[Target],
    *,
    prefer: Prefer = "wheel",
    unlocked: Collection[str] | None = None,
) -> Selection:
    """Return what the lock installs on the targets.

    `unlocked` are packages that nixpkgs serves where the lock does not have them, None for those which locks leave to
    the installer (setuptools). Raises PlanError, naming all of them, if others are needed that the lock does not have
    and cannot be without, or if a closed lock names several versions of one.
    """
    served = tables.unlocked() if unlocked is None else unlocked
    planned = forks(lock)
    truth, ranking = TruthTables(targets, planned), WheelRanking([*targets] * len(planned))
    graph = Graph(lock, truth, served)
    if lock.closed:
        _refuse_contradictions(lock, graph, targets)
    found = memberships(lock, graph)
    missing = {one: where for one, where in graph.missing.items() if one.name not in served}
    _refuse_missing(lock, missing, truth.everywhere)
    reached: dict[NormalizedName, TargetSet] = {}
    for members in (*found.groups.values(), *found.extras.values()):
        for name, where in members.items():
            reached[name] = reached.get(name, 0) | where
    tools = _Tools(graph, truth, ranking, prefer, {} if lock.closed else missing)
    choices = []
    for name in sorted(reached):
        for package in graph.candidates.get(name, ()):
            where = graph.chosen(package) & reached[name]
            if where:
                choices.append(_choice(package, where, tools))
    used = {id(choice.package) for choice in choices}
    return Selection(
        choices=tuple(choices),
        groups=found.groups,
        extras=found.extras,
        borrowed=frozenset(name for name in reached if name not in graph.candidates),
        missing=missing,
        unneeded=tuple(package for package in lock.packages if id(package) not in used),
    )


def narrow(lock: Lock, targets: Sequence[Target], *, prefer: Prefer = "wheel") -> Lock:
    """Return the lock with only the packages, edges and files that some target uses: the gaps worth filling.

    Selecting from the narrowed lock gives the same choices. Where a lock has hashes without file names, nothing can
    be chosen yet and all are kept; so are the files of which one is to say what a package depends on. Packages that no
    target needs are left out with a notice.
    """
    return _narrow(lock, targets, prefer, lambda package: package.dependencies is None)


def settle(
    lock: Lock, targets: Sequence[Target], *, prefer: Prefer = "wheel", unlocked: Collection[str] | None = None
) -> Lock:
    """Return the lock narrowed once more, when files and edges are known as far as they can be: no others are kept."""
    return _narrow(lock, targets, prefer, lambda _: False, unlocked)


def unneeded(package: Package) -> Notice:
    """Return the notice that no target needs a package."""
    return Notice(kind="unneeded", subject=package.name, message=f"{package.pname} {package.version}")


def _narrow(
    lock: Lock,
    targets: Sequence[Target],
    prefer: Prefer,
    is_open: Callable[[Package], bool],
    unlocked: Collection[str] | None = None,
) -> Lock:
    selection = select(lock, targets, prefer=prefer, unlocked=unlocked)
    choices = selection.choices
    dropped = {package.name for package in selection.unneeded} - {choice.package.name for choice in choices}
    # What was said of a package does not matter where nobody needs it.
    notices = [notice for notice in lock.notices if notice.subject not in dropped]
    return lock.model_copy(
        update={
            "groups": tuple(_smaller(group, dropped) for group in lock.groups),
            "extras": {name: _without(wanted, dropped) for name, wanted in lock.extras.items()},
            "packages": tuple(_narrowed(choice, dropped, keeps_files=is_open(choice.package)) for choice in choices),
            "notices": (*notices, *map(unneeded, selection.unneeded)),
        }
    )


def _smaller(group: Group, dropped: AbstractSet[NormalizedName]) -> Group:
    kept = {"dependencies": _without(group.dependencies, dropped), "members": _without(group.members, dropped)}
    return group.model_copy(update=kept)


def _narrowed(choice: Choice, dropped: AbstractSet[NormalizedName], *, keeps_files: bool) -> Package:
    package = choice.package
    files = tuple(artifact for artifact, _ in choice.serving.files)
    # A package that no target can have keeps its files, too: they are the reason that people are told.
    return package.model_copy(
        update={
            "artifacts": package.artifacts if keeps_files or not files else files,
            "dependencies": None if package.dependencies is None else _without(package.dependencies, dropped),
            "extras": {name: _without(wanted, dropped) for name, wanted in package.extras.items()},
        }
    )


def _without(dependencies: Sequence[Dependency], dropped: AbstractSet[NormalizedName]) -> tuple[Dependency, ...]:
    return tuple(d for d in dependencies if d.name not in dropped)


@dataclass(frozen=True, slots=True)
class _Tools:
    """What stays the same while one choice after the other is made."""

    graph: Graph
    truth: TruthTables
    ranking: WheelRanking
    prefer: Prefer
    missing: Mapping[Missing, TargetSet]


def _choice(package: Package, where: TargetSet, tools: _Tools) -> Choice:
    allowed = tools.truth.of_python(package.requires_python)
    lacking = {m.name: there & where for m, there in tools.missing.items() if m.package == id(package) if there & where}
    complete = where
    for there in lacking.values():
        complete &= ~there
    serving = serve(package, where & allowed & complete, tools.ranking, tools.prefer)
    reasons = []
    if where & ~allowed:
        reasons.append(f"it requires Python {' || '.join(str(s) for s in package.requires_python)}")
    if where & ~complete:
        reasons.append(f"it needs {', '.join(sorted(lacking))}, which the lock does not have")
    if reasons:
        reason = "; ".join(filter(None, (*reasons, serving.reason)))
        refused = where & ~(allowed & complete)
        unserved = serving.unserved | refused
        serving = Serving(serving.files, serving.tree, unserved, reason, refused=serving.refused | refused)
    found = tools.graph.dependencies(package)
    dependencies = {name: there & where for name, there in found.items() if there & where}
    return Choice(package=package, where=where, dependencies=dependencies, serving=serving)


def _refuse_missing(lock: Lock, missing: Mapping[Missing, TargetSet], everywhere: TargetSet) -> None:
    """Raise a PlanError for what cannot be missing.

    A closed lock decides what is left out. One that was made for one environment lacks what others need; but what is
    wanted on every target was wanted there, too.
    """
    if lock.closed:
        return
    wrong = [m for m, where in missing.items() if not lock.one_environment or where == everywhere]
    if wrong:
        lines = sorted({f"{m.name}, wanted by {m.wanted_by}" for m in wrong})
        message = "packages are needed that the lock does not have:\n  " + "\n  ".join(lines)
        raise PlanError(message, hint="the lock is incomplete or older than its project: lock again")


def _refuse_contradictions(lock: Lock, graph: Graph, targets: Sequence[Target]) -> None:
    lines = []
    for name, where in sorted(contradictions(lock, graph).items()):
        versions = ", ".join(str(package.version) for package in graph.candidates[name])
        there = in_any_fork(where, len(targets))
        lines.append(f"{name} {versions}, on {names([t for i, t in enumerate(targets) if there >> i & 1])}")
    if lines:
        message = "the lock has several versions of a package for one target:\n  " + "\n  ".join(lines)
        raise PlanError(message, hint="where groups or extras exclude each other, make a lock for each of them")
