import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lock2nix.nixgen.conditions import Conditions
from lock2nix.nixgen.expr import Apply, Expr, ListOf, Not, Operation, Select, Str, Var
from lock2nix.nixgen.printer import render
from lock2nix.planner import targets
from lock2nix.schemas.target import Target
from tests.nix_runner import Nix
from tests.planner.locks import on, where

PLAIN = targets.default()
EVERY = (*PLAIN, *on("x86_64-darwin", "cp313t", "cp314t-x86_64-linux", "pp310", "cp312-x86_64-linux-musl"))


def true_on(expr: Expr, target: Target) -> bool:  # noqa: PLR0911 - one arm for each word
    """Return what Nix would make of a condition on the target."""
    match expr:
        case Not(operand):
            return not true_on(operand, target)
        case Operation("&&", operands):
            return all(true_on(operand, target) for operand in operands)
        case Operation("||", operands):
            return any(true_on(operand, target) for operand in operands)
        case Select(Select(Var("stdenv"), "hostPlatform"), question):
            return {
                "isDarwin": target.system.endswith("-darwin"),
                "isLinux": target.system.endswith("-linux"),
                "isx86_64": target.system.startswith("x86_64-"),
                "isAarch64": target.system.startswith("aarch64-"),
            }[question]
        case Apply(Var("pythonOlder"), (Str(version),)):
            return target.minor < tuple(map(int, version.split(".")))
        case Apply(Var("pythonAtLeast"), (Str(version),)):
            return target.minor >= tuple(map(int, version.split(".")))
        case Apply(Select(Var("builtins"), "elem"), (Var("target"), ListOf(names))):
            return any(name == Str(target.id) for name in names)
        case _:
            raise AssertionError(expr)


def table(expr: Expr, among: tuple[Target, ...]) -> int:
    return sum(1 << i for i, target in enumerate(among) if true_on(expr, target))


@st.composite
def questions(draw: st.DrawFn, of: tuple[Target, ...]) -> tuple[int, int]:
    """Return a part of the targets and a part of that part, which is neither nothing nor all of it."""
    among = draw(st.integers(1, (1 << len(of)) - 1).filter(lambda mask: mask.bit_count() > 1))
    wanted = draw(st.integers(1, (1 << len(of)) - 1).filter(lambda mask: mask & among not in {0, among}))
    return wanted & among, among


@settings(max_examples=80)
@given(questions(EVERY))
def test_a_condition_is_true_exactly_where_it_should_be(question: tuple[int, int]) -> None:
    wanted, among = question
    assert table(Conditions(EVERY).expr(wanted, among), EVERY) & among == wanted


@settings(max_examples=25)
@given(st.lists(questions(PLAIN), max_size=8))
def test_what_was_asked_before_does_not_matter(asked: list[tuple[int, int]]) -> None:
    conditions = Conditions(PLAIN)
    for wanted, among in asked:
        assert conditions.expr(wanted, among) == Conditions(PLAIN).expr(wanted, among)


ALL = (1 << len(PLAIN)) - 1


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["darwin"], "stdenv.hostPlatform.isDarwin"),
        (["linux"], "stdenv.hostPlatform.isLinux"),
        (["x86_64"], "stdenv.hostPlatform.isx86_64"),
        (["aarch64"], "stdenv.hostPlatform.isAarch64"),
        (["cp311"], 'pythonOlder "3.12"'),
        (["cp311", "cp312"], 'pythonOlder "3.13"'),
        (["cp313", "cp314"], 'pythonAtLeast "3.13"'),
        (["cp312"], 'pythonAtLeast "3.12" && pythonOlder "3.13"'),
        (["cp314-aarch64-darwin"], 'stdenv.hostPlatform.isDarwin && pythonAtLeast "3.14"'),
        (["linux", "cp314"], 'stdenv.hostPlatform.isLinux || pythonAtLeast "3.14"'),
        (["aarch64-linux"], "stdenv.hostPlatform.isLinux && stdenv.hostPlatform.isAarch64"),
    ],
)
def test_conditions_speak_as_nixpkgs_does(parts: list[str], text: str) -> None:
    condition = Conditions(PLAIN).expr(where(PLAIN, *parts), ALL)
    assert table(condition, PLAIN) == where(PLAIN, *parts)
    assert render(condition).strip() == text


def test_a_part_needs_less_words_where_the_rest_does_not_matter() -> None:
    among = where(PLAIN, "cp311", "cp314")
    condition = Conditions(PLAIN).expr(where(PLAIN, "cp314"), among)
    assert render(condition).strip().startswith(("pythonAtLeast ", "pythonOlder "))
    assert "&&" not in render(condition)


def test_what_nixpkgs_has_no_word_for_is_a_list_of_targets() -> None:
    condition = Conditions(PLAIN).expr(where(PLAIN, "cp311-x86_64-linux", "cp312-aarch64-darwin"), ALL)
    assert render(condition).strip() == 'builtins.elem target [ "cp311-x86_64-linux" "cp312-aarch64-darwin" ]'


def test_the_shorter_list_is_written() -> None:
    few = where(PLAIN, "cp311-x86_64-linux", "cp312-aarch64-darwin")
    condition = Conditions(PLAIN).expr(ALL & ~few, ALL)
    assert render(condition).strip() == '!(builtins.elem target [ "cp311-x86_64-linux" "cp312-aarch64-darwin" ])'


@pytest.mark.parametrize(("one", "other"), [("cp313-x86", "cp313t-x86"), ("cp312-x86_64-linux-musl", "pp310-x86")])
def test_variants_that_nixpkgs_says_the_same_of_are_told_apart_by_name(one: str, other: str) -> None:
    found = on(*(f"{name}_64-linux" if name.endswith("x86") else name for name in (one, other)), "cp313-x86_64-linux")
    for i in range(len(found)):
        condition = Conditions(found).expr(1 << i, (1 << len(found)) - 1)
        assert table(condition, found) == 1 << i


def test_free_threads_are_not_told_by_version() -> None:
    found = on("cp313-x86_64-linux", "cp313t-x86_64-linux")
    assert render(Conditions(found).expr(0b10, 0b11)).strip() == 'builtins.elem target [ "cp313t-x86_64-linux" ]'


def test_nix_agrees(nix: Nix) -> None:
    conditions = Conditions(EVERY)
    everywhere = (1 << len(EVERY)) - 1
    masks = [where(EVERY, *parts) for parts in (["darwin"], ["cp313"], ["musl"], ["pp310", "cp311"], ["aarch64-linux"])]
    masks += [everywhere & ~mask for mask in masks]
    texts = [render(conditions.expr(mask, everywhere)) for mask in masks]
    rows = []
    for target in EVERY:
        version = f"{target.minor[0]}.{target.minor[1]}"
        system = (
            f"isDarwin = {str(target.is_darwin).lower()}; isLinux = {str(not target.is_darwin).lower()};"
            f"isx86_64 = {str(target.system.startswith('x86')).lower()};"
            f"isAarch64 = {str(target.system.startswith('aarch64')).lower()};"
        )
        rows.append(f'(answers "{target.id}" "{version}" {{ {system} }})')
    expression = f"""
      let
        answers = target: version: hostPlatform:
          let
            stdenv = {{ inherit hostPlatform; }};
            pythonOlder = other: builtins.compareVersions version other < 0;
            pythonAtLeast = other: builtins.compareVersions version other >= 0;
          in
          [ {" ".join(f"({text})" for text in texts)} ];
      in
      [ {" ".join(rows)} ]
    """
    assert nix.evaluate(expression) == [[bool(mask >> i & 1) for mask in masks] for i in range(len(EVERY))]
