import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from lock2nix.nixgen.conditions import Conditions
from lock2nix.nixgen.expr import Apply, Expr, ListOf, Not, Operation, Select, Str, Var
from lock2nix.nixgen.forked import ForkedConditions
from lock2nix.nixgen.printer import render
from lock2nix.schemas.lock import Selectable
from lock2nix.schemas.target import Target
from tests.planner.locks import on, where

from .test_conditions import true_on

TARGETS = on("cp312-x86_64-linux", "cp312-aarch64-darwin", "cp313-x86_64-linux")
A, B, DEV = (
    Selectable(kind="extra", name=canonicalize_name("a")),
    Selectable(kind="extra", name=canonicalize_name("b")),
    Selectable(kind="group", name=canonicalize_name("dev")),
)
FORKS = ((), (A,), (B,), (A, DEV))
NAMES = ("", "extra a", "extra b", "extra a + group dev")
WIDTH = len(TARGETS)
ALL = (1 << WIDTH) - 1
EVERYWHERE = (1 << WIDTH * len(FORKS)) - 1
DARWIN = where(TARGETS, "darwin")


def holds(expr: Expr, target: Target, fork: str) -> bool:  # noqa: PLR0911 - one arm for each word
    """Return what Nix would make of a condition on the target in the fork."""
    match expr:
        case Not(operand):
            return not holds(operand, target, fork)
        case Operation("&&", operands):
            return all(holds(operand, target, fork) for operand in operands)
        case Operation("||", operands):
            return any(holds(operand, target, fork) for operand in operands)
        case Operation("==", (Var("fork"), Str(name))):
            return fork == name
        case Operation("!=", (Var("fork"), Str(name))):
            return fork != name
        case Apply(Select(Var("builtins"), "elem"), (Var("fork"), ListOf(names))):
            return Str(fork) in names
        case _:
            return true_on(expr, target)


def table(expr: Expr) -> int:
    cases = [(target, fork) for fork in NAMES for target in TARGETS]
    return sum(1 << i for i, (target, fork) in enumerate(cases) if holds(expr, target, fork))


def conditions() -> ForkedConditions:
    return ForkedConditions(Conditions(TARGETS), FORKS)


def in_forks(**tables: int) -> int:
    """Return a table that is this one in each fork named by its place: f0, f1, …"""
    return sum(tables.get(f"f{fork}", 0) << fork * WIDTH for fork in range(len(FORKS)))


@settings(max_examples=300)
@given(st.integers(1, EVERYWHERE), st.integers(1, EVERYWHERE))
def test_a_condition_is_true_exactly_where_it_should_be(some: int, among: int) -> None:
    wanted = some & among
    if wanted not in {0, among}:
        assert table(conditions().expr(wanted, among)) & among == wanted


@pytest.mark.parametrize(
    ("wanted", "among", "text"),
    [
        # the same in all forks: nobody asks for them
        (in_forks(f0=DARWIN, f1=DARWIN, f2=DARWIN, f3=DARWIN), EVERYWHERE, "stdenv.hostPlatform.isDarwin"),
        (in_forks(f0=DARWIN, f1=DARWIN), in_forks(f0=ALL, f1=ALL), "stdenv.hostPlatform.isDarwin"),
        # whole forks: nobody asks for targets
        (in_forks(f1=ALL), EVERYWHERE, 'fork == "extra a"'),
        (in_forks(f0=ALL, f1=ALL, f2=ALL), EVERYWHERE, 'fork != "extra a + group dev"'),
        (in_forks(f1=ALL, f3=ALL), EVERYWHERE, 'builtins.elem fork [ "extra a" "extra a + group dev" ]'),
        (in_forks(f1=ALL), in_forks(f1=ALL, f2=ALL), 'fork == "extra a"'),
        # both
        (in_forks(f1=DARWIN), EVERYWHERE, '(fork == "extra a") && stdenv.hostPlatform.isDarwin'),
        (
            in_forks(f0=DARWIN, f1=ALL, f2=DARWIN, f3=DARWIN),
            EVERYWHERE,
            '(fork == "extra a") || stdenv.hostPlatform.isDarwin',
        ),
        (
            in_forks(f1=DARWIN, f2=ALL),
            EVERYWHERE,
            '(fork == "extra b") || ((fork == "extra a") && stdenv.hostPlatform.isDarwin)',
        ),
    ],
)
def test_conditions_say_what_matters(wanted: int, among: int, text: str) -> None:
    condition = conditions().expr(wanted, among)
    assert table(condition) & among == wanted
    assert render(condition).strip() == text


def test_with_one_fork_conditions_are_those_of_targets() -> None:
    alone = ForkedConditions(Conditions(TARGETS), ((),))
    assert alone.everywhere == ALL
    assert alone.expr(DARWIN, ALL) == Conditions(TARGETS).expr(DARWIN, ALL)


def test_whole_forks() -> None:
    assert conditions().in_forks_of(in_forks(f1=1, f3=2)) == in_forks(f1=ALL, f3=ALL)
    assert conditions().in_forks_with("extra a") == in_forks(f1=ALL, f3=ALL)
    assert conditions().in_forks_with("group main") == EVERYWHERE
