import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging import tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from lock2nix.planner import targets
from lock2nix.planner.wheels import WheelRanking, is_pure
from lock2nix.schemas.artifact import Artifact

from .locks import on


def best(target: str, *wheel_tags: str, stem: str = "thing-1.0") -> str | None:
    """Return the tags (with the build number, if any) of the wheel that is chosen on one target, in either order."""
    wheels = [Artifact(filename=f"{stem}-{text}.whl") for text in wheel_tags]
    (chosen,) = WheelRanking(on(target)).best(wheels)
    (again,) = WheelRanking(on(target)).best(wheels[::-1])
    assert chosen == again
    return None if chosen is None else chosen.filename.removeprefix(f"{stem}-").removesuffix(".whl")


MANYLINUX = "manylinux_2_17_x86_64.manylinux2014_x86_64"


@pytest.mark.parametrize(
    ("target", "wheel", "fits"),
    [
        ("cp312-x86_64-linux", "py3-none-any", True),
        ("cp312-x86_64-linux", "py2.py3-none-any", True),
        ("cp314-aarch64-darwin", "py2.py3-none-any", True),
        ("cp312-x86_64-linux", "py2-none-any", False),
        ("cp312-x86_64-linux", "py312-none-any", True),
        ("cp312-x86_64-linux", "py313-none-any", False),
        ("cp312-x86_64-linux", "cp312-none-any", True),
        ("pp310-x86_64-linux", "py3-none-any", True),
        ("pp310-x86_64-linux", "cp310-none-any", False),
        # one wheel for several Pythons
        ("cp311-x86_64-linux", f"cp310.cp311-cp310.cp311-{MANYLINUX}", True),
        ("cp312-x86_64-linux", f"cp310.cp311-cp310.cp311-{MANYLINUX}", False),
        ("cp311-x86_64-linux", f"cp310.cp311-none-{MANYLINUX}", True),
        # the stable ABI: for this Python and newer
        ("cp311-x86_64-linux", f"cp39-abi3-{MANYLINUX}", True),
        ("cp314-x86_64-linux", f"cp39-abi3-{MANYLINUX}", True),
        ("cp311-x86_64-linux", f"cp312-abi3-{MANYLINUX}", False),
        ("cp313t-x86_64-linux", f"cp39-abi3-{MANYLINUX}", False),
        ("cp314t-x86_64-linux", f"cp39-abi3-{MANYLINUX}", False),
        ("pp310-x86_64-linux", f"cp39-abi3-{MANYLINUX}", False),
        # the stable ABI of free-threaded Pythons (PEP 803)
        ("cp314-x86_64-linux", f"cp311-abi3.abi3t-{MANYLINUX}", True),
        ("cp313t-x86_64-linux", f"cp311-abi3.abi3t-{MANYLINUX}", True),
        ("cp314t-x86_64-linux", f"cp311-abi3.abi3t-{MANYLINUX}", True),
        ("cp314t-x86_64-linux", f"cp315-abi3.abi3t-{MANYLINUX}", False),
        ("cp314-x86_64-linux", f"cp311-abi3t-{MANYLINUX}", False),
        # a build for threads is no build for the lock, and the other way round
        ("cp313t-x86_64-linux", f"cp313-cp313t-{MANYLINUX}", True),
        ("cp313-x86_64-linux", f"cp313-cp313t-{MANYLINUX}", False),
        ("cp313t-x86_64-linux", f"cp313-cp313-{MANYLINUX}", False),
        ("cp313t-x86_64-linux", "py3-none-any", True),
        # ABIs with flags ended with 3.7
        ("cp311-x86_64-linux", f"cp37-cp37m-{MANYLINUX}", False),
        ("cp312-x86_64-linux", f"cp37-cp37m-{MANYLINUX}", False),
        ("cp311-x86_64-linux", f"cp311-cp311m-{MANYLINUX}", False),
        # PyPy
        ("pp310-x86_64-linux", f"pp310-pypy310_pp73-{MANYLINUX}", True),
        ("pp311-x86_64-linux", f"pp310-pypy310_pp73-{MANYLINUX}", False),
        ("cp311-x86_64-linux", f"pp311-pypy311_pp73-{MANYLINUX}", False),
        # glibc
        ("cp312-x86_64-linux", "cp312-cp312-manylinux_2_40_x86_64", True),
        ("cp312-x86_64-linux", "cp312-cp312-manylinux_2_41_x86_64", False),
        ("cp312-x86_64-linux@2.28", "cp312-cp312-manylinux_2_28_x86_64", True),
        ("cp312-x86_64-linux@2.27", "cp312-cp312-manylinux_2_28_x86_64", False),
        ("cp312-x86_64-linux", "cp312-cp312-manylinux1_x86_64", True),
        ("cp312-x86_64-linux", "cp312-cp312-manylinux2010_x86_64", True),
        ("cp312-x86_64-linux", "cp312-cp312-manylinux2014_aarch64", False),
        ("cp312-aarch64-linux", "cp312-cp312-manylinux2014_aarch64", True),
        ("cp312-aarch64-linux", "cp312-cp312-manylinux_2_17_i686", False),
        ("cp312-x86_64-linux", "cp312-cp312-linux_x86_64", True),
        ("cp312-x86_64-linux", "cp312-cp312-win_amd64", False),
        ("cp312-x86_64-linux", "py3-none-macosx_11_0_arm64", False),
        # musl
        ("cp312-x86_64-linux", "cp312-cp312-musllinux_1_2_x86_64", False),
        ("cp312-x86_64-linux-musl", "cp312-cp312-musllinux_1_2_x86_64", True),
        ("cp312-x86_64-linux-musl", "cp312-cp312-musllinux_1_1_x86_64", True),
        ("cp312-x86_64-linux-musl", "cp312-cp312-musllinux_1_3_x86_64", False),
        ("cp312-x86_64-linux-musl", f"cp312-cp312-{MANYLINUX}", False),
        ("cp312-aarch64-linux-musl", "cp312-cp312-musllinux_1_2_x86_64", False),
        # macOS: the wheel's minimum must not be above the target's
        ("cp312-aarch64-darwin", "cp312-cp312-macosx_11_0_arm64", True),
        ("cp312-aarch64-darwin", "cp312-cp312-macosx_14_0_arm64", True),
        ("cp312-aarch64-darwin", "cp312-cp312-macosx_15_0_arm64", False),
        ("cp312-aarch64-darwin@12.0", "cp312-cp312-macosx_13_0_arm64", False),
        ("cp312-aarch64-darwin@13.0", "cp312-cp312-macosx_13_0_arm64", True),
        ("cp312-aarch64-darwin", "cp312-cp312-macosx_10_9_universal2", True),
        ("cp312-aarch64-darwin", "cp312-cp312-macosx_11_0_universal2", True),
        ("cp312-aarch64-darwin", "cp312-cp312-macosx_10_9_x86_64", False),
        ("cp312-x86_64-darwin", "cp312-cp312-macosx_10_9_x86_64", True),
        ("cp312-x86_64-darwin", "cp312-cp312-macosx_10_9_universal2", True),
        ("cp312-x86_64-darwin", "cp312-cp312-macosx_11_0_arm64", False),
        ("cp312-x86_64-darwin", "cp312-cp312-macosx_10_6_intel", True),
    ],
)
def test_which_targets_a_wheel_fits(target: str, wheel: str, *, fits: bool) -> None:
    assert best(target, wheel) == (wheel if fits else None)


