"""Pins that need others, which the file does not list: real uv is asked for these, and the pins stay."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lock2nix.converters import requirements
from lock2nix.errors import InputError, PlanError
from lock2nix.pipeline import Conversion, Converted, convert
from lock2nix.resolution import Resolution
from tests.indexes.server import Server
from tests.indexes.wheelhouse import Wheelhouse

RESULT = "pylock.requirements.toml"

Ask = Callable[..., Conversion]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def house(server: Server) -> Wheelhouse:
    house = Wheelhouse(server)
    house.wheel("boat", "1.0", ["anchor>=1", "setuptools"])
    house.wheel("boat", "2.0", ["anchor>=1"])
    house.wheel("anchor", "1.5", ["oar; extra == 'rowing'"], said=["Provides-Extra: rowing"])
    house.wheel("oar", "3.0")
    house.wheel("setuptools", "75")
    house.wheel("sail", "1.0", ["wind; sys_platform == 'darwin'", "reef; sys_platform == 'win32'"])
    return house


@pytest.fixture
def ask(tmp_path: Path, house: Wheelhouse) -> Ask:
    """Return what writes a requirements file of these lines and says what is to be done with it."""
    folder = tmp_path / "project"
    folder.mkdir()

    def written(*lines: str) -> Conversion:
        lock = folder / "requirements.txt"
        lock.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return Conversion(format=requirements.FORMAT, lock=lock, index_url=house.address)

    return written


def versions(found: Converted) -> dict[str, str]:
    return {package.name: package.variants[0].version for package in found.plan.packages}


def result(asked: Conversion) -> Path:
    return asked.lock.with_name(RESULT)


def test_what_pins_lack_is_resolved_and_they_stay(ask: Ask) -> None:
    asked = ask("boat==1.0")
    found = convert(asked)
    assert versions(found) == {"anchor": "1.5", "boat": "1.0", "setuptools": "75"}
    assert result(asked).read_text(encoding="utf-8").startswith("# lock2nix: resolved ")
    assert any("was resolved by uv" in notice.message for notice in found.plan.notices)


def test_a_fresh_clone_asks_nothing_and_gives_the_same(
    ask: Ask, house: Wheelhouse, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = convert(ask("boat==2.0"))
    house.wheel("anchor", "2.0")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    server.asked.clear()
    again = convert(replace(ask("# a comment", "boat==2.0"), resolution=Resolution(is_locked=True)))
    assert server.asked == []
    assert versions(again) == versions(first) == {"anchor": "1.5", "boat": "2.0"}


def test_a_change_is_resolved_again(ask: Ask) -> None:
    convert(ask("boat==2.0"))
    assert versions(convert(ask("boat==2.0", "anchor[rowing]==1.5"))) == {"anchor": "1.5", "boat": "2.0", "oar": "3.0"}
    # What is complete is read as it stands.
    assert versions(convert(ask("anchor==1.5"))) == {"anchor": "1.5"}


@pytest.mark.parametrize(
    "lines",
    [
        ("boat==1.0", "anchor==1.5"),  # setuptools is nixpkgs'
        ("anchor==1.5",),  # nobody wants the extra
        ("-c limits.txt", "boat==2.0"),
    ],
)
def test_what_is_complete_is_no_question(ask: Ask, lines: tuple[str, ...]) -> None:
    asked = ask(*lines)
    asked.lock.with_name("limits.txt").write_text("anchor==1.5\n", encoding="utf-8")
    convert(replace(asked, resolution=Resolution(is_locked=True)))
    assert not result(asked).exists()


def test_what_only_some_targets_lack_is_resolved(ask: Ask, house: Wheelhouse) -> None:
    house.wheel("wind", "5.0")
    house.wheel("reef", "5.0")
    found = convert(ask("sail==1.0"))
    assert versions(found) == {"sail": "1.0", "wind": "5.0"}
    assert found.plan.unserved == ()


@pytest.mark.parametrize("offline", [False, True])
def test_where_nobody_can_other_targets_are_served(ask: Ask, *, offline: bool) -> None:
    convert(replace(ask("sail==1.0"), targets=("x86_64-linux",)))
    asked = replace(ask("sail==1.0"), offline=offline)
    found = convert(asked)
    assert {one.name for one in found.plan.unserved} == {"sail"}
    (said,) = [notice.message for notice in found.plan.notices if "not in requirements.txt" in notice.message]
    assert said.startswith("not in requirements.txt: wind, wanted by sail 1.0: ")
    assert ("a run without --offline" if offline else "no versions fulfil these wishes together: ") in said
    assert not result(asked).exists()


def test_what_has_no_answer_is_not_asked_anew_in_every_run(ask: Ask, house: Wheelhouse, server: Server) -> None:
    first = convert(ask("sail==1.0"))
    assert "/simple/wind/" in server.asked
    server.asked.clear()
    again = convert(ask("sail==1.0"))
    assert "/simple/wind/" not in server.asked
    assert again.plan.notices == first.plan.notices
    # Whoever must have an answer asks.
    house.wheel("wind", "5.0")
    house.wheel("reef", "5.0")
    assert versions(convert(replace(ask("sail==1.0"), targets=("aarch64-darwin",)))) == {"sail": "1.0", "wind": "5.0"}


def test_targets_that_are_asked_for_must_be_served(ask: Ask) -> None:
    with pytest.raises(PlanError, match=r"wind, wanted by sail 1\.0\nno versions fulfil these wishes together:\n"):
        convert(replace(ask("sail==1.0"), targets=("aarch64-darwin",)))


@pytest.mark.parametrize("option", ["--offline", "--locked"])
def test_what_is_lacking_is_named_where_nobody_may_be_asked(ask: Ask, option: str) -> None:
    asked = ask("boat==2.0")
    for _ in range(2):  # what is known offline was asked for once
        with pytest.raises(InputError) as caught:
            convert(replace(asked, resolution=Resolution(is_locked=True)))
    if option == "--offline":
        with pytest.raises(InputError) as caught:
            convert(replace(asked, offline=True))
    assert caught.value.message.endswith(f"with {option} nothing is resolved:\n  anchor, wanted by boat 2.0")
    assert caught.value.hint == f"run once without {option}: lock2nix requirements requirements.txt"
    assert not result(asked).exists()


def test_pins_that_exclude_each_other_are_uvs_to_explain(ask: Ask, house: Wheelhouse) -> None:
    house.wheel("raft", "1.0", ["anchor<1"])
    asked = ask("boat==2.0", "raft==1.0")
    with pytest.raises(PlanError) as caught:
        convert(asked)
    lacking, _, explained = caught.value.message.partition("\nno versions fulfil these wishes together:\n")
    assert "anchor, wanted by boat 2.0\n  anchor, wanted by raft 1.0" in lacking
    assert "all versions of raft depend on anchor<1" in " ".join(explained.split())
    assert caught.value.place == str(asked.lock)
    assert not result(asked).exists()


@pytest.mark.parametrize("option", ["--require-hashes", ""])
def test_where_all_have_hashes_nothing_is_added(ask: Ask, house: Wheelhouse, option: str) -> None:
    digest = house.wheel("boat", "3.0", ["anchor"])
    asked = ask(option, f"boat==3.0 --hash=sha256:{digest}")
    with pytest.raises(PlanError, match=r"does not have:\n  anchor, wanted by boat 3\.0") as caught:
        convert(asked)
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("pip refuses it, too")
    assert not result(asked).exists()


def test_hashes_of_some_lines_still_count(ask: Ask, house: Wheelhouse, server: Server) -> None:
    digest = house.wheel("boat", "3.0", ["anchor"])
    other = house.wheel("boat", "3.0", ["anchor"], tags="py2.py3-none-any", said=["Summary: x"])
    found = convert(ask(f"boat==3.0 --hash=sha256:{other}", "oar"))
    assert f"sha256-{_sri(other)}" in found.text
    assert f"sha256-{_sri(digest)}" not in found.text
    asked = ask(f"boat==3.0 --hash=sha256:{hashlib.sha256(b'').hexdigest()}", "oar")
    with pytest.raises(InputError, match=r"no file that the index has of boat 3\.0 has one of its hashes"):
        convert(asked)
    assert server.asked


# A build of it would leave this file behind.
BUILD = """
import pathlib
pathlib.Path({trace!r}).touch()
from setuptools import setup
setup()
"""
PYPROJECT = b"""
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "raft"
version = "1.0"
dependencies = ["anchor>=1", "wind; python_version >= '3.13'"]
optional-dependencies = { rowing = ["oar"] }
"""


@pytest.mark.parametrize("kept", [False, True])
def test_an_sdist_that_says_what_it_needs_is_not_built(
    ask: Ask, house: Wheelhouse, tmp_path: Path, *, kept: bool
) -> None:
    trace = tmp_path / "built"
    members = ("pyproject.toml", PYPROJECT), ("setup.py", BUILD.format(trace=trace).encode())
    digest = house.sdist("raft", "1.0", *members)
    house.sdist("raft", "2.0", *members)
    house.wheel("wind", "5.0")
    house.wheel("barge", "1.0", ["raft[rowing]"])
    if kept:  # what was learnt in an earlier run
        with pytest.raises(InputError):
            convert(replace(ask("raft==1.0"), resolution=Resolution(is_locked=True)))
    asked = ask("raft==1.0")
    found = convert(asked)
    assert versions(found) == {"anchor": "1.5", "raft": "1.0", "wind": "5.0"}
    (wind,) = (package for package in found.plan.packages if package.name == "wind")
    assert [bool(wind.variants[0].where >> at & 1) for at, _ in enumerate(found.plan.targets)] == [
        target.minor >= (3, 13) for target in found.plan.targets
    ]
    assert f"sha256-{_sri(digest)}" in found.text
    again = convert(ask("raft==1.0", "barge==1.0"))
    assert versions(again) == {"anchor": "1.5", "barge": "1.0", "oar": "3.0", "raft": "1.0", "wind": "5.0"}
    assert not trace.exists()


def test_other_sdists_still_do_not_count(ask: Ask, house: Wheelhouse, tmp_path: Path) -> None:
    trace = tmp_path / "built"
    setup = BUILD.format(trace=trace).encode()
    house.sdist("raft", "1.0", ("pyproject.toml", PYPROJECT), ("setup.py", setup))
    house.sdist("wind", "5.0", ("setup.py", setup))
    asked = replace(ask("raft==1.0"), targets=("cp313-x86_64-linux",))
    with pytest.raises(PlanError, match=r"wind==5\.0 has no usable wheels") as caught:
        convert(asked)
    assert "--allow-build" in (caught.value.hint or "")
    silent = PYPROJECT.replace(b"dependencies = [", b'dynamic = ["dependencies"]\n[tool.x]\ny = [', 1)
    house.sdist("junk", "1.0", ("pyproject.toml", silent.replace(b"raft", b"junk")), ("setup.py", setup))
    with pytest.raises(PlanError, match=r"junk==1\.0 has no usable wheels") as caught:
        convert(ask("junk==1.0", "boat==2.0"))
    assert "--allow-build" in (caught.value.hint or "")
    assert not trace.exists()


def test_where_no_wheels_are_wanted_sdists_count_that_say_what_they_need(ask: Ask, house: Wheelhouse) -> None:
    digest = house.sdist("raft", "1.0", ("pyproject.toml", PYPROJECT))
    wheel = house.wheel("raft", "1.0", ["oar"])
    found = convert(ask("--no-binary raft", "raft==1.0"))
    assert versions(found) == {"oar": "3.0", "raft": "1.0"}  # a wheel says it best, also of the sdist
    assert f"sha256-{_sri(digest)}" in found.text
    assert f"sha256-{_sri(wheel)}" not in found.text


def test_more_requirements_join_pins(ask: Ask) -> None:
    asked = replace(ask("anchor==1.5"), resolution=Resolution(added=("oar<4",)))
    assert versions(convert(asked)) == {"anchor": "1.5", "oar": "3.0"}


def _sri(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()
