"""The server and the client are those of the indexes."""

from tests.indexes.conftest import http, no_netrc, other_server, server

__all__ = ["http", "no_netrc", "other_server", "server"]
