"""What the user may choose about a conversion."""

from typing import Literal

Prefer = Literal["wheel", "pure", "sdist"]
"""Where a package comes from when the lock leaves a choice (design.md §6): the best wheel; only wheels without
compiled code; the sdist. Each falls back on what there is."""
