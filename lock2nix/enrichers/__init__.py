"""Fill the gaps of a lock: one file for each kind of gap, in one ordered table."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from functools import cache
from pathlib import Path

from lock2nix.indexes import configuration, upkeep
from lock2nix.indexes.cache import Cache, default_folder
from lock2nix.indexes.configuration import Indexes, Level
from lock2nix.indexes.http import Http
from lock2nix.indexes.variables import filled, from_lock
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.source import IndexSource
from lock2nix.schemas.target import Target

from .build_systems import fill_build_systems
from .edges import fill_edges
from .files import fill_files
from .hashes import fill_hashes
from .interface import Enricher, Heard, OnTargets, Sources
from .known import Known
from .local_hashes import hash_local_files
from .pins import recall, remember
from .tools import fill_tools
from .weak_hashes import strengthen_hashes

WHAT_THERE_IS: tuple[Enricher, ...] = (recall, fill_files, fill_edges)
"""What must be known before it can be said which packages are needed, and which of their files."""

WHAT_IS_CHOSEN: tuple[Enricher, ...] = (fill_hashes, strengthen_hashes, fill_build_systems, fill_tools)
"""What need only be known of these."""

EVERY_FILE: tuple[Enricher, ...] = (fill_files, fill_hashes, strengthen_hashes, hash_local_files)
"""What must be known of a lock that is exported: not what an output once chose, but all of its files."""


def enrich(  # noqa: PLR0913 - what the user may say about asking
    lock: Lock,
    *,
    answers: Answers,
    root: Path,
    index_url: str | None = None,
    extra_index_urls: Sequence[str] = (),
    certificates: Path | None = None,
    targets: Sequence[Target] = (),
    prefer: Prefer = "wheel",
    on_targets: OnTargets | None = None,
    offline: bool = False,
    progress: Heard | None = None,
) -> Lock:
    """Return the lock with every gap filled that can be.

    `answers` come from the existing output, `root` is the lock's folder. Offline, no connection is opened and
    addresses are predicted. `certificates` are the authorities to trust. `targets` and `prefer` are what it is all for,
    and `on_targets` drops what these do not need once that can be said. Raises IndexFault, and InputError or UsageError
    for what the machine's configuration says of indexes.
    """
    chosen = configuration.from_command_line(index_url, extra_index_urls)
    known = Known(
        answers,
        Cache(default_folder()),
        index_url,
        targets=frozenset(target.id for target in targets),
        prefer=prefer,
    )
    with _sources(lock, known, root, chosen, certificates=certificates, offline=offline) as opened:
        sources = replace(opened, targets=tuple(targets), on_targets=on_targets, heard=progress)
        found = lock
        for fill in WHAT_THERE_IS:
            found = fill(found, sources)
        if on_targets is not None and not all(map(_says_all, lock.packages)):
            found = on_targets.settle(found)
        for fill in WHAT_IS_CHOSEN:
            found = fill(found, sources)
    return remember(lock, found)


def locate(  # noqa: PLR0913 - as above
    lock: Lock,
    *,
    answers: Answers,
    root: Path,
    index_url: str | None = None,
    extra_index_urls: Sequence[str] = (),
    certificates: Path | None = None,
    offline: bool = False,
    progress: Heard | None = None,
) -> Lock:
    """Return the lock with an address and a hash for all of its files, and with edges where these say what is needed.

    Parameters and errors are those of `enrich`.
    """
    chosen = configuration.from_command_line(index_url, extra_index_urls)
    known = Known(answers, Cache(default_folder()), index_url)
    with _sources(lock, known, root, chosen, certificates=certificates, offline=offline) as opened:
        sources = replace(opened, heard=progress)
        for fill in EVERY_FILE if lock.closed else (*EVERY_FILE, fill_edges):
            lock = fill(lock, sources)
    return lock


def indexes_of(
    lock: Lock, root: Path, *, index_url: str | None = None, extra_index_urls: Sequence[str] = ()
) -> Indexes:
    """Return which indexes the command line, a lock in the folder `root`, and the machine come to together.

    Raises UsageError and InputError.
    """
    return _all_indexes(lock, configuration.from_command_line(index_url, extra_index_urls), root)


def _says_all(package: Package) -> bool:
    return bool(package.artifacts) and not package.loose_hashes and package.dependencies is not None


@contextmanager
def _sources(  # noqa: PLR0913 - as above
    lock: Lock, known: Known, root: Path, chosen: Level, *, certificates: Path | None, offline: bool
) -> Iterator[Sources]:
    @cache
    def indexes() -> Indexes:
        # What is predicted must not depend on the machine.
        return _all_indexes(lock, chosen, root) if not offline else _indexes_offline(lock, chosen)

    http = None if offline else Http(logins=lambda: indexes().logins, certificates=certificates)
    with nullcontext() if http is None else closing(http), known.cache.writing_behind():
        upkeep.prune_daily(default_folder())
        yield Sources(known=known, root=root, http=http, indexes=indexes, certificates=certificates)


def _all_indexes(lock: Lock, chosen: Level, root: Path) -> Indexes:
    from lock2nix.indexes.configuration_files import from_files  # noqa: PLC0415 - most runs ask nothing

    named, environment = tuple(_named(lock)), os.environ
    levels = [
        chosen,
        from_lock(lock.indexes, (url for _, url in named), environment),
        *configuration.from_environment(environment),
        *from_files(environment, root),
    ]
    names = ((name, filled(url, environment)) for name, url in named if name is not None)
    return configuration.joined(levels, names, environment)


def _indexes_offline(lock: Lock, chosen: Level) -> Indexes:
    return configuration.joined([chosen, from_lock(lock.indexes, (), {})])


def _named(lock: Lock) -> Iterator[tuple[str | None, str]]:
    """Yield the indexes that packages of the lock name: what they are called, and their addresses."""
    for package in lock.packages:
        source = package.source
        if isinstance(source, IndexSource) and source.url is not None:
            yield source.name, source.url
