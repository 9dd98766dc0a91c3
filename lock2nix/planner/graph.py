"""The lock as a graph over truth tables: which version of each package, and who needs whom on which target.

A node is a package or one of its extras. Every edge and every choice is a set of targets, so one walk serves them all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.utils import NormalizedName

from lock2nix.schemas.lock import Dependency, Lock, Package
from lock2nix.schemas.plan import TargetSet

from .truth import Truth

_NO_EXTRA = NormalizedName("")
_Node = tuple[NormalizedName, NormalizedName]
_ANYTHING: _Node = (NormalizedName(""), _NO_EXTRA)
"""Stands for all members of a group: where it is reached, they are."""

CompiledEdges = tuple[tuple[Dependency, TargetSet], ...]
Wish = tuple[Dependency, TargetSet, Package | None]
"""An edge, the targets on which it holds, and who wants it; None is the project."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A package that is wanted on some targets and that the lock does not have.

    `wanted_by` is for a person, `package` the identity of what wants it, None for the project.
    """

    name: NormalizedName
    wanted_by: str
    package: int | None


class Graph:
    """The edges of a lock, and for every target the one version of each package that is installed there.

    Where the lock does not have one of the `unlocked`, it is somebody else's.
    """

    def __init__(self, lock: Lock, truth: Truth, unlocked: Collection[str]) -> None:
        self._truth = truth
        self._unlocked = unlocked
        self._extras = frozenset(lock.extras)
        self._edges: dict[tuple[int, NormalizedName], CompiledEdges] = {}
        self.candidates: dict[NormalizedName, list[Package]] = defaultdict(list)
        for package in sorted(lock.packages, key=lambda p: p.version, reverse=True):
            self.candidates[package.name].append(package)
        self.missing: dict[Missing, TargetSet] = {}
        self._chosen = self._settle([*self._roots(lock)])

    def chosen(self, package: Package) -> TargetSet:
        """Return the targets on which this version is the one of its package."""
        return self._chosen[id(package)]

    def reach(self, roots: Iterable[Dependency], members: Sequence[Dependency] = ()) -> dict[NormalizedName, TargetSet]:
        """Return every package that the roots need, and where.

        What a package needs that does not say so is among the `members`: all of them are then reached.
        """
        # Everything that edges refuse was heard when the versions were chosen.
        heard = defaultdict(int, dict.fromkeys(self._chosen, self._truth.everywhere))
        reached = self._walk(roots, self._chosen, heard, members) or {}
        reached.pop(_ANYTHING, None)
        return {name: where for (name, extra), where in reached.items() if extra == _NO_EXTRA and where}

    def named(self, roots: Iterable[Dependency]) -> dict[NormalizedName, TargetSet]:
        """Return the packages that the roots name, and where; what those need is not followed."""
        found: dict[NormalizedName, TargetSet] = defaultdict(int)
        for root in roots:
            found[root.name] |= self._truth.of_marker(root.marker) & self._present(root.name)
        return {name: where for name, where in found.items() if where}

    def contradicted(self, roots: Iterable[Dependency]) -> dict[NormalizedName, TargetSet]:
        """Return the packages whose chosen version is not the one that the roots pin, and where."""
        found: dict[NormalizedName, TargetSet] = defaultdict(int)
        for key, where in self._refusals([(root, self._truth.of_marker(root.marker), None) for root in roots]).items():
            name = next(name for name, candidates in self.candidates.items() if key in map(id, candidates))
            found[name] |= where & self._chosen[key]
        return {name: where for name, where in found.items() if where}

    def dependencies(self, package: Package) -> dict[NormalizedName, TargetSet]:
        """Return the packages that this one needs directly, the extras of its dependencies expanded into it."""
        found: dict[NormalizedName, TargetSet] = defaultdict(int)
        seen: dict[tuple[NormalizedName, NormalizedName], TargetSet] = defaultdict(int)
        pending = [(package, _NO_EXTRA, self.chosen(package))]
        while pending:
            current, extra, where = pending.pop()
            for dependency, table in self._compiled(current, extra):
                there = where & table
                if there & self._present(dependency.name):
                    found[dependency.name] |= there & self._present(dependency.name)
                for wanted in dependency.extras:
                    key = dependency.name, wanted
                    new = there & ~seen[key]
                    seen[key] |= new
                    pending += [(c, wanted, new & self.chosen(c)) for c in self.candidates.get(key[0], ()) if new]
        found.pop(package.name, None)
        return dict(found)

    def _present(self, name: NormalizedName) -> TargetSet:
        candidates = self.candidates.get(name)
        if not candidates:
            return self._truth.everywhere if name in self._unlocked else 0
        present = 0
        for candidate in candidates:
            present |= self._chosen[id(candidate)]
        return present

    @staticmethod
    def _roots(lock: Lock) -> Iterator[Dependency]:
        for group in lock.groups:
            yield from group.dependencies
        for dependencies in lock.extras.values():
            yield from dependencies

    def _settle(self, roots: list[Dependency]) -> dict[int, TargetSet]:
        """Choose versions, walk until an edge refuses one of them, and choose again until none does.

        Edges nearer to the roots speak first: what a version brings along does not count once it is refused itself.
        """
        refused: dict[int, TargetSet] = defaultdict(int)
        while True:
            chosen = self._choose(refused)
            self.missing.clear()
            if self._walk(roots, chosen, refused) is not None:
                return chosen

    def _choose(self, refused: Mapping[int, TargetSet]) -> dict[int, TargetSet]:
        chosen: dict[int, TargetSet] = {}
        for candidates in self.candidates.values():
            offered = {id(c): self._offered(c) for c in candidates}
            if len(candidates) == 1:
                chosen |= offered
                continue
            admitted = {id(c): offered[id(c)] & self._truth.of_python(c.requires_python) for c in candidates}
            agreed = {key: where & ~refused.get(key, 0) for key, where in admitted.items()}
            left = self._truth.everywhere
            # Where every version is refused by some edge the lock still is what its tool installs: the newest one.
            # Where none is for that Python, one is still what is wanted: it will be said to be unserved.
            for preferred in (agreed, admitted, offered):
                for key, where in preferred.items():
                    chosen[key] = chosen.get(key, 0) | (where & left)
                    left &= ~where
        return chosen

    def _offered(self, package: Package) -> TargetSet:
        """Return where the lock installs this version at all."""
        where = self._truth.of_any_extra(package.marker, self._extras)
        if package.group_markers:
            any_group = 0
            for marker in package.group_markers.values():
                any_group |= self._truth.of_any_extra(marker, self._extras)
            where &= any_group
        return where

    def _walk(
        self,
        roots: Iterable[Dependency],
        chosen: Mapping[int, TargetSet],
        refused: dict[int, TargetSet],
        members: Sequence[Dependency] = (),
    ) -> dict[_Node, TargetSet] | None:
        """Return where each node is reached, level by level from the roots.

        What edges do not admit is added to `refused`; None if that newly concerns a version that is chosen there.
        """
        reached: dict[_Node, TargetSet] = defaultdict(int)
        level: list[Wish] = [(d, self._truth.of_any_extra(d.marker, self._extras), None) for d in roots]
        while level:
            heard = self._refusals(level)
            if any(where & chosen[key] & ~refused[key] for key, where in heard.items()):
                _add(refused, heard)
                return None
            _add(refused, heard)
            level = [edge for wish in level for edge in self._followed(wish, chosen, reached, members)]
        return reached

    def _followed(
        self,
        wish: Wish,
        chosen: Mapping[int, TargetSet],
        reached: dict[_Node, TargetSet],
        members: Sequence[Dependency],
    ) -> Iterator[Wish]:
        """Note what a wish reaches, and yield the wishes of what it reaches for the first time."""
        dependency, where, wanted_by = wish
        candidates = self.candidates.get(dependency.name, [])
        if not candidates and where:
            self._note_missing(dependency, where, wanted_by)
            if dependency.name in self._unlocked:
                reached[dependency.name, _NO_EXTRA] |= where
            return
        for extra in (_NO_EXTRA, *dependency.extras):
            new = where & ~reached[dependency.name, extra]
            for candidate in candidates if new else ():
                if there := new & chosen[id(candidate)]:
                    reached[dependency.name, extra] |= there
                    for edge, table in self._compiled(candidate, extra):
                        yield edge, there & table, candidate
                    if candidate.dependencies is None and (there := there & ~reached[_ANYTHING]):
                        reached[_ANYTHING] |= there
                        yield from ((m, there & self._truth.of_marker(m.marker), candidate) for m in members)

    def _refusals(self, level: Iterable[Wish]) -> dict[int, TargetSet]:
        """Return which versions the wishes do not admit, and where; of packages with one version, none."""
        heard: dict[int, TargetSet] = defaultdict(int)
        for dependency, where, _ in level:
            candidates = self.candidates.get(dependency.name, ())
            if len(candidates) > 1 and (dependency.versions or dependency.source) and where:
                for candidate in candidates:
                    if not _admits(dependency, candidate):
                        heard[id(candidate)] |= where
        return heard

    def _note_missing(self, dependency: Dependency, where: TargetSet, wanted_by: Package | None) -> None:
        label = "the project" if wanted_by is None else f"{wanted_by.pname} {wanted_by.version}"
        missing = Missing(dependency.name, label, None if wanted_by is None else id(wanted_by))
        self.missing[missing] = self.missing.get(missing, 0) | where

    def _compiled(self, package: Package, extra: NormalizedName) -> CompiledEdges:
        key = id(package), extra
        if (edges := self._edges.get(key)) is None:
            edges = self._edges[key] = tuple(self._compile(package, extra))
        return edges

    def _compile(self, package: Package, extra: NormalizedName) -> Iterator[tuple[Dependency, TargetSet]]:
        for dependency in package.dependencies or ():
            where = self._truth.of_marker(dependency.marker, extra)
            # An extra's node has what it adds: the package itself is reached beside it.
            if extra:
                where &= ~self._truth.of_marker(dependency.marker)
            if where:
                yield dependency, where
        for dependency in package.extras.get(extra, ()) if extra else ():
            where = self._truth.of_marker(dependency.marker, extra)
            if where:
                yield dependency, where


def _admits(dependency: Dependency, candidate: Package) -> bool:
    if dependency.source is not None and dependency.source != candidate.source:
        return False
    versions = dependency.versions
    return not versions or any(v.contains(candidate.version, prereleases=True) for v in versions)


def _add(refused: dict[int, TargetSet], heard: Mapping[int, TargetSet]) -> None:
    for key, where in heard.items():
        refused[key] |= where
