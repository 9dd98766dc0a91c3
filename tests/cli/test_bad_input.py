"""Whatever is wrong with a file: a message with file and place, the documented code, and nothing touched."""

import os
import threading
from pathlib import Path

import pytest

from .conftest import LOCK, PROJECT, Run, untouched

DUPLICATE = LOCK.split("[metadata]", maxsplit=1)[0]
CASES: dict[str, tuple[str | bytes, str]] = {
    "not TOML": ("this is no lock\n", "poetry.lock:1:6: not TOML: "),
    "JSON": ('{"package": []}', "poetry.lock:1:1: not TOML: "),
    "truncated in a string": (LOCK[: LOCK.index("python-versions") + 22], "poetry.lock:5:23: not TOML: "),
    "truncated in a table": (DUPLICATE, "poetry.lock: there is no [metadata]: no poetry.lock, or not all of it"),
    "empty": ("", "poetry.lock: there is no [metadata]"),
    "merge conflict": (
        f"<<<<<<< ours\n{LOCK}=======\n>>>>>>> theirs\n",
        "poetry.lock:1:1: not TOML: Invalid statement\nhint: resolve the merge conflict in this file",
    ),
    "another tool's": ('version = 1\n[[package]]\nname = "a"\n', "poetry.lock: there is no [metadata]"),
    "newer": (
        LOCK.replace('"2.0"', '"3.0"'),
        'poetry.lock: metadata.lock-version: lock-version "3.0" is not supported',
    ),
    "not UTF-8": (LOCK.encode() + b'x = "\xff"', "poetry.lock:12:6: not TOML: byte 0xff is not UTF-8"),
    "UTF-16": (LOCK.encode("utf-16"), "poetry.lock:1:1: not TOML: byte 0xff is not UTF-8"),
    "null bytes": (b"\0" * 4096, "poetry.lock:1:1: not TOML: "),
    "name is a number": (LOCK.replace('"idna"', "1"), "poetry.lock: package[0].name: Input should be a valid string"),
    "name is a list": (
        LOCK.replace('"idna"', '["idna"]'),
        "poetry.lock: package[0].name: Input should be a valid string",
    ),
    "package is a table": (
        LOCK.replace("[[package]]", "[package]"),
        "poetry.lock: package: Input should be a valid list",
    ),
    "files is a string": (
        LOCK.replace("files = [", 'files = "x" # ['),
        'poetry.lock: package[0] "idna": files: Input should be a valid list',
    ),
    "version is a date": (LOCK.replace('"3.7"', "2024-01-01"), 'poetry.lock: package[0] "idna": version: '),
    "no version": (LOCK.replace('version = "3.7"\n', ""), 'poetry.lock: package[0] "idna": version: this key is miss'),
    "nested a hundred thousand deep": (f"a = {'[' * 100_000}", "poetry.lock: not readable: nested too deeply"),
    "a number of many digits": (f"a = {'9' * 10_000}", "poetry.lock: not readable: "),
    "duplicate key": (f"{LOCK}content-hash = 'x'\n", "poetry.lock:12:"),
    "duplicate package": (f"{DUPLICATE}{LOCK}", 'poetry.lock: package[1] "idna": "idna" 3.7 is in the file twice'),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("existing", [True, False])
def test_lock_is_refused_and_output_untouched(lock2nix: Run, project: Path, case: str, *, existing: bool) -> None:
    content, message = CASES[case]
    (project / "poetry.lock").write_bytes(content.encode() if isinstance(content, str) else content)
    if existing:
        (project / "poetry.nix").write_text("the one from before", encoding="utf-8")
    with untouched(project):
        outcome = lock2nix("poetry", "--offline")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.startswith(f"lock2nix: {message}")
    assert all(line.isprintable() for line in outcome.err.splitlines())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x", "pyproject.toml:1:2: not TOML: "),
        (PROJECT.replace('"1.0"', '"one"'), 'pyproject.toml: tool.poetry.version: "one" is not a version'),
        (PROJECT.replace('"*"', '">>1"'), "pyproject.toml: tool.poetry.dependencies.idna"),
        ("[project]\nname = 'a'\ndependencies = ['a b c']", "pyproject.toml: project.dependencies[0]: "),
        ("[project]\nname = 1", "pyproject.toml: project.name: "),
        (b"\xff", "pyproject.toml:1:1: not TOML: byte 0xff is not UTF-8"),
    ],
)
def test_project_file_is_refused(lock2nix: Run, project: Path, content: str | bytes, message: str) -> None:
    (project / "pyproject.toml").write_bytes(content.encode() if isinstance(content, str) else content)
    with untouched(project):
        outcome = lock2nix("poetry", "--offline")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.startswith(f"lock2nix: {message}")


