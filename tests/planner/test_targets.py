import pytest
from packaging.specifiers import SpecifierSet

from lock2nix.errors import PlanError, UsageError
from lock2nix.nixpkgs import tables
from lock2nix.planner import targets
from lock2nix.planner.targets import admits, admitted, asked
from lock2nix.schemas.target import Target

from .locks import on


def ids(found: tuple[Target, ...]) -> list[str]:
    return [target.id for target in found]


def specifiers(*texts: str) -> tuple[SpecifierSet, ...]:
    return tuple(map(SpecifierSet, texts))


def test_defaults_are_the_plain_cpythons_on_three_systems() -> None:
    found = targets.default()
    assert {t.system for t in found} == {"x86_64-linux", "aarch64-linux", "aarch64-darwin"}
    assert {t.interpreter for t in found} == {"cp311", "cp312", "cp313", "cp314"}
    assert len(found) == 12
    assert not any(t.musl or t.free_threaded for t in found)


def test_defaults_are_in_the_order_in_which_they_are_asked_for() -> None:
    assert targets.default() == asked([t.id for t in reversed(targets.default())])


@pytest.mark.parametrize(
    "name",
    [
        "cp312-x86_64-linux",
        "cp311-aarch64-darwin",
        "cp313-x86_64-darwin",
        "cp313t-aarch64-linux",
        "cp314t-x86_64-linux",
        "pp310-x86_64-linux",
        "pp311-aarch64-darwin",
        "cp312-x86_64-linux-musl",
        "cp313t-aarch64-linux-musl",
    ],
)
def test_a_whole_name_is_that_target(name: str) -> None:
    assert ids(asked([name])) == [name]


def test_what_a_name_says_is_in_the_target() -> None:
    (plain,) = asked(["cp312-aarch64-linux"])
    assert (plain.implementation, plain.minor, plain.free_threaded, plain.musl) == ("cpython", (3, 12), False, False)
    assert plain.full_version.startswith("3.12.")
    assert plain.libc == tables.systems()["aarch64-linux"].libc
    (threads,) = asked(["cp313t-x86_64-linux"])
    assert (threads.minor, threads.free_threaded) == ((3, 13), True)
    (pypy,) = asked(["pp310-x86_64-linux"])
    assert (pypy.implementation, pypy.minor) == ("pypy", (3, 10))
    (musl,) = asked(["cp312-x86_64-linux-musl"])
    assert (musl.musl, musl.libc) == (True, tables.systems()["x86_64-linux"].musl)


def test_an_interpreter_stands_for_the_default_systems() -> None:
    assert ids(asked(["cp312"])) == ["cp312-x86_64-linux", "cp312-aarch64-linux", "cp312-aarch64-darwin"]
    assert ids(asked(["cp313t"])) == ["cp313t-x86_64-linux", "cp313t-aarch64-linux", "cp313t-aarch64-darwin"]
    assert ids(asked(["pp310"])) == ["pp310-x86_64-linux", "pp310-aarch64-linux", "pp310-aarch64-darwin"]


def test_a_system_stands_for_the_default_interpreters() -> None:
    assert ids(asked(["x86_64-darwin"])) == [f"cp3{minor}-x86_64-darwin" for minor in (11, 12, 13, 14)]
    assert ids(asked(["aarch64-linux-musl"])) == [f"cp3{minor}-aarch64-linux-musl" for minor in (11, 12, 13, 14)]


def test_several_names_are_one_ordered_list_without_repetition() -> None:
    found = asked(["cp313-aarch64-darwin", "cp312", "pp310-x86_64-linux", "cp312-aarch64-linux", "cp313t-x86_64-linux"])
    assert ids(found) == [
        "cp312-x86_64-linux",
        "cp312-aarch64-linux",
        "cp312-aarch64-darwin",
        "cp313-aarch64-darwin",
        "cp313t-x86_64-linux",
        "pp310-x86_64-linux",
    ]


