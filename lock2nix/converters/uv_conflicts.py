"""What excludes each other in a uv.lock (`conflicts`), and the markers that ask for it.

uv spells such a question as one for an extra of the package at hand: `extra == 'extra-3-app-cpu'` asks whether the
extra `cpu` of `app` (whose name has 3 letters) is asked for, `extra == 'group-3-app-dev'` the same of a group.
Reference: https://github.com/astral-sh/uv/blob/main/crates/uv-resolver/src/universal_marker.rs.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import quote
from lock2nix.markers import asked_instead, conjunction, marker
from lock2nix.schemas.lock import Dependency, Selectable

from .uv_lock_file import ConflictTable, LockedPackage, UvLock
from .uv_workspace import members, root

_Names = tuple[Selectable, ...]


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The sets of which one can be asked for at a time, and by uv's name for each the questions that markers ask."""

    sets: tuple[_Names, ...]
    questions: Mapping[str, tuple[str, ...]]

    def said(self, condition: Marker | None) -> Marker | None:
        """Return a marker of uv's as PEP 751 has it: `extra == 'extra-3-app-cpu'` as `'cpu' in extras`."""
        return asked_instead(condition, self.questions)

    def only_where_asked(
        self, kind: str, name: NormalizedName, dependencies: Sequence[Dependency]
    ) -> tuple[Dependency, ...]:
        """Return the roots of a group or extra, bound to its being asked for if it excludes others."""
        one = next((one for names in self.sets for one in names if (one.kind, one.name) == (kind, name)), None)
        if one is None:
            return tuple(dependencies)
        condition = marker(_question(one))
        return tuple(d.model_copy(update={"marker": conjunction(d.marker, condition)}) for d in dependencies)


def conflicts(lock: UvLock) -> Conflicts:
    """Return what excludes each other. Raises InputError for what nobody could ask for here by a name."""
    asked: dict[str, _Names] = {}
    sets: list[_Names] = []
    for at, tables in enumerate(lock.content.conflicts):
        for number, table in enumerate(tables):
            names = asked[_encoded(table)] = tuple(_askers(lock, table))
            if not names:
                message = (
                    f"{quote(table.package)} is no member of the workspace: nobody can ask for its extras or groups"
                )
                raise lock.error(message, "conflicts", at, number)
        found = [asked[_encoded(table)] for table in tables]
        if all(len(names) == 1 for names in found):
            sets.append(tuple(one for names in found for one in names))
        else:
            # Of two names for one thing both can be asked for.
            sets += [pair for two in itertools.combinations(found, 2) for pair in itertools.product(*two)]
    _refuse_activation(lock)
    questions = {extra: tuple(map(_question, names)) for extra, names in asked.items()}
    return Conflicts(tuple(dict.fromkeys(sets)), questions)


def _askers(lock: UvLock, table: ConflictTable) -> Iterator[Selectable]:
    """Yield what asks for an extra or group of a package: its own name for the project at the root, and by member."""
    project, name = root(lock), canonicalize_name(table.package)
    asked_for = members(lock) if project is None else [project]
    kind, own = table.asks
    if name in _names(asked_for):
        yield Selectable(kind=kind, name=own)
    if name in _names(package for package in members(lock) if package is not project):
        yield Selectable(kind="group", name=canonicalize_name(f"{name}-{own}"))


def _names(packages: Iterable[LockedPackage]) -> set[NormalizedName]:
    return {canonicalize_name(package.name) for package in packages}


def _encoded(table: ConflictTable) -> str:
    name = canonicalize_name(table.package)
    kind, own = table.asks
    return f"{kind}-{len(name)}-{name}-{own}"


def _question(one: Selectable) -> str:
    return f'"{one.name}" in {"extras" if one.kind == "extra" else "dependency_groups"}'


def _refuse_activation(lock: UvLock) -> None:
    """Refuse what asks for an extra that excludes others where nobody asked for it by name."""
    exclusive = {(t.package, t.extra) for tables in lock.content.conflicts for t in tables if t.extra is not None}
    for at, package in enumerate(lock.content.package):
        lists = [("dependencies", package.dependencies)]
        lists += [("optional-dependencies", edges) for edges in package.optional_dependencies.values()]
        lists += [("dev-dependencies", edges) for edges in package.groups.values()]
        for key, edges in lists:
            for edge in edges:
                if any((edge.name, extra) in exclusive for extra in edge.extra):
                    message = (
                        f"this asks for an extra of {quote(edge.name)} that excludes others, which is not supported"
                    )
                    raise lock.error(message, "package", at, key)
