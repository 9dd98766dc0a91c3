"""A lock that is older than what asks for it is said to be, and no other."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import tomli

from lock2nix.converters import pipenv, pipenv_hash, poetry, poetry_content_hash
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile

FIXTURES = Path(__file__).parents[2] / "fixtures"
POETRY = [pytest.param(path.parent, id=path.parent.name) for path in sorted(FIXTURES.glob("poetry/*/pyproject.toml"))]
PIPENV = [pytest.param(path.parent, id=path.parent.name) for path in sorted(FIXTURES.glob("pipenv/*/Pipfile"))]


def source(path: Path, change: Callable[[str], str] = str) -> SourceFile:
    return SourceFile(path=path, content=change(path.read_text(encoding="utf-8")).encode())


def of_poetry(folder: Path, change: Callable[[str], str] = str) -> Lock:
    return poetry.read(source(folder / "poetry.lock"), {"pyproject.toml": source(folder / "pyproject.toml", change)})


def of_pipenv(folder: Path, change: Callable[[str], str] = str) -> Lock:
    return pipenv.read(source(folder / "Pipfile.lock"), {"Pipfile": source(folder / "Pipfile", change)})


def outdated(lock: Lock) -> list[str]:
    return [notice.message for notice in lock.notices if notice.kind == "outdated"]


@pytest.mark.parametrize("folder", POETRY)
def test_locks_of_every_poetry_are_their_projects(folder: Path) -> None:
    assert outdated(of_poetry(folder)) == []
    # What does not concern the lock may change.
    assert outdated(of_poetry(folder, lambda text: f"{text}\n[tool.ruff]\nline-length = 88\n")) == []


@pytest.mark.parametrize("folder", PIPENV)
def test_locks_of_every_pipenv_are_their_pipfiles(folder: Path) -> None:
    assert outdated(of_pipenv(folder)) == []
    assert outdated(of_pipenv(folder, lambda text: f"{text}\n[scripts]\nrun = 'x'\n")) == []


def test_changed_project_is_a_notice() -> None:
    changed = of_poetry(
        FIXTURES / "poetry" / "web", lambda text: text.replace('requires-python = ">=', 'requires-python = ">')
    )
    said = "pyproject.toml asks for something else than when poetry.lock was made: run `poetry lock`"
    assert outdated(changed) == [said]


def test_changed_pipfile_is_a_notice() -> None:
    changed = of_pipenv(FIXTURES / "pipenv" / "web", lambda text: text.replace('requests = "~=2.32"', 'requests = "*"'))
    assert outdated(changed) == ["Pipfile asks for something else than when Pipfile.lock was made: run `pipenv lock`"]


@pytest.mark.parametrize("content_hash", ["", "x", "0" * 63, "G" * 64])
def test_what_is_no_hash_says_nothing(content_hash: str) -> None:
    assert not poetry_content_hash.is_outdated(content_hash, {})
    assert not pipenv_hash.is_outdated(content_hash, {})


@pytest.mark.parametrize(
    "text",
    ["[tool.poetry.dependencies]\nx = 2020-01-01", "[packages]\nx = 2020-01-01", "[dependency-groups]\nx = 2020-01-01"],
)
def test_what_no_hash_can_be_made_of_says_nothing(text: str) -> None:
    data = tomli.loads(text)
    assert poetry_content_hash.is_outdated("0" * 64, data) == ("[packages]" in text)
    assert not pipenv_hash.is_outdated("0" * 64, data)


def test_odd_tables_say_nothing_and_harm_nothing() -> None:
    assert poetry_content_hash.is_outdated("0" * 64, {"tool": [], "project": 1, "dependency-groups": "x"})
    assert pipenv_hash.is_outdated("0" * 64, {"packages": [], "source": 1})
    meta = {"hash": ["x"], "pipfile-spec": 6, "requires": {}, "sources": []}
    lock = SourceFile(path=Path("Pipfile.lock"), content=json.dumps({"_meta": meta, "default": {}}).encode())
    assert outdated(pipenv.read(lock, {"Pipfile": SourceFile(path=Path("Pipfile"), content=b"")})) == []