@pytest.mark.parametrize(
    ("name", "libc"),
    [("cp312-aarch64-darwin@12.0", (12, 0)), ("aarch64-darwin@15.4", (15, 4)), ("cp312-x86_64-linux@2.28", (2, 28))],
)
def test_a_suffix_sets_the_oldest_system_to_run_on(name: str, libc: tuple[int, int]) -> None:
    assert {t.libc for t in asked([name])} == {libc}
    assert all("@" not in t.id for t in asked([name]))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-",
        "312",
        "cp3",
        "cp27",
        "cp399",
        "cp312t",
        "pp399-x86_64-linux",
        "cp312-x86_64-windows",
        "cp312-i686-linux",
        "cp312-aarch64-darwin-musl",
        "musl",
        "-musl",
        "@12.0",
        "cp312-aarch64-darwin@12",
        "cp312 x86_64-linux",
        "cp312-x86_64-linux\n",
        "CP312",
        "٣",
    ],
)
def test_anything_else_is_refused_with_a_list_of_what_there_is(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        asked(["cp312", name])
    assert repr(name) in caught.value.message
    assert caught.value.exit_code == 2
    hint = caught.value.hint or ""
    for known in ("cp311", "cp314", "cp313t", "pp310", "x86_64-linux", "aarch64-darwin", "-musl"):
        assert known in hint


def test_nothing_asked_is_nothing() -> None:
    assert asked([]) == ()


def test_defaults_that_the_project_excludes_are_left_out() -> None:
    found, notices = admitted(targets.default(), specifiers(">=3.12,<3.14"), were_asked=False)
    assert {t.interpreter for t in found} == {"cp312", "cp313"}
    assert len(found) == 6
    assert notices == ()


def test_no_requirement_admits_every_target() -> None:
    assert admitted(targets.default(), (), were_asked=True) == (targets.default(), ())


def test_alternatives_are_joined() -> None:
    found, _ = admitted(targets.default(), specifiers("<3.12", ">=3.14"), were_asked=False)
    assert {t.interpreter for t in found} == {"cp311", "cp314"}


def test_a_target_that_was_asked_for_and_is_excluded_is_an_error() -> None:
    wanted = on("cp311-x86_64-linux", "cp312-x86_64-linux", "cp314-aarch64-darwin")
    with pytest.raises(PlanError) as caught:
        admitted(wanted, specifiers(">=3.12,<3.14"), were_asked=True)
    assert "requires Python <3.14,>=3.12" in caught.value.message
    assert "leaves out cp311, cp314" in caught.value.message
    assert "cp312" not in caught.value.message
    hint = caught.value.hint or ""
    assert "python312" in hint
    assert "python313" in hint
    assert "python311" not in hint
    assert "python314" not in hint
    assert caught.value.exit_code == 4


def test_a_project_for_other_pythons_names_those_that_would_do() -> None:
    with pytest.raises(PlanError, match=r"would do: .*pypy310") as caught:
        admitted(targets.default(), specifiers("==3.10.*"), were_asked=False)
    assert "python311" not in (caught.value.hint or "")


def test_a_project_for_pythons_of_the_past_is_told_so() -> None:
    with pytest.raises(PlanError, match="no interpreter of a current nixpkgs would do") as caught:
        admitted(targets.default(), specifiers("==2.7.*", "<3.8"), were_asked=False)
    assert "==2.7.* || <3.8" in caught.value.message


@pytest.mark.parametrize("were_asked", [False, True])
def test_a_pinned_patch_release_is_served_by_that_minor_with_a_notice(*, were_asked: bool) -> None:
    wanted = on("cp312") if were_asked else targets.default()
    found, notices = admitted(wanted, specifiers("==3.12.1"), were_asked=were_asked)
    assert ids(found) == ids(on("cp312"))
    (notice,) = notices
    assert (notice.kind, notice.subject) == ("choice", "cp312")
    assert "==3.12.1" in notice.message
    assert found[0].full_version in notice.message


def test_another_minor_than_the_pinned_one_is_still_an_error() -> None:
    with pytest.raises(PlanError, match="leaves out cp313") as caught:
        admitted(on("cp312", "cp313"), specifiers("==3.12.1"), were_asked=True)
    assert "cp312" not in caught.value.message


@pytest.mark.parametrize(
    ("texts", "version", "answer"),
    [
        ((), "3.12.1", True),
        ((">=3.12",), "3.12.0", True),
        ((">=3.12", "<3"), "2.7", True),
        ((">=3.12", "<3"), "3.11.9", False),
        ((">=3.14",), "3.15.0a1", True),
        (("~=3.12.4",), "3.13.0", False),
        (("!=3.12.*",), "3.12.9", False),
    ],
)
def test_one_of_the_alternatives_must_contain_the_version(
    texts: tuple[str, ...], version: str, *, answer: bool
) -> None:
    assert admits(specifiers(*texts), version) is answer
