"""Real Nix enters and builds what was resolved, over the test double as the user's nixpkgs."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.indexes.server import Server
from tests.indexes.wheelhouse import Wheelhouse
from tests.nix_runner import HERE, Nix, pythons, to_nix

OWN = f"python{sys.version_info.major}{sys.version_info.minor}"
CONFIGURATION = "sandbox = false\nbuild-users-group =\nsubstituters =\n"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def nixpkgs(tmp_path: Path) -> Path:
    """Make a nixpkgs that has this interpreter as python3, in a folder with a name that shells would read."""
    folder = tmp_path / 'a "nixpkgs" $(false)'
    folder.mkdir()
    config = to_nix({"defaultPython": OWN})
    given = f"{{ pythons = {to_nix(pythons())}; config = {config}; }}"
    (folder / "default.nix").write_text(f"args: import {HERE}/nix/hostpkgs.nix ({given} // args)\n", encoding="utf-8")
    return folder


@pytest.fixture
def lock2nix(nix: Nix, house: Wheelhouse, nixpkgs: Path) -> Run:
    """Return what runs the command in a process of its own, as Nix takes its place."""

    def run(*arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lock2nix", *arguments, "--index-url", house.address]
        env = {**os.environ, **nix.env, "NIX_CONFIG": CONFIGURATION, "NIX_BUILD_SHELL": "/bin/bash"}
        env |= {"PYTHONPATH": str(HERE.parent), "NIX_PATH": f"nixpkgs={nixpkgs}", **(environment or {})}
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env=env, timeout=300
        )

    return run


@pytest.mark.slow
def test_a_shell_runs_a_command_and_leaves_with_its_code(lock2nix: Run, nixpkgs: Path, server: Server) -> None:
    look = "python -c 'import anchor, boat, os; print(os.environ.get(\"PYTHONPATH\"))'; exit 7"
    done = lock2nix("shell", "boat", "--command", look, "--nixpkgs", str(nixpkgs), environment={"NIX_PATH": ""})
    assert (done.returncode, done.stdout) == (7, "None\n"), done.stderr
    assert done.stderr.startswith("resolved and kept: 2 packages: 2 from wheels\n")
    server.asked.clear()
    again = lock2nix("shell", "boat", "--command", "python -c 'import boat'", "--offline")
    assert (again.returncode, again.stdout) == (0, ""), again.stderr
    assert "resolved" not in again.stderr
    assert server.asked == []


@pytest.mark.slow
def test_examples_of_the_docs_run(lock2nix: Run, house: Wheelhouse) -> None:
    house.wheel("requests", "2.32.3")
    house.wheel("tensorflow", "2.18.0")
    page = (HERE.parent / "docs" / "ad-hoc.md").read_text(encoding="utf-8")
    lines = [line.removeprefix("$ ") for line in page.splitlines() if line.startswith("$ ")]
    assert {line.split()[1] for line in lines} == {"shell", "env", "package"}
    own = f"--python {sys.version_info.major}.{sys.version_info.minor}"
    for line in (line.replace("--python 3.12", own) for line in lines):
        done = lock2nix(*shlex.split(line)[1:])
        assert done.returncode == 0, f"{line}: {done.stderr}"


@pytest.mark.slow
def test_an_environment_is_built_and_its_path_printed(lock2nix: Run, tmp_path: Path) -> None:
    done = lock2nix("env", "boat<2", "-q")
    assert done.returncode == 0, done.stderr
    built = Path(done.stdout.strip())
    said = "import importlib.metadata; print(importlib.metadata.version('boat'))"
    found = subprocess.run([built / "bin" / "python", "-c", said], capture_output=True, text=True, check=True)
    assert found.stdout == "1.0\n"
    link = tmp_path / "here"
    assert lock2nix("env", "boat<2", "-o", str(link)).returncode == 0
    assert link.resolve() == built


def test_the_python_that_is_asked_for_is_that_of_the_environment(lock2nix: Run) -> None:
    # Evaluated only: there need not be one on this machine.
    environment = {"NIX_CONFIG": f"{CONFIGURATION}max-jobs = 0\nbuilders =\n"}
    done = lock2nix("env", "boat", "--python", "3.12", environment=environment)
    assert done.returncode != 0
    assert "-python3-3.12" in done.stderr


def test_without_nix_that_is_said_before_anything_is_resolved(lock2nix: Run, server: Server, tmp_path: Path) -> None:
    done = lock2nix("env", "boat", environment={"PATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("lock2nix: there is no nix-build on PATH")
    assert "hint: install Nix" in done.stderr
    assert server.asked == []


def test_a_nixpkgs_that_there_is_not_is_said_before_anything_is_resolved(lock2nix: Run, server: Server) -> None:
    done = lock2nix("shell", "boat", "--nixpkgs", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("lock2nix: nowhere: this is no nixpkgs that there is\nhint: ")
    assert server.asked == []
