"""A pdm.lock and its pyproject.toml from text, as the tests write them."""

from pathlib import Path

import pytest

from lock2nix.converters import pdm
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.source import SourceFile

ZEROS = "0" * 64
PROJECT = '[project]\nname = "App"\nversion = "2"\n'


def read(text: str, project: str | None = PROJECT, *, head: str = "", version: str = "4.5.0") -> Lock:
    """Read packages; `head` is what `[metadata]` has besides its version, whose tables go into `text`."""
    lock = f'[metadata]\nlock_version = "{version}"\n{head}\n{text}'
    beside = SourceFile(path=Path("pyproject.toml"), content=(project or "").encode())
    return pdm.read(
        SourceFile(path=Path("pdm.lock"), content=lock.encode()),
        {} if project is None else {"pyproject.toml": beside},
    )


def package(name: str, more: str = "", *, version: str = "1.0", groups: str | None = '["default"]') -> str:
    in_groups = "" if groups is None else f"groups = {groups}\n"
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\n{in_groups}{more}\n'


def walked(name: str, more: str = "", *, version: str = "1.0") -> str:
    """Return a package of which the lock does not say what installs it."""
    return package(name, more, version=version, groups=None)


def only(lock: Lock) -> Package:
    (found,) = lock.packages
    return found


def refusal(text: str, project: str | None = PROJECT, *, head: str = "", version: str = "4.5.0") -> str:
    """Return what is said of a lock that is refused."""
    with pytest.raises(InputError) as caught:
        read(text, project, head=head, version=version)
    return str(caught.value)
