"""`lock2nix cache`: data on standard output, the rest beside it."""

import os
from pathlib import Path

import pytest

from lock2nix.indexes.cache import Cache, default_folder

from .conftest import Run


@pytest.fixture
def answers() -> Path:
    """Keep three answers, one of them for long."""
    for number in range(3):
        Cache(default_folder()).put("url", str(number), "x" * 1000)
    os.utime(next(default_folder().rglob("*.json")), (0, 0))
    return default_folder()


def test_folder(lock2nix: Run) -> None:
    outcome = lock2nix("cache", "dir")
    assert (outcome.code, outcome.out, outcome.err) == (0, f"{default_folder()}\n", "")
    assert not default_folder().exists()


def test_size(lock2nix: Run, answers: Path) -> None:
    outcome = lock2nix("cache", "size")
    size = sum(path.stat().st_size for path in answers.rglob("*.json"))
    assert (outcome.code, outcome.out) == (0, f"{size}\n")
    assert outcome.err == f"3 answers, {size:,} bytes in {answers}\n"


@pytest.mark.parametrize(
    ("arguments", "gone"),
    [
        (["prune"], "1 answer,"),
        (["prune", "--max-age", "0"], "3 answers,"),
        (["prune", "--max-age", "36500", "--max-size", "0.0015"], "2 answers,"),
        (["clear"], "3 answers,"),
    ],
)
@pytest.mark.usefixtures("answers")
def test_prune_and_clear(lock2nix: Run, arguments: list[str], gone: str) -> None:
    outcome = lock2nix("cache", *arguments)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.startswith(f"removed {gone}")


@pytest.mark.parametrize("arguments", [["size"], ["prune"], ["clear"]])
def test_nothing_there(lock2nix: Run, arguments: list[str]) -> None:
    outcome = lock2nix("cache", *arguments)
    assert outcome.code == 0
    assert "0 answers, 0 bytes" in outcome.err
