"""Progress on a terminal, silence in a pipe, and what an interrupt leaves behind."""

import os
import pty
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.indexes.server import Server

from .conftest import SCRIPT, untouched


def _terminal(arguments: list[str], cwd: Path) -> tuple[int, bytes]:
    """Run the command with a terminal for standard error; return its code and what was shown there."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen([SCRIPT, *arguments], cwd=cwd, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = b""
        while piece := _read(ours):
            shown += piece
        os.close(ours)
        return process.wait(timeout=60), shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # the other side is closed
        return b""


def test_progress_is_shown_on_a_terminal(project: Path, index: Server) -> None:
    code, shown = _terminal(["poetry", "--index-url", f"{index.address}/simple"], project)
    assert code == 0
    assert b"asking the index" in shown
    assert b"100%" in shown
    assert b"poetry.nix: written" in shown


def test_progress_is_not_shown_to_those_who_want_quiet(project: Path, index: Server) -> None:
    assert _terminal(["poetry", "-q", "--index-url", f"{index.address}/simple"], project) == (0, b"")


def test_progress_is_not_shown_in_a_pipe(project: Path, index: Server) -> None:
    done = subprocess.run(
        [SCRIPT, "poetry", "--index-url", f"{index.address}/simple"], cwd=project, capture_output=True, check=True
    )
    assert b"asking" not in done.stderr
    assert b"\x1b" not in done.stderr
    assert b"\r" not in done.stderr
    assert done.stdout == b""


def test_interrupt_ends_it_at_once_and_writes_nothing(project: Path, index: Server) -> None:
    asked, over = threading.Event(), threading.Event()

    def hang(_: BaseHTTPRequestHandler) -> None:
        asked.set()
        over.wait(60)

    index.on("/simple/idna/", hang)
    (project / "poetry.nix").write_text("old", encoding="utf-8")
    with untouched(project):
        process = subprocess.Popen(
            [SCRIPT, "poetry", "--index-url", f"{index.address}/simple"],
            cwd=project,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            assert asked.wait(30)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
        finally:
            over.set()
            process.kill()
    assert (process.returncode, out, err) == (130, b"", b"lock2nix: interrupted\n")
