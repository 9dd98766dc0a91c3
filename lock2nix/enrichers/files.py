"""Fills in where the files of indexes are, and which files there are where a lock has only hashes or versions."""

import time
from collections.abc import Collection, Mapping, Sequence

from lock2nix.errors import IndexFault
from lock2nix.indexes.pypi import SIMPLE, predicted_url
from lock2nix.indexes.simple_index import SimpleIndex
from lock2nix.schemas.artifact import Hash, strongest
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import IndexSource

from . import links, pages
from .interface import Sources
from .kept_files import from_known
from .known import KeptFiles
from .listed import Findings, from_page, is_named_as

_CONTRADICTED = "if the files were withdrawn, lock other versions; if hashes differ, be careful"
_NOT_LINKED = "no place of --find-links has files of this name, and the lock wants no index to be asked (--no-index)"
_LIFETIME = 600.0  # seconds for which PyPI lets its pages be kept; here also for indexes that say nothing of it
_LONGEST_LIFETIME = 24 * 60 * 60.0
_UNANSWERED = "what was found is kept: run again to ask for the rest only, or give --offline"


def fill_files(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with an address for every file of an index, and files for packages without.

    Those files are the ones that have the hashes or, where the lock has only a version, all of that version. The
    nearest answer counts: earlier output, cache, index. A file must be there under its name and hash; all that are
    gone, differ or could not be asked for make one IndexFault. Offline addresses are predicted, each with a notice.
    """
    findings = Findings()
    packages = dict(enumerate(lock.packages))
    linked = links.read(lock, _open_ones(packages), sources, findings)
    for at, package in _open_ones(packages).items():
        # Without hashes it would be an index's word that is remembered.
        if not lock.indexes.no_index or package.loose_hashes:
            packages[at] = from_known(package, linked.get(at), sources)
    open_ones = _open_ones(packages)
    if lock.indexes.no_index and not lock.indexes.find_links:
        _refuse_indexes(open_ones.values())
    if sources.index is None:
        for at, package in open_ones.items():
            packages[at] = _offline(package, linked.get(at, links.NOTHING), sources, findings)
    else:
        linked = links.ask(open_ones, linked, sources, sources.index)
        listings = {} if lock.indexes.no_index else _listings(open_ones, linked, sources, sources.index)
        for at, package in open_ones.items():
            packages[at] = _asked(package, linked.get(at, links.NOTHING), listings.get(at), sources, findings)
    _refuse(findings)
    return lock.model_copy(update={"packages": tuple(packages.values()), "notices": (*lock.notices, *findings.notices)})


def _open_ones(packages: Mapping[int, Package]) -> dict[int, Package]:
    return {at: package for at, package in packages.items() if _has_gap(package)}


def _refuse_indexes(open_ones: Collection[Package]) -> None:
    """Raise an IndexFault: a lock that forbids indexes is not to be asked about behind its back."""
    if open_ones:
        names = ", ".join(f"{package.pname} {package.version}" for package in open_ones)
        message = f"the lock wants no index to be asked (--no-index), and nothing else knows the files of {names}"
        raise IndexFault(message, hint="without that option in the file, an index is asked; hashes pin what it may say")


def _has_gap(package: Package) -> bool:
    if not isinstance(package.source, IndexSource):
        return False
    return not package.artifacts or any(not a.is_located for a in package.artifacts)


def _offline(package: Package, linked: links.Linked, sources: Sources, findings: Findings) -> Package:
    if linked.on_disk:
        return package.model_copy(update={"artifacts": linked.on_disk})
    return _predicted(package, sources, findings)


def _predicted(package: Package, sources: Sources, findings: Findings) -> Package:
    # Only PyPI is known to keep files where their names say.
    if sources.indexes().serving(pages.key(package)[0])[0] != SIMPLE:
        return package
    artifacts = []
    for artifact in package.artifacts:
        if not artifact.is_located:
            url = predicted_url(artifact.filename, package.name)
            findings.notices.append(Notice(kind="predicted-url", subject=package.name, message=artifact.filename))
            artifacts.append(artifact.model_copy(update={"url": url}))
        else:
            artifacts.append(artifact)
    return package.model_copy(update={"artifacts": tuple(artifacts)})


def _listings(
    packages: Mapping[int, Package], linked: Mapping[int, links.Linked], sources: Sources, index: SimpleIndex
) -> Mapping[int, pages.Listing]:
    """Return what indexes have of the packages that are not complete without them."""
    had = {at: _hashes_had(package, linked.get(at, links.NOTHING)) for at, package in packages.items()}
    asked = {at: p for at, p in packages.items() if not p.loose_hashes or not had[at].issuperset(p.loose_hashes)}
    elsewhere = [at for at in asked if had[at] or _has_version(packages[at], linked.get(at, links.NOTHING))]
    return pages.ask(asked, sources, index, elsewhere)


def _hashes_had(package: Package, linked: links.Linked) -> frozenset[Hash]:
    of_files = [*(file.hashes for file in linked.on_disk), *(file.hashes for file in linked.listed)]
    return frozenset(one for hashes in of_files for one in hashes if one in package.loose_hashes)


def _has_version(package: Package, linked: links.Linked) -> bool:
    names = [*(file.filename for file in linked.on_disk), *(file.filename for file in linked.listed)]
    return not package.loose_hashes and any(is_named_as(package, name) for name in names)


def _asked(
    package: Package, linked: links.Linked, listing: pages.Listing | None, sources: Sources, findings: Findings
) -> Package:
    """Return the package with the files of all who were asked; `listing` is None where that is no index."""
    for place, fault in ((linked.place, linked.fault), *([] if listing is None else [(listing.index, listing.fault)])):
        if fault is not None:
            findings.unanswered(package, f"{place}: {fault.message}", fault.hint)
            return package
    files = () if listing is None else listing.files
    if not (linked.on_disk or linked.listed or (listing is not None and listing.is_known)):
        where = _NOT_LINKED if listing is None else f"{listing.index} has no files of this name"
        findings.contradicted(package, where)
        return package
    filled = from_page(package, (*linked.listed, *files), findings, linked.on_disk)
    if listing is not None:
        _learn(package, filled, linked, listing, sources)
    return filled


def _learn(package: Package, filled: Package, linked: links.Linked, listing: pages.Listing, sources: Sources) -> None:
    """Keep what an index said; what other places have is not its word."""
    if package.artifacts or package.loose_hashes:
        of_index = {file.url for file in listing.files}
        hashed = [(strongest(a.hashes), a.url) for a in filled.artifacts]
        urls = {best.sri: url for best, url in hashed if best is not None and url is not None and url in of_index}
        if urls:
            sources.known.learn_urls(package, listing.index, urls)
    elif filled.artifacts and linked == links.NOTHING:
        lifetime = _LIFETIME if listing.lifetime is None else min(listing.lifetime, _LONGEST_LIFETIME)
        sources.known.learn_files(package, listing.index, KeptFiles(filled.artifacts, time.time() + lifetime))


def _refuse(findings: Findings) -> None:
    """Raise one IndexFault for all packages that could not be filled."""
    if findings.contradictions:
        lines = [*findings.contradictions, *_grouped(findings.unanswered_by)]
        raise IndexFault("the index contradicts the lock:\n  " + "\n  ".join(lines), hint=_CONTRADICTED)
    if findings.unanswered_by:
        lines = _grouped(findings.unanswered_by)
        hint = "; ".join(filter(None, [findings.hint, _UNANSWERED]))
        raise IndexFault("the index could not be asked for every package:\n  " + "\n  ".join(lines), hint=hint)


def _grouped(by_reason: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{', '.join(packages)}: {reason}" for reason, packages in by_reason.items()]
