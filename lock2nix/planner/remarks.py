"""What a person should know of a selection that is no error."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from packaging.utils import NormalizedName

from lock2nix.nixpkgs import tables
from lock2nix.schemas.lock import Dependency, Lock
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.plan import TargetSet, Unserved, in_any_fork
from lock2nix.schemas.source import DirectorySource, GitSource
from lock2nix.schemas.target import Target

from .selection import Choice, Selection, unneeded
from .targets import names
from .truth import TruthTables


def remarks(
    lock: Lock, selection: Selection, unserved: Sequence[Unserved], targets: Sequence[Target]
) -> Iterator[Notice]:
    """Yield everything that is to be said."""
    yield from map(unneeded, selection.unneeded)
    yield from _borrowed(selection)
    yield from _left_out(lock, selection, targets)
    if lock.one_environment:
        yield from _disagreements(selection, targets)
        yield from _wanted_elsewhere(lock, selection, targets)
    for one in unserved:
        everywhere = in_any_fork(one.where, len(targets)) == (1 << len(targets)) - 1
        where = "any target" if everywhere else target_names(one.where, targets)
        message = f"{one.name} {one.version}, on {where}: {one.reason}"
        yield Notice(kind="unserved", subject=one.name, message=message)


def target_names(where: TargetSet, targets: Sequence[Target]) -> str:
    """Return the targets of a set by their names, for a person; the forks are not told apart."""
    there = in_any_fork(where, len(targets))
    return names([target for i, target in enumerate(targets) if there >> i & 1])


def _borrowed(selection: Selection) -> Iterator[Notice]:
    locked = {choice.package.name for choice in selection.choices}
    for name in sorted(selection.borrowed & tables.unlocked() - locked):
        message = f"{name} is needed but not locked: nixpkgs' own version is used"
        yield Notice(kind="left-out", subject=name, message=message)


def _left_out(lock: Lock, selection: Selection, targets: Sequence[Target]) -> Iterator[Notice]:
    dependents: dict[NormalizedName, list[str]] = defaultdict(list)
    for missing, where in selection.missing.items():
        if lock.closed:
            dependents[missing.name].append(missing.wanted_by)
        elif missing.package is None:  # whoever else lacks something is unserved for it
            dependents[missing.name].append(f"{missing.wanted_by}, on {target_names(where, targets)},")
    for name, wanted_by in sorted(dependents.items()):
        message = f"{name} is not in the lock, though {', '.join(sorted(wanted_by))} asks for it"
        yield Notice(kind="left-out", subject=name, message=message)


def _disagreements(selection: Selection, targets: Sequence[Target]) -> Iterator[Notice]:
    """Yield the versions that a package does not admit which depends on them; pip installs them all the same."""
    truth = TruthTables(targets)
    chosen: dict[NormalizedName, list[Choice]] = defaultdict(list)
    asked: dict[NormalizedName, set[NormalizedName]] = defaultdict(set)
    for choice in selection.choices:
        chosen[choice.package.name].append(choice)
        for edge in choice.package.dependencies or ():
            asked[edge.name] |= edge.extras
    for choice in selection.choices:
        package = choice.package
        edges = [
            *(package.dependencies or ()),
            *(e for x in sorted(asked[package.name]) for e in package.extras.get(x, ())),
        ]
        for edge in (edge for edge in edges if edge.versions):
            where = truth.of_marker(edge.marker) & choice.where
            for other in chosen[edge.name]:
                if where & other.where and not _admits(edge, other):
                    found, wanted = other.package, " or ".join(map(str, edge.versions))
                    message = f"{found.pname} {found.version}: {package.pname} {package.version} wants {wanted}"
                    yield Notice(kind="version", subject=found.name, message=message)


def _admits(edge: Dependency, choice: Choice) -> bool:
    # Of a tree only its build knows the version.
    is_tree = isinstance(choice.package.source, GitSource | DirectorySource)
    return is_tree or any(versions.contains(choice.package.version, prereleases=True) for versions in edge.versions)


def _wanted_elsewhere(lock: Lock, selection: Selection, targets: Sequence[Target]) -> Iterator[Notice]:
    """Yield the packages that others need where the lock's own markers leave them out."""
    truth = TruthTables(targets)
    locked: dict[NormalizedName, TargetSet] = defaultdict(int)
    for edge in (member for group in lock.groups for member in group.members):
        locked[edge.name] |= truth.of_marker(edge.marker)
    for choice in selection.choices:
        package = choice.package
        if package.name in locked and (more := choice.where & ~locked[package.name]):
            where = target_names(more, targets)
            message = f"{package.pname} {package.version}: also on {where}, where its marker in the lock leaves it out"
            yield Notice(kind="choice", subject=package.name, message=f"{message} and others need it")
