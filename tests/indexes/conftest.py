"""A server on loopback, and a client that asks again at once."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lock2nix.indexes.http import Http, Patience
from tests.indexes.server import Server, serve


@pytest.fixture(autouse=True)
def no_netrc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as served:
        yield served


@pytest.fixture
def other_server() -> Iterator[Server]:
    with serve() as served:
        yield served


@pytest.fixture
def http() -> Iterator[Http]:
    with closing(Http(Patience(backoff=0))) as client:
        yield client
