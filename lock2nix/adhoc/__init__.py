"""Environments without a file: what is named is resolved, kept in the cache, and entered or built by Nix."""

from .nix import build, enter, require
from .overlays import AdHoc, Kept, overlay

__all__ = ["AdHoc", "Kept", "build", "enter", "overlay", "require"]
