"""From a complete lock to a plan: one source for every package and target, environments, cycles (design.md §1)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from packaging.utils import NormalizedName

from lock2nix.errors import PlanError
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.plan import Environment, Plan, PlannedPackage, Unserved
from lock2nix.schemas.source import FileSource, IndexSource
from lock2nix.schemas.target import Target

from . import variants
from .cycles import cycles
from .forks import forks
from .memberships import Members
from .on_targets import OnTargets, select_tools
from .remarks import remarks, target_names
from .selection import Choice, Selection, select
from .sources import Serving


def plan(  # noqa: PLR0913 - what the user may say about targets and sources
    lock: Lock,
    targets: Sequence[Target],
    *,
    name: str,
    were_asked: bool,
    prefer: Prefer = "wheel",
    unlocked: Collection[str] | None = None,
) -> Plan:
    """Return the plan of a lock whose gaps are filled.

    A target that was asked for and cannot be served is a PlanError that lists all packages concerned; on a default
    target such a package becomes `unserved`. So does a chosen file whose address or hash nobody knows.
    """
    on_targets = OnTargets(targets, prefer)
    selection = _buildable(select(lock, targets, prefer=prefer, unlocked=unlocked), on_targets)
    unserved = tuple(_unserved(selection))
    if were_asked:
        _refuse_unserved(unserved, selection, targets)
    packages = variants.packages(selection)
    built_with = _buildable(select_tools(lock.tools, targets), on_targets)
    tools = variants.packages(built_with)
    return Plan(
        name=name,
        targets=tuple(targets),
        packages=packages,
        tools=tools,
        groups=_environments(selection.groups.items()),
        extras=_environments(selection.extras.items()),
        default_groups=tuple(sorted(group.name for group in lock.groups if not group.optional)),
        conflicts=lock.conflicts,
        forks=forks(lock),
        cycles=(*cycles(_graph(packages)), *cycles(_graph(tools))),
        unserved=(*unserved, *_unserved(built_with)),
        project=lock.project,
        notices=(*lock.notices, *remarks(lock, selection, unserved, targets)),
    )


def _buildable(selection: Selection, on_targets: OnTargets) -> Selection:
    choices = (_with_needed_tools(_completed(choice), on_targets) for choice in selection.choices)
    return replace(selection, choices=tuple(choices))


def _graph(packages: Iterable[PlannedPackage]) -> dict[NormalizedName, list[NormalizedName]]:
    return {p.name: sorted({e.name for v in p.variants for e in v.dependencies}) for p in packages}


def _environments(items: Iterable[tuple[NormalizedName, Members]]) -> tuple[Environment, ...]:
    return tuple(Environment(name=name, members=variants.edges(members)) for name, members in sorted(items))


def _unserved(selection: Selection) -> Iterable[Unserved]:
    for choice in selection.choices:
        if choice.serving.unserved:
            yield Unserved(
                name=choice.package.name,
                version=str(choice.package.version),
                where=choice.serving.unserved,
                reason=choice.serving.reason,
            )


def _with_needed_tools(choice: Choice, on_targets: OnTargets) -> Choice:
    system = choice.package.build_system
    if system is None:
        return choice
    needed = {"build_system": on_targets.needed(system)}
    return replace(choice, package=choice.package.model_copy(update=needed))


def _refuse_unserved(unserved: Sequence[Unserved], selection: Selection, targets: Sequence[Target]) -> None:
    lines = [f"{u.name} {u.version} on {target_names(u.where, targets)}: {u.reason}" for u in unserved]
    lines += [
        f"{missing.name} on {target_names(where, targets)}: the project asks for it, and the lock does not have it"
        for missing, where in selection.missing.items()
        if missing.package is None
    ]
    if not lines:
        return
    message = "these packages cannot be had on the targets asked for:\n  " + "\n  ".join(lines)
    raise PlanError(message, hint="ask for other targets, or lock versions that serve these")


def _completed(choice: Choice) -> Choice:
    """Return the choice without the files that nobody can fetch: their targets are unserved, with the reason."""
    package, serving = choice.package, choice.serving
    if isinstance(package.source, FileSource):
        return choice
    good, open_ones, reasons = [], serving.unserved, [serving.reason]
    for artifact, where in serving.files:
        if artifact.path is None and (artifact.url is None or not artifact.hashes):
            open_ones |= where
            reasons.append(f"the {'address' if artifact.hashes else 'hash'} of {artifact.filename} is not known")
        else:
            good.append((artifact, where))
    if isinstance(package.source, IndexSource) and not package.artifacts:
        reasons = [f"the lock has {'hashes without file names' if package.loose_hashes else 'a version without files'}"]
    if open_ones == serving.unserved and reasons == [serving.reason]:
        return choice
    reason = f"{'; '.join(filter(None, reasons))} (an index would tell: run once without --offline)"
    refused = serving.refused | (open_ones & ~serving.unserved)
    return replace(choice, serving=Serving(tuple(good), serving.tree, open_ones, reason, refused))
