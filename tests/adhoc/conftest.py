"""The server is that of the indexes; uv does not try again what fails here."""

from pathlib import Path

import pytest

from tests.indexes.conftest import server
from tests.indexes.server import Server
from tests.indexes.wheelhouse import Wheelhouse

__all__ = ["server"]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def house(server: Server) -> Wheelhouse:
    house = Wheelhouse(server)
    house.wheel("boat", "1.0", ["anchor>=1"])
    house.wheel("boat", "2.0", ["anchor>=1"])
    house.wheel("anchor", "1.5")
    house.wheel("flag", "1.0", tags="cp311-cp311-manylinux_2_17_x86_64")
    return house
