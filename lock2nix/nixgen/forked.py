"""Conditions where extras or groups exclude each other: tables over the targets of every fork (`schemas/plan.py`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lock2nix.schemas.plan import Fork, TargetSet

from .conditions import Conditions
from .expr import Expr, Not, Operation, Select, Str, Var, apply, listed


@dataclass(frozen=True, slots=True)
class _Class:
    """Forks that one condition over the targets serves: true on `where`, false on the rest of `among`."""

    forks: tuple[int, ...]
    where: TargetSet
    among: TargetSet

    def agrees(self, other: "_Class") -> bool:
        return not (self.where ^ other.where) & self.among & other.among

    def joined(self, other: "_Class") -> "_Class":
        return _Class((*self.forks, *other.forks), self.where | other.where, self.among | other.among)


class ForkedConditions:
    """Conditions over the targets in each of several forks; they ask for the fork only where that matters."""

    def __init__(self, on_targets: Conditions, forks: Sequence[Fork]) -> None:
        self._on_targets = on_targets
        self._forks = tuple(forks)
        self._width = on_targets.everywhere.bit_length()
        self.everywhere: TargetSet = (1 << self._width * len(forks)) - 1

    def expr(self, where: TargetSet, among: TargetSet) -> Expr:
        """Return an expression that is true on `where` and false on the rest of `among`; elsewhere it may be either.

        `where` is neither empty nor all of `among`: what is always or never true needs no condition.
        """
        classes = self._classes(where & among, among)
        relevant = [fork for one in classes for fork in one.forks]
        always = [one for one in classes if one.where == one.among]
        sometimes = [one for one in classes if one.where not in {0, one.among}]
        parts = [self._part(one, relevant) for one in (*always, *sometimes)]
        if len(always) == len(sometimes) == 1 and len(classes) == 2:  # noqa: PLR2004 - in the rest of the forks
            parts[1] = self._on_targets.expr(sometimes[0].where, sometimes[0].among)
        return parts[0] if len(parts) == 1 else Operation("||", tuple(parts))

    def in_forks_of(self, where: TargetSet) -> TargetSet:
        """Return all targets in the forks in which this has any."""
        return self._whole(fork for fork in range(len(self._forks)) if self._slice(where, fork))

    def in_forks_with(self, label: str) -> TargetSet:
        """Return all targets in the forks in which something is asked for; what excludes nothing is so in all."""
        found = [number for number, fork in enumerate(self._forks) if any(one.label == label for one in fork)]
        return self._whole(found) if found else self.everywhere

    def _whole(self, forks: Iterable[int]) -> TargetSet:
        return sum(self._on_targets.everywhere << fork * self._width for fork in forks)

    def _classes(self, where: TargetSet, among: TargetSet) -> list[_Class]:
        found: list[_Class] = []
        for fork in range(len(self._forks)):
            new = _Class((fork,), self._slice(where, fork), self._slice(among, fork))
            if not new.among:
                continue
            at = next((at for at, one in enumerate(found) if one.agrees(new)), None)
            if at is None:
                found.append(new)
            else:
                found[at] = found[at].joined(new)
        return found

    def _part(self, one: _Class, relevant: Sequence[int]) -> Expr:
        parts: list[Expr] = []
        if len(one.forks) < len(relevant):
            parts.append(self._is_one_of(one.forks, relevant))
        if one.where != one.among:
            parts.append(self._on_targets.expr(one.where, one.among))
        return parts[0] if len(parts) == 1 else Operation("&&", tuple(parts))

    def _is_one_of(self, forks: Sequence[int], relevant: Sequence[int]) -> Expr:
        rest = [fork for fork in relevant if fork not in forks]
        fewer = rest if len(rest) < len(forks) else forks
        if len(fewer) == 1:
            return Operation("!=" if fewer is rest else "==", (Var("fork"), Str(_name(self._forks[fewer[0]]))))
        names = listed([Str(_name(self._forks[fork])) for fork in sorted(fewer)])
        found = apply(Select(Var("builtins"), "elem"), Var("fork"), names)
        return Not(found) if fewer is rest else found

    def _slice(self, table: TargetSet, fork: int) -> TargetSet:
        return table >> fork * self._width & self._on_targets.everywhere


def _name(fork: Fork) -> str:
    """Return what the prelude calls a fork."""
    return " + ".join(one.label for one in fork)
