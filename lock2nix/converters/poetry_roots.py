"""What a Poetry project asks for: groups, extras and the Pythons it supports.

Follows poetry-core's `Factory`: `[project]` says what is wanted and `[tool.poetry]` may say more about it; only where
`[project]` asks for nothing does `[tool.poetry.dependencies]` ask by itself.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import InputError, quote
from lock2nix.schemas.lock import Dependency, Group
from lock2nix.schemas.source import SourceFile

from .poetry_constraints import Alternatives
from .poetry_dependencies import DependencyTable, Wish, edges, extra_edges, wishes
from .pyproject import PoetryGroup, PoetryTable, ProjectTable, PyProject

MAIN = canonicalize_name("main")
_DEV = canonicalize_name("dev")
_PYTHON = "python"
_DEEPEST = 100

Extras = Mapping[NormalizedName, tuple[Dependency, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """Where the walk through a lock begins; `wanted` is all that was asked for, of any group or extra."""

    groups: tuple[Group, ...]
    extras: Extras
    requires_python: Alternatives
    wanted: tuple[Wish, ...]


def roots(pyproject: PyProject, source: SourceFile, pinned: Callable[[Wish], Wish]) -> Roots:
    """Return what a project asks for.

    `source` is its pyproject.toml, for messages; `pinned` says more precisely which locked package a wish means.
    """
    project = pyproject.project or ProjectTable()
    poetry = pyproject.tool.poetry or PoetryTable()
    main = tuple(map(pinned, _main(project, poetry)))
    groups = _Groups(pyproject, poetry, source)
    own = {name: tuple(map(pinned, groups.wishes(name))) for name in groups.names}
    own[MAIN] = (*main, *own[MAIN])
    return Roots(
        groups=tuple(_group(groups, name, own) for name in groups.names),
        extras=_extras(project, poetry, main),
        requires_python=project.requires_python or _python(poetry),
        wanted=tuple(wish for found in own.values() for wish in found),
    )


def _main(project: ProjectTable, poetry: PoetryTable) -> tuple[Wish, ...]:
    asked = list(project.dependencies)
    for extra, wanted in project.optional_dependencies.items():
        asked += (_only_by(wish, extra) for wish in wanted)
    tables = _wishes(poetry.dependencies)
    found = _enriched(asked, tables)
    if asked and not {"dependencies", "optional-dependencies"}.isdisjoint(project.dynamic):
        # `[tool.poetry]` fills in whichever of the two kinds is dynamic.
        kinds = {wish.optional for wish in asked}
        if len(kinds) == 1:
            found += tuple(table for table in tables if table.optional not in kinds)
    return found


def _enriched(asked: Iterable[Wish], tables: tuple[Wish, ...]) -> tuple[Wish, ...]:
    asked = tuple(asked)
    if not asked or not tables:
        return asked or tables
    found: list[Wish] = []
    for wish in asked:
        more = [table for table in tables if table.name == wish.name]
        found += (wish.enriched(table) for table in more) if more else (wish,)
    return tuple(found)


def _only_by(wish: Wish, extra: NormalizedName) -> Wish:
    return Wish(
        name=wish.name,
        extras=wish.extras,
        versions=wish.versions,
        marker=wish.marker,
        optional=True,
        in_extras=frozenset((extra,)),
        origin=wish.origin,
    )


def _extras(project: ProjectTable, poetry: PoetryTable, main: tuple[Wish, ...]) -> Extras:
    if project.dependencies or project.optional_dependencies:
        return {extra: extra_edges(main, extra, frozenset()) for extra in project.optional_dependencies}
    named = {extra: frozenset(map(canonicalize_name, names)) for extra, names in poetry.extras.items()}
    return {extra: extra_edges(main, extra, names) for extra, names in named.items()}


def _python(poetry: PoetryTable) -> Alternatives:
    tables = poetry.dependencies.get(_PYTHON, ())
    return next((table.version for table in tables), ())


def _wishes(tables: Mapping[str, list[DependencyTable]]) -> tuple[Wish, ...]:
    return wishes({name: entries for name, entries in tables.items() if name.lower() != _PYTHON})


def _group(groups: "_Groups", name: NormalizedName, wanted: Mapping[NormalizedName, tuple[Wish, ...]]) -> Group:
    found = (edge for member in groups.members(name) for edge in edges(wanted[member]))
    return Group(name=name, dependencies=tuple(dict.fromkeys(found)), optional=groups.table(name).optional)


class _Groups:
    """The groups of both kinds, and what they include of each other."""

    def __init__(self, pyproject: PyProject, poetry: PoetryTable, source: SourceFile) -> None:
        self._entries = pyproject.dependency_groups
        self._poetry = poetry
        self._source = source
        dev = (_DEV,) if poetry.dev_dependencies else ()
        self.names = tuple(dict.fromkeys((MAIN, *self._entries, *poetry.group, *dev)))

    def table(self, name: NormalizedName) -> PoetryGroup:
        """Return what `[tool.poetry]` says about a group."""
        return self._poetry.group.get(name) or PoetryGroup()

    def wishes(self, name: NormalizedName) -> tuple[Wish, ...]:
        """Return what a group itself asks for."""
        asked = (entry.requirement for entry in self._entries.get(name, ()) if entry.requirement)
        dev = _wishes(self._poetry.dev_dependencies) if name == _DEV else ()
        return (*_enriched(asked, _wishes(self.table(name).dependencies)), *dev)

    def members(self, name: NormalizedName) -> tuple[NormalizedName, ...]:
        """Return a group and all that it includes, each once however often it is named."""
        found: dict[NormalizedName, None] = {}
        self._collect(name, (), found)
        return tuple(found)

    def _collect(
        self, name: NormalizedName, above: tuple[NormalizedName, ...], found: dict[NormalizedName, None]
    ) -> None:
        if name in above or len(above) > _DEEPEST:
            raise self._error(above[0], f"groups include each other: {' → '.join((*above[:9], name))}")
        if name not in self.names:
            raise self._error(above[-1], f"the included group {quote(name)} is not defined")
        if name in found:
            return
        found[name] = None
        entries = self._entries.get(name, ())
        for other in (
            *(entry.include_group for entry in entries if entry.include_group),
            *self.table(name).include_groups,
        ):
            self._collect(other, (*above, name), found)

    def _error(self, name: NormalizedName, message: str) -> InputError:
        return InputError(message, place=f"{self._source.path}: group {quote(name)}")
