"""Environments without a file: what is named is resolved, kept in the cache, and entered or built by Nix."""

from .nix import build, enter, require
from .overlays import AdHoc, Kept, overlay
from .recipes import Recipe, Single, recipe

__all__ = ["AdHoc", "Kept", "Recipe", "Single", "build", "enter", "overlay", "recipe", "require"]
