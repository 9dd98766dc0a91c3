"""What a build system asks for, as the attributes of nixpkgs that do it and bounds that Nix can compare."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import Specifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from lock2nix.schemas.lock import BuildSystem

from . import tables


class Need(NamedTuple):
    """A tool that a build wants: its attribute in nixpkgs' Python set, its bounds, and when it is wanted."""

    tool: str
    bounds: str = ""
    marker: Marker | None = None

    def __str__(self) -> str:
        """Return the need as a requirement (PEP 508)."""
        return f"{self.tool}{self.bounds}" + (f"; {self.marker}" if self.marker else "")


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
            yield Need(tool, bounds(requirement.specifier) if tool == name else "", requirement.marker)
    yield from map(Need, tables.backends().get(system.backend or "", ()))


def build_tools(system: BuildSystem) -> Mapping[str, str]:
    """Return the tools that a build system wants, sorted, with the bounds of each.

    Bounds are `>=3.2,<4`, in ascending order, or empty; where needs differ by marker there are none.
    """
    found: dict[str, set[str]] = {}
    for need in needs(system):
        found.setdefault(need.tool, set()).add(need.bounds)
    return {tool: next(iter(said)) if len(said) == 1 else "" for tool, said in sorted(found.items())}


def bounds(specifiers: SpecifierSet) -> str:
    """Return version specifiers (PEP 440) as `builtins.compareVersions` can judge releases by them.

    What Nix has no order for is left out: pre-releases count as their release, `!=1.*` as nothing.
    """
    found = {bound for specifier in specifiers for bound in _bounds(specifier)} - {(">=", (0,))}
    ordered = sorted(found, key=lambda bound: (bound[1], bound[0]))
    return ",".join(f"{operator}{'.'.join(map(str, release))}" for operator, release in ordered)


def _bounds(specifier: Specifier) -> Iterator[tuple[str, tuple[int, ...]]]:
    operator, text = specifier.operator, specifier.version
    try:
        release = Version(text.removesuffix(".*")).release
    except InvalidVersion:  # only `===` lets that pass
        return
    if text.endswith(".*") or operator == "~=":
        if operator != "!=":
            kept = release[:-1] if operator == "~=" else release
            yield ">=", _trimmed(release)
            yield "<", _trimmed((*kept[:-1], kept[-1] + 1))
    else:
        yield operator.replace("===", "=="), _trimmed(release)


def _trimmed(release: tuple[int, ...]) -> tuple[int, ...]:
    # To Nix 3.0 is newer than 3.
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    return release
