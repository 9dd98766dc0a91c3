"""Dependencies as Poetry writes them, in its lock and in `[tool.poetry]`, and as PEP 508 writes them in `[project]`.

Reference: https://python-poetry.org/docs/dependency-specification/.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, NamedTuple

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from pydantic import BeforeValidator, Field, InstanceOf

from lock2nix.errors import quote
from lock2nix.markers import NEVER, assume_extras, conjunction, extras_of, marker
from lock2nix.schemas.lock import Dependency

from .fields import GroupName, PlainText, ProjectName, of_text, plain, project_name, specifiers
from .poetry_constraints import Alternatives, constraint, intersection, platform_marker, python_marker
from .wire import Wire

AlternativesField = Annotated[tuple[InstanceOf[SpecifierSet], ...], of_text(constraint)]
MarkerField = Annotated[InstanceOf[Marker] | None, of_text(marker)]
PlatformField = Annotated[InstanceOf[Marker] | None, of_text(platform_marker)]

_NO_EXTRAS: frozenset[NormalizedName] = frozenset()
# Poetry's own lock once spelled PEP 508 with alternatives and with bare versions: `foo[bar] (1.0 || >=2)`.
_LOOSE = re.compile(
    r"(?P<name>[\w.-]+)\s*(\[(?P<extras>[^\]]*)\])?\s*\(?(?P<versions>[^;()@]*)\)?\s*(;(?P<marker>.*))?", re.ASCII
)
_LEADING_NAME = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?", re.ASCII)


class DependencyTable(Wire):
    """One constraint on a dependency; a plain string is a table that has only `version`.

    With `git`, `url`, `path` or `file` it names a place instead, with `source` an index.
    """

    version: AlternativesField = ()
    extras: list[GroupName] = Field(default_factory=list)
    optional: bool = False
    markers: MarkerField = None
    python: AlternativesField = ()
    platform: PlatformField = None
    git: PlainText | None = None
    url: PlainText | None = None
    path: PlainText | None = None
    file: PlainText | None = None
    source: PlainText | None = None


def _as_list(value: object) -> object:
    """Bring the three spellings (string, table, list of both) to the longest one."""
    entries = value if isinstance(value, list) else [value]
    return [{"version": entry} if isinstance(entry, str) else entry for entry in entries]


DependencyTables = dict[ProjectName, Annotated[list[DependencyTable], BeforeValidator(_as_list), Field(min_length=1)]]
"""Dependencies by name, with one constraint or several that differ by their markers."""


class Required(NamedTuple):
    """What an extra's list names: a package, or with its own package's name the extras that it implies."""

    name: NormalizedName
    extras: frozenset[NormalizedName] = _NO_EXTRAS


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A dependency before it is known when it applies: `optional` ones only by one of `in_extras`, or by name."""

    name: NormalizedName
    extras: frozenset[NormalizedName] = _NO_EXTRAS
    versions: Alternatives = ()
    marker: Marker | None = None
    optional: bool = False
    in_extras: frozenset[NormalizedName] = _NO_EXTRAS
    origin: DependencyTable | None = None

    def enriched(self, table: "Wish") -> "Wish":
        """Return this wish of `[project]` with what `[tool.poetry.dependencies]` adds to it."""
        return replace(
            self,
            versions=intersection(self.versions, table.versions),
            marker=conjunction(self.marker, table.marker),
            origin=table.origin,
        )


def wishes(tables: Mapping[str, Iterable[DependencyTable]]) -> tuple[Wish, ...]:
    """Return what these tables ask for, in their order."""
    return tuple(_wish(name, table) for name, entries in tables.items() for table in entries)


def requirement(text: str) -> Wish:
    """Return what a PEP 508 requirement asks for; `requests (2.1 || >=3)` is understood as Poetry does."""
    plain(text)
    try:
        strict = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return _loose_requirement(text)
    # Text, not the marker itself: cached, and without an interpreter's own idea of extras.
    condition = None if strict.marker is None else marker(str(strict.marker))
    return Wish(
        name=canonicalize_name(project_name(strict.name)),
        extras=frozenset(map(canonicalize_name, strict.extras)),
        versions=(specifiers(str(strict.specifier)),) if strict.specifier else (),
        marker=condition,
        in_extras=extras_of(condition),
        origin=DependencyTable(url=strict.url) if strict.url else None,
    )


def required(text: str) -> Required:
    """Return the name and extras that a requirement begins with."""
    found = _LEADING_NAME.match(plain(text))
    if found is None:
        raise ValueError(f"{quote(text)} is not a requirement (PEP 508)")
    return Required(canonicalize_name(found[1]), _extras(found[2]))


def edges(found: Iterable[Wish]) -> tuple[Dependency, ...]:
    """Return those that apply without any extra."""
    always = (wish for wish in found if not wish.optional and not wish.in_extras)
    return tuple(edge for wish in always if (edge := _edge(wish, _NO_EXTRAS)))


def extra_edges(
    found: Iterable[Wish], extra: NormalizedName, named: frozenset[NormalizedName]
) -> tuple[Dependency, ...]:
    """Return those that one extra adds: by their own marker, or else because the extra's list has their name."""
    added = (
        wish for wish in found if (extra in wish.in_extras if wish.in_extras else wish.optional and wish.name in named)
    )
    return tuple(edge for wish in added if (edge := _edge(wish, frozenset((extra,)))))


def _wish(name: str, table: DependencyTable) -> Wish:
    condition = table.markers
    if table.python or table.platform:
        condition = conjunction(condition, python_marker(table.python), table.platform)
    return Wish(
        name=canonicalize_name(name),
        extras=frozenset(table.extras),
        versions=table.version,
        marker=condition,
        optional=table.optional,
        in_extras=extras_of(condition),
        origin=table,
    )


def _loose_requirement(text: str) -> Wish:
    found = _LOOSE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{quote(text)} is not a requirement (PEP 508)")
    condition = marker((found["marker"] or "").strip())
    return Wish(
        name=canonicalize_name(project_name(found["name"])),
        extras=_extras(found["extras"]),
        versions=constraint(found["versions"].strip()),
        marker=condition,
        in_extras=extras_of(condition),
    )


def _extras(written: str | None) -> frozenset[NormalizedName]:
    return frozenset(canonicalize_name(extra.strip()) for extra in (written or "").split(",") if extra.strip())


def _edge(wish: Wish, active: frozenset[NormalizedName]) -> Dependency | None:
    condition = assume_extras(wish.marker, active)
    if condition is NEVER:
        return None
    return Dependency(name=wish.name, extras=wish.extras, versions=wish.versions, marker=condition)
