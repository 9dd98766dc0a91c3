"""A lock as a file of another format: each writer takes a lock whose gaps are filled, and returns text."""

import re

from .document import FIRST_LINES
from .document import write as document
from .pylock import CREATED_BY
from .pylock import write as pylock
from .requirements import FIRST_LINE
from .requirements import write as requirements

__all__ = ["document", "is_exported", "pylock", "requirements"]

_CREATED_BY = re.compile(rf'^created-by = "{CREATED_BY}"$', re.MULTILINE)


def is_exported(text: str) -> bool:
    """Return whether this is a text that one of the writers has written."""
    return text.startswith((FIRST_LINE, FIRST_LINES)) or _CREATED_BY.search(text) is not None
