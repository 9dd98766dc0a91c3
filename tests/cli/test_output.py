"""Where the result goes: data to standard output, words to standard error, and files in one step."""

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from lock2nix.errors import OutputError
from tests.indexes.server import Server

from .conftest import LOCK, PROJECT, SCRIPT, Run, command

EARLIER = "# Made from poetry.lock\n# lock2nix: {}\nold\n"


def _header(text: str) -> dict[str, object]:
    found = json.loads(text.split("\n", 2)[1].removeprefix("# lock2nix: "))
    assert isinstance(found, dict)
    return found


def test_standard_output_is_data_and_nothing_else(lock2nix: Run, project: Path) -> None:
    outcome = lock2nix("poetry", "--offline", "-o", "-")
    assert outcome.code == 0
    assert outcome.out.startswith("# Made from poetry.lock by `lock2nix poetry poetry.lock`: ")
    assert outcome.out.endswith("}\n")
    assert "1 package: 1 from wheels" in outcome.err
    assert "Use it" not in outcome.err
    assert sorted(path.name for path in project.iterdir()) == ["poetry.lock", "pyproject.toml"]


def test_standard_output_and_file_are_the_same_bytes(lock2nix: Run, project: Path) -> None:
    assert lock2nix("poetry", "--offline").out == ""
    ascii_only = command("poetry", "--offline", "-o", "-", cwd=project, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert ascii_only.returncode == 0
    assert ascii_only.stdout == (project / "poetry.nix").read_bytes()


def test_summary_says_what_came_of_it(lock2nix: Run, project: Path) -> None:
    outcome = lock2nix("poetry", "--offline")
    assert outcome.out == ""
    assert outcome.err.splitlines()[0] == "poetry.nix: written"
    for words in (
        "1 package: 1 from wheels",
        "for cp311, ",
        " on x86_64-linux, aarch64-linux, aarch64-darwin",
        "groups: main (1)",
        "nixpkgs.overlays = [ (import ./poetry.nix) ];",
        "pkgs.lock2nix.small ",
    ):
        assert words in outcome.err
    assert (project / "poetry.nix").exists()
    assert len(outcome.err.splitlines()) < 24  # one screen


def test_summary_quotes_a_name_that_nix_wants_quoted(lock2nix: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text(PROJECT.replace("small", "2captcha"), encoding="utf-8")
    assert 'pkgs.lock2nix."2captcha" ' in lock2nix("poetry", "--offline").err


def test_quiet_is_quiet(lock2nix: Run, project: Path) -> None:
    outcome = lock2nix("poetry", "--offline", "--quiet")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert (project / "poetry.nix").exists()
    assert lock2nix("poetry", "--quiet", "missing.lock").err.startswith("lock2nix: missing.lock: ")


def test_verbose_lists_everything(lock2nix: Run, project: Path) -> None:
    one = LOCK.split("[metadata]", maxsplit=1)[0]
    many = "".join(one.replace("idna", f"p{number}") for number in range(20))
    (project / "pyproject.toml").unlink()
    (project / "poetry.lock").write_text(many + LOCK, encoding="utf-8")
    short, long = lock2nix("poetry", "--offline").err, lock2nix("poetry", "--offline", "-v").err
    assert "    … and 13 more (--verbose lists all)" in short
    assert "p19-3.7-py3-none-any.whl" in long
    assert "more (--verbose" not in long


def test_full_standard_output_is_an_error(project: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [SCRIPT, "poetry", "--offline", "-o", "-"], cwd=project, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 6
    assert done.stderr.startswith(b"lock2nix: standard output: cannot be written: No space left on device")


def test_reader_that_leaves_is_no_traceback(project: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        done = subprocess.run(
            [SCRIPT, "poetry", "--offline", "-o", "-"], cwd=project, stdout=pipe, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr == b""


def test_default_output_has_the_stem_of_the_lock(lock2nix: Run, project: Path) -> None:
    (project / "poetry.lock").rename(project / "other.lock")
    assert lock2nix("poetry", "--offline", "other.lock").code == 0
    assert (project / "other.nix").read_text(encoding="utf-8").startswith("# Made from other.lock by ")


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("my lock (1).lock", "my-lock-1"),
        ("${builtins.abort}.lock", "builtins.abort"),
        ("-x.lock", "x"),
        ("''.lock", "lock"),
        ("ü.lock", "lock"),
    ],
)
def test_odd_names_of_locks_are_spelled_in_nix(lock2nix: Run, project: Path, name: str, attribute: str) -> None:
    (project / "pyproject.toml").unlink()
    (project / "poetry.lock").rename(project / name)
    outcome = lock2nix("poetry", "--offline", "-o", "-", f"./{name}")
    assert outcome.code == 0
    assert f'\n  name = "{attribute}";\n' in outcome.out
    assert _header(outcome.out)["source"] == name


@pytest.mark.parametrize("name", ["a\nb.lock", "a\x1b[2J.lock", os.fsdecode(b"\xff.lock")])
def test_names_that_nix_cannot_spell_are_refused(lock2nix: Run, project: Path, name: str) -> None:
    (project / "poetry.lock").rename(project / name)
    outcome = lock2nix("poetry", "--offline", "-o", "out.nix", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"lock2nix: the name {name!r} cannot stand in a Nix file\nhint: rename")
    assert not (project / "out.nix").exists()


def test_command_in_the_header_makes_the_same_file_again(lock2nix: Run, project: Path, index: Server) -> None:
    arguments = ["--index-url", f"{index.address}/simple", "--name", "other", "--prefer", "pure", "--target", "cp312"]
    with_login = [argument.replace("http://", "http://me:secret@") for argument in arguments]
    assert lock2nix("poetry", *with_login).code == 0
    text = (project / "poetry.nix").read_text(encoding="utf-8")
    assert "secret" not in text
    made = text.split("`")[1].split(" ")
    assert made == ["lock2nix", "poetry", "poetry.lock", *arguments]
    assert lock2nix(*made[1:]).err.startswith("poetry.nix: unchanged\n")


def test_unchanged_output_is_not_written_again(lock2nix: Run, project: Path) -> None:
    lock2nix("poetry", "--offline")
    output = project / "poetry.nix"
    os.utime(output, ns=(1, 1))
    before = output.stat()
    assert lock2nix("poetry", "--offline").err.startswith("poetry.nix: unchanged\n")
    after = output.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_link_stays_a_link_and_mode_stays(lock2nix: Run, project: Path) -> None:
    kept = project / "kept"
    kept.mkdir()
    (kept / "real.nix").write_text(EARLIER, encoding="utf-8")
    (kept / "real.nix").chmod(0o640)
    (project / "poetry.nix").symlink_to("kept/real.nix")
    assert lock2nix("poetry", "--offline").code == 0
    assert (project / "poetry.nix").readlink() == Path("kept/real.nix")
    assert stat.S_IMODE((kept / "real.nix").stat().st_mode) == 0o640
    assert (kept / "real.nix").read_text(encoding="utf-8").startswith("# Made from poetry.lock")


def test_failed_write_leaves_the_old_file_and_no_other(
    lock2nix: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "poetry.nix").write_text(EARLIER, encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    outcome = lock2nix("poetry", "--offline")
    assert outcome.code == OutputError.exit_code
    assert "poetry.nix: cannot be written: No space left on device" in outcome.err
    assert (project / "poetry.nix").read_text(encoding="utf-8") == EARLIER
    assert sorted(path.name for path in project.iterdir()) == ["poetry.lock", "poetry.nix", "pyproject.toml"]


def test_file_of_somebody_else_is_not_replaced(lock2nix: Run, project: Path) -> None:
    (project / "poetry.nix").write_text("{ pkgs }: pkgs.hello\n", encoding="utf-8")
    outcome = lock2nix("poetry", "--offline")
    assert outcome.code == OutputError.exit_code
    assert "poetry.nix: this file is there, and lock2nix did not write it" in outcome.err
    assert (project / "poetry.nix").read_text(encoding="utf-8") == "{ pkgs }: pkgs.hello\n"


def test_merge_conflict_in_an_earlier_output_is_no_hindrance(lock2nix: Run, project: Path) -> None:
    (project / "poetry.nix").write_text(f"<<<<<<< ours\n{EARLIER}=======\n>>>>>>> theirs\n", encoding="utf-8")
    assert lock2nix("poetry", "--offline").code == 0


def test_same_bytes_whatever_the_circumstances(project: Path, tmp_path: Path) -> None:
    web = Path(__file__).parents[2] / "fixtures" / "poetry" / "web"
    for name in ("poetry.lock", "pyproject.toml"):
        (project / name).write_bytes((web / name).read_bytes())
    runs = {
        "relative": command("poetry", "--offline", "-o", "-", cwd=project, PYTHONHASHSEED="1"),
        "absolute": command("poetry", "--offline", "-o", "-", project / "poetry.lock", cwd=tmp_path),
        "seed": command("poetry", "--offline", "-o", "-", "./poetry.lock", cwd=project, PYTHONHASHSEED="2"),
        "roundabout": command(
            "poetry", "--offline", "-o", "-", "../project/poetry.lock", cwd=project, TZ="Asia/Tokyo", LANG="C"
        ),
    }
    assert {run.returncode for run in runs.values()} == {0}
    assert len({run.stdout for run in runs.values()}) == 1
    assert len({run.stderr for run in runs.values()}) == 1
