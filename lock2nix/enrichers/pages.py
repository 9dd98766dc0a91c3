"""The index pages of a lock's packages, each from the one index that may answer for it.

A package whose lock names an index is asked for there and nowhere else. One whose lock names none is asked for on the
default index; only a project that this one does not have at all is asked for on the extra indexes, in their order. Of
one that is locked by hashes alone, this means any of these files: the hashes tell whose is meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from packaging.utils import NormalizedName

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import masked
from lock2nix.indexes.parallel import Batch
from lock2nix.indexes.simple import Contents, IndexFile
from lock2nix.indexes.simple_index import Project, SimpleIndex
from lock2nix.indexes.wanted import Wanted
from lock2nix.schemas.lock import Package
from lock2nix.schemas.source import IndexSource

from .interface import Sources

Key = tuple[str | None, NormalizedName]
"""The index that a lock names, None for none, and a project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The wanted files of a project on an index, or that index's fault.

    Where the project is known nowhere, `index` names all that were asked. `lifetime` are the seconds for which the
    index says that this is good, None where it does not say.
    """

    index: str
    files: tuple[IndexFile, ...] = ()
    is_known: bool = False
    lifetime: float | None = None
    fault: IndexFault | None = None


def key(package: Package) -> Key:
    """Return the key of a package's page."""
    return (package.source.url if isinstance(package.source, IndexSource) else None, package.name)


def ask(packages: Iterable[Package], sources: Sources, index: SimpleIndex) -> Mapping[Key, Listing]:
    """Return what the packages want of their pages, with one request for each project and index."""
    wanted: dict[Key, Wanted] = {}
    for package in packages:
        at = key(package)
        wanted[at] = wanted.get(at, Wanted()) | _wanted(package)
    if not wanted:
        return {}
    indexes = sources.indexes()
    first = {at: indexes.serving(at[0])[0] for at in wanted}
    for url in dict.fromkeys(first.values()):
        indexes.refuse_unset(url)
    projects: dict[Key, Project] = {at: (url.rstrip("/"), at[1]) for at, url in first.items()}
    batch = index.files({projects[at]: wanted[at] for at in wanted}, sources.progress("asking the index"))
    found = {at: _listing(project, masked(project[0]), batch) for at, project in projects.items()}
    for extra in indexes.extras:
        missing = {at: (extra, at[1]) for at in wanted if at[0] is None and _is_unknown(found[at], wanted[at])}
        if missing:
            indexes.refuse_unset(extra)
        batch = index.files({missing[at]: wanted[at] for at in missing}, sources.progress(f"asking {masked(extra)}"))
        for at, project in missing.items():
            listing = _listing(project, masked(extra), batch)
            if not _is_unknown(listing, wanted[at]):
                found[at] = listing
            elif not found[at].is_known:
                found[at] = Listing(index=f"{found[at].index}, {listing.index}")
    return found


def _wanted(package: Package) -> Wanted:
    if package.artifacts:
        return Wanted(names=frozenset(a.filename for a in package.artifacts if a.url is None))
    # Indexes list sha256, if any: by others alone no file would be found.
    if any(h.algorithm == "sha256" for h in package.loose_hashes):
        return Wanted(digests=frozenset(h.digest for h in package.loose_hashes))
    return Wanted(versions=frozenset({package.version}))


def _listing(project: Project, index: str, batch: Batch[Project, Contents]) -> Listing:
    if (fault := batch.faults.get(project)) is not None:
        return Listing(index=index, fault=fault)
    contents = batch.answers[project]
    return Listing(index=index, files=contents.files, is_known=contents.is_known, lifetime=contents.lifetime)


def _is_unknown(listing: Listing, wanted: Wanted) -> bool:
    # An index that fails may have the project: nobody else is asked in its stead. Hashes say which index was meant.
    return listing.fault is None and (not listing.is_known or (bool(wanted.digests) and not listing.files))