@pytest.mark.parametrize(
    ("target", "better", "worse"),
    [
        # the nearer to the interpreter, the better
        ("cp312-x86_64-linux", f"cp312-cp312-{MANYLINUX}", f"cp39-abi3-{MANYLINUX}"),
        ("cp312-x86_64-linux", f"cp311-abi3-{MANYLINUX}", f"cp39-abi3-{MANYLINUX}"),
        ("cp312-x86_64-linux", f"cp39-abi3-{MANYLINUX}", f"py3-none-{MANYLINUX}"),
        ("cp312-x86_64-linux", f"cp39-abi3-{MANYLINUX}", "py3-none-any"),
        ("cp312-x86_64-linux", "cp312-none-any", "py3-none-any"),
        ("cp313t-x86_64-linux", f"cp313-cp313t-{MANYLINUX}", f"cp311-abi3.abi3t-{MANYLINUX}"),
        ("pp310-x86_64-linux", f"pp310-pypy310_pp73-{MANYLINUX}", "py3-none-any"),
        # the newer the platform, the better; an alias is as old as what it stands for
        ("cp312-x86_64-linux", "cp312-cp312-manylinux_2_28_x86_64", "cp312-cp312-manylinux2014_x86_64"),
        ("cp312-x86_64-linux", "cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-manylinux2014_x86_64"),
        ("cp312-x86_64-linux", "cp312-cp312-manylinux2014_x86_64", "cp312-cp312-manylinux_2_16_x86_64"),
        ("cp312-x86_64-linux", "cp312-cp312-manylinux2014_x86_64", "cp312-cp312-manylinux2010_x86_64"),
        ("cp312-x86_64-linux", "cp312-cp312-manylinux2010_x86_64", "cp312-cp312-manylinux1_x86_64"),
        ("cp312-x86_64-linux", "cp312-cp312-linux_x86_64", "cp312-cp312-manylinux_2_40_x86_64"),
        ("cp312-x86_64-linux-musl", "cp312-cp312-musllinux_1_2_x86_64", "cp312-cp312-musllinux_1_1_x86_64"),
        ("cp312-x86_64-linux-musl", "cp312-cp312-musllinux_1_1_x86_64", "cp312-cp312-manylinux_2_40_x86_64"),
        ("cp312-aarch64-darwin", "cp312-cp312-macosx_14_0_arm64", "cp312-cp312-macosx_11_0_arm64"),
        ("cp312-aarch64-darwin", "cp312-cp312-macosx_11_0_arm64", "cp312-cp312-macosx_11_0_universal2"),
        ("cp312-aarch64-darwin", "cp312-cp312-macosx_11_0_arm64", "cp312-cp312-macosx_10_9_universal2"),
        ("cp312-aarch64-darwin", "cp312-cp312-macosx_13_0_universal2", "cp312-cp312-macosx_11_0_arm64"),
        ("cp312-aarch64-darwin@12.0", "cp312-cp312-macosx_11_0_arm64", "cp312-cp312-macosx_13_0_universal2"),
        ("cp312-x86_64-darwin", "cp312-cp312-macosx_10_9_x86_64", "cp312-cp312-macosx_10_9_universal2"),
        # of equals the first, as locks list them
        (
            "cp312-aarch64-darwin",
            "cp312-cp312-macosx_10_12_x86_64.macosx_11_0_arm64.macosx_10_12_universal2",
            "cp312-cp312-macosx_11_0_arm64",
        ),
        # builds are numbers
        ("cp312-x86_64-linux", "1-py3-none-any", "py3-none-any"),
        ("cp312-x86_64-linux", "10-py3-none-any", "9-py3-none-any"),
        ("cp312-x86_64-linux", "2b-py3-none-any", "2a-py3-none-any"),
        ("cp312-x86_64-linux", f"cp312-cp312-{MANYLINUX}", "99-py3-none-any"),
    ],
)
def test_which_of_two_wheels_is_better(target: str, better: str, worse: str) -> None:
    assert best(target, better, worse) == better


