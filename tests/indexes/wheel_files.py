"""Wheels as small as a test needs, or with much around their metadata."""

from collections.abc import Iterable

from .archive_files import Member, zipped

METADATA = b"""Metadata-Version: 2.4
Name: X
Version: 1
Summary: All of it
License-Expression: mit
Requires-Python: >=3.9
Project-URL: Home page, https://x.org/
Provides-Extra: Fast
Requires-Dist: y>=1
Requires-Dist: z[a,b]; extra == "fast"

A long story.
"""


def wheel(metadata: bytes = METADATA, before: Iterable[Member] = (), after: Iterable[Member] = ()) -> bytes:
    return zipped(*before, Member("x-1.dist-info/METADATA", metadata), *after)
