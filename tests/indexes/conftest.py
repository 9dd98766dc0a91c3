"""A server on loopback, a certificate for it, and a client that asks again at once."""

import subprocess
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


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an authority, and a certificate of it for loopback: the file `both` beside it, with its key."""
    folder = tmp_path_factory.mktemp("tls")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n", encoding="utf-8")
    new = "-newkey rsa:2048 -nodes -subj"
    for command in (
        f"req -x509 -days 2 {new} /CN=authority -keyout authority.key -out pem",
        f"req {new} /CN=lock2nix -keyout key -out request",
        "x509 -req -days 2 -in request -CA pem -CAkey authority.key -set_serial 1 -extfile names -out certificate",
    ):
        try:
            subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
        except FileNotFoundError:
            pytest.skip("openssl is not installed")
    (folder / "both").write_bytes((folder / "key").read_bytes() + (folder / "certificate").read_bytes())
    return folder / "pem"
