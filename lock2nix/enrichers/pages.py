"""The index pages of a lock's packages, each from the one index that may answer for it.

A package whose lock names an index is asked for there and nowhere else. One whose lock names none is asked for on the
default index, and on the extra indexes, in their order, only while those before lack it: the project altogether, every
file with one of its hashes where the lock has these alone, or every file of its version where it has no more than that.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

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
from .listed import is_named_as, may_be_of

Key = tuple[str | None, NormalizedName]
"""The index that a lock names, None for none, and a project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The wanted files of a project on an index, or that index's fault.

    Where the package is known nowhere, `index` names all that were asked. `lifetime` are the seconds for which the
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


def wanted_of(package: Package) -> Wanted:
    """Return which files of a page are wanted for a package."""
    if package.artifacts:
        return Wanted(names=frozenset(a.filename for a in package.artifacts if not a.is_located))
    # Indexes list sha256, if any: by others alone no file would be found.
    if any(h.algorithm == "sha256" for h in package.loose_hashes):
        return Wanted(digests=frozenset(h.digest for h in package.loose_hashes))
    return Wanted(versions=frozenset({package.version}))


def ask(
    packages: Mapping[int, Package], sources: Sources, index: SimpleIndex, had: Collection[int] = ()
) -> Mapping[int, Listing]:
    """Return what each package wants of its page, with one request for each project and index.

    For those that are `had` from elsewhere no extra index need be asked.
    """
    if not packages:
        return {}
    indexes = sources.indexes()
    first = {at: indexes.serving(key(package)[0])[0] for at, package in packages.items()}
    found = _asked(packages, first, sources, index, "asking the index")
    for extra in indexes.extras:
        lacking = {at: p for at, p in packages.items() if key(p)[0] is None and at not in had and _lacks(found[at], p)}
        said = _asked(lacking, dict.fromkeys(lacking, extra), sources, index, f"asking {masked(extra)}")
        for at, listing in said.items():
            if not _lacks(listing, packages[at]) or (listing.is_known and not found[at].is_known):
                found[at] = listing
            elif listing.is_known == found[at].is_known:
                found[at] = replace(found[at], index=f"{found[at].index}, {listing.index}")
    return found


def _asked(
    packages: Mapping[int, Package], urls: Mapping[int, str], sources: Sources, index: SimpleIndex, what: str
) -> dict[int, Listing]:
    """Return what each package wants of its page on the index that is to be asked for it."""
    for url in dict.fromkeys(urls.values()):
        sources.indexes().refuse_unset(url)
    projects: dict[int, Project] = {at: (urls[at].rstrip("/"), package.name) for at, package in packages.items()}
    wanted: dict[Project, Wanted] = {}
    for at, project in projects.items():
        wanted[project] = wanted.get(project, Wanted()) | wanted_of(packages[at])
    batch = index.files(wanted, sources.progress(what))
    return {at: _listing(project, batch) for at, project in projects.items()}


def _listing(project: Project, batch: Batch[Project, Contents]) -> Listing:
    index = masked(project[0])
    if (fault := batch.faults.get(project)) is not None:
        return Listing(index=index, fault=fault)
    contents = batch.answers[project]
    return Listing(index=index, files=contents.files, is_known=contents.is_known, lifetime=contents.lifetime)


def _lacks(listing: Listing, package: Package) -> bool:
    """Whether an index does not have the package, so that the next one may."""
    # An index that fails may have it: nobody else is asked in its stead.
    if listing.fault is not None:
        return False
    if not listing.is_known or package.artifacts:
        return not listing.is_known
    if package.loose_hashes:
        return not may_be_of(package, listing.files)
    return not any(is_named_as(package, file.filename) for file in listing.files)
