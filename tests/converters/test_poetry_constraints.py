import pytest
from hypothesis import given
from hypothesis import strategies as st

from lock2nix.converters.poetry_constraints import (
    NOTHING,
    Alternatives,
    constraint,
    intersection,
    platform_marker,
    python_marker,
)

PYTHONS = ["2.7.18", "3.4.10", "3.5.3", "3.5.4", "3.8.0", "3.8.20", "3.12.0", "3.12.4", "4.0.0"]


def written(text: str) -> set[frozenset[str]]:
    return {frozenset(map(str, one)) for one in constraint(text)}


def admits(alternatives: Alternatives, version: str) -> bool:
    return not alternatives or any(version in one for one in alternatives)


# The table of https://python-poetry.org/docs/dependency-specification/, and what poetry-core makes of the rest.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("^1.2.3", ">=1.2.3,<2"), ("^1.2", ">=1.2,<2"), ("^1", ">=1,<2"), ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"), ("^0.0", ">=0.0,<0.1"), ("^0", ">=0,<1"), ("^0.0.0.5", ">=0.0.0.5,<0.0.1"),
        ("^1.0.0a1", ">=1.0.0a1,<2"), ("^ 1!0.2", ">=1!0.2,<1!0.3"), ("^2.0+cu121", ">=2.0,<3"),
        ("~1.2.3", ">=1.2.3,<1.3"), ("~1.2", ">=1.2,<1.3"), ("~1", ">=1,<2"), ("~1.2.post1", ">=1.2.post1,<1.3"),
        ("~=1.4.5", "~=1.4.5"), ("~=1.4.5a4", "~=1.4.5a4"), ("~=1", ">=1,<2"),
        ("1.*", "==1.*"), ("1.2.x", "==1.2.*"), ("==1.2.*", "==1.2.*"), ("!=3.0.*", "!=3.0.*"), (">=1.2.*", ">=1.2"),
        ("1.2.3", "==1.2.3"), ("= 1.2.3", "==1.2.3"), ("==2.2.1+cu121", "==2.2.1+cu121"), ("v0.761", "==0.761"),
        (">= 2.7, != 3.0.*, <4", ">=2.7,!=3.0.*,<4"), (">=1.0 <2.0", ">=1.0,<2.0"), (">=1.0,", ">=1.0"),
        ("<3.0.0dev", "<3.0.0.dev0"), ("<>2", "!=2"), (">2.0+local", ">=2.0"), (">=1,*", ">=1"),
        ("19.10b0", "==19.10b0"), ("===1.0", "===1.0"),
    ],
)  # fmt: skip
def test_single_constraints(text: str, expected: str) -> None:
    assert written(text) == {frozenset(expected.split(","))}


@pytest.mark.parametrize("text", ["*", "", " * ", "x", "*.*", "^1 || *", ">=1 | *"])
def test_anything(text: str) -> None:
    assert constraint(text) == ()


@pytest.mark.parametrize("text", ["^2.7 || ^3.5", "^2.7|^3.5", "^2.7 | ^3.5 || ^2.7"])
def test_alternatives(text: str) -> None:
    assert written(text) == {frozenset({">=2.7", "<3"}), frozenset({">=3.5", "<4"})}


def test_nothing() -> None:
    assert constraint("<empty>") == NOTHING
    assert not any(admits(NOTHING, version) for version in ("0.dev0", "0", "1", "0a1"))


def test_pre_releases_that_are_locked_are_admitted() -> None:
    assert admits(constraint("^1.0"), "1.5rc1")
    assert not admits(constraint("^1.0"), "2.0rc1")
    assert not admits(constraint("<2"), "2.dev1")


@pytest.mark.parametrize("text", ["one", "1.0 - 2.0", "^1.*", "~=1.*", "^", "1..2", ">=1 ; x", "${x}", "!1", "1.a1.*"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a version"):
        constraint(text)


@given(st.text(alphabet="0123456789.*x^~=<>!|, abdev+-\n", max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        constraint(text)
    except ValueError:
        return


releases = st.lists(st.integers(0, 12), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))


@given(releases, releases)
def test_caret_keeps_the_leftmost_part_that_is_not_zero(low: str, version: str) -> None:
    lower, found = ([*map(int, text.split("."))] for text in (low, version))
    fixed = next((at for at, part in enumerate(lower[:3]) if part), min(len(lower), 3) - 1) + 1
    width = max(len(lower), len(found), 4)
    lower, found = (parts + [0] * (width - len(parts)) for parts in (lower, found))
    assert admits(constraint(f"^{low}"), version) == (found >= lower and found[:fixed] == lower[:fixed])


@given(releases, releases, releases)
def test_intersection_admits_what_both_admit(one: str, other: str, version: str) -> None:
    left, right = constraint(f"^{one} || <{other}"), constraint(f"!={one},~{other} || >{other}")
    assert admits(intersection(left, right), version) == (admits(left, version) and admits(right, version))
    assert intersection((), right) == right
    assert intersection(left, ()) == left


@pytest.mark.parametrize(
    "text",
    ["<3.8", ">=2.7,<2.8 || >=3.4,<3.5", "^3.5.4", "~2.7", "<=3.8", ">3.8", "!=3.8", "!=3.8.*", "3.8.*",
     ">=3.5.0,<3.5.4", "~=3.8", "~=3.8.1", "!=3.12.4", "==3.12.4", "*"],
)  # fmt: skip
def test_marker_of_python_answers_as_the_constraint_does(text: str) -> None:
    condition = python_marker(constraint(text))
    for version in PYTHONS:
        environment = {"python_version": version.rpartition(".")[0], "python_full_version": version}
        assert (condition is None or condition.evaluate(environment)) == admits(constraint(text), version)


def test_marker_of_python_is_written_the_same_in_every_run() -> None:
    assert str(python_marker(constraint(">=2.7, !=3.0.*, !=3.1.*, <4"))) == (
        'python_version >= "2.7" and python_version != "3.0.*" and python_version != "3.1.*" and python_version < "4"'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux", 'sys_platform == "linux"'),
        ("linux || darwin", 'sys_platform == "linux" or sys_platform == "darwin"'),
        ("!=win32,!=cygwin", 'sys_platform != "win32" and sys_platform != "cygwin"'),
    ],
)
def test_marker_of_platform(text: str, expected: str) -> None:
    assert str(platform_marker(text)) == expected


def test_other_platforms_are_refused() -> None:
    with pytest.raises(ValueError, match="is not a constraint on the platform"):
        platform_marker('linux" or os_name == "')
