import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

from lock2nix.planner import targets
from lock2nix.planner.truth import TruthTables, marker_environment
from lock2nix.schemas.lock import Selectable

from .locks import name, on

TARGETS = (*targets.default(), *on("x86_64-darwin", "cp313t-x86_64-linux", "pp310", "cp312-x86_64-linux-musl"))
EXTRAS = ["", "x", "y", "Not-Normal", "not-normal"]

VALUES = {
    "sys_platform": ["linux", "darwin", "win32"],
    "platform_system": ["Linux", "Darwin", "Windows"],
    "platform_machine": ["x86_64", "aarch64", "arm64", "AMD64"],
    "os_name": ["posix", "nt"],
    "implementation_name": ["cpython", "pypy"],
    "platform_python_implementation": ["CPython", "PyPy"],
    "extra": ["x", "y", "Not_Normal", "extra"],
}
VERSIONS = {
    "python_version": ["3.8", "3.10", "3.11", "3.12", "3.13", "4"],
    "python_full_version": ["3.11.14", "3.12.0", "3.13.11", "3.14", "3.14.0rc1"],
    "implementation_version": ["3.12", "7.3.16", "8"],
    "platform_release": ["5.0", "20", "6.12.0"],
}


def _text_question(variable: str) -> st.SearchStrategy[str]:
    values = st.sampled_from(VALUES[variable])
    plain = st.builds("{} {} '{}'".format, st.just(variable), st.sampled_from(["==", "!="]), values)
    if variable == "extra":
        return plain
    turned = st.builds("'{}' {} {}".format, values, st.sampled_from(["==", "in", "not in"]), st.just(variable))
    return plain | turned


def _version_question(variable: str) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    return st.builds("{} {} '{}'".format, st.just(variable), operators, st.sampled_from(VERSIONS[variable]))


QUESTIONS = st.one_of([*map(_text_question, VALUES), *map(_version_question, VERSIONS)])
MARKERS = st.recursive(
    QUESTIONS,
    lambda inner: st.builds("({}) {} ({})".format, inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=8,
)


def directly(text: str, extra: str = "") -> int:
    """Evaluate a marker for each target by itself, with nothing remembered."""
    answers = [Marker(text).evaluate({**marker_environment(t), "extra": extra}) for t in TARGETS]
    return sum(1 << i for i, yes in enumerate(answers) if yes)


@settings(max_examples=30)
@given(st.lists(st.tuples(MARKERS, st.sampled_from(EXTRAS)), min_size=1, max_size=6))
def test_tables_are_what_packaging_says_of_each_target(asked: list[tuple[str, str]]) -> None:
    truth = TruthTables(TARGETS)
    for _ in range(2):  # the second time from memory
        for text, extra in asked:
            assert truth.of_marker(Marker(text), extra) == directly(text, extra)


@settings(max_examples=20)
@given(MARKERS, st.lists(st.sampled_from(EXTRAS[1:]), max_size=3))
def test_any_of_several_extras_will_do(text: str, extras: list[str]) -> None:
    expected = directly(text)
    for extra in extras:
        expected |= directly(text, extra)
    assert TruthTables(TARGETS).of_any_extra(Marker(text), extras) == expected


def test_no_marker_holds_everywhere() -> None:
    truth = TruthTables(TARGETS)
    assert truth.of_marker(None) == truth.everywhere == (1 << len(TARGETS)) - 1
    assert truth.of_any_extra(None, ["x"]) == truth.everywhere
    assert TruthTables(()).of_marker(None) == 0


def test_the_answer_does_not_depend_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr("os.name", "nt")
    truth = TruthTables(TARGETS)
    assert truth.of_marker(Marker("sys_platform == 'win32' or os_name == 'nt'")) == 0
    assert truth.of_marker(Marker("platform_system != 'Windows'")) == truth.everywhere


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "cp312-x86_64-linux",
            {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64", "os_name": "posix"},
        ),
        ("cp312-aarch64-linux", {"platform_machine": "aarch64", "python_version": "3.12"}),
        # macOS calls the same processor otherwise than Linux and Nix do.
        ("cp313-aarch64-darwin", {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"}),
        ("cp313-x86_64-darwin", {"platform_machine": "x86_64"}),
        ("cp313t-x86_64-linux", {"python_version": "3.13", "implementation_name": "cpython"}),
        ("pp310-x86_64-linux", {"implementation_name": "pypy", "platform_python_implementation": "PyPy"}),
        ("cp312-x86_64-linux-musl", {"sys_platform": "linux", "platform_python_implementation": "CPython"}),
    ],
)
def test_values_of_marker_variables(name: str, expected: dict[str, str]) -> None:
    (target,) = on(name)
    environment = marker_environment(target)
    assert environment.items() >= expected.items()
    assert environment["python_full_version"] == target.full_version
    assert "extra" not in environment


def test_pypy_has_a_version_of_its_own() -> None:
    (pypy,) = on("pp310-x86_64-linux")
    (cpython,) = on("cp312-x86_64-linux")
    assert marker_environment(pypy)["implementation_version"].startswith("7.")
    assert marker_environment(cpython)["implementation_version"] == cpython.full_version


def test_python_specifiers_are_alternatives() -> None:
    truth = TruthTables(on("cp311-x86_64-linux", "cp312-x86_64-linux", "cp313-x86_64-linux"))
    assert truth.of_python(()) == 0b111
    assert truth.of_python((SpecifierSet(">=3.12"),)) == 0b110
    assert truth.of_python((SpecifierSet("<3.12"), SpecifierSet(">=3.13"))) == 0b101
    assert truth.of_python((SpecifierSet(">=4"),)) == 0


def test_every_fork_has_a_table_over_the_targets() -> None:
    old, museum = Selectable(kind="extra", name=name("old")), Selectable(kind="group", name=name("museum"))
    truth = TruthTables(on("cp311-x86_64-linux", "cp312-x86_64-linux"), ((), (old,), (museum, old)))
    assert truth.of_marker(Marker('"old" in extras')) == 0b111100
    assert truth.of_marker(Marker('"museum" not in dependency_groups and python_version < "3.12"')) == 0b000101
    assert truth.of_any_extra(Marker('"old" in extras'), ["x", "y"]) == 0b111100
    assert TruthTables(TARGETS).of_marker(Marker('"old" in extras or "museum" in dependency_groups')) == 0
