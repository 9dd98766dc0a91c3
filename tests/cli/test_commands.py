"""What can be asked for, how it is refused, and with which exit code."""

import re
from pathlib import Path

import pytest

from lock2nix import __version__
from lock2nix.cli.main import EXIT_CODES
from lock2nix.converters import FORMATS
from tests.indexes.server import Server

from .conftest import LOCK, PROJECT, Run, command, untouched

WINDOWS_ONLY = LOCK.replace("idna-3.7-py3-none-any.whl", "idna-3.7-cp312-cp312-win_amd64.whl")


def _words(text: str) -> str:
    return " ".join(text.split())


def test_version(lock2nix: Run) -> None:
    assert lock2nix("--version").out == f"lock2nix {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        *([known.name, "--help"] for known in FORMATS),
        *([name, "--help"] for name in ("export", "shell", "env", "package")),
    ],
)
@pytest.mark.parametrize("columns", ["80", "200"])
def test_help_fits_and_says_the_exit_codes(
    lock2nix: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    outcome = lock2nix(*arguments)
    assert (outcome.code, outcome.err) == (0, "")
    assert _words(EXIT_CODES) in _words(outcome.out)
    assert max(map(len, outcome.out.splitlines())) <= 80
    assert "…" not in outcome.out
    # Dots mean what is repeated, and nothing cut short.
    assert "..." not in re.sub(
        r"\[ARGS\]\.\.\.|{REQUIREMENT}\.\.\.|\[lock\]\.\.\.|^  lock\.\.\. <", "", outcome.out, flags=re.MULTILINE
    )


def test_help_lists_every_format(lock2nix: Run) -> None:
    outcome = lock2nix("--help")
    for known in FORMATS:
        assert f"Convert a {known.title} lock: lock2nix {known.name} {known.file_names[0]}" in _words(outcome.out)


@pytest.mark.parametrize("asked", [(), ("convert",)])
def test_without_a_name_the_lock_of_the_folder_is_converted(
    lock2nix: Run, project: Path, index: Server, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.address}/simple")
    (project / "requirements.txt").write_text("idna==3.7\n", encoding="utf-8")  # as poetry export writes
    outcome = lock2nix(*asked)
    assert (outcome.code, outcome.err.splitlines()[0]) == (0, "poetry.nix: written")


def test_a_lock_of_another_name_is_known_by_its_content(lock2nix: Run, project: Path) -> None:
    (project / "poetry.lock").rename(project / "py312.lock")
    assert lock2nix("convert", "py312.lock", "--offline").code == 0
    text = (project / "py312.nix").read_text(encoding="utf-8")
    assert 'command = "lock2nix poetry py312.lock";' in text
    refused = lock2nix("convert", "py312.lock", "--offline", "--locked")
    assert (refused.code, refused.err) == (2, "lock2nix: a Poetry lock leaves nothing to resolve\n")


def test_no_lock_in_the_folder_is_said_with_what_could_be(
    lock2nix: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = lock2nix()
    assert outcome.code == 2
    assert outcome.err.startswith(
        "lock2nix: there is no lock in this folder\nhint: lock2nix reads poetry.lock, pylock.toml"
    )
    assert "lock2nix --help" in outcome.err


def test_several_locks_in_the_folder_are_named(lock2nix: Run, project: Path) -> None:
    (project / "uv.lock").write_text("version = 1\n", encoding="utf-8")
    outcome = lock2nix()
    assert outcome.err == (
        "lock2nix: there are several locks in this folder: poetry.lock, uv.lock\n"
        "hint: say which: lock2nix convert poetry.lock\n"
    )
    assert outcome.code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such-format"], "No such command 'no-such-format'"),
        (["--nonsense"], "No such option: --nonsense"),
        (["poetry", "--nonsense"], "No such option: --nonsense"),
        (["poetry", "poetry.lock", "another"], "Got unexpected extra argument"),
        (["poetry", "poetry.lock", "--", "-another"], "Got unexpected extra argument"),
        (["requirements", "poetry.nix", "-o", "poetry.lock", "poetry.lock"], "this is what is to be converted"),
        (["poetry", "--prefer", "conda"], "'conda' is not one of 'wheel', 'pure', 'sdist'"),
        (["poetry", "--output"], "Option '--output' requires an argument"),
        (["poetry", "--name", ""], "Invalid value for '--name': \"\" is not a project name"),
        (["poetry", "--name", "a${b}"], "Invalid value for '--name': \"a${b}\" is not a project name"),
        (["poetry", "--name", "a\nb"], "Invalid value for '--name': \"a\\nb\" is not a project name"),
        (["poetry", "--index-url", "pypi"], "Invalid value for '--index-url': this is not a url that starts with"),
        (["poetry", "--index-url", "https://me:secret@x y"], "Invalid value for '--index-url': this url contains"),
        (["poetry", "--index-url", "https://x.org/?token=secret"], "the address of an index has no query"),
        (["poetry", "--extra-index-url", "https://me:secret@x y"], "Invalid value for '--extra-index-url': this url"),
        (["poetry", "--cert", "absent.pem"], "path 'absent.pem' does not exist"),
        (["cache", "prune", "--max-age", "-1"], "Invalid value for '--max-age'"),
        (["poetry", "-o", "poetry.lock"], "poetry.lock: this is what is to be converted"),
        (["poetry", "-o", "../project/pyproject.toml"], "pyproject.toml: this is what is to be converted"),
        (["poetry", "poetry.nix"], "poetry.nix: this is what is to be converted"),
    ],
)
def test_wrong_command_lines_are_refused(lock2nix: Run, project: Path, arguments: list[str], message: str) -> None:
    (project / "poetry.nix").write_text(LOCK, encoding="utf-8")
    with untouched(project):
        outcome = lock2nix(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert "secret" not in outcome.err


@pytest.mark.parametrize("target", ["cp27-x86_64-linux", "cp312-riscv64-linux", "x86_64", "", "cp312@"])
@pytest.mark.usefixtures("project")
def test_unknown_target_is_refused_with_those_there_are(lock2nix: Run, target: str) -> None:
    outcome = lock2nix("poetry", "--offline", "-t", target)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"lock2nix: unknown target {target!r}\nhint: ")
    for word in ("cp312-x86_64-linux", "cp313t", "pp311", "aarch64-darwin", "-musl"):
        assert word in outcome.err


