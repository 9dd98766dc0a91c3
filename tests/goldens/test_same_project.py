"""One project, locked by seven commands on one day: what the overlays install is the same, file by file, on every
target, and pip itself takes these files. `python -m fixtures.make_same` makes the locks.
"""

import json
import re
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pytest
from packaging.tags import mac_platforms
from packaging.utils import canonicalize_name

from lock2nix.schemas.plan import Plan, RemoteFile, SdistOrigin, WheelOrigin
from lock2nix.schemas.target import Target
from tests.goldens import fixtures_of
from tests.goldens.stand_ins import Index, serve_stand_ins
from tests.indexes.server import serve

TOOLS = list(fixtures_of.SAME)
HOST = f"cp{sys.version_info.major}{sys.version_info.minor}-x86_64-linux"
SYSTEMS = ("x86_64-linux", "aarch64-linux", "aarch64-darwin")
PYTHONS = ("cp311", "cp312", "cp313", "cp314")
TARGETS = [f"{python}-{system}" for python in PYTHONS for system in SYSTEMS]

# pip-compile and pipenv lock for the interpreter and system that run them, here CPython 3.11 on Linux. What the project
# asks for on macOS alone is in neither. pipenv's Pipfile and the packages' metadata say that CPython 3.13 needs no
# typing-extensions; of pip-compile's lines pip installs all.
LACKING = {(tool, f"{python}-aarch64-darwin"): {"appnope"} for tool in ("pip-compile", "pipenv") for python in PYTHONS}
MORE = {
    ("pip-compile", f"{python}-{system}"): {"typing-extensions"} for python in ("cp313", "cp314") for system in SYSTEMS
}

_BLOCK = re.compile(r"(?m)^([\w.-]+)==\S+(?: ;[^\\\n]*)? \\\n(?:    --hash=\S+(?: \\)?\n)+")
_OLD_NAMES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}

