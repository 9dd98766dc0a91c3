import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.goldens import fixtures_of
from tests.nix_runner import HERE, OFFLINE_STORE, Nix, pythons, to_nix
from tests.prelude.theme import default_python, golden

Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return fixtures_of.copied(fixtures_of.fixture_called("poetry/web"), tmp_path).folder


@pytest.fixture
def shell(nix: Nix, project: Path) -> Shell:
    """Return what runs a command in the project's nix-shell, entered in a folder with PYTHONPATH set."""
    known = golden("web")
    arguments = {
        "pythons": pythons(),
        "python": default_python(),
        "overlay": project / "poetry.nix",
        "name": known["name"],
    }
    given = [part for name, value in arguments.items() for part in ("--arg", name, to_nix(value))]
    environment = {**os.environ, **nix.env, "NIX_BUILD_SHELL": "/bin/bash", "PYTHONPATH": "/nowhere"}

    def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
        whole = ["nix-shell", *OFFLINE_STORE, str(HERE / "prelude" / "shell.nix"), *given]
        whole += ["--run", shlex.join(command)]
        return subprocess.run(whole, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.mark.slow
def test_the_project_is_in_place(shell: Shell, project: Path) -> None:
    deep = project / "docs" / "drafts"
    deep.mkdir(parents=True)
    module = project / "guest_book" / "__init__.py"
    look = (
        "import guest_book, importlib.metadata, os, flask\n"
        "assert 'PYTHONPATH' not in os.environ\n"
        "print(guest_book.__file__, os.environ['LOCK2NIX_ROOT'], importlib.metadata.version('guest-book'), sep='\\n')\n"
        "print(getattr(guest_book, 'EDITED', False))\n"
    )
    for edited in (False, True):
        if edited:
            module.write_text(f"{module.read_text(encoding='utf-8')}\nEDITED = True\n", encoding="utf-8")
        done = shell(deep, "python", "-c", look)
        assert done.stdout.splitlines() == [str(module), str(project), "0.4.0", str(edited)], done.stderr


@pytest.mark.slow
def test_console_scripts_run_from_the_tree(shell: Shell, project: Path) -> None:
    module = project / "guest_book" / "__init__.py"
    module.write_text("def main():\n    print('signed')\n", encoding="utf-8")
    done = shell(project / "guest_book", "guest-book")
    assert done.stdout == "signed\n", done.stderr
    # Scripts of what is locked see the project too.
    (project / "test_it.py").write_text(
        "import guest_book\n\ndef test_it():\n    guest_book.main()\n", encoding="utf-8"
    )
    tested = shell(project, "python", "-c", "import flask.cli, guest_book")
    assert tested.returncode == 0, tested.stderr
    found = shell(project, "flask", "--app", "guest_book", "--help")
    assert found.returncode == 0, found.stderr


@pytest.mark.slow
def test_away_from_the_project_the_shell_says_so(shell: Shell, tmp_path: Path) -> None:
    away = tmp_path / "elsewhere"
    away.mkdir()
    done = shell(away, "python", "-c", "import flask")
    assert done.returncode == 0, done.stderr
    assert "lock2nix: no poetry.lock here or above: the project itself cannot be imported" in done.stderr
