"""What we know of nixpkgs, read from the data files beside this module."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import tomli

from lock2nix.schemas.base import Model
from lock2nix.schemas.target import Implementation, System, interpreter_name


class Interpreter(Model):
    """A Python of nixpkgs and the attribute that it has there."""

    attribute: str
    implementation: Implementation = "cpython"
    minor: tuple[int, int]
    full_version: str
    free_threaded: bool = False
    default: bool = False

    @property
    def short(self) -> str:
        """The interpreter as targets name it, e.g. `cp312`, `cp313t`, `pp310`."""
        return interpreter_name(self.implementation, self.minor, free_threaded=self.free_threaded)


class NixSystem(Model):
    """A system of nixpkgs; versions as in `Target.libc`, `musl` where that variant exists."""

    default: bool = False
    libc: tuple[int, int]
    musl: tuple[int, int] | None = None


def _table(name: str) -> dict[str, Any]:
    return tomli.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def interpreters() -> tuple[Interpreter, ...]:
    """Return nixpkgs' interpreters, the newest last."""
    return tuple(Interpreter.model_validate(row) for row in _table("interpreters")["interpreter"])


@cache
def systems() -> Mapping[System, NixSystem]:
    """Return nixpkgs' systems, in the order in which they are written."""
    return {name: NixSystem.model_validate(row) for name, row in _table("interpreters")["system"].items()}


@cache
def attributes() -> Mapping[str, str]:
    """Return the attribute of nixpkgs' Python set for distributions that it spells otherwise."""
    return _table("attributes")


@cache
def reserved() -> frozenset[str]:
    """Return the names of the Python scope that a package must not take."""
    return frozenset(_table("scope")["reserved"])


@cache
def unlocked() -> frozenset[str]:
    """Return the packages that installers leave out of locks."""
    return frozenset(_table("scope")["unlocked"])


@cache
def offered() -> frozenset[str]:
    """Return the build tools that every nixpkgs has in its Python set."""
    return frozenset(_table("scope")["offered"])


@cache
def build_tools() -> Mapping[str, Sequence[str]]:
    """Return the attributes that do the work of a build requirement, where they are not the requirement's name."""
    return _lists("build-tools")


@cache
def backends() -> Mapping[str, Sequence[str]]:
    """Return the attributes that build backends want, by their names, where no source tree says so."""
    return _lists("backends")


def _lists(section: str) -> Mapping[str, Sequence[str]]:
    return {str(name): [str(one) for one in attributes] for name, attributes in _table("scope")[section].items()}
