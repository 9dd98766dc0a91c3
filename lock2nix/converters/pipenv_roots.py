"""Who asks for the packages of a Pipfile.lock: the Pipfile beside it, else every entry for itself."""

import re
from collections.abc import Collection, Mapping, Sequence

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import InputError, quote
from lock2nix.schemas.lock import Dependency, Group
from lock2nix.schemas.source import SourceFile

from .fields import group_name, project_name
from .pipenv_lock_file import LockFile, Pipfile, Wish

MAIN = canonicalize_name("main")
_GROUPS = {"default": MAIN, "develop": canonicalize_name("dev")}
_NAME = re.compile(r"(?P<name>[^\[\]]+)(?:\[(?P<extras>[^\[\]]*)\])?")
_SECTIONS = {"default": "packages", "develop": "dev-packages"}


def groups(
    locked: LockFile,
    pipfile: Pipfile | None,
    source: SourceFile,
    *,
    packages: Collection[NormalizedName],
    in_place: Collection[NormalizedName],
) -> tuple[Group, ...]:
    """Return a group for each category; `pipenv sync` installs the first alone, so the others are optional.

    `packages` are the names that the lock pins; `in_place` those of the project itself, which asks for all that is in
    its category. Raises InputError where two categories have one name.
    """
    found: dict[NormalizedName, Group] = {}
    for category, entries in locked.categories.items():
        name = _group(category, source)
        if name in found:
            raise InputError(f"there are two categories that are called {name}", place=f"{source.path}: {category}")
        edges = [_edge(key, entry) for key, entry in entries.items()]
        others = tuple(edge for edge in edges if edge.name not in in_place)
        section = None if pipfile is None else pipfile.sections.get(_SECTIONS.get(category, category))
        asks_for_all = section is None or len(others) < len(edges)
        roots = others if section is None or asks_for_all else _roots(section, others, category, source)
        members = tuple(edge for edge in others if edge.name in packages)
        found[name] = Group(name=name, dependencies=roots, members=members, optional=name != MAIN)
    return tuple(found.values())


def _roots(
    section: Mapping[str, Wish], edges: Sequence[Dependency], category: str, source: SourceFile
) -> tuple[Dependency, ...]:
    """Return what a Pipfile's section asks for, with the extras that it or the lock names."""
    locked = {edge.name: edge.extras for edge in edges}
    try:
        wanted = [_edge(key, wish) for key, wish in section.items()]
    except ValueError as error:
        place = f"{source.path.with_name('Pipfile')}: {_SECTIONS.get(category, category)}"
        raise InputError(str(error), place=place) from None
    return tuple(
        edge.model_copy(update={"extras": edge.extras | locked.get(edge.name, frozenset())}) for edge in wanted
    )


def _edge(key: str, wish: Wish) -> Dependency:
    """Return the edge to a package, whose extras may stand behind its name. Raises ValueError if it is none."""
    found = _NAME.fullmatch(key)
    if found is None:
        raise ValueError(f"{quote(key)} is not a project name")
    name = canonicalize_name(project_name(found["name"]))
    extras = (group_name(extra.strip()) for extra in (found["extras"] or "").split(",") if extra.strip())
    return Dependency(name=name, extras=frozenset((*extras, *wish.extras)), marker=wish.condition)


def _group(category: str, source: SourceFile) -> NormalizedName:
    try:
        return _GROUPS.get(category) or group_name(category)
    except ValueError as error:
        raise InputError(str(error), place=f"{source.path}: {quote(category)}") from None
