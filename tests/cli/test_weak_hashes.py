"""A lock with md5 only, from the index to real Nix."""

import hashlib
from pathlib import Path
from uuid import uuid4

import pytest

from tests.enrichers.locks import sha256
from tests.indexes.server import Server, json_page, page
from tests.nix_runner import HERE, Nix

from .conftest import LOCK, WHEEL, Run

CONTENT = uuid4().bytes  # or Nix would have it from the last run
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


@pytest.fixture
def weak(project: Path, index: Server) -> Path:
    """Make the small project's lock know nothing but the md5 of a file that the index does not vouch for."""
    lock = LOCK.split("files = ", maxsplit=1)[0] + f'files = [{{ file = "{WHEEL}", hash = "md5:{MD5}" }}]\n'
    (project / "poetry.lock").write_text(lock + "[metadata]" + LOCK.split("[metadata]")[1], encoding="utf-8")
    index.on("/simple/idna/", json_page({"filename": WHEEL, "url": f"/{WHEEL}", "hashes": {}}))
    index.on(f"/{WHEEL}", page(CONTENT))
    return project


def source(nix: Nix, project: Path) -> bytes:
    """Return the wheel as real Nix fetches it."""
    (project / "default.nix").write_text(
        f"""
        let
          pkgs = import {HERE}/nix/hostpkgs.nix {{ overlays = [ (import ./poetry.nix) ]; }};
        in
        pkgs.lock2nix.small.python.pkgs.idna.src
        """,
        encoding="utf-8",
    )
    return nix.build(project / "default.nix", {}).read_bytes()


def test_md5_is_checked_once_and_sha256_pinned(
    weak: Path, index: Server, lock2nix: Run, nix: Nix, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ["--index-url", f"{index.address}/simple"]
    done = lock2nix("poetry", *address)
    assert done.code == 0, done.err
    assert "idna 3.7: md5 was checked, and sha256 is pinned" in done.err
    text = (weak / "poetry.nix").read_text(encoding="utf-8")
    assert f'hash = "{sha256(CONTENT).sri}";' in text
    assert source(nix, weak) == CONTENT
    # A fresh clone asks nothing and gives the same bytes.
    asked = len(index.asked)
    monkeypatch.setenv("XDG_CACHE_HOME", str(weak / "fresh"))
    for more in ([], ["--offline"]):
        again = lock2nix("poetry", *address, *more)
        assert "unchanged" in again.err
        assert "idna 3.7: md5 was checked" in again.err
    assert len(index.asked) == asked


def test_offline_nix_itself_holds_the_file_against_md5(weak: Path, index: Server, lock2nix: Run, nix: Nix) -> None:
    address = ["--index-url", f"{index.address}/simple"]
    wheel = index.on(f"/{WHEEL}", page(b"forged"))
    lock = (weak / "poetry.lock").read_text(encoding="utf-8")
    by_url = lock.replace("\n[metadata]", f'\nsource = {{ type = "url", url = "{wheel}" }}\n\n[metadata]')
    (weak / "poetry.lock").write_text(by_url, encoding="utf-8")
    done = lock2nix("poetry", *address, "--offline")
    assert done.code == 0, done.err
    assert "idna 3.7: md5 stays (run once without --offline)" in done.err
    with pytest.raises(pytest.fail.Exception, match="hash mismatch"):
        source(nix, weak)
    index.on(f"/{WHEEL}", page(CONTENT))
    assert source(nix, weak) == CONTENT


def test_file_that_is_not_the_locked_one(weak: Path, index: Server, lock2nix: Run) -> None:
    index.on(f"/{WHEEL}", page(b"forged"))
    done = lock2nix("poetry", "--index-url", f"{index.address}/simple")
    assert done.code == 5
    forged = hashlib.md5(b"forged", usedforsecurity=False).hexdigest()
    assert f"idna 3.7: {WHEEL} has md5 {forged}, and the lock says {MD5}" in done.err
    assert not (weak / "poetry.nix").exists()
