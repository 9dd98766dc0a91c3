"""Facts that lock2nix already knows and need not ask an index for (design.md §7)."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from .base import Model
from .lock import BuildSystem, Pinned, Tool


class Answers(Model):
    """Known locations and build systems, keyed by what the lock pins.

    `urls` maps a file's SRI hash to its address, `stronger` a lock's weak hash to the one that the same file was found
    to have; `build_systems` maps the `build_key` of an sdist or a repository to what builds it, `pinned` pins to what
    was found for them. Builds, `tools` and `pinned` are for these `targets`, and what `prefer` says. `index_url` is the
    default index that the addresses are from, None for PyPI. A hash identifies a file completely: an answer can be
    stale but never wrong.
    """

    index_url: str | None = None
    urls: Mapping[str, str] = {}
    stronger: Mapping[str, str] = {}
    build_systems: Mapping[str, BuildSystem] = {}
    targets: frozenset[str] = frozenset()
    prefer: str = "wheel"
    tools: tuple[Tool, ...] = ()
    pinned: Mapping[str, Pinned] = {}


def build_key(pin: str, subdirectory: PurePosixPath | str | None) -> str:
    """Return what a build system is known by: an SRI hash or a revision, and the folder of the project in it."""
    return pin if subdirectory is None else f"{pin}#{subdirectory}"
