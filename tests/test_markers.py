import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.markers import NEVER, asked_instead, assume_extras, cases, conjunction, disjunction, extras_of, marker

X, Y, Z = map(canonicalize_name, "xyz")
ENVIRONMENTS = [
    {"sys_platform": platform, "python_version": version, "python_full_version": f"{version}.4"}
    for platform in ("linux", "win32")
    for version in ("3.8", "3.12")
]
QUESTIONS = st.sampled_from(
    [
        'sys_platform == "win32"', "'linux' in sys_platform", 'python_version not in "3.8, 3.9"',
        'python_full_version >= "3.8.5"', 'extra == "x"', '"y" == extra', 'extra != "x"', "extra == 'X'",
    ]
)  # fmt: skip


def texts() -> st.SearchStrategy[str]:
    return st.recursive(
        QUESTIONS,
        lambda inner: st.builds(
            lambda left, word, right: f"({left}) {word} ({right})", inner, st.sampled_from(["and", "or"]), inner
        ),
        max_leaves=8,
    )


def evaluate(condition: Marker | None, environment: dict[str, str]) -> bool:
    return condition is None or condition.evaluate(environment)


@given(texts(), st.sampled_from(["", "x", "y"]))
def test_assumed_extras_answer_as_packaging_does(text: str, extra: str) -> None:
    active = frozenset({canonicalize_name(extra)} if extra else ())
    rest = assume_extras(marker(text), active)
    assert rest is None or "extra" not in str(rest)
    for environment in ENVIRONMENTS:
        assert evaluate(rest, environment) == Marker(text).evaluate({**environment, "extra": extra})


@given(texts(), st.sampled_from([X, Y, Z]))
def test_cases_are_what_is_assumed(text: str, extra: NormalizedName) -> None:
    condition = marker(text)
    without, within = cases(condition)
    assert without == assume_extras(condition, frozenset())
    assert within.get(extra, without) == assume_extras(condition, frozenset({extra}))


@given(st.lists(texts(), max_size=3))
def test_conjunction_and_disjunction_are_what_they_are_called(parts: list[str]) -> None:
    plain = [assume_extras(marker(part), frozenset()) for part in parts]
    for environment in ENVIRONMENTS:
        truths = [evaluate(part, environment) for part in plain]
        assert evaluate(conjunction(*plain), environment) == all(truths)
        assert evaluate(disjunction(*plain), environment) == any(truths)


@given(texts(), st.sampled_from(["", "x", "y"]))
def test_questions_in_the_place_of_extras_have_the_same_answers(text: str, extra: str) -> None:
    ours = marker(text.replace('"y" == extra', 'extra == "y"').replace("extra == 'X'", 'extra == "y"'))
    told = asked_instead(ours, {"x": ['"a" in extras'], "y": ['"b" in extras', '"b" in dependency_groups']})
    assert ours is not None
    assert told is not None
    assert "extra ==" not in str(told)
    for environment in ENVIRONMENTS:
        wanted = ours.evaluate({**environment, "extra": extra})
        for extras, groups in ({"a"} if extra == "x" else {"b"} if extra == "y" else set(), set()), (set(), {"b"}):
            if not groups or extra == "y":
                assert told.evaluate({**environment, "extras": extras, "dependency_groups": groups}) == wanted


def test_several_extras_can_be_active() -> None:
    exclusive = marker('extra == "x" and extra != "y"')
    assert assume_extras(exclusive, frozenset({X})) is None
    assert assume_extras(exclusive, frozenset({X, Y})) is NEVER


@pytest.mark.parametrize("text", ["", "*"])
def test_poetry_writes_always(text: str) -> None:
    assert marker(text) is None


def test_poetry_writes_never() -> None:
    assert marker("<empty>") is NEVER
    assert not any(NEVER.evaluate(environment) for environment in ENVIRONMENTS)


def test_old_names_of_variables_are_understood() -> None:
    assert str(marker("sys.platform == 'win32' and python_implementation == 'CPython'")) == (
        'sys_platform == "win32" and platform_python_implementation == "CPython"'
    )


@pytest.mark.parametrize("text", ["sys_platform", "a == b", "os_name == '\n'", "(" * 5_000, "extra == 'x' and", "\x00"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="marker"):
        marker(text)


def test_extras_are_found_on_both_sides() -> None:
    assert extras_of(marker('extra == "X" or ("y" == extra and os_name == "nt") or extra != "z"')) == {X, Y}
    assert extras_of(marker('platform_version == "extra"')) == frozenset()
    assert extras_of(None) == frozenset()


def test_only_extras_that_make_a_difference_are_cases() -> None:
    text = 'os_name == "nt" and extra != "X" or "y, z" == extra or os_name == "nt"'
    assert cases(marker(text)).within.keys() == {X, Y, Z}
    assert cases(marker('os_name == "nt" and extra in "x y"')) == (
        NEVER,
        dict.fromkeys([X, Y], marker('os_name == "nt"')),
    )
    assert cases(None) == (None, {})
