import pytest
from packaging.utils import canonicalize_name
from pydantic import ValidationError

from lock2nix.converters.poetry_dependencies import (
    DependencyTables,
    edges,
    extra_edges,
    required,
    requirement,
    wishes,
)
from lock2nix.converters.wire import Wire

X = canonicalize_name("x")
NO_NAMES = frozenset[str]()


class Tables(Wire):
    dependencies: DependencyTables


def read(dependencies: object) -> DependencyTables:
    return Tables.model_validate({"dependencies": dependencies}).dependencies


def shown(dependencies: object) -> list[str]:
    return [
        f"{edge.name}{sorted(edge.extras)} {' | '.join(map(str, edge.versions))}; {edge.marker}"
        for edge in edges(wishes(read(dependencies)))
    ]


def test_string_table_and_list_say_the_same() -> None:
    for spelling in ("==1.0", {"version": "==1.0"}, ["==1.0"], [{"version": "==1.0"}]):
        assert shown({"Foo_Bar": spelling}) == ["foo-bar[] ==1.0; None"]


def test_table_has_extras_and_three_kinds_of_marker() -> None:
    table = {"extras": ["B_c"], "markers": "os_name == 'posix'", "python": "<3.8", "platform": "linux"}
    assert shown({"foo": table}) == [
        'foo[\'b-c\'] ; os_name == "posix" and python_version < "3.8" and sys_platform == "linux"'
    ]


def test_several_constraints_are_several_edges() -> None:
    forks = [{"version": "1", "python": "<3.8"}, {"version": "2", "python": ">=3.8"}]
    assert shown({"foo": forks}) == [
        'foo[] ==1; python_version < "3.8"',
        'foo[] ==2; python_version >= "3.8"',
    ]


def test_places_put_no_bounds_on_the_version() -> None:
    assert shown(
        {"a": {"git": "https://x.org/a"}, "b": {"path": "../b", "develop": True}, "c": {"url": "https://c"}}
    ) == [
        "a[] ; None",
        "b[] ; None",
        "c[] ; None",
    ]


def test_optional_dependency_is_no_edge_but_by_an_extra_that_names_it() -> None:
    found = wishes(read({"foo": {"version": "*", "optional": True}, "bar": "*"}))
    assert [edge.name for edge in edges(found)] == ["bar"]
    assert [edge.name for edge in extra_edges(found, X, frozenset({canonicalize_name("foo")}))] == ["foo"]
    assert extra_edges(found, X, frozenset()) == ()


def test_marker_that_asks_for_an_extra_decides_which() -> None:
    table = {"optional": True, "markers": 'os_name == "nt" and (extra == "x" or extra == "y")'}
    found = wishes(read({"foo": table}))
    named = frozenset({canonicalize_name("foo")})
    assert edges(found) == ()
    assert [str(edge.marker) for edge in extra_edges(found, X, named)] == ['os_name == "nt"']
    assert extra_edges(found, canonicalize_name("z"), named) == ()


def test_extras_that_exclude_each_other() -> None:
    forks = [{"version": "1", "markers": 'extra == "x" and extra != "y"'}, {"version": "2", "markers": 'extra == "y"'}]
    found = wishes(read({"foo": forks}))
    assert [str(edge.versions[0]) for edge in extra_edges(found, X, frozenset())] == ["==1"]


def test_dependency_that_never_applies_is_no_edge() -> None:
    assert shown({"foo": {"version": "*", "markers": "<empty>"}}) == []


@pytest.mark.parametrize(
    "bad",
    [{"foo": 1}, {"foo": []}, {"foo": [[]]}, {"foo": "one"}, {"foo": {"optional": "yes"}}, {"${x}": "*"}, {"": "*"}],
)
def test_other_values_are_refused(bad: object) -> None:
    with pytest.raises(ValidationError):
        read(bad)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Foo.Bar", "foo-bar[] ; None"),
        ("foo>=1,<2", "foo[] <2,>=1; None"),
        ("foo (>=1,<2)", "foo[] <2,>=1; None"),
        ("foo[A_b, c] (>=1) ; os_name == 'nt'", "foo['a-b', 'c'] >=1; os_name == \"nt\""),
        ("foo @ git+https://x.org/foo@v1#subdirectory=a", "foo[] ; None"),
        ("foo (1.0)", "foo[] ==1.0; None"),
        ("foo[a] (>=1,<2 || >2)", "foo['a'] <2,>=1 | >2; None"),
        ("foo (>=1.0.*)", "foo[] >=1.0; None"),
    ],
)
def test_requirements(text: str, expected: str) -> None:
    edge = edges([requirement(text)])[0]
    versions = " | ".join(",".join(sorted(str(one).split(","))) for one in edge.versions)
    assert f"{edge.name}{sorted(edge.extras)} {versions}; {edge.marker}" == expected


@pytest.mark.parametrize("text", ["", "${x}", "foo @", "foo >= one", "foo; bar", "foo\n", "-e .", "./foo", "foo>=1;("])
def test_other_requirements_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not|control"):
        requirement(text)


@pytest.mark.parametrize(
    ("text", "name", "extras"),
    [
        ("Foo_Bar[x] (>=1 || <2)", "foo-bar", {"x"}),
        ("foo", "foo", set[str]()),
        ("foo[]", "foo", set[str]()),
        ("foo [ A_b , c ] ; os_name == 'nt'", "foo", {"a-b", "c"}),
        ("foo ; extra == '[x]'", "foo", set[str]()),
        ("foo[x", "foo", set[str]()),
    ],
)
def test_required_are_the_leading_name_and_its_extras(text: str, name: str, extras: set[str]) -> None:
    found = required(text)
    assert found.name == name
    assert set(found.extras) == extras


def test_required_has_a_name() -> None:
    with pytest.raises(ValueError, match="is not a requirement"):
        required("(foo)")
