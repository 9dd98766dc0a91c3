"""The simplest marker of a truth table: it has that table, reads well, and is the same however it was spelt."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

from lock2nix.errors import PlanError
from lock2nix.exports.conditions import Conditions, all_of, any_of, asked
from lock2nix.exports.universe import universe
from lock2nix.planner.truth import Truth
from lock2nix.schemas.lock import Lock
from tests.planner.locks import lock, package

ATOMS = (
    *(f"sys_platform {o} '{v}'" for o in ("==", "!=") for v in ("linux", "darwin", "win32", "cygwin")),
    *(f"platform_machine {o} '{v}'" for o in ("==", "!=") for v in ("x86_64", "aarch64", "arm64", "AMD64")),
    *("os_name == 'nt'", "os_name == 'posix'", "platform_system != 'Windows'", "'linux' in sys_platform"),
    *(f"platform_python_implementation {o} '{v}'" for o in ("==", "!=") for v in ("CPython", "PyPy")),
    "implementation_name == 'cpython'",
    *(f"python_version {o} '3.{v}'" for o in ("<", "<=", ">", ">=", "==", "!=") for v in (9, 11, 12)),
    *(f"python_full_version {o} '3.11.4'" for o in ("<", "<=", ">", ">=", "==", "!=")),
    "python_version in '3.10, 3.12'",
)
MARKERS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.builds(lambda a, o, b: f"({a}) {o} ({b})", inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=6,
)


def of(marker: str, requires_python: str = ">=3.8") -> Lock:
    found = lock(package("a", marker=marker), main=["a"])
    return found.model_copy(update={"requires_python": (SpecifierSet(requires_python),)})


def simplest(marker: str, requires_python: str = ">=3.8", among: str | None = None) -> str | None:
    """Return the marker that is written for another; "never" for one that holds nowhere."""
    world = universe(of(marker, requires_python))
    truth = Truth(world.environments())
    table = truth.of_marker(Marker(marker))
    within = truth.everywhere if among is None else truth.of_marker(Marker(among))
    return Conditions(world, within).marker(table & within) if table & within else "never"


@settings(deadline=None, max_examples=300)
@given(MARKERS)
def test_written_marker_has_the_same_table_and_is_its_own(marker: str) -> None:
    world = universe(of(marker))
    truth = Truth(world.environments())
    table = truth.of_marker(Marker(marker))
    if not table:
        return
    written = Conditions(world, truth.everywhere).marker(table)
    assert truth.of_marker(None if written is None else Marker(written)) == table
    if written is not None:
        assert simplest(written) == written


@settings(deadline=None, max_examples=100)
@given(MARKERS, st.sampled_from(ATOMS))
def test_only_what_matters_must_agree(marker: str, among: str) -> None:
    found = of(f"({marker}) and ({among})")
    world = universe(found)
    truth = Truth(world.environments())
    within, table = truth.of_marker(Marker(among)), truth.of_marker(Marker(marker))
    if not table & within:
        return
    written = Conditions(world, within).marker(table & within)
    assert truth.of_marker(None if written is None else Marker(written)) & within == table & within


@pytest.mark.parametrize(
    "marker",
    [
        'sys_platform != "win32" and sys_platform != "cygwin"',
        'sys_platform == "linux" or sys_platform == "darwin" or sys_platform == "win32"',
        'sys_platform == "linux" and platform_machine == "x86_64"',
        'sys_platform == "win32" and platform_python_implementation != "PyPy" and python_version < "3.10"',
        'python_version == "3.10"',
        'python_version < "3.10" or python_version >= "3.12"',
        'python_full_version < "3.11.4"',
    ],
)
def test_plain_markers_stay_as_they_are(marker: str) -> None:
    assert simplest(marker) == marker


@pytest.mark.parametrize(
    ("marker", "written"),
    [
        ("os_name == 'nt'", 'sys_platform == "win32"'),
        ("platform_system == 'Windows'", 'sys_platform == "win32"'),
        ("implementation_name == 'pypy'", 'platform_python_implementation == "PyPy"'),
        ("python_version <= '3.10'", 'python_version < "3.11"'),
        ("python_full_version > '3.11.4'", 'python_full_version >= "3.11.5"'),
        # One set of Pythons at a time.
        (
            "sys_platform == 'win32' or python_version < '3.10'",
            'sys_platform != "win32" and python_version < "3.10" or sys_platform == "win32"',
        ),
    ],
)
def test_other_markers_are_said_in_the_same_words(marker: str, written: str) -> None:
    assert simplest(marker) == written


def test_what_holds_always_or_never_needs_no_marker() -> None:
    assert simplest("python_version >= '3.7'") is None
    assert simplest("python_version < '3.8'") == "never"


def test_what_no_environment_needs_is_not_said() -> None:
    assert simplest("python_version < '3.12'", ">=3.11,<3.12") is None
    assert simplest("sys_platform == 'linux'", among="sys_platform == 'linux'") is None
    assert simplest("sys_platform == 'win32'", among="sys_platform == 'linux'") == "never"


def test_many_machines_of_one_system() -> None:
    machines = ("x86_64", "aarch64", "s390x")
    marker = f"sys_platform == 'linux' and ({' or '.join(f'platform_machine == {m!r}' for m in machines)})"
    assert simplest(marker) == (
        'sys_platform == "linux" and '
        '(platform_machine == "x86_64" or platform_machine == "aarch64" or platform_machine == "s390x")'
    )


def test_conditions_are_joined_with_as_few_brackets_as_can_be() -> None:
    assert all_of('a == "1"', None, 'b == "2" or c == "3"') == 'a == "1" and (b == "2" or c == "3")'
    assert (
        all_of('(a == "1" or b == "2") and c == "3"', 'd == "4"') == '(a == "1" or b == "2") and c == "3" and d == "4"'
    )
    assert all_of('a == "1" or b == "2"') == 'a == "1" or b == "2"'
    assert all_of(None, None) is None
    assert any_of(['a == "1"', None]) is None
    assert any_of(['a == "1"', 'b == "2"']) == 'a == "1" or b == "2"'


def test_names_are_quoted_as_they_allow() -> None:
    assert asked("dev", "dependency_groups") == '"dev" in dependency_groups'
    assert asked('a"b', "extras") == "'a\"b' in extras"
    with pytest.raises(PlanError, match="cannot stand in a marker"):
        asked("a\"b'c", "extras")
