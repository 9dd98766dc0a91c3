"""What a conversion came to, in one screen for a person."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lock2nix import planner
from lock2nix.pipeline import Converted
from lock2nix.schemas.notice import Notice, NoticeKind
from lock2nix.schemas.plan import Environment, Origin, Plan, SdistOrigin, TreeOrigin, WheelOrigin
from lock2nix.schemas.source import GitSource

_MOST_LINES = 8
_HEADINGS: dict[NoticeKind, str] = {
    "yanked": "withdrawn by their authors (yanked)",
    "version": "not the versions that others want",
    "weak-hash": "md5 or sha1 is all that the lock has",
    "no-project": "no project file",
    "outdated": "older than what asks for it",
    "missing-data": "not known",
    "broken-metadata": "metadata that breaks the rules, read as well as it can be",
    "choice": "decided for you",
    "nixpkgs": "with this nixpkgs",
    "tool": "locked for building, where nixpkgs does not have it",
    "group": "about groups",
    "left-out": "left out",
    "unneeded": "left out, as no target needs them",
    "predicted-url": "addresses predicted, for an online run to confirm",
    "unserved": "not on every default target (asking for the package there is an error in Nix)",
}


def summary(converted: Converted, *, verbose: bool = False) -> Iterator[str]:
    """Yield the lines of the summary."""
    plan, conversion = converted.plan, converted.conversion
    if not conversion.to_stdout:
        yield f"{conversion.destination}: {'written' if converted.changed else 'unchanged'}"
    yield f"  {packages(plan)}"
    yield f"  for {planner.targets.names(plan.targets)}"
    if plan.groups:
        yield f"  groups: {_environments(plan.groups, plan.default_groups)}"
    if plan.extras:
        yield f"  extras: {_environments(plan.extras, [extra.name for extra in plan.extras])}"
    yield from notices(plan.notices, verbose=verbose)
    if not conversion.to_stdout:
        yield ""
        yield f"Use it:  nixpkgs.overlays = [ (import ./{conversion.destination.name}) ];"
        yield f"         {converted.attribute}   # the environment; also .shell, .envs.NAME, .configure {{ … }}"


def notices(found: Sequence[Notice], *, verbose: bool = False) -> Iterator[str]:
    """Yield what a person should know, by its kind."""
    for kind, heading in _HEADINGS.items():
        lines = [notice.message for notice in found if notice.kind == kind]
        yield from _section(heading, lines, len(lines) if verbose else _MOST_LINES)


def packages(plan: Plan) -> str:
    """Return how many packages there are, and what they are made from."""
    kinds = Counter(
        " or ".join(dict.fromkeys(_kind(sourced.origin) for variant in package.variants for sourced in variant.sources))
        for package in plan.packages
    )
    parts = ", ".join(f"{count} from {kind or 'nowhere'}" for kind, count in kinds.most_common())
    several = sum(len(package.variants) > 1 for package in plan.packages)
    more = f"; {several} at several versions" if several else ""
    number = f"{len(plan.packages)} package{'' if len(plan.packages) == 1 else 's'}"
    return f"{number}: {parts}{more}" if plan.packages else "no packages"


def _kind(origin: Origin) -> str:
    match origin:
        case WheelOrigin(native=True):
            return "native wheels"
        case WheelOrigin():
            return "wheels"
        case SdistOrigin():
            return "sdists"
        case TreeOrigin(tree=tree):
            return "git" if isinstance(tree, GitSource) else "directories"


def _environments(environments: Sequence[Environment], default: Sequence[str]) -> str:
    return ", ".join(
        f"{environment.name} ({len(environment.members)}{'' if environment.name in default else ', optional'})"
        for environment in environments
    )


def _section(heading: str, lines: Sequence[str], most: int) -> Iterator[str]:
    if not lines:
        return
    yield f"  {heading}:"
    yield from (f"    {line}" for line in lines[:most])
    if len(lines) > most:
        yield f"    … and {len(lines) - most} more (--verbose lists all)"
