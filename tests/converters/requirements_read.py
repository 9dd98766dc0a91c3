"""Requirements files from text, as the tests write them."""

from collections.abc import Mapping
from pathlib import Path

from lock2nix.converters import requirements
from lock2nix.converters.interface import Read
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.source import SourceFile
from lock2nix.schemas.wishes import Wishes

A, B = (f"sha256:{digit * 64}" for digit in "ab")
REVISION = "0123456789abcdef0123456789abcdef01234567"


def file(name: str, text: str | bytes) -> SourceFile:
    return SourceFile(path=Path(name), content=text.encode() if isinstance(text, str) else text)


def read(text: str | bytes, others: Mapping[str, str] | None = None) -> Read:
    """Read `requirements.txt`, which lies beside the others."""
    return requirements.read(file("requirements.txt", text), {k: file(k, v) for k, v in (others or {}).items()})


def read_all(files: Mapping[str, str], others: Mapping[str, str] | None = None) -> Read:
    """Read several files that are installed together."""
    sources = {name: file(name, text) for name, text in files.items()}
    return requirements.read_several(sources, {k: file(k, v) for k, v in (others or {}).items()})


def locked(text: str | bytes, others: Mapping[str, str] | None = None) -> Lock:
    """Read a file in which everything is pinned."""
    found = read(text, others)
    assert isinstance(found, Lock), found
    return found


def package(text: str, others: Mapping[str, str] | None = None) -> Package:
    """Return the one package of a file."""
    (found,) = locked(text, others).packages
    return found


def reasons(text: str, others: Mapping[str, str] | None = None) -> dict[str, str | None]:
    """Return what a file leaves open, and why."""
    found = read(text, others)
    assert isinstance(found, Wishes), found
    return {wish.requirement: wish.unpinned for wish in found.unpinned}
