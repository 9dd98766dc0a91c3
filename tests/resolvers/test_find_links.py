"""Whole conversions of requirements files that name places of packages: --find-links, with and without --no-index."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
import tomli

from lock2nix.converters import pylock, requirements
from lock2nix.errors import IndexFault, UsageError
from lock2nix.exporting import Export, export
from lock2nix.pipeline import Conversion, Converted, convert
from tests.indexes.archive_files import sdist
from tests.indexes.server import Server, behind_login, page
from tests.indexes.wheelhouse import Wheelhouse, wheel_file
from tests.nix_runner import HERE, Nix

TARGETS = ("cp312-x86_64-linux", "cp313-x86_64-linux")
NATIVE = "boat-1.0-cp312-cp312-linux_x86_64.whl"


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
    (made / "wheels").mkdir(parents=True)
    return made


def wheel(folder: Path, filename: str, *needs: str) -> None:
    name, version, _ = filename.split("-", 2)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {n}" for n in needs)]
    (folder / "wheels" / filename).write_bytes(wheel_file(filename, "\n".join([*lines, ""]).encode()))


def converted(folder: Path, house: Wheelhouse, *lines: str) -> Converted:
    return convert(conversion(folder, house, *lines))


def conversion(folder: Path, house: Wheelhouse, *lines: str) -> Conversion:
    if lines:
        (folder / "requirements.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return Conversion(format=requirements.FORMAT, lock=folder / "requirements.txt", index_url=house.address)


def test_folder_alone(folder: Path, house: Wheelhouse, server: Server, nix: Nix) -> None:
    wheel(folder, "boat-1.0-py3-none-any.whl", "anchor>=2")
    wheel(folder, "anchor-2.0-py3-none-any.whl")
    lines = ("--no-index", "-f wheels", "boat==1.0", "anchor==2.0")
    first = converted(folder, house, *lines)
    assert "src = ./wheels/boat-1.0-py3-none-any.whl;\n" in first.text
    assert "dependencies = [ py.anchor ];" in first.text
    assert server.asked == []
    # What lies on disk is looked at anew: it may have changed.
    wheel(folder, "boat-1.0-py3-none-any.whl")
    again = converted(folder, house, *lines)
    assert "dependencies = [" not in again.text
    assert convert(replace(conversion(folder, house, *lines), offline=True)).text == again.text
    expression = f"let pkgs = import {HERE}/nix/hostpkgs.nix {{ overlays = [ (import {folder}/requirements.nix) ]; }};"
    found = nix.evaluate(f"{expression} in toString pkgs.lock2nix.requirements.python.pkgs.boat.src")
    assert str(found).endswith("boat-1.0-py3-none-any.whl")


def test_folder_counts_from_the_file_that_names_it(folder: Path, house: Wheelhouse) -> None:
    wheel(folder, "boat-1.0-py3-none-any.whl")
    (folder / "deep").mkdir()
    (folder / "deep" / "more.txt").write_text("--no-index\n--find-links ../wheels\nboat==1.0\n", encoding="utf-8")
    found = convert(replace(conversion(folder, house, "-r deep/more.txt"), output=folder / "deep" / "er.nix"))
    assert "src = ../wheels/boat-1.0-py3-none-any.whl;\n" in found.text


def test_files_on_disk_and_of_the_index_share_the_targets(folder: Path, house: Wheelhouse, server: Server) -> None:
    wheel(folder, NATIVE)
    house.wheel("boat", "1.0", tags="cp313-cp313-manylinux_2_17_x86_64")
    asked = replace(conversion(folder, house, "-f ./wheels", "boat==1.0"), targets=TARGETS)
    found = convert(asked)
    assert f"cp312-x86_64-linux = ./wheels/{NATIVE};" in found.text
    assert f'url = "{house.url("boat-1.0-cp313-cp313-manylinux_2_17_x86_64.whl")}";' in found.text
    # Both are found again.
    server.asked.clear()
    assert convert(asked).text == found.text
    assert "/simple/boat/" in server.asked


def test_sdist_in_a_folder_is_looked_into(folder: Path, house: Wheelhouse) -> None:
    metadata = b"Metadata-Version: 2.2\nName: boat\nVersion: 1.0\n"
    build = b'[build-system]\nrequires = ["flit-core"]\nbuild-backend = "flit_core.buildapi"\n'
    content = sdist(".tar.gz", ("boat-1.0/PKG-INFO", metadata), ("boat-1.0/pyproject.toml", build))
    (folder / "wheels" / "boat-1.0.tar.gz").write_bytes(content)
    found = converted(folder, house, "--no-index", "-f wheels", "boat==1.0")
    assert "src = ./wheels/boat-1.0.tar.gz;\n" in found.text
    assert 'build-system = {\n            flit-core = "";' in found.text


def test_page_with_a_login_from_the_environment(
    folder: Path, house: Wheelhouse, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.wheel("boat", "1.0")
    links = '<a href="/simple/files/boat-1.0-py3-none-any.whl">no hash</a><a href="/simple/files/boat-1.0.exe">x</a>'
    server.on("/links/", behind_login(("me", "s3cret"), page(links)))
    address = server.address.replace("://", "://me:${LINKS_PASSWORD}@")
    lines = ("--no-index", f"--find-links {address}/links/", "boat==1.0")
    with pytest.raises(UsageError, match="variable LINKS_PASSWORD"):
        converted(folder, house, *lines)
    monkeypatch.setenv("LINKS_PASSWORD", "s3cret")
    found = converted(folder, house, *lines)
    assert house.url("boat-1.0-py3-none-any.whl") in found.text
    assert "s3cret" not in found.text
    assert "/simple/boat/" not in server.asked
    # The file was downloaded for its hash, and is not again.
    server.asked.clear()
    assert convert(conversion(folder, house)).text == found.text
    assert server.asked == []


def test_what_is_open_is_resolved_from_a_page_behind_a_login(
    folder: Path, house: Wheelhouse, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.wheel("boat", "1.0")
    server.on(
        "/links", behind_login(("me", "s3cret"), page(f'<a href="{house.url("boat-1.0-py3-none-any.whl")}"></a>'))
    )
    monkeypatch.setenv("LINKS_PASSWORD", "s3cret")
    address = server.address.replace("://", "://me:${LINKS_PASSWORD}@")
    found = converted(folder, house, "--no-index", f"--find-links {address}/links", "boat")
    assert house.url("boat-1.0-py3-none-any.whl") in found.text
    assert "/simple/boat/" not in server.asked
    assert "s3cret" not in found.text + (folder / "pylock.requirements.toml").read_text(encoding="utf-8")
    # The same by the user's own configuration, for what is pinned.
    monkeypatch.setenv("PIP_FIND_LINKS", server.address.replace("://", "://me:s3cret@") + "/links")
    house.remove("boat")
    pinned = converted(folder, house, "boat==1.0")
    assert house.url("boat-1.0-py3-none-any.whl") in pinned.text


def test_metadata_beside_the_files_of_a_page_are_read(folder: Path, house: Wheelhouse, server: Server) -> None:
    digest = house.wheel("boat", "1.0", ["anchor"])
    house.wheel("anchor", "2.0")
    where = house.url("boat-1.0-py3-none-any.whl")
    web = server.on("/links", page(f'<a href="{where}#sha256={digest}" data-core-metadata="true">boat</a>'))
    converted(folder, house, f"-f {web}", "boat==1.0", "anchor==2.0")
    assert "/simple/files/boat-1.0-py3-none-any.whl.metadata" in server.asked
    assert "/simple/files/boat-1.0-py3-none-any.whl" not in server.asked


def test_page_without_hashes_is_held_against_the_lock(folder: Path, house: Wheelhouse, server: Server) -> None:
    digest = house.wheel("boat", "1.0")
    web = server.on("/links", page('<a href="/simple/files/boat-1.0-py3-none-any.whl">boat</a>'))
    lines = ("--no-index", f"-f {web}", f"boat==1.0 --hash=sha256:{digest}")
    assert house.url("boat-1.0-py3-none-any.whl") in converted(folder, house, *lines).text
    with pytest.raises(IndexFault, match=f"sha256 {digest} is none that the lock has"):
        converted(folder, house, *lines[:2], f"boat==1.0 --hash=sha256:{'0' * 64}")


def test_no_index_is_never_asked(folder: Path, house: Wheelhouse, server: Server) -> None:
    house.wheel("boat", "1.0")
    with pytest.raises(IndexFault, match=r"boat 1\.0: no place of --find-links has files of this name"):
        converted(folder, house, "--no-index", "-f wheels", "boat==1.0")
    assert server.asked == []


def test_what_is_open_is_resolved_from_a_folder(folder: Path, house: Wheelhouse, server: Server) -> None:
    wheel(folder, NATIVE)
    wheel(folder, "boat-1.0-cp313-cp313-linux_x86_64.whl")
    wheel(folder, "anchor-2.0-py3-none-any.whl")
    asked = conversion(folder, house, "--no-index", "-f wheels", "boat>=1", "anchor")
    found = convert(replace(asked, targets=TARGETS))
    assert f"cp312-x86_64-linux = ./wheels/{NATIVE};" in found.text
    assert "src = ./wheels/anchor-2.0-py3-none-any.whl;\n" in found.text
    assert server.asked == []
    assert str(folder) not in (folder / "pylock.requirements.toml").read_text(encoding="utf-8")
    # The result serves the next resolution, too.
    more = conversion(folder, house, "--no-index", "-f wheels", "boat>=1", "anchor>1")
    assert "src = ./wheels/anchor-2.0-py3-none-any.whl;\n" in convert(more).text


def test_what_is_resolved_lies_beside_or_above(folder: Path, house: Wheelhouse) -> None:
    wheel(folder, "boat-1.0-py3-none-any.whl")
    (folder / "wheels").rename(folder.parent / "my wheels")
    for place in ("../my%20wheels", (folder.parent / "my wheels").as_uri().removeprefix("file:")):
        found = converted(folder, house, "--no-index", f"-f file:{place}", "boat>=1")
        result = (folder / "pylock.requirements.toml").read_text(encoding="utf-8")
        assert re.findall(r'path = "(.*)", hashes', result) == ["../my wheels/boat-1.0-py3-none-any.whl"]
        assert 'src = (./. + "/../my wheels/boat-1.0-py3-none-any.whl");\n' in found.text


def test_exports_name_the_files_on_disk(folder: Path, house: Wheelhouse) -> None:
    wheel(folder, NATIVE)
    digest = house.wheel("boat", "1.0", tags="cp313-cp313-manylinux_2_17_x86_64")
    (folder / "requirements.txt").write_text("-f ./wheels\nboat==1.0\n", encoding="utf-8")
    content = (folder / "wheels" / NATIVE).read_bytes()
    asked = Export(lock=folder / "requirements.txt", output=folder / "deep" / "pylock.toml", index_url=house.address)
    (folder / "deep").mkdir()
    (found,) = tomli.loads(export(asked).text)["packages"]
    assert [(wheel.get("path"), wheel["hashes"]["sha256"]) for wheel in found["wheels"]] == [
        (f"../wheels/{NATIVE}", hashlib.sha256(content).hexdigest()),
        (None, digest),
    ]
    again = replace(conversion(folder, house), format=pylock.FORMAT, lock=folder / "deep" / "pylock.toml")
    assert f"cp312-x86_64-linux = ../wheels/{NATIVE};" in convert(again).text
    flat = export(replace(asked, format="requirements", output=None)).text.splitlines()
    assert flat[1:3] == ["--find-links ./wheels", "boat==1.0 \\"]
