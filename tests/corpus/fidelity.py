"""Compares what is planned of a lock with what its own tool would install, target by target."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from packaging.markers import Marker
from packaging.utils import NormalizedName

from lock2nix.planner.truth import marker_environment
from lock2nix.schemas.plan import Environment, Plan
from lock2nix.schemas.target import Target

MOST_DIFFERENT = 0.01


@dataclass(frozen=True)
class Row:
    """One package of an export; no version is that of a source tree, no marker holds everywhere."""

    name: NormalizedName
    version: str | None
    marker: Marker | None


@dataclass
class Compared:
    """How many packages were compared, of how many locks, and which of them differ.

    `explained` says why a package of a lock may differ.
    """

    explained: Mapping[tuple[str, str], str] = field(default_factory=dict)
    locks: set[str] = field(default_factory=set)
    packages: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    _used: set[tuple[str, str]] = field(default_factory=set)

    def differ(self, lock: str, package: str, line: str) -> None:
        """Note a difference, with its reason if it has one."""
        key = lock, package
        if key in self.explained:
            self._used.add(key)
            self.reasons[self.explained[key]] += 1
        else:
            self.differences.append(f"{lock} {line}")

    def lines(self) -> Iterator[str]:
        """Yield the totals, for a report."""
        counted = f"{len(self.locks)} locks, {self.packages} packages on targets"
        yield f"{counted}, {self.reasons.total()} explained differences, {len(self.differences)} others"
        for reason, count in self.reasons.items():
            yield f"{count:5} {reason}"

    def check(self) -> None:
        """Fail for a difference that nothing explains, for too many that something does, and for idle reasons."""
        assert not self.differences, "\n".join(self.differences)
        assert self.reasons.total() <= MOST_DIFFERENT * self.packages
        assert self._used == set(self.explained)


@dataclass(frozen=True)
class Export:
    """What a lock's own tool lists; `python` is the one release that the project is for, if there is only one."""

    rows: tuple[Row, ...]
    python: str | None = None

    def on(self, target: Target) -> dict[str, set[str | None]]:
        """Return the versions that it has for a target: one of each package, where all is well."""
        environment = {**marker_environment(target), "extra": ""}
        environment["python_full_version"] = self.python or target.full_version
        found: dict[str, set[str | None]] = {}
        for row in self.rows:
            if row.marker is None or row.marker.evaluate(environment):
                found.setdefault(row.name, set()).add(row.version)
        return found


def compare(  # noqa: PLR0913 - both sides, and where the answer goes
    compared: Compared, lock: str, plan: Plan, environments: Iterable[Environment], export: Export, *, fork: int = 0
) -> None:
    """Compare an export with some environments of a plan, on six targets, where it forks in one of its forks."""
    environments = tuple(environments)
    compared.locks.add(lock)
    for target in six(plan.targets):
        theirs, ours = export.on(target), planned(plan, target, environments, fork)
        for package in sorted({*theirs, *ours} - {plan.name}):
            compared.packages += 1
            if not _is_same(ours.get(package), theirs.get(package)):
                found = f"{ours.get(package, '-')}, its tool: {', '.join(map(str, theirs.get(package, ('-',))))}"
                compared.differ(lock, package, f"{target.id}: {package} {found}")


def six(targets: Iterable[Target]) -> list[Target]:
    """Return the oldest and the newest interpreter on each system."""
    by_system: dict[str, list[Target]] = {}
    for target in targets:
        by_system.setdefault(target.system, []).append(target)
    return [end for of_system in by_system.values() for end in dict.fromkeys((of_system[0], of_system[-1]))]


def everything(plan: Plan) -> list[Environment]:
    """Return all environments of a plan."""
    return [*plan.groups, *plan.extras]


def by_default(plan: Plan) -> list[Environment]:
    """Return the environments that are installed unasked."""
    return [group for group in plan.groups if group.name in plan.default_groups]


def planned(plan: Plan, target: Target, environments: Iterable[Environment], fork: int = 0) -> dict[str, str]:
    """Return what these environments have on a target, but for what the lock leaves to the installer (setuptools)."""
    bit = 1 << fork * len(plan.targets) + plan.targets.index(target)
    wanted = {edge.name for environment in environments for edge in environment.members if edge.where & bit}
    versions = {p.name: v.version for p in plan.packages for v in p.variants if v.where & bit}
    return {name: versions[name] for name in wanted if name in versions}


def _is_same(ours: str | None, theirs: set[str | None] | None) -> bool:
    return ours is not None and theirs in ({ours}, {None})