File = tuple[str, str, str, str]
"""Name, version, file, and sha256."""


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    with serve() as server:
        yield serve_stand_ins(server)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment of this Python with the pip that comes with it."""
    folder = tmp_path_factory.mktemp("pip")
    venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


@cache
def plan_of(tool: str) -> Plan:
    fixture = next(fixture for fixture in fixtures_of.same() if fixture.folder.name == tool)
    converted = fixtures_of.regenerate(fixture, offline=True)
    assert not converted.changed
    return converted.plan


def test_the_locks_are_of_the_same_versions() -> None:
    named = {fixture.folder.name: fixtures_of.locked_versions(fixture) for fixture in fixtures_of.same()}
    of_uv = named["uv"] - {("same", "0.1.0")}
    assert named["poetry"] == named["pdm"] == named["pdm-export"] == named["uv-compile"] == of_uv
    pinned = named["pipenv"] - {("appnope", "*")}  # an entry without a version: this machine does not need it
    assert named["pip-compile"] == pinned
    assert {name for name, _ in of_uv - pinned} == {"appnope", "async-timeout", "colorama"}
    assert pinned < of_uv


@pytest.mark.parametrize("target", TARGETS)
def test_overlays_install_the_same_files(target: str) -> None:
    of_uv = _planned("uv", target)
    assert len(of_uv) >= 18
    for tool in TOOLS:
        lacking = {file for file in of_uv if file[0] in LACKING.get((tool, target), ())}
        more = {file for file in _planned(tool, target) if file[0] in MORE.get((tool, target), ())}
        assert len(lacking) == len(LACKING.get((tool, target), ()))
        assert len(more) == len(MORE.get((tool, target), ()))
        assert _planned(tool, target) - more == of_uv - lacking, tool


def test_there_is_every_kind_of_file() -> None:
    files = {name: file for name, _, file, _ in _planned("uv", "cp313-x86_64-linux")}
    assert files["docopt"].endswith(".tar.gz")
    assert "-abi3-manylinux" in files["cryptography"]
    assert "-cp313-manylinux" in files["markupsafe"]
    assert "py3-none-any" in files["pysocks"]  # by an extra
    assert "typing-extensions" not in files  # which anyio needs on older ones
    assert not {"appnope", "async-timeout", "colorama"} & set(files)


@pytest.mark.parametrize("tool", ["pip-compile", "uv-compile"])
def test_pip_takes_the_same_files(tool: str, python: Path, index: Index, tmp_path: Path) -> None:
    told = tmp_path / "requirements.txt"
    told.write_text(index.told(_requirements(tool)), encoding="utf-8")
    taken = _by_pip(python, "--index-url", index.address, "--require-hashes", "-r", told)
    assert _really(taken, index) == _planned(tool, HOST)


@pytest.mark.parametrize(
    "target",
    [pytest.param(one, marks=() if one.startswith(("cp311-", "cp314-")) else pytest.mark.slow) for one in TARGETS],
)
def test_pip_would_take_the_same_files_on_every_target(target: str, python: Path, index: Index, tmp_path: Path) -> None:
    # pip asks markers of the machine it runs on: it is told which packages, and says which of their files.
    planned = _planned("uv-compile", target)
    names = {name for name, *_ in planned}
    blocks = {found[1]: found[0] for found in _BLOCK.finditer(_requirements("uv-compile"))}
    lines = (re.sub(r" ;[^\\\n]*", "", blocks[name]) for name in sorted(names))
    told = tmp_path / "requirements.txt"
    told.write_text(index.told("".join(lines)), encoding="utf-8")
    known = next(one for one in plan_of("uv-compile").targets if one.id == target)
    arguments = ["--implementation", "cp", "--python-version", "{}.{}".format(*known.minor)]
    arguments += (part for platform in _platforms(known) for part in ("--platform", platform))
    arguments += ("--index-url", index.address, "--require-hashes", "--no-deps", "-r", str(told))
    taken = _by_pip(python, "--target", tmp_path / "there", *arguments)
    assert _really(taken, index) == planned


@pytest.mark.slow
def test_pip_takes_the_same_files_from_pypi(python: Path) -> None:
    lock = fixtures_of.ROOT / "same" / "pip-compile" / "requirements.txt"
    assert _by_pip(python, "--require-hashes", "-r", lock) == _planned("pip-compile", HOST)


def _requirements(tool: str) -> str:
    return (fixtures_of.ROOT / "same" / tool / "requirements.txt").read_text(encoding="utf-8")


def _planned(tool: str, target: str) -> set[File]:
    """Return what the overlay installs there: the files of the default groups' members."""
    plan = plan_of(tool)
    bit = 1 << [known.id for known in plan.targets].index(target)
    chosen = (group for group in plan.groups if group.name in plan.default_groups)
    members = {edge.name for group in chosen for edge in group.members if edge.where & bit}
    files = list(_files(plan, members, bit))
    assert sorted(name for name, *_ in files) == sorted(members)
    return set(files)


def _files(plan: Plan, members: Iterable[str], bit: int) -> Iterator[File]:
    for package in plan.packages:
        for variant in package.variants if package.name in members else ():
            for origin in (sourced.origin for sourced in variant.sources if sourced.where & bit):
                assert isinstance(origin, WheelOrigin | SdistOrigin)
                assert isinstance(origin.file, RemoteFile)
                assert origin.file.hash.algorithm == "sha256"
                yield package.name, variant.version, origin.file.filename, origin.file.hash.digest


def _by_pip(python: Path, *arguments: str | Path) -> set[File]:
    """Return the files that pip would install."""
    fixed = ("--quiet", "--dry-run", "--ignore-installed", "--no-cache-dir", "--disable-pip-version-check")
    command = (python, "-m", "pip", "install", *fixed, "--report", "-", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {_reported(item["metadata"], item["download_info"]) for item in json.loads(done.stdout)["install"]}


def _reported(metadata: Mapping[str, str], info: Mapping[str, object]) -> File:
    archive = info["archive_info"]
    assert isinstance(archive, Mapping)
    file = PurePosixPath(urlsplit(str(info["url"])).path).name
    return canonicalize_name(metadata["name"]), metadata["version"], file, archive["hashes"]["sha256"]


def _really(files: Iterable[File], index: Index) -> set[File]:
    return {(name, version, file, index.real[digest]) for name, version, file, digest in files}


def _platforms(target: Target) -> Iterator[str]:
    machine = target.system.split("-", maxsplit=1)[0]
    if target.is_darwin:
        yield from mac_platforms(target.libc, "arm64")
        return
    for minor in range(target.libc[1], 4, -1):
        yield f"manylinux_2_{minor}_{machine}"
        if minor in _OLD_NAMES:
            yield f"{_OLD_NAMES[minor]}_{machine}"
    yield f"linux_{machine}"
