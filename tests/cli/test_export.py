"""`lock2nix export`: where it goes, what it asks, and what it refuses."""

import os
from pathlib import Path

import pytest
import tomli

from tests.indexes.server import Server

from .conftest import DIGEST, LOCK, PROJECT, WHEEL, Run, command, untouched

PREDICTED = f"https://files.pythonhosted.org/packages/py3/i/idna/{WHEEL}"


def test_standard_output_is_data_and_nothing_else(lock2nix: Run, project: Path) -> None:
    with untouched(project):
        outcome = lock2nix("export", "poetry.lock", "--offline")
    assert outcome.code == 0
    (package,) = tomli.loads(outcome.out)["packages"]
    assert package["wheels"] == [{"url": PREDICTED, "hashes": {"sha256": DIGEST}}]
    assert outcome.err.splitlines()[0] == "  addresses predicted, for an online run to confirm:"


def test_file_and_standard_output_are_the_same_bytes(lock2nix: Run, project: Path) -> None:
    outcome = lock2nix("export", "poetry.lock", "--offline", "-o", "pylock.toml")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.splitlines()[0] == "pylock.toml: written"
    printed = command("export", "poetry.lock", "--offline", "-q", cwd=project, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (printed.returncode, printed.stderr) == (0, b"")
    assert printed.stdout == (project / "pylock.toml").read_bytes()


def test_index_is_asked_for_addresses(lock2nix: Run, project: Path, index: Server) -> None:
    outcome = lock2nix("export", "poetry.lock", "--index-url", f"{index.address}/simple", "-o", "pylock.toml")
    assert (outcome.code, outcome.err) == (0, "pylock.toml: written\n")
    text = (project / "pylock.toml").read_text(encoding="utf-8")
    assert f'url = "{index.address}/{WHEEL}"' in text


def test_own_exports_are_replaced_and_only_if_they_change(lock2nix: Run, project: Path) -> None:
    target = project / "pylock.dev.toml"
    assert lock2nix("export", "poetry.lock", "--offline", "-o", target.name).code == 0
    os.utime(target, ns=(0, 0))
    assert lock2nix("export", "poetry.lock", "--offline", "-o", target.name).err.startswith(f"{target.name}: unchanged")
    assert target.stat().st_mtime_ns == 0
    (project / "poetry.lock").write_text(LOCK.replace(DIGEST, "0" * 64), encoding="utf-8")
    assert lock2nix("export", "poetry.lock", "--offline", "-o", target.name).err.startswith(f"{target.name}: written")
    assert "0" * 64 in target.read_text(encoding="utf-8")


def test_exported_file_converts_and_exports_again(lock2nix: Run, project: Path) -> None:
    assert lock2nix("export", "poetry.lock", "--offline", "-o", "pylock.toml").code == 0
    first = (project / "pylock.toml").read_bytes()
    assert lock2nix("pylock", "--offline").code == 0
    assert lock2nix("export", "pylock.toml", "--offline", "-o", "pylock.again.toml").code == 0
    assert (project / "pylock.again.toml").read_bytes() == first


def test_requirements_of_a_group(lock2nix: Run, project: Path) -> None:
    arguments = (
        "export",
        "poetry.lock",
        "--offline",
        "--format",
        "requirements",
        "--group",
        "main",
        "-o",
        "locked.txt",
    )
    assert lock2nix(*arguments).code == 0
    text = (project / "locked.txt").read_text(encoding="utf-8")
    assert text == f"# Written by lock2nix export.\nidna==3.7 \\\n    --hash=sha256:{DIGEST}\n"
    assert lock2nix(*arguments).err.startswith("locked.txt: unchanged")


def test_paths_are_relative_to_the_file_that_is_written(lock2nix: Run, project: Path) -> None:
    source = '[package.source]\ntype = "directory"\nurl = "libs/idna"\n'
    (project / "poetry.lock").write_text(LOCK.replace("\n[metadata]", f"{source}\n[metadata]"), encoding="utf-8")
    (project / "deep" / "er").mkdir(parents=True)
    assert lock2nix("export", "poetry.lock", "--offline", "-q", "-o", "deep/er/pylock.toml").code == 0
    (package,) = tomli.loads((project / "deep" / "er" / "pylock.toml").read_text(encoding="utf-8"))["packages"]
    assert package["directory"] == {"path": "../../libs/idna"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["poetry.lock", "-o", "locked.toml"],
            2,
            "locked.toml: the file must be called pylock.toml or pylock.NAME.toml",
        ),
        (
            ["poetry.lock", "--group", "main"],
            2,
            "the format pylock holds all groups and extras\nhint: whoever reads it",
        ),
        (["poetry.lock", "--format", "requirements", "--extra", "x"], 2, "the lock has no extra x\nhint: it has none"),
        (["poetry.lock", "--format", "requirements", "-o", "poetry.lock"], 2, "this is what is to be exported"),
        (["poetry.lock", "--format", "requirements", "-o", "pyproject.toml"], 2, "this is what is to be exported"),
        (["poetry.lock", "--format", "yaml"], 2, "'yaml' is not one of 'pylock', 'requirements', 'json'"),
        ([], 2, "Missing argument"),
        (["absent.lock"], 3, "absent.lock: there is no such file"),
        (["pylock.theirs.toml"], 3, "pylock.theirs.toml: packages: Missing required value"),
        (["notes.txt"], 3, "notes.txt: this is no lock file that lock2nix knows"),
        (["poetry.lock", "-o", "pylock.theirs.toml"], 6, "this file is there, and lock2nix did not write it"),
        (["poetry.lock", "-o", "absent/pylock.toml"], 6, "absent/pylock.toml: cannot be written"),
    ],
)
def test_what_is_refused_leaves_everything_as_it_was(
    lock2nix: Run, project: Path, arguments: list[str], code: int, message: str
) -> None:
    (project / "pylock.theirs.toml").write_text('lock-version = "1.0"\ncreated-by = "uv"\n', encoding="utf-8")
    (project / "notes.txt").write_text("buy milk\n", encoding="utf-8")
    with untouched(project):
        outcome = lock2nix("export", *arguments, "--offline")
    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err


def test_what_cannot_be_exported_says_which_lock(lock2nix: Run, project: Path) -> None:
    (project / "poetry.lock").write_text(LOCK.replace(WHEEL, "idna-3.7.tar.bz2"), encoding="utf-8")
    (project / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    outcome = lock2nix("export", "poetry.lock", "--offline")
    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err.startswith("lock2nix: poetry.lock: idna 3.7 cannot be exported: the lock has no wheel or sdist")
