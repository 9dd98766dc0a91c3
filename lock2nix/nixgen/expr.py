"""Nix expressions as frozen values; `printer` turns them into text and owns all quoting.

Language: https://nix.dev/manual/nix/latest/language/. Only what the writers use is here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Str:
    """A string literal; any text without null bytes."""

    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A string literal of several lines, each of which ends in a newline; written as an indented string."""

    text: str


@dataclass(frozen=True, slots=True)
class Path:
    """A path relative to the file that holds the expression, or an absolute one."""

    path: str


@dataclass(frozen=True, slots=True)
class Var:
    """A variable in scope."""

    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """An attribute of a set: `of.attribute`."""

    of: "Expr"
    attribute: str


@dataclass(frozen=True, slots=True)
class Apply:
    """A function and its arguments."""

    function: "Expr"
    arguments: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list."""

    items: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Inherit:
    """`inherit (of) names;` inside a set."""

    of: "Expr"
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttrSet:
    """A set: bindings in the order in which they are written, after what is inherited."""

    bindings: Mapping[str, "Expr"]
    inherits: tuple[Inherit, ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    """A conditional."""

    condition: "Expr"
    then: "Expr"
    otherwise: "Expr"


@dataclass(frozen=True, slots=True)
class Not:
    """A negation."""

    operand: "Expr"


@dataclass(frozen=True, slots=True)
class Operation:
    """Operands joined by one binary operator: `&&`, `||`, `++`, `//`, `==`, `!=`, without parentheses inside."""

    operator: str
    operands: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a set with these attributes, and whatever others it is given."""

    formals: tuple[str, ...]
    body: "Expr"


@dataclass(frozen=True, slots=True)
class Lambda:
    """A function of a set with exactly these attributes."""

    formals: tuple[str, ...]
    body: "Expr"


@dataclass(frozen=True, slots=True)
class Let:
    """`let` bindings `in` body."""

    bindings: Mapping[str, "Expr"]
    body: "Expr"


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Nix that was written by hand: the prelude, as it stands in its own file."""

    text: str


Expr: TypeAlias = (
    Str
    | Lines
    | Path
    | Var
    | Select
    | Apply
    | ListOf
    | AttrSet
    | If
    | Not
    | Operation
    | Function
    | Lambda
    | Let
    | Verbatim
)


def apply(function: Expr, *arguments: Expr) -> Apply:
    """Return the function applied to the arguments."""
    return Apply(function, arguments)


def listed(items: Sequence[Expr]) -> ListOf:
    """Return a list of the items."""
    return ListOf(tuple(items))


NULL = Var("null")