def test_the_order_is_packagings_own_on_the_running_interpreter() -> None:
    # Said of an interpreter with the machine's tags, our ranking must be what pip does here.
    # Not plain `linux`: packaging moved it from the last place to the first.
    supported = [str(tag) for tag in tags.sys_tags() if "manylinux" in tag.platform]
    if not any("x86_64" in text for text in supported):
        pytest.skip("only a Linux with glibc on x86_64 can compare")
    newest = supported[0].rsplit("-", 1)[1].split("_")[1:3]
    mine = f"{next(iter(tags.sys_tags())).interpreter}-x86_64-linux@{'.'.join(newest)}"
    ranking = WheelRanking(on(mine))
    wheels = [Artifact(filename=f"thing-1.0-{text}.whl") for text in supported]
    assert [wheel.filename for wheel in wheels if ranking.best([wheel]) == [None]] == []
    for i in range(0, len(wheels), 37):
        assert ranking.best(wheels[i:]) == [wheels[i]]


def test_a_wheel_is_chosen_for_each_target_by_itself() -> None:
    chosen = on("cp311-x86_64-linux", "cp314-x86_64-linux", "cp312-aarch64-darwin", "cp313t-x86_64-linux")
    wheels = [
        Artifact(filename=f"thing-1.0-{text}.whl")
        for text in ("cp311-cp311-linux_x86_64", "cp312-abi3-linux_x86_64", "py3-none-macosx_11_0_universal2")
    ]
    found = dict(zip([t.id for t in chosen], WheelRanking(chosen).best(wheels), strict=True))
    assert found == {
        "cp311-x86_64-linux": wheels[0],
        "cp314-x86_64-linux": wheels[1],
        "cp312-aarch64-darwin": wheels[2],
        "cp313t-x86_64-linux": None,
    }


