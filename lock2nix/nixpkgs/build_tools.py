"""What a build system asks for, as the attributes of nixpkgs that do it and the bounds of their versions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import Specifier, SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from lock2nix.schemas.lock import BuildSystem

from . import tables

_LOWEST = Version("0")


class Need(NamedTuple):
    """A tool that a build wants: its attribute in nixpkgs' Python set, its extras and bounds, and when it is wanted.

    Extras are those of tools which not every nixpkgs has: of others they are nixpkgs' own business.
    """

    tool: str
    bounds: str = ""
    marker: Marker | None = None
    extras: frozenset[NormalizedName] = frozenset()

    @property
    def said(self) -> str:
        """What stands behind the name in a requirement (PEP 508), but for the marker."""
        return f"{_in_brackets(self.extras)}{self.bounds}"

    @property
    def requirement(self) -> str:
        """The need as a requirement (PEP 508)."""
        return f"{self.tool}{self.said}" + (f"; {self.marker}" if self.marker else "")


def needs(system: BuildSystem) -> Iterator[Need]:
    """Yield what a build system wants, as it stands there; what only its backend understands is passed over.

    A tool that does the work of another has versions of its own.
    """
    for text in system.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        name = canonicalize_name(requirement.name)
        for tool in tables.build_tools().get(name, (name,)):
            if tool == name:
                extras = () if name in tables.offered() else requirement.extras
                named = frozenset(map(canonicalize_name, extras))
                yield Need(tool, bounds(requirement.specifier), requirement.marker, named)
            else:
                yield Need(tool, marker=requirement.marker)
    yield from map(Need, tables.backends().get(system.backend or "", ()))


def build_tools(system: BuildSystem) -> Mapping[str, str]:
    """Return the tools that a build system wants, sorted, with what a requirement says behind the name of each.

    That is `>=3.2,<4`, `[extra]`, both, or nothing; where needs differ, by marker say, there are no bounds.
    """
    found: dict[str, list[Need]] = {}
    for need in needs(system):
        found.setdefault(need.tool, []).append(need)
    return {tool: _joined(some).said for tool, some in sorted(found.items())}


def _joined(some: Sequence[Need]) -> Need:
    said = {need.bounds for need in some}
    extras = frozenset(extra for need in some for extra in need.extras)
    return Need(some[0].tool, next(iter(said)) if len(said) == 1 else "", extras=extras)


def _in_brackets(extras: Iterable[str]) -> str:
    return f"[{','.join(sorted(extras))}]" if extras else ""


def bounds(specifiers: SpecifierSet) -> str:
    """Return version specifiers (PEP 440) in one spelling, in ascending order; what says nothing is left out."""
    return ",".join(text for _, text in sorted({b for specifier in specifiers for b in _bounds(specifier)}))


def _bounds(specifier: Specifier) -> Iterator[tuple[Version, str]]:
    operator, text = specifier.operator.replace("===", "=="), specifier.version
    try:
        version = Version(text.removesuffix(".*"))
    except InvalidVersion:  # only `===` lets that pass
        return
    if operator != ">=" or version > _LOWEST:
        yield version, f"{operator}{version}{'.*' if text.endswith('.*') else ''}"