@pytest.mark.parametrize("how", ["directory", "link to nothing", "link in circles"])
def test_project_file_that_is_no_file_is_refused(lock2nix: Run, project: Path, how: str) -> None:
    beside = project / "pyproject.toml"
    beside.unlink()
    if how == "directory":
        beside.mkdir()
    else:
        beside.symlink_to("nowhere" if how == "link to nothing" else "pyproject.toml")
    with untouched(project):
        outcome = lock2nix("poetry", "--offline")
    assert outcome.code == 3
    assert outcome.err.startswith("lock2nix: pyproject.toml: ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('idna = "*"', 'idna = "*"\nrequests = "*"'),
        ('idna = "*"', 'Idna = "*"\nReQuests = { version = "*", extras = ["socks"] }'),
    ],
)
def test_dependency_that_is_not_locked_is_named(lock2nix: Run, project: Path, before: str, after: str) -> None:
    (project / "pyproject.toml").write_text(PROJECT.replace(before, after), encoding="utf-8")
    with untouched(project):
        outcome = lock2nix("poetry", "--offline")
    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err.startswith("lock2nix: poetry.lock: packages are needed that the lock does not have:\n")
    assert "requests, wanted by" in outcome.err
    assert "hint: " in outcome.err


def test_dependency_of_a_package_that_is_not_locked_is_named(lock2nix: Run, project: Path) -> None:
    text = LOCK.replace("[metadata]", '[package.dependencies]\nabsent = ">=1"\n[metadata]')
    (project / "poetry.lock").write_text(text, encoding="utf-8")
    with untouched(project):
        outcome = lock2nix("poetry", "--offline")
    assert outcome.code == 4
    assert "poetry.lock: packages are needed that the lock does not have:\n  absent, wanted by idna" in outcome.err


@pytest.mark.parametrize(
    ("prefix", "replaced"),
    [(b"\xef\xbb\xbf", b"\n"), (b"", b"\r\n"), (b"\xef\xbb\xbf", b"\r\n")],
    ids=["BOM", "CRLF", "BOM and CRLF"],
)
def test_byte_order_mark_and_windows_lines_are_fine(
    lock2nix: Run, project: Path, prefix: bytes, replaced: bytes
) -> None:
    plain = lock2nix("poetry", "--offline", "-q", "-o", "-")
    for name in ("poetry.lock", "pyproject.toml"):
        content = (project / name).read_bytes()
        (project / name).write_bytes(prefix + content.replace(b"\n", replaced))
    outcome = lock2nix("poetry", "--offline", "-q", "-o", "-")
    assert (outcome.code, outcome.err) == (0, "")
    # The header tells of other inputs; what follows is the same.
    assert outcome.out.splitlines()[2:] == plain.out.splitlines()[2:]


def test_lock_that_cannot_be_read(lock2nix: Run, project: Path) -> None:
    cases = {
        "missing.lock": "missing.lock: there is no such file\nhint: name the lock file, or change to its folder",
        ".": ".: this is a directory, not a file\nhint: name the lock file in it",
        "..": "..: this is a directory, not a file",
        "/": "/: this is a directory, not a file",
        "": ".: this is a directory, not a file",
        # Root may read everything: these are refused whoever asks.
        "poetry.lock/poetry.lock": "poetry.lock/poetry.lock: cannot be read: Not a directory",
        "/proc/self/mem": "/proc/self/mem: cannot be read: ",
        "/dev/zero": "/dev/zero: this is larger than 64 MB: no lock file",
        "x" * 300: f"{'x' * 300}: cannot be read: File name too long",
    }
    for name, message in cases.items():
        with untouched(project):
            outcome = lock2nix("poetry", "--offline", "-o", "out.nix", name)
        assert (outcome.code, outcome.out) == (3, ""), name
        assert outcome.err.startswith(f"lock2nix: {message}"), name


def test_lock_through_a_pipe_is_read(lock2nix: Run, project: Path) -> None:
    # As in `lock2nix poetry <(git show HEAD:poetry.lock) -o -`.
    os.mkfifo(project / "pipe")
    content = (project / "poetry.lock").read_bytes()
    writer = threading.Thread(target=lambda: (project / "pipe").write_bytes(content))
    writer.start()
    outcome = lock2nix("poetry", "--offline", "pipe", "-q", "-o", "-")
    writer.join()
    assert outcome.code == 0
    assert 'pname = "idna"' in outcome.out
