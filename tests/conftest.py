"""What many tests share: Nix, and a process that is cut off from the machine's own configuration."""

import os
import shutil
import sys

import pytest

from tests.nix_runner import Nix


@pytest.fixture(scope="session")
def nix() -> Nix:
    if shutil.which("nix-build") is None:
        if os.environ.get("CI"):
            pytest.fail("Nix is required in CI", pytrace=False)
        pytest.skip("Nix is not installed (Debian: apt-get install nix-bin)")
    return Nix()


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the machine's pip, proxies, cache and credentials out of every test."""
    for name in list(os.environ):
        if name.upper().startswith(("PIP_", "UV_", "POETRY_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("NETRC", os.devnull)
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
