"""The server is that of the indexes; uv does not try again what fails here."""

import pytest

from tests.indexes.conftest import certificate, no_netrc, server

__all__ = ["certificate", "no_netrc", "server"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
