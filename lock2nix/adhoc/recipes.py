"""One package as an expression to paste, as haskellPackages.callHackage gives it for Haskell: made without any lock."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from lock2nix import enrichers, nixgen, planner
from lock2nix.conversion import Progress
from lock2nix.errors import PlanError, UsageError, quote
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import Dependency, Group, Lock, Package
from lock2nix.schemas.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """Which package is asked for, as `NAME==VERSION`; the rest is as in a Conversion."""

    pin: str
    prefer: Prefer = "wheel"
    offline: bool = False
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    certificates: Path | None = None


class _Alone(planner.OnTargets):
    """Keeps what a package needs that is in no lock."""

    def settle(self, lock: Lock) -> Lock:
        """Return the lock with only the files that some target uses."""
        return self.settle_without(lock, _needs(lock))


@dataclass(frozen=True, slots=True)
class Recipe:
    """The expression, and what a person should know."""

    text: str
    notices: tuple[Notice, ...]


def recipe(asked: Single, progress: Progress | None = None) -> Recipe:
    """Return the expression for the package, which every Python of nixpkgs can take.

    Raises UsageError for what is no pin, PlanError where the version cannot be had, and IndexFault.
    """
    package = _package(asked.pin)
    lock = Lock(groups=(Group(name=canonicalize_name("main"), dependencies=(_root(package),)),), packages=(package,))
    targets = planner.targets.default()
    filled = enrichers.enrich(
        lock,
        answers=Answers(),
        root=Path.cwd(),
        index_url=asked.index_url,
        extra_index_urls=asked.extra_index_urls,
        certificates=asked.certificates,
        targets=targets,
        prefer=asked.prefer,
        on_targets=_Alone(targets, asked.prefer),
        offline=asked.offline,
        progress=progress,
    )
    plan = planner.plan(
        filled, targets, name=package.name, were_asked=False, prefer=asked.prefer, unlocked=_needs(filled)
    )
    try:
        text = nixgen.write_recipe(plan)
    except PlanError as error:
        raise PlanError(error.message, place=asked.pin, hint=error.hint) from None
    return Recipe(text, (*(notice for notice in plan.notices if notice.kind != "tool"), *_extras(filled)))


def _package(text: str) -> Package:
    hint = "one package, of one version: lock2nix package requests==2.32.3"
    try:
        found = Requirement(text)
        (bound,) = found.specifier
        version = Version(bound.version)
    except (InvalidRequirement, InvalidVersion, ValueError):
        raise UsageError(f"{quote(text)} is not NAME==VERSION", hint=hint) from None
    if bound.operator not in {"==", "==="} or found.extras or found.marker or found.url:
        raise UsageError(f"{quote(text)} is not NAME==VERSION", hint=hint)
    return Package(name=canonicalize_name(found.name), pname=found.name, version=version)


def _root(package: Package) -> Dependency:
    return Dependency(name=package.name)


def _needs(lock: Lock) -> frozenset[str]:
    """Return what the packages need: the Python set has it."""
    return frozenset(edge.name for package in lock.packages for edge in package.dependencies or ())


def _extras(lock: Lock) -> Iterator[Notice]:
    for edge in (edge for package in lock.packages for edge in package.dependencies or () if edge.extras):
        wanted = f"{edge.name}[{','.join(sorted(edge.extras))}]"
        message = f"{wanted} is needed: what its extras add is not among the dependencies"
        yield Notice(kind="left-out", subject=edge.name, message=message)
