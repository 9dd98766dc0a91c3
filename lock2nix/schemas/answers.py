"""Facts that lock2nix already knows and need not ask an index for (design.md §7)."""

from collections.abc import Mapping

from .base import Model
from .lock import BuildSystem


class Answers(Model):
    """Known locations and build systems, keyed by what the lock pins.

    `urls` maps a file's SRI hash to its address; `build_systems` maps an sdist's SRI hash to what builds it.
    A hash identifies a file completely, so an answer can be stale but never wrong.
    """

    urls: Mapping[str, str] = {}
    build_systems: Mapping[str, BuildSystem] = {}
