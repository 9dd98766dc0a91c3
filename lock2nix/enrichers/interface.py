"""What the enrichers have in common: each fills one kind of gap, asking in bulk, and returns a new lock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from lock2nix.indexes.configuration import Indexes
from lock2nix.indexes.git import Repositories
from lock2nix.indexes.http import Http
from lock2nix.indexes.simple import IndexFile
from lock2nix.indexes.simple_index import SimpleIndex
from lock2nix.schemas.lock import BuildSystem, Lock, Package, Tool
from lock2nix.schemas.source import IndexSource
from lock2nix.schemas.target import Target

from .known import Known

Heard = Callable[[str, int, int], None]
"""Hears what is asked for, how many answers are in, and of how many."""


class OnTargets(Protocol):
    """Says what only the planner can: what is left of something on the targets that a lock is converted for."""

    def settle(self, lock: Lock) -> Lock:
        """Return the lock with only the packages, edges and files that some target uses."""

    def needed(self, system: BuildSystem) -> BuildSystem:
        """Return the build system with only the requirements whose markers hold on some target."""

    def used(self, tools: Sequence[Tool]) -> tuple[Tool, ...]:
        """Return those of the tools which what they were chosen for needs, with the edges and files that count."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where enrichers may look: known answers, the folder of the lock, and the network unless `http` is None.

    `targets` are what the lock is converted for, `on_targets` what can be said of them, `certificates` the authorities
    to trust. `indexes` reads which indexes there are besides those of the lock: it is called only where one is needed.
    """

    known: Known
    root: Path
    http: Http | None
    indexes: Callable[[], Indexes]
    targets: tuple[Target, ...] = ()
    on_targets: OnTargets | None = None
    certificates: Path | None = None
    heard: Heard | None = None

    @cached_property
    def index(self) -> SimpleIndex | None:
        """The indexes of the simple API, which all enrichers ask through one memory of its pages."""
        return None if self.http is None else SimpleIndex(self.http, self.known.cache)

    @cached_property
    def repositories(self) -> Repositories:
        """The git repositories, which all enrichers look into through one memory of them."""
        return Repositories()

    def listed(self, package: Package, url: str) -> IndexFile | None:
        """Return what the pages that were asked for say of the package's file at this address."""
        if not isinstance(package.source, IndexSource) or self.index is None:
            return None
        indexes = self.indexes()
        links = indexes.links if package.source.url is None else ()
        places = (*(index.rstrip("/") for index in indexes.serving(package.source.url)), *links)
        pages = (self.index.listed(url, (place, package.name)) for place in places)
        return next((file for file in pages if file is not None), None)

    def progress(self, what: str) -> Callable[[int, int], None] | None:
        """Return the callback for one kind of question."""
        heard = self.heard
        return None if heard is None else lambda done, total: heard(what, done, total)


class Enricher(Protocol):
    """Fills one kind of gap of a lock. Raises IndexFault naming everything that could not be filled."""

    def __call__(self, lock: Lock, sources: Sources) -> Lock:
        """Return the lock with these gaps filled as far as the sources allow, and notices on the rest."""
