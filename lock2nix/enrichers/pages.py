"""The index pages of a lock's packages, each from the one index that may answer for it.

A package whose lock names an index is asked for there and nowhere else. One whose lock names none is asked for on the
default index; only a project that this one does not have at all is asked for on the extra indexes, in their order. Of
one that is locked by hashes alone, this means any of these files: the hashes tell whose is meant.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from packaging.utils import NormalizedName

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import masked
from lock2nix.indexes.simple import IndexFile
from lock2nix.indexes.simple_index import Project, SimpleIndex
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.lock import Package
from lock2nix.schemas.source import IndexSource

from .interface import Sources

Wanted = tuple[str | None, NormalizedName]
"""The index that a lock names, None for none, and a project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of a project on an index, or that index's fault; without files, `index` names all that were asked."""

    index: str
    files: tuple[IndexFile, ...] = ()
    fault: IndexFault | None = None


def wanted(package: Package) -> Wanted:
    """Return the key of a package's page."""
    return (package.source.url if isinstance(package.source, IndexSource) else None, package.name)


def ask(packages: Iterable[Package], sources: Sources, index: SimpleIndex) -> Mapping[Wanted, Listing]:
    """Return the page of each package, with one request for each project and index."""
    keys: dict[Wanted, set[Hash]] = {}
    for package in packages:
        keys.setdefault(wanted(package), set()).update(() if package.artifacts else package.loose_hashes)
    if not keys:
        return {}
    indexes = sources.indexes()
    first = {key: indexes.serving(key[0])[0] for key in keys}
    for url in dict.fromkeys(first.values()):
        indexes.refuse_unset(url)
    projects: dict[Wanted, Project] = {key: (url.rstrip("/"), key[1]) for key, url in first.items()}
    batch = index.files(projects.values(), sources.progress("asking the index"))
    found: dict[Wanted, Listing] = {}
    for key, project in projects.items():
        files, fault = batch.answers.get(project, ()), batch.faults.get(project)
        found[key] = Listing(index=masked(project[0]), files=files, fault=fault)
    for extra in indexes.extras:
        missing = {(extra, key[1]): key for key in keys if key[0] is None and _is_unknown(found[key], keys[key])}
        if missing:
            indexes.refuse_unset(extra)
        batch = index.files(missing, sources.progress(f"asking {masked(extra)}"))
        for project, key in missing.items():
            files, fault = batch.answers.get(project, ()), batch.faults.get(project)
            asked = masked(extra) if files or fault else f"{found[key].index}, {masked(extra)}"
            listing = Listing(index=asked, files=files, fault=fault)
            if not found[key].files or not _is_unknown(listing, keys[key]):
                found[key] = listing
    return found


def _is_unknown(listing: Listing, hashes: AbstractSet[Hash]) -> bool:
    # An index that fails may have the project: nobody else is asked in its stead.
    if listing.fault is not None:
        return False
    # Without a hash on the page nobody can tell.
    return not any(not hashes or not file.hashes or hashes & {*file.hashes} for file in listing.files)
