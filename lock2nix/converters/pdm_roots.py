"""What a PDM project asks for: the groups that its lock records, else what its pyproject.toml says.

A package that records groups is installed by these wherever its marker holds, and no dependency is followed: so does
`pdm install`. Locks without them are walked from the project's own dependencies.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import InputError, quote
from lock2nix.markers import conjunction
from lock2nix.schemas.lock import Dependency, Group
from lock2nix.schemas.source import SourceFile

from . import poetry_roots, projects
from .fields import group_name, specifiers
from .pdm_lock_file import PdmLock, wish
from .pdm_packages import Members
from .poetry_dependencies import Wish
from .pyproject import GroupEntry, PdmTable, ProjectTable, PyProject

MAIN = canonicalize_name("main")
_DEFAULT = canonicalize_name("default")

Extras = Mapping[NormalizedName, tuple[Dependency, ...]]


@dataclass(frozen=True, slots=True)
class Roots:
    """The groups and extras of a lock."""

    groups: tuple[Group, ...]
    extras: Extras


def recorded(lock: PdmLock, members: Members, beside: PyProject | None) -> Roots:
    """Return the groups that the lock records, each with all that it installs.

    `pdm install` takes all but the extras; which these are, only the project says. Raises InputError.
    """
    project = None if beside is None else beside.project or ProjectTable()
    extras = frozenset[NormalizedName]() if project is None else frozenset(project.optional_dependencies)
    installed: dict[NormalizedName, dict[Dependency, None]] = {MAIN: {}}
    for written in lock.content.metadata.groups or ():
        installed.setdefault(_group(lock, written), {})
    for locked, package in members:
        pin = specifiers(f"==={package.version}")
        edge = Dependency(name=package.name, versions=(pin,), marker=package.marker)
        for written in locked.in_groups or ():
            installed.setdefault(_group(lock, written), {})[edge] = None
    in_main = installed[MAIN]
    return Roots(
        groups=tuple(
            Group(name=name, dependencies=tuple(edges), optional=project is None and name != MAIN)
            for name, edges in installed.items()
            if name not in extras
        ),
        extras={
            name: tuple(edge for edge in edges if edge not in in_main)
            for name, edges in installed.items()
            if name in extras
        },
    )


def asked(lock: PdmLock, beside: PyProject, source: SourceFile) -> Roots:
    """Return what the project asks for, of the groups that the lock is for where it says so.

    `source` is the project's pyproject.toml, for messages. Raises InputError.
    """
    found = poetry_roots.roots(_opened(_with_dev_groups(beside, source)), source, lambda one: one)
    written = lock.content.metadata.groups
    locked = {*found.extras, *(g.name for g in found.groups)} if written is None else {_group(lock, w) for w in written}
    return Roots(
        groups=tuple(group for group in found.groups if group.name in locked or group.name == MAIN),
        extras={name: edges for name, edges in found.extras.items() if name in locked},
    )


def every_package(members: Members) -> Roots:
    """Return one group of all that nothing else in the lock needs, for a lock without its project."""
    needed = {edge.name for _, p in members for some in (p.dependencies or (), *p.extras.values()) for edge in some}
    tops = [package for _, package in members if package.name not in needed] or [package for _, package in members]
    edges = (Dependency(name=p.name, extras=frozenset(p.extras), marker=p.marker) for p in tops)
    return Roots((Group(name=MAIN, dependencies=tuple(edges)),), {})


def _group(lock: PdmLock, written: str) -> NormalizedName:
    try:
        name = group_name(written)
    except ValueError as error:
        raise InputError(f"{quote(written)}: {error}", place=f"{lock.source.path}: groups") from None
    return MAIN if name == _DEFAULT else name


def _with_dev_groups(beside: PyProject, source: SourceFile) -> PyProject:
    """Return the project with the groups of `[tool.pdm.dev-dependencies]` among its own."""
    groups = dict(beside.dependency_groups)
    for name, lines in (beside.tool.pdm or PdmTable()).dev_dependencies.items():
        try:
            entries = [_entry(wish(line)) for line in lines]
        except ValueError as error:
            place = f"{source.path}: tool.pdm.dev-dependencies.{name}"
            raise InputError(str(error), place=place) from None
        groups[name] = [*groups.get(name, ()), *entries]
    return beside.model_copy(update={"dependency_groups": groups})


def _opened(beside: PyProject) -> PyProject:
    """Return the project with its wishes for extras of itself replaced by what these ask for."""
    project, own = beside.project or ProjectTable(), projects.name(beside)

    def opened(some: list[Wish], above: frozenset[NormalizedName]) -> Iterator[Wish]:
        for one in some:
            if own is None or one.name != own:
                yield one
                continue
            for extra in sorted(one.extras - above):
                for inner in opened(project.optional_dependencies.get(extra, []), above | {extra}):
                    yield replace(inner, marker=conjunction(one.marker, inner.marker))

    none = frozenset[NormalizedName]()
    extras = {name: list(opened(some, none | {name})) for name, some in project.optional_dependencies.items()}
    groups = {
        name: [inner for entry in entries for inner in (_each(entry, opened(_wishes(entry), none)))]
        for name, entries in beside.dependency_groups.items()
    }
    table = project.model_copy(
        update={"dependencies": list(opened(project.dependencies, none)), "optional_dependencies": extras}
    )
    return beside.model_copy(update={"project": table, "dependency_groups": groups})


def _wishes(entry: GroupEntry) -> list[Wish]:
    return [] if entry.requirement is None else [entry.requirement]


def _each(entry: GroupEntry, opened: Iterator[Wish]) -> Iterator[GroupEntry]:
    """Yield an entry for each of the wishes, or the entry itself if it includes a group."""
    if entry.requirement is None:
        yield entry
    for one in opened:
        yield _entry(one)


def _entry(one: Wish) -> GroupEntry:
    return GroupEntry().model_copy(update={"requirement": one})
