"""What a plan is made for: an interpreter on a Nix system (design.md §3)."""

from typing import Literal

from .base import Model

System = Literal["x86_64-linux", "aarch64-linux", "x86_64-darwin", "aarch64-darwin"]
Implementation = Literal["cpython", "pypy"]


def interpreter_name(implementation: Implementation, minor: tuple[int, int], *, free_threaded: bool) -> str:
    """Return an interpreter's short name, as wheel tags spell it: `cp312`, `cp313t`, `pp310`."""
    short = "cp" if implementation == "cpython" else "pp"
    return f"{short}{minor[0]}{minor[1]}{'t' if free_threaded else ''}"


class Target(Model):
    """One interpreter on one Nix system.

    `minor` is the language version (3, 12); `full_version` what nixpkgs ships of it. `libc` is the version of glibc
    or musl on Linux, or the minimum macOS version on Darwin, as (major, minor).
    """

    implementation: Implementation = "cpython"
    minor: tuple[int, int]
    full_version: str
    free_threaded: bool = False
    system: System
    musl: bool = False
    libc: tuple[int, int]

    @property
    def interpreter(self) -> str:
        """The interpreter's short name, e.g. `cp312`, `cp313t`, `pp310`."""
        return interpreter_name(self.implementation, self.minor, free_threaded=self.free_threaded)

    @property
    def id(self) -> str:
        """The name by which people ask for it and the generated file finds it, e.g. `cp312-x86_64-linux`."""
        return f"{self.interpreter}-{self.system}{'-musl' if self.musl else ''}"

    @property
    def is_darwin(self) -> bool:
        """Whether this is macOS."""
        return self.system.endswith("-darwin")
