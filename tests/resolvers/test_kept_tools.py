"""Whole conversions of sdists whose build tools nobody has, against an index on loopback."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lock2nix.pipeline import Conversion, Converted, convert
from tests.indexes.server import Server
from tests.indexes.wheelhouse import Wheelhouse

from .test_kept_answers import alone, conversion, converted, folder, forget, house, projects

__all__ = ["alone", "folder", "house"]

Forget = Callable[[], None]


@pytest.fixture
def forgetting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: Server) -> Forget:
    return lambda: forget(monkeypatch, tmp_path, server)


def boat(house: Wheelhouse, *requires: str, name: str = "boat") -> None:
    """Add an sdist that needs these to be built."""
    said = f"[build-system]\nrequires = {[*requires]!r}\nbuild-backend = 'odd_backend'\n"
    info = f"Metadata-Version: 2.2\nName: {name}\nVersion: 1.0\n"
    house.sdist(name, "1.0", ("pyproject.toml", said.encode()), ("PKG-INFO", info.encode()))


def tools(found: Converted) -> list[tuple[str, str]]:
    return [(tool.name, variant.version) for tool in found.plan.tools for variant in tool.variants]


def missing(found: Converted) -> list[str]:
    return [n.message for n in found.plan.notices if n.message.startswith("a version of ")]


def offline(folder: Path, house: Wheelhouse) -> Converted:
    return convert(replace(conversion(folder, house), offline=True))


def assert_kept(first: Converted, folder: Path, house: Wheelhouse, server: Server, forgetting: Forget) -> None:
    """Assert that a fresh clone asks nothing and gives the same bytes."""
    for again in (convert, lambda asked: convert(replace(asked, offline=True))):
        forgetting()
        assert again(conversion(folder, house)).text == first.text
        assert server.asked == []


def test_where_builds_disagree_the_choice_stays(
    folder: Path, house: Wheelhouse, server: Server, forgetting: Forget
) -> None:
    boat(house, "odd-backend>=2")
    boat(house, "odd-backend<2", name="raft")
    house.wheel("odd-backend", "1.0")
    house.wheel("odd-backend", "2.0")
    first = converted(folder, house, "boat==1.0", "raft==1.0")
    assert tools(first) == [("odd-backend", "2.0")]
    assert_kept(first, folder, house, server, forgetting)


def test_where_a_package_disagrees_with_itself_the_choice_stays(
    folder: Path, house: Wheelhouse, server: Server, forgetting: Forget
) -> None:
    boat(house, "odd-backend>=2; python_version < '3.12'", "odd-backend>=3; python_version >= '3.12'")
    house.wheel("odd-backend", "3.0")
    first = converted(folder, house, "boat==1.0")
    assert tools(first) == [("odd-backend", "3.0")]
    assert_kept(first, folder, house, server, forgetting)


def test_one_that_cannot_be_had_stops_no_other(folder: Path, house: Wheelhouse, forgetting: Forget) -> None:
    boat(house, "odd-backend", "nobody-has-this>1")
    house.wheel("odd-backend", "1.0", ["rib"])
    house.wheel("rib", "1.0")
    first = converted(folder, house, "boat==1.0")
    assert tools(first) == [("odd-backend", "1.0"), ("rib", "1.0")]
    (message,) = missing(first)
    assert message.startswith("a version of nobody-has-this, to build boat 1.0: no versions fulfil these wishes")
    forgetting()
    again = offline(folder, house)
    assert again.text == first.text
    assert missing(again) == ["a version of nobody-has-this, to build boat 1.0: run once without --offline"]


def test_markers_that_hold_nowhere_are_not_asked_for(
    folder: Path, house: Wheelhouse, server: Server, forgetting: Forget
) -> None:
    boat(house, "odd-backend; sys_platform != 'linux'", "winch; sys_platform == 'win32'")
    house.wheel("odd-backend", "1.0", ["sail; sys_platform == 'win32'", "rib; sys_platform == 'darwin'"])
    house.wheel("rib", "1.0")
    house.wheel("sail", "1.0")
    house.wheel("winch", "1.0")
    first = converted(folder, house, "boat==1.0")
    assert tools(first) == [("odd-backend", "1.0"), ("rib", "1.0")]
    assert "winch/" not in projects(server)
    assert "winch" not in first.text
    assert_kept(first, folder, house, server, forgetting)


def test_one_for_newer_pythons_is_there_for_them(
    folder: Path, house: Wheelhouse, server: Server, forgetting: Forget
) -> None:
    boat(house, "odd-backend>=1")
    house.wheel("odd-backend", "1.0", said=["Requires-Python: >=3.12"])
    first = converted(folder, house, "boat==1.0")
    assert tools(first) == [("odd-backend", "1.0")]
    assert missing(first) == []
    assert_kept(first, folder, house, server, forgetting)


def test_extras_of_a_tool_are_part_of_it(folder: Path, house: Wheelhouse, server: Server, forgetting: Forget) -> None:
    boat(house, "odd-backend[toml]")
    needs = ["rib[oak]", "reader; extra == 'toml'", "unwanted; extra == 'other'"]
    house.wheel("odd-backend", "1.0", needs, said=["Provides-Extra: toml", "Provides-Extra: other"])
    house.wheel("rib", "1.0", ["oak; extra == 'oak'"], said=["Provides-Extra: oak"])
    for name in ("reader", "oak", "unwanted"):
        house.wheel(name, "1.0")
    first = converted(folder, house, "boat==1.0")
    assert [name for name, _ in tools(first)] == ["oak", "odd-backend", "reader", "rib"]
    assert "dependencies = [ build.reader build.rib ];" in first.text
    assert_kept(first, folder, house, server, forgetting)


def test_what_the_lock_had_and_loses_is_locked_for_building(
    folder: Path, house: Wheelhouse, forgetting: Forget
) -> None:
    boat(house, "odd-backend")
    house.wheel("odd-backend", "1.0", ["rib"])
    house.wheel("rib", "1.0")
    first = converted(folder, house, "boat==1.0", "rib==1.0")
    assert tools(first) == [("odd-backend", "1.0")]
    # The cache has the whole answer, too.
    assert tools(converted(folder, house, "boat==1.0")) == [("odd-backend", "1.0"), ("rib", "1.0")]
    first = converted(folder, house, "boat==1.0", "rib==1.0")
    assert tools(first) == [("odd-backend", "1.0")]
    (folder / "requirements.txt").write_text("boat==1.0\n", encoding="utf-8")
    forgetting()
    assert missing(offline(folder, house)) == [
        "a version of rib, which odd-backend 1.0 needs: run once without --offline"
    ]
    assert tools(convert(conversion(folder, house))) == [("odd-backend", "1.0"), ("rib", "1.0")]


def test_choices_stay_where_another_tool_is_wanted(folder: Path, house: Wheelhouse, forgetting: Forget) -> None:
    boat(house, "odd-backend")
    boat(house, "second-backend", name="raft")
    house.wheel("odd-backend", "1.0")
    house.wheel("second-backend", "1.0")
    converted(folder, house, "boat==1.0")
    house.wheel("odd-backend", "2.0")
    forgetting()
    assert tools(converted(folder, house, "boat==1.0", "raft==1.0")) == [
        ("odd-backend", "1.0"),
        ("second-backend", "1.0"),
    ]


def test_one_that_is_no_longer_wanted_goes(folder: Path, house: Wheelhouse, server: Server, forgetting: Forget) -> None:
    boat(house, "odd-backend")
    boat(house, "second-backend", name="raft")
    house.wheel("odd-backend", "1.0")
    house.wheel("second-backend", "1.0", ["rib"])
    house.wheel("rib", "1.0")
    converted(folder, house, "boat==1.0", "raft==1.0")
    forgetting()
    smaller = converted(folder, house, "boat==1.0")
    assert tools(smaller) == [("odd-backend", "1.0")]
    assert server.asked == []
    assert "second" not in smaller.text


@pytest.mark.parametrize(
    "damage",
    [
        ('"url": "http', '"url": "file'),
        ('"url": "http://', '"url": "http://user:secret@'),
        ('"pname"', '"source": {"kind": "file", "path": "/etc/passwd"}, "pname"'),
    ],
)
def test_damaged_tools_are_asked_for_anew(
    folder: Path, house: Wheelhouse, server: Server, forgetting: Forget, damage: tuple[str, str]
) -> None:
    boat(house, "odd-backend")
    house.wheel("odd-backend", "1.0")
    first = converted(folder, house, "boat==1.0")
    line = next(one for one in first.text.splitlines() if one.startswith("# lock2nix: tool "))
    assert damage[0] in line
    output = folder / "requirements.nix"
    output.write_text(first.text.replace(line, line.replace(*damage)), encoding="utf-8")
    forgetting()
    again = convert(conversion(folder, house))
    assert "odd-backend/" in projects(server)
    assert again.text == first.text


def test_another_index_is_another_answer(folder: Path, house: Wheelhouse, server: Server, forgetting: Forget) -> None:
    boat(house, "odd-backend")
    house.wheel("odd-backend", "1.0")
    converted(folder, house, "boat==1.0")
    other = Wheelhouse(server, "/other")
    boat(other, "odd-backend")
    other.wheel("odd-backend", "1.5")
    forgetting()
    found = convert(replace(conversion(folder, house), index_url=other.address))
    assert tools(found) == [("odd-backend", "1.5")]


def test_other_files_than_those_of_the_targets_are_not_kept(folder: Path, house: Wheelhouse) -> None:
    boat(house, "odd-backend")
    for tags in ("cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-win_amd64", "cp39-cp39-manylinux_2_17_x86_64"):
        house.wheel("odd-backend", "1.0", tags=tags)
    asked: Conversion = replace(conversion(folder, house), targets=("cp312-x86_64-linux",))
    (folder / "requirements.txt").write_text("boat==1.0\n", encoding="utf-8")
    found = convert(asked)
    assert tools(found) == [("odd-backend", "1.0")]
    assert "win_amd64" not in found.text
    assert "cp39" not in found.text


def test_a_tool_of_an_extra_index_is_kept_with_it(
    folder: Path, house: Wheelhouse, server: Server, forgetting: Forget
) -> None:
    boat(house, "odd-backend")
    other = Wheelhouse(server, "/other")
    other.wheel("odd-backend", "1.5")
    (folder / "requirements.txt").write_text("boat==1.0\n", encoding="utf-8")
    asked = replace(conversion(folder, house), extra_index_urls=(other.address,))
    first = convert(asked)
    assert tools(first) == [("odd-backend", "1.5")]
    forgetting()
    assert convert(replace(asked, offline=True)).text == first.text
    assert server.asked == []
