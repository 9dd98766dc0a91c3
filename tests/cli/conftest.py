"""The command line as the tests call it: mostly within this process, where a start costs nothing."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from lock2nix.cli.main import main
from tests.indexes.server import Server, json_page, serve

SCRIPT = Path(sys.executable).with_name("lock2nix")
WHEEL = "idna-3.7-py3-none-any.whl"
DIGEST = "82fee1fc78add43492d3a1898bfa6d8a904cc97d8427f683ed8e798d07761aa0"
LOCK = f"""\
[[package]]
name = "idna"
version = "3.7"
optional = false
python-versions = ">=3.5"
files = [{{ file = "{WHEEL}", hash = "sha256:{DIGEST}" }}]

[metadata]
lock-version = "2.0"
python-versions = ">=3.8"
content-hash = "made by hand"
"""
PROJECT = """\
[tool.poetry]
name = "small"
version = "1.0"
[tool.poetry.dependencies]
python = ">=3.8"
idna = "*"
"""


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def lock2nix(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in this process."""

    def run(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["lock2nix", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        code = left.value.code
        assert isinstance(code, int)
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return run


def command(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the installed command."""
    env = {**os.environ, **environment}
    return subprocess.run([SCRIPT, *arguments], cwd=cwd, env=env, capture_output=True, check=False, timeout=120)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a small project whose folder is the current one."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "poetry.lock").write_text(LOCK, encoding="utf-8")
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def index() -> Iterator[Server]:
    """Serve a package index that has the small project's wheel."""
    with serve() as server:
        file = {"filename": WHEEL, "url": f"{server.address}/{WHEEL}", "hashes": {"sha256": DIGEST}}
        server.on("/simple/idna/", json_page(file))
        yield server


@contextmanager
def untouched(folder: Path) -> Iterator[None]:
    """Check that nothing below the folder is changed, made or removed."""
    before = _state(folder)
    yield
    assert _state(folder) == before


def _state(folder: Path) -> dict[str, tuple[int, int, str]]:
    def described(path: Path) -> tuple[int, int, str]:
        found = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        return found.st_mode, 0 if path.is_dir() else found.st_mtime_ns, hashlib.sha256(content).hexdigest()

    return {str(path.relative_to(folder)): described(path) for path in folder.rglob("*")}
