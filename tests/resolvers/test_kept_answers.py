"""Whole conversions against an index on loopback: what is asked once is in the output, and never asked again."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from lock2nix.converters import requirements
from lock2nix.pipeline import Conversion, Converted, convert
from tests.indexes.server import Server
from tests.indexes.wheelhouse import Wheelhouse

ODD = b'[build-system]\nrequires = ["odd-backend>=2", "setuptools>=61"]\nbuild-backend = "odd_backend"\n'
BOAT = b"Metadata-Version: 2.2\nName: boat\nVersion: 1.0\n"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")


@pytest.fixture
def house(server: Server) -> Wheelhouse:
    return Wheelhouse(server)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def converted(folder: Path, house: Wheelhouse, *lines: str) -> Converted:
    (folder / "requirements.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return convert(conversion(folder, house))


def conversion(folder: Path, house: Wheelhouse) -> Conversion:
    return Conversion(format=requirements.FORMAT, lock=folder / "requirements.txt", index_url=house.address)


def projects(server: Server) -> set[str]:
    """Return what was asked of the server, without what is common to all."""
    return {path.removeprefix("/simple/") for path in server.asked}


def forget(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: Server) -> None:
    """Go on as in a fresh clone: without a cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    server.asked.clear()


def test_a_fresh_clone_asks_nothing_and_gives_the_same(
    folder: Path, house: Wheelhouse, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    digest = house.wheel("boat", "1.0", ["anchor"])
    house.wheel("anchor", "2.0")
    first = converted(folder, house, f"boat==1.0 --hash=sha256:{digest}", "anchor==2.0")
    forget(monkeypatch, tmp_path, server)
    again = convert(conversion(folder, house))
    assert server.asked == []
    assert again.text == first.text
    offline = convert(replace(conversion(folder, house), offline=True))
    assert offline.text == first.text


def test_a_changed_line_is_asked_for_alone(
    folder: Path, house: Wheelhouse, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    house.wheel("boat", "1.0", ["anchor"])
    house.wheel("anchor", "2.0")
    house.wheel("anchor", "2.1")
    converted(folder, house, "boat==1.0", "anchor==2.0")
    forget(monkeypatch, tmp_path, server)
    converted(folder, house, "boat==1.0", "anchor==2.1")
    assert projects(server) == {"anchor/", "files/anchor-2.1-py3-none-any.whl.metadata"}


def test_an_extra_that_was_not_wanted_before_is_asked_for(
    folder: Path, house: Wheelhouse, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    house.wheel("boat", "1.0", ["anchor", "oar; extra == 'rowing'"], said=["Provides-Extra: rowing"])
    house.wheel("anchor", "2.0")
    house.wheel("oar", "3.0")
    plain = converted(folder, house, "boat==1.0", "anchor==2.0", "oar==3.0")
    assert "oar; " not in plain.text
    forget(monkeypatch, tmp_path, server)
    rowing = converted(folder, house, "boat[rowing]==1.0", "anchor==2.0", "oar==3.0")
    # Without its page nobody knows what lies beside it.
    assert projects(server) == {"files/boat-1.0-py3-none-any.whl"}
    assert '"covers": ["rowing"]' in rowing.text


def test_other_targets_ask_again(folder: Path, house: Wheelhouse) -> None:
    house.wheel("boat", "1.0")
    converted(folder, house, "boat==1.0")
    before = (folder / "requirements.nix").read_text(encoding="utf-8")
    wider = convert(replace(conversion(folder, house), targets=("cp312", "cp313t")))
    assert "cp313t-x86_64-linux" in wider.text
    assert wider.text != before


def test_damaged_lines_are_passed_over(
    folder: Path, house: Wheelhouse, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    house.wheel("boat", "1.0")
    first = converted(folder, house, "boat==1.0")
    output = folder / "requirements.nix"
    output.write_text(first.text.replace('# lock2nix: pinned {"', '# lock2nix: pinned {"x": [], "'), encoding="utf-8")
    forget(monkeypatch, tmp_path, server)
    again = convert(conversion(folder, house))
    assert "boat/" in projects(server)
    assert again.text == first.text


def test_a_tool_that_nobody_has_is_locked_with_what_it_needs(
    folder: Path, house: Wheelhouse, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    house.sdist("boat", "1.0", ("pyproject.toml", ODD), ("PKG-INFO", BOAT))
    house.wheel("odd-backend", "2.3", ["packaging>=20", "rib"])
    house.wheel("packaging", "99")
    house.wheel("rib", "1.0")
    house.wheel("setuptools", "99")
    first = converted(folder, house, "boat==1.0")
    assert [tool.name for tool in first.plan.tools] == ["odd-backend", "rib"]
    tools = first.text[first.text.index("      tools = {") :]
    assert "dependencies = [ build.packaging build.rib ];" in tools
    assert [n.message for n in first.plan.notices if n.kind == "tool"] == [
        "odd-backend 2.3, to build boat 1.0",
        "rib 1.0",
    ]
    # What is newer does not count while the earlier choice serves.
    house.wheel("odd-backend", "3.0")
    forget(monkeypatch, tmp_path, server)
    again = convert(conversion(folder, house))
    assert server.asked == []
    assert again.text == first.text


def test_a_tool_that_is_locked_is_the_locks(folder: Path, house: Wheelhouse) -> None:
    house.sdist("boat", "1.0", ("pyproject.toml", ODD), ("PKG-INFO", BOAT))
    house.wheel("odd-backend", "2.3")
    found = converted(folder, house, "boat==1.0", "odd-backend==2.3")
    assert found.plan.tools == ()
    assert 'lockedBuildTools = [ "odd-backend" ];' in found.text


def test_a_tool_that_cannot_be_had_is_said(folder: Path, house: Wheelhouse) -> None:
    house.sdist("boat", "1.0", ("pyproject.toml", ODD), ("PKG-INFO", BOAT))
    house.sdist("odd-backend", "2.0", ("setup.py", b"open('run', 'w')"))
    found = converted(folder, house, "boat==1.0")
    (notice,) = [n.message for n in found.plan.notices if n.subject == "odd-backend"]
    assert notice.startswith("a version of odd-backend, to build boat 1.0: no versions fulfil these wishes together:")
    assert not list(folder.parent.rglob("run"))


def test_where_builds_disagree_some_get_another_version(folder: Path, house: Wheelhouse) -> None:
    for name, bound in (("boat", ">=2"), ("raft", "<2")):
        said = b'[build-system]\nrequires = ["odd-backend%s"]\n' % bound.encode()
        info = f"Metadata-Version: 2.2\nName: {name}\nVersion: 1.0\n".encode()
        house.sdist(name, "1.0", ("pyproject.toml", said), ("PKG-INFO", info))
    house.wheel("odd-backend", "1.0")
    house.wheel("odd-backend", "2.0")
    found = converted(folder, house, "boat==1.0", "raft==1.0")
    assert [(tool.name, tool.variants[0].version) for tool in found.plan.tools] == [("odd-backend", "2.0")]
    assert 'odd-backend = "<2";' in found.text


@pytest.mark.parametrize("instead", ["sha256-AAAA", "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="])
def test_a_file_of_another_hash_is_none_of_the_lock_s(
    folder: Path, house: Wheelhouse, server: Server, monkeypatch: pytest.MonkeyPatch, instead: str
) -> None:
    digest = house.wheel("boat", "1.0")
    line = f"boat==1.0 --hash=sha256:{digest}"
    first = converted(folder, house, line)
    (folder / "requirements.nix").write_text(
        re.sub(r'("files": \["|hash = ")sha256-[^"]+', rf"\g<1>{instead}", first.text), encoding="utf-8"
    )
    forget(monkeypatch, folder.parent, server)
    again = convert(conversion(folder, house))
    assert "boat/" in projects(server)
    assert again.text == first.text


def test_hashes_that_an_index_does_not_have_are_kept_too(
    folder: Path, house: Wheelhouse, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    house.wheel("boat", "1.0")
    content = requests.get(house.url("boat-1.0-py3-none-any.whl"), timeout=5).content
    first = converted(folder, house, f"boat==1.0 --hash=sha512:{hashlib.sha512(content).hexdigest()}")
    assert 'hash = "sha512-' in first.text
    forget(monkeypatch, tmp_path, server)
    assert convert(conversion(folder, house)).text == first.text
    assert convert(replace(conversion(folder, house), offline=True)).text == first.text
    assert server.asked == []
