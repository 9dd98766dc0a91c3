"""The simplest expression that has a given truth table over the targets (design.md §3)."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lock2nix.schemas.plan import TargetSet
from lock2nix.schemas.target import Target

from .expr import Expr, Not, Operation, Select, Str, Var, apply, listed

_Predicate = Callable[[Target], bool]

_HOST = Select(Var("stdenv"), "hostPlatform")


@dataclass(frozen=True, slots=True)
class _Atom:
    expr: Expr
    where: TargetSet


class Conditions:
    """Conditions over a fixed sequence of targets, in nixpkgs' own vocabulary."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self._targets = tuple(targets)
        self.everywhere: TargetSet = (1 << len(self._targets)) - 1
        # What nixpkgs says the same of (a free-threaded Python, musl) only the target's own name tells apart.
        self._atoms = [*self._platforms(), *self._pythons()]
        self._known: dict[tuple[TargetSet, TargetSet], Expr] = {}

    def expr(self, where: TargetSet, among: TargetSet) -> Expr:
        """Return an expression that is true on `where` and false on the rest of `among`; elsewhere it may be either.

        `where` is neither empty nor all of `among`: what is always or never true needs no condition.
        """
        key = where & among, among
        if key not in self._known:
            self._known[key] = self._simplest(*key)
        return self._known[key]

    def _simplest(self, where: TargetSet, among: TargetSet) -> Expr:
        for atom in self._atoms:
            if atom.where & among == where:
                return atom.expr
        for one, other in itertools.combinations(self._atoms, 2):
            if one.where & other.where & among == where:
                return Operation("&&", (one.expr, other.expr))
            if (one.where | other.where) & among == where:
                return Operation("||", (one.expr, other.expr))
        return self._membership(where, among)

    def _membership(self, where: TargetSet, among: TargetSet) -> Expr:
        rest = among & ~where
        if rest.bit_count() < where.bit_count():
            return Not(self._elem(rest))
        return self._elem(where)

    def _elem(self, where: TargetSet) -> Expr:
        names = [Str(target.id) for i, target in enumerate(self._targets) if where >> i & 1]
        return apply(Select(Var("builtins"), "elem"), Var("target"), listed(names))

    def _platforms(self) -> Iterator[_Atom]:
        # Each of the two pairs is its own negation on the systems that there are.
        yield _Atom(Select(_HOST, "isDarwin"), self._where(lambda t: t.is_darwin))
        yield _Atom(Select(_HOST, "isLinux"), self._where(lambda t: not t.is_darwin))
        yield _Atom(Select(_HOST, "isx86_64"), self._where(lambda t: t.system.startswith("x86_64")))
        yield _Atom(Select(_HOST, "isAarch64"), self._where(lambda t: t.system.startswith("aarch64")))

    def _pythons(self) -> Iterator[_Atom]:
        for minor in sorted({target.minor for target in self._targets}):
            version = Str(f"{minor[0]}.{minor[1]}")
            older = sum(1 << i for i, target in enumerate(self._targets) if target.minor < minor)
            yield _Atom(apply(Var("pythonOlder"), version), older)
            yield _Atom(apply(Var("pythonAtLeast"), version), self.everywhere & ~older)

    def _where(self, holds: _Predicate) -> TargetSet:
        return sum(1 << i for i, target in enumerate(self._targets) if holds(target))
