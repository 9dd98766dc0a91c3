"""Fill the gaps of a lock: one file for each kind of gap, in one ordered table."""

from contextlib import closing, nullcontext
from pathlib import Path

from lock2nix.indexes.cache import Cache, default_folder
from lock2nix.indexes.http import Http
from lock2nix.indexes.pypi import SIMPLE
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.lock import Lock

from .build_systems import fill_build_systems
from .edges import fill_edges
from .files import fill_files
from .hashes import fill_hashes
from .interface import Enricher, Heard, Sources
from .known import Known

ENRICHERS: tuple[Enricher, ...] = (fill_files, fill_hashes, fill_edges, fill_build_systems)
"""Files and hashes come first: what a file says of itself is kept under its hash."""


def enrich(  # noqa: PLR0913 - what the user may say about asking
    lock: Lock,
    *,
    answers: Answers,
    root: Path,
    index_url: str | None = None,
    offline: bool = False,
    progress: Heard | None = None,
) -> Lock:
    """Return the lock with every gap filled that can be.

    `answers` come from the existing output, `root` is the lock's folder. Offline, no connection is opened and
    addresses are predicted. Raises IndexFault.
    """
    with nullcontext() if offline else closing(Http()) as http:
        sources = Sources(
            known=Known(answers, Cache(default_folder())),
            root=root,
            http=http,
            default_index=index_url or SIMPLE,
            heard=progress,
        )
        for fill in ENRICHERS:
            lock = fill(lock, sources)
    return lock
