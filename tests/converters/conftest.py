"""A poetry.lock and its pyproject.toml from text, as the tests write them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lock2nix.converters import poetry
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile

Read = Callable[..., Lock]


@pytest.fixture(scope="session")
def read() -> Read:
    def _read(lock: str, pyproject: str | None = None) -> Lock:
        source = SourceFile(path=Path("poetry.lock"), content=lock.encode())
        beside = SourceFile(path=Path("pyproject.toml"), content=(pyproject or "").encode())
        return poetry.read(source, {} if pyproject is None else {"pyproject.toml": beside})

    return _read
