"""Fills in the tools that neither nixpkgs nor the lock has, so that nothing fails to build for want of a backend.

They are resolved together, as wheels; what they need in turn is nixpkgs' where it has it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName

from lock2nix.converters import pylock
from lock2nix.errors import PlanError
from lock2nix.nixpkgs import tables
from lock2nix.nixpkgs.build_tools import Need, needs
from lock2nix.resolvers.pypi import Question, resolve
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import SourceFile

from .build_systems import fill_build_systems
from .edges import fill_edges
from .files import fill_files
from .hashes import fill_hashes
from .interface import Enricher, Sources

_FILLING: tuple[Enricher, ...] = (fill_files, fill_hashes, fill_edges, fill_build_systems)

_Wanted = Mapping[str, Sequence[tuple[Need, Package]]]
"""Tools by name, each with who needs it and how."""


def fill_tools(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with what builds its packages and nobody else has.

    Earlier choices stay while they serve. What cannot be found stays open with a notice, and offline what is not known.
    """
    elsewhere = {*tables.offered(), *(package.name for package in lock.packages)}
    wanted = _wanted(lock.packages, elsewhere)
    known = sources.known.tools
    if not wanted:
        return lock
    if _serve(known, wanted):
        return _with_tools(lock, known, wanted)
    if sources.http is None:
        return _without_tools(lock, wanted, "run once without --offline")
    try:
        found = _resolved(wanted, elsewhere, sources)
    except PlanError as error:
        return _without_tools(lock, wanted, error.message)
    return _with_tools(lock, found, wanted)


def _wanted(packages: Iterable[Package], elsewhere: Collection[str]) -> _Wanted:
    wanted: dict[str, list[tuple[Need, Package]]] = {}
    for package in packages:
        for need in () if package.build_system is None else needs(package.build_system):
            if need.tool not in elsewhere:
                wanted.setdefault(need.tool, []).append((need, package))
    return wanted


def _serve(tools: Sequence[Package], wanted: _Wanted) -> bool:
    return all(
        any(
            tool.name == need.tool and SpecifierSet(need.bounds).contains(tool.version, prereleases=True)
            for tool in tools
        )
        for some in wanted.values()
        for need, _ in some
    )


def _resolved(wanted: _Wanted, elsewhere: Collection[str], sources: Sources) -> tuple[Package, ...]:
    """Return the tools and what they need, with all gaps filled. Raises PlanError if there are none."""
    wishes = tuple(sorted({need.requirement for some in wanted.values() for need, _ in some}))
    key = " ".join((*wishes, _oldest(sources), *sources.indexes().serving(None)))
    if (known := sources.known.resolution(key)) is not None:
        return known
    try:
        answer = _resolve(wishes, sources)
    except PlanError:
        # A set has one version of each: where builds disagree, some get another than they ask for.
        answer = _resolve(tuple(sorted(wanted)), sources)
    found = answer.model_copy(update={"packages": tuple(p for p in answer.packages if p.name not in elsewhere)})
    for fill in _FILLING:
        found = fill(found, sources)
    # With their edges known, nobody asks what they say of themselves.
    tools = tuple(tool.model_copy(update={"metadata": None}) for tool in found.packages)
    sources.known.learn_resolution(key, tools)
    return tools


def _resolve(wishes: tuple[str, ...], sources: Sources) -> Lock:
    if (progress := sources.progress("resolving build tools")) is not None:
        progress(0, 1)
    question = Question(requirements=wishes, python=_oldest(sources))
    answer = resolve(question, sources.indexes(), sources.certificates)
    return pylock.read(SourceFile(path=Path("pylock.toml"), content=answer), {})


def _oldest(sources: Sources) -> str:
    """Return the oldest Python of the targets, as `3.11`."""
    return "{}.{}".format(*min(target.minor for target in sources.targets))


def _with_tools(lock: Lock, found: Iterable[Package], wanted: _Wanted) -> Lock:
    tools = tuple(_reached(found, wanted))
    notices = (
        Notice(
            kind="tool",
            subject=tool.name,
            message=f"{tool.pname} {tool.version}{_purpose(wanted.get(tool.name, ()))}",
        )
        for tool in tools
    )
    return lock.model_copy(update={"tools": tools, "notices": (*lock.notices, *notices)})


def _without_tools(lock: Lock, wanted: _Wanted, why: str) -> Lock:
    notices = (
        Notice(kind="missing-data", subject=tool, message=f"a version of {tool}{_purpose(some)}: {why}")
        for tool, some in sorted(wanted.items())
    )
    return lock.model_copy(update={"notices": (*lock.notices, *notices)})


def _purpose(some: Iterable[tuple[Need, Package]]) -> str:
    built = sorted({f"{package.pname} {package.version}" for _, package in some})
    return f", to build {', '.join(built)}" if built else ""


def _reached(found: Iterable[Package], wanted: Iterable[str]) -> Iterator[Package]:
    """Yield those of the packages that the tools are, or need."""
    packages = {(tool.name, tool.version): tool for tool in found}
    names, pending = set[str](), list(wanted)
    while pending:
        name = pending.pop()
        if name not in names:
            names.add(name)
            pending += [need for tool in packages.values() if tool.name == name for need in _dependencies(tool)]
    yield from (packages[key] for key in sorted(packages) if key[0] in names)


def _dependencies(tool: Package) -> Iterator[NormalizedName]:
    for some in (tool.dependencies or (), *tool.extras.values()):
        yield from (dependency.name for dependency in some)
