"""From a plan to Nix: expressions, the printer that owns all quoting, and the prelude, which is real Nix."""

from .header import Header, is_generated, read_header
from .kept import read_answers
from .overlay import write
from .recipe import write_recipe

__all__ = ["Header", "is_generated", "read_answers", "read_header", "write", "write_recipe"]