@pytest.mark.parametrize(
    ("wanted", "arguments", "message"),
    [
        (">=3.8,<3.10", [], "poetry.lock: the project requires Python <3.10,>=3.8, which leaves out cp311, cp312"),
        (">=3.12", ["-t", "cp311"], "poetry.lock: the project requires Python >=3.12, which leaves out cp311"),
    ],
)
def test_python_that_does_not_do_is_refused_with_those_that_do(
    lock2nix: Run, project: Path, wanted: str, arguments: list[str], message: str
) -> None:
    for name, text in (("poetry.lock", LOCK), ("pyproject.toml", PROJECT)):
        (project / name).write_text(text.replace(">=3.8", wanted), encoding="utf-8")
    with untouched(project):
        outcome = lock2nix("poetry", "--offline", *arguments)
    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err.startswith(f"lock2nix: {message}")
    hint = outcome.err.splitlines()[-1]
    assert ("python312, " in hint) if arguments else hint.startswith("hint: no interpreter of a current nixpkgs would")


def test_target_asked_for_is_refused_with_all_packages_that_lack_it(lock2nix: Run, project: Path) -> None:
    other = WINDOWS_ONLY.split("[metadata]", maxsplit=1)[0].replace("idna", "other")
    (project / "poetry.lock").write_text(other + WINDOWS_ONLY, encoding="utf-8")
    (project / "pyproject.toml").write_text(f'{PROJECT}other = "*"\n', encoding="utf-8")
    with untouched(project):
        outcome = lock2nix("poetry", "--offline", "-t", "cp312-x86_64-linux")
    assert (outcome.code, outcome.out) == (4, "")
    lines = outcome.err.splitlines()
    assert lines[0] == "lock2nix: poetry.lock: these packages cannot be had on the targets asked for:"
    assert [line.split(":")[0] for line in lines[1:3]] == [
        "  idna 3.7 on cp312-x86_64-linux",
        "  other 3.7 on cp312-x86_64-linux",
    ]
    assert lines[3].startswith("hint: ")


def test_default_target_that_cannot_be_served_is_a_line_of_the_summary(lock2nix: Run, project: Path) -> None:
    (project / "poetry.lock").write_text(WINDOWS_ONLY, encoding="utf-8")
    outcome = lock2nix("poetry", "--offline")
    assert outcome.code == 0
    assert "idna 3.7, on any target: the lock has no sdist, and wheels only for cp312-cp312-win_amd64" in outcome.err


def test_index_that_is_not_there(lock2nix: Run, project: Path) -> None:
    with untouched(project):
        outcome = lock2nix("poetry", "--index-url", "http://me:secret@127.0.0.1:1/simple")
    assert (outcome.code, outcome.out) == (5, "")
    assert outcome.err.startswith("lock2nix: ")
    assert "127.0.0.1:1" in outcome.err
    assert "secret" not in outcome.err


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (".", ".: cannot be written: it is a directory"),
        ("", ".: cannot be written: it is a directory"),
        ("no/such/folder.nix", "no/such/folder.nix: cannot be written: No such file or directory"),
        # Root may write everywhere: these are refused whoever asks.
        ("poetry.lock/poetry.nix", "poetry.lock/poetry.nix: cannot be written: Not a directory"),
        ("/proc/self/poetry.nix", "/proc/self/poetry.nix: cannot be written: "),
        ("/dev/null", "/dev/null: cannot be written: it is no regular file"),
        ("/dev/full", "/dev/full: cannot be written: it is no regular file"),
        ("circle", "circle: cannot be written: it is no regular file"),
        ("x" * 300, f"{'x' * 300}: cannot be written: File name too long"),
    ],
)
def test_output_that_cannot_be_written(lock2nix: Run, project: Path, output: str, message: str) -> None:
    (project / "circle").symlink_to("circle")
    with untouched(project):
        outcome = lock2nix("poetry", "--offline", "-o", output)
    assert (outcome.code, outcome.out) == (6, "")
    assert outcome.err.startswith(f"lock2nix: {message}")
    assert "hint: choose another file with -o" in outcome.err
    assert Path("/dev/null").is_char_device()


def test_installed_command_answers_like_this_process(project: Path) -> None:
    # One run of each kind through the real thing: a result, a refusal, a wrong command line.
    good = command("poetry", "--offline", cwd=project)
    assert (good.returncode, good.stdout) == (0, b"")
    assert b"poetry.nix: written" in good.stderr
    bad = command("poetry", "missing.lock", cwd=project)
    assert (bad.returncode, bad.stdout) == (3, b"")
    assert bad.stderr.startswith(b"lock2nix: missing.lock: there is no such file")
    assert command("poetry", "--nonsense", cwd=project).returncode == 2