@pytest.mark.parametrize(
    "stem",
    [
        "zope.interface-7.2",
        "zope_interface-7.2",
        "Zope.Interface-7.2",
        "torch-2.5.1+cpu",
        "torch-2.5.1+cu124.local_1",
        "pytz-2024.2",
        "thing-1!2.0rc1.post2.dev3",
    ],
)
def test_names_with_dots_and_local_versions_are_wheels_like_others(stem: str) -> None:
    assert best("cp312-x86_64-linux", "py3-none-any", stem=stem) == "py3-none-any"


@pytest.mark.parametrize(
    "filename",
    [
        "",
        ".whl",
        "thing.whl",
        "thing-1.0.whl",
        "thing-1.0-py3-none.whl",
        "thing-one-py3-none-any.whl",
        "thing-1.0-build-py3-none-any.whl",
        "thing-1.0-1-2-py3-none-any.whl",
        "th__ing-1.0-py3-none-any.whl",
        "../thing-1.0-py3-none-any.whl",
        "thing-1.0-py3-none-any.whl.asc",
        "thing-1.0-py3-none-any.zip",
        "thing-1.0.tar.gz",
    ],
)
def test_garbage_serves_nobody(filename: str) -> None:
    garbage = Artifact(filename=filename)
    good = Artifact(filename="thing-1.0-py3-none-any.whl")
    ranking = WheelRanking(targets.default())
    assert ranking.best([garbage]) == [None] * len(targets.default())
    assert set(ranking.best([garbage, good])) == {good}


@settings(max_examples=50)
@given(st.text() | st.from_regex(r"[\w.+!]*(-[\w.+]*){1,6}\.whl", fullmatch=True))
def test_no_name_is_too_strange(filename: str) -> None:
    try:
        parse_wheel_filename(filename)
    except InvalidWheelFilename:
        assert not any(WheelRanking(on("cp312")).best([Artifact(filename=filename)]))
    else:
        WheelRanking(on("cp312")).best([Artifact(filename=filename)])


@pytest.mark.parametrize(
    ("wheel_tags", "pure"),
    [
        ("py3-none-any", True),
        ("py2.py3-none-any", True),
        ("cp312-none-any", True),
        ("7-py3-none-any", True),
        ("py3-none-manylinux2014_x86_64", False),
        ("py3-none-macosx_10_9_universal2", False),
        ("py3-none-any.manylinux2014_x86_64", False),
        ("cp39-abi3-manylinux2014_x86_64", False),
        ("cp312-cp312-any", False),
    ],
)
def test_pure_is_what_has_neither_abi_nor_platform(wheel_tags: str, *, pure: bool) -> None:
    assert is_pure(Artifact(filename=f"thing-1.0-{wheel_tags}.whl")) is pure
