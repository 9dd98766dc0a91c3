"""Fills in the tools that neither nixpkgs nor the lock has, so that nothing fails to build for want of a backend.

They are resolved together, as wheels; what they need in turn is nixpkgs' where it has it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.nixpkgs import tables
from lock2nix.nixpkgs.build_tools import build_tools
from lock2nix.resolvers.build_tools import Wishes, agree
from lock2nix.resolvers.pypi import Question, as_answer, resolve
from lock2nix.schemas.lock import Dependency, Group, Lock, Package, Tool
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import SourceFile

from .build_systems import fill_build_systems
from .edges import fill_edges
from .extras import wanted_extras
from .files import fill_files
from .hashes import fill_hashes
from .interface import Enricher, Sources

_FILLING: tuple[Enricher, ...] = (fill_files, fill_hashes, fill_edges)
_MAIN = canonicalize_name("main")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The packages that a tool builds, by the requirement (PEP 508, without marker) that they have for it."""

    builds: Mapping[str, Sequence[Package]]

    @property
    def wishes(self) -> Wishes:
        return tuple(sorted(self.builds))

    @property
    def purpose(self) -> str:
        built = sorted({f"{package.pname} {package.version}" for some in self.builds.values() for package in some})
        return f", to build {', '.join(built)}"


def fill_tools(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with what builds its packages and nobody else has.

    Earlier choices stay while they serve. What cannot be found stays open with a notice, and so does what is not known
    offline. Raises IndexFault.
    """
    elsewhere = {*tables.offered(), *(package.name for package in lock.packages)}
    wanted = _wanted(lock.packages, elsewhere, sources)
    if not wanted:
        return lock
    found = _kept(wanted, elsewhere, sources)
    why: Mapping[str, str] = {}
    if _missing(found, wanted, elsewhere):
        if (cached := sources.known.resolution(_question(wanted, sources))) is not None:
            found = cached
        elif lock.indexes.no_index:
            why = dict.fromkeys(wanted, "the lock wants no index to be asked (--no-index)")
        elif sources.http is not None:
            found, why = _resolved(wanted, sources)
    found = _used(found, wanted, elsewhere, sources)
    notices = [
        *(_notice(tool, wanted) for tool in found),
        *(
            Notice(kind="missing-data", subject=name, message=f"{what}: {why.get(name, 'run once without --offline')}")
            for name, what in sorted(_missing(found, wanted, elsewhere).items())
        ),
    ]
    return lock.model_copy(update={"tools": found, "notices": (*lock.notices, *notices)})


def _wanted(packages: Iterable[Package], elsewhere: Collection[str], sources: Sources) -> Mapping[str, _Wanted]:
    found: dict[str, dict[str, list[Package]]] = {}
    for package in packages:
        system = package.build_system
        if system is not None and sources.on_targets is not None:
            system = sources.on_targets.needed(system)
        for tool, said in ({} if system is None else build_tools(system)).items():
            if tool not in elsewhere:
                found.setdefault(tool, {}).setdefault(f"{tool}{said}", []).append(package)
    return {tool: _Wanted(builds) for tool, builds in found.items()}


def _kept(wanted: Mapping[str, _Wanted], elsewhere: Collection[str], sources: Sources) -> tuple[Tool, ...]:
    """Return the tools of the last output, if they were chosen for what is wanted now."""
    kept = sources.known.tools
    chosen = {tool.name for tool in kept if tool.name in wanted and {*wanted[tool.name].wishes} <= {*tool.wishes}}
    others = {tool.name for tool in kept if not tool.wishes}
    return _used([tool for tool in kept if tool.name in chosen | others], wanted, elsewhere, sources)


def _missing(tools: Sequence[Tool], wanted: Mapping[str, _Wanted], elsewhere: Collection[str]) -> Mapping[str, str]:
    """Return what is wanted, or needed by the tools, and neither among them nor elsewhere; and what for."""
    there = {*elsewhere, *(tool.name for tool in tools)}
    found = {name: f"a version of {name}{some.purpose}" for name, some in wanted.items() if name not in there}
    for tool in tools:
        for edge in tool.dependencies or ():
            if edge.name not in there:
                found[edge.name] = f"a version of {edge.name}, which {tool.pname} {tool.version} needs"
    return found


def _question(wanted: Mapping[str, _Wanted], sources: Sources) -> str:
    wishes = [wish for name in sorted(wanted) for wish in wanted[name].wishes]
    indexes = sources.indexes()
    return " ".join((*wishes, *_pythons(sources), *indexes.serving(None), *indexes.links))


def _resolved(wanted: Mapping[str, _Wanted], sources: Sources) -> tuple[tuple[Tool, ...], Mapping[str, str]]:
    """Return the tools and all that they need, with their gaps filled; and why others cannot be had."""
    if (progress := sources.progress("resolving build tools")) is not None:
        progress(0, 1)
    earlier = {str(tool.name): str(tool.version) for tool in sources.known.tools}
    kept = as_answer(earlier) if earlier else None

    from lock2nix.converters import pylock  # noqa: PLC0415 - most runs resolve nothing

    def ask(wishes: Wishes) -> Lock:
        question = Question(requirements=wishes, python=_pythons(sources)[0], earlier=kept)
        answer = resolve(question, sources.indexes(), sources.certificates)
        found = pylock.read(SourceFile(path=Path("pylock.toml"), content=answer), {})
        roots = (Requirement(wish) for wish in wishes)
        edges = (Dependency(name=canonicalize_name(r.name), extras=_normalised(r.extras)) for r in roots)
        return found.model_copy(update={"groups": (Group(name=_MAIN, dependencies=tuple(edges)),)})

    agreement = agree({name: some.wishes for name, some in wanted.items()}, _pythons(sources), ask)
    if agreement.answer is None:
        return (), agreement.refused
    tools = tuple(_as_tools(_filled(agreement.answer, _FILLING, sources), wanted))
    if not agreement.refused:
        sources.known.learn_resolution(_question(wanted, sources), tools)
    return tools, agreement.refused


def _normalised(extras: Iterable[str]) -> frozenset[NormalizedName]:
    return frozenset(map(canonicalize_name, extras))


def _pythons(sources: Sources) -> Sequence[str]:
    """Return the Pythons of the targets, as `3.11`, in ascending order."""
    return ["{}.{}".format(*minor) for minor in sorted({target.minor for target in sources.targets})]


def _filled(lock: Lock, filling: Iterable[Enricher], sources: Sources) -> Lock:
    for fill in filling:
        lock = fill(lock, sources)
    return lock


def _as_tools(found: Lock, wanted: Mapping[str, _Wanted]) -> Iterator[Tool]:
    """Yield the packages as tools: an extra that is wanted of one is part of it, as nobody installs tools otherwise."""
    extras = wanted_extras(found)
    for package in sorted(found.packages, key=lambda one: (one.name, one.version)):
        added = (edge for extra in sorted(extras.get(package.name, ())) for edge in package.extras.get(extra, ()))
        edges = dict.fromkeys((*(package.dependencies or ()), *added))
        # With their edges known, nobody asks what they say of themselves.
        own = {
            **dict(package),
            "dependencies": tuple(edge for edge in edges if edge.name != package.name),
            "extras": {},
            "metadata": None,
        }
        yield Tool(**own, wishes=wanted[package.name].wishes if package.name in wanted else ())


def _used(
    tools: Iterable[Tool], wanted: Mapping[str, _Wanted], elsewhere: Collection[str], sources: Sources
) -> tuple[Tool, ...]:
    """Return those of the tools that are needed here, with what builds them."""
    here = tuple(
        tool.model_copy(update={"wishes": wanted[tool.name].wishes if tool.name in wanted else ()})
        for tool in tools
        if tool.name not in elsewhere
    )
    narrowed = here if sources.on_targets is None else sources.on_targets.used(here)
    built = fill_build_systems(Lock(groups=(), packages=narrowed), sources).packages
    return tuple(tool for tool in built if isinstance(tool, Tool))


def _notice(tool: Tool, wanted: Mapping[str, _Wanted]) -> Notice:
    purpose = wanted[tool.name].purpose if tool.name in wanted else ""
    return Notice(kind="tool", subject=tool.name, message=f"{tool.pname} {tool.version}{purpose}")
