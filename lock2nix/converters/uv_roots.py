"""Where the walk through a uv.lock begins: the project at its root, or all members where there is none.

What `uv sync` installs without options are the groups that are not optional. In a workspace each member is a group by
its name, too; the groups and extras of those that are not the root are groups `MEMBER-GROUP` and `MEMBER-EXTRA`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.schemas.lock import Dependency, Group
from lock2nix.schemas.notice import Notice

from .pyproject import DefaultGroups, UvTable
from .uv_edges import Edges
from .uv_lock_file import LockedPackage, UvLock
from .uv_workspace import members, root

MAIN = canonicalize_name("main")
_DEV = canonicalize_name("dev")

_Roots = Mapping[NormalizedName, tuple[Dependency, ...]]


@dataclass(frozen=True, slots=True)
class Roots:
    """The groups and extras of a file, and what is to be said of them."""

    groups: tuple[Group, ...]
    extras: _Roots
    notices: tuple[Notice, ...] = ()


def roots(lock: UvLock, edges: Edges, settings: UvTable) -> Roots:
    """Return what can be asked for; `settings` are those of the project, which newer locks repeat."""
    project, in_workspace, manifest = root(lock), members(lock), lock.content.manifest
    inside = edges if project is None else edges.opening(project)
    asked_for = [project] if project is not None else in_workspace
    main = [dependency for member in asked_for for dependency in inside.to(member)]
    own = _joined(
        [
            [(MAIN, (*main, *inside.required(manifest.requirements)))],
            *(_groups(member, inside) for member in asked_for),
            ((name, inside.required(wanted)) for name, wanted in manifest.dependency_groups.items()),
        ]
    )
    extras = _joined(_extras(member, inside) for member in asked_for)
    by_member = _joined(_by_member(member, edges, project) for member in in_workspace)
    taken = {name: own.get(name, ()) for name in (*own, *extras)}
    hidden = [name for name, wanted in by_member.items() if taken.get(name, wanted) != wanted]
    written = (manifest if project is None else project).default_groups
    chosen = settings.default_groups if written is None else written
    asked = edges.conflicts.only_where_asked
    groups = [
        Group(name=name, dependencies=asked("group", name, d), optional=not _is_default(name, chosen))
        for name, d in own.items()
    ]
    groups += [
        Group(name=name, dependencies=asked("group", name, d), optional=True)
        for name, d in by_member.items()
        if name not in taken
    ]
    return Roots(
        groups=tuple(groups),
        extras={name: asked("extra", name, d) for name, d in extras.items()},
        notices=tuple(map(_hidden, hidden)),
    )


def _is_default(name: NormalizedName, chosen: DefaultGroups) -> bool:
    match chosen:
        case "all":
            return True
        case None:
            return name in {MAIN, _DEV}
        case names:
            return name == MAIN or name in names


def _groups(member: LockedPackage, edges: Edges) -> Iterator[tuple[NormalizedName, tuple[Dependency, ...]]]:
    for name in (*member.groups, *(name for name in member.metadata.requires_dev if name not in member.groups)):
        yield name, edges.translated(member.groups.get(name, ()))


def _extras(member: LockedPackage, edges: Edges) -> Iterator[tuple[NormalizedName, tuple[Dependency, ...]]]:
    declared = (*member.optional_dependencies, *member.metadata.provides_extras)
    for name in dict.fromkeys(declared):
        yield name, edges.to(member, name)


def _by_member(
    member: LockedPackage, edges: Edges, project: LockedPackage | None
) -> Iterator[tuple[NormalizedName, tuple[Dependency, ...]]]:
    name = canonicalize_name(member.name)
    if member is project:
        yield name, edges.opening(member).to(member)
        return
    yield name, edges.to(member)
    for group, wanted in _groups(member, edges):
        yield canonicalize_name(f"{name}-{group}"), wanted
    for extra, wanted in _extras(member, edges):
        yield canonicalize_name(f"{name}-{extra}"), wanted


def _joined(parts: Iterable[Iterable[tuple[NormalizedName, tuple[Dependency, ...]]]]) -> _Roots:
    found: dict[NormalizedName, dict[Dependency, None]] = defaultdict(dict)
    for part in parts:
        for name, dependencies in part:
            found[name].update(dict.fromkeys(dependencies))
    return {name: tuple(dependencies) for name, dependencies in found.items()}


def _hidden(name: NormalizedName) -> Notice:
    message = f"the member {name} of the workspace has the name of a group or extra, which is what this name stands for"
    return Notice(kind="group", subject=name, message=message)
