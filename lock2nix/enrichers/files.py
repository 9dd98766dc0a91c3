"""Fills in where the files of indexes are, and which files there are where a lock has only hashes or versions."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import masked
from lock2nix.indexes.pypi import SIMPLE, predicted_url
from lock2nix.schemas.artifact import Artifact, strongest
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import IndexSource

from . import pages
from .interface import Sources
from .known import KeptFiles
from .listed import Findings, from_page, is_of

_CONTRADICTED = "if the files were withdrawn, lock other versions; if hashes differ, be careful"
_LIFETIME = 600.0  # seconds for which PyPI lets its pages be kept; here also for indexes that say nothing of it
_LONGEST_LIFETIME = 24 * 60 * 60.0
_UNANSWERED = "what was found is kept: run again to ask for the rest only, or give --offline"


def fill_files(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with an address for every file of an index, and files for packages without.

    Those files are the ones that have the hashes or, where the lock has only a version, all of that version. The
    nearest answer counts: earlier output, cache, index. A file must be there under its name and hash; all that are
    gone, differ or could not be asked for make one IndexFault. Offline addresses are predicted, each with a notice.
    """
    known = [_from_known(package, sources) if _has_gap(package) else package for package in lock.packages]
    findings = Findings()
    if lock.indexes.no_index:
        _refuse_indexes([package for package in known if _has_gap(package)])
    if sources.index is None:
        filled = [_predicted(package, sources, findings) if _has_gap(package) else package for package in known]
    else:
        open_ones = {at: package for at, package in enumerate(known) if _has_gap(package)}
        listings = pages.ask(open_ones, sources, sources.index)
        filled = [_asked(p, listings[at], sources, findings) if at in listings else p for at, p in enumerate(known)]
    _refuse(findings)
    return lock.model_copy(update={"packages": tuple(filled), "notices": (*lock.notices, *findings.notices)})


def _refuse_indexes(open_ones: Sequence[Package]) -> None:
    """Raise an IndexFault: a lock that forbids indexes is not to be asked about behind its back."""
    if open_ones:
        names = ", ".join(f"{package.pname} {package.version}" for package in open_ones)
        message = f"the lock wants no index to be asked (--no-index), and nothing else knows the files of {names}"
        raise IndexFault(message, hint="without that option in the file, an index is asked; hashes pin what it may say")


def _has_gap(package: Package) -> bool:
    if not isinstance(package.source, IndexSource):
        return False
    return not package.artifacts or any(a.url is None for a in package.artifacts)


def _from_known(package: Package, sources: Sources) -> Package:
    if package.artifacts:
        wanted = {best.sri for a in package.artifacts if a.url is None and (best := strongest(a.hashes)) is not None}
        urls = _known_urls(wanted, package, sources)
        return package.model_copy(update={"artifacts": tuple(_at(artifact, urls) for artifact in package.artifacts)})
    return _named_by_known(package, sources) if package.loose_hashes else _listed_before(package, sources)


def _at(artifact: Artifact, urls: Mapping[str, str]) -> Artifact:
    best = strongest(artifact.hashes)
    url = None if best is None or artifact.url is not None else urls.get(best.sri)
    return artifact if url is None else artifact.model_copy(update={"url": url})


def _named_by_known(package: Package, sources: Sources) -> Package:
    """Give the package the files of its loose hashes, if all of them are known: any could be the one that is chosen."""
    urls = _known_urls({loose.sri for loose in package.loose_hashes}, package, sources)
    artifacts = []
    for loose in package.loose_hashes:
        url = urls.get(loose.sri)
        if url is None:
            return package
        filename = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
        if is_of(package, filename):
            artifacts.append(Artifact(filename=filename, hashes=(loose,), url=url))
    return package.model_copy(update={"artifacts": tuple(artifacts)})


def _listed_before(package: Package, sources: Sources) -> Package:
    """Give the package the files that its index listed a short time ago, or whenever that was if nobody is asked."""
    for index in _indexes(package, sources):
        kept = sources.known.cached_files(package, index)
        if kept is not None and (sources.http is None or time.time() < kept.until):
            return package.model_copy(update={"artifacts": kept.files})
    return package


def _known_urls(wanted: Iterable[str], package: Package, sources: Sources) -> dict[str, str]:
    """Return where the files are according to the output or, from an index that may be asked for them, the cache."""
    is_default = pages.key(package)[0] is None
    urls = {sri: url for sri in wanted if (url := sources.known.kept_url(sri, is_default=is_default)) is not None}
    if missing := set(wanted) - set(urls):
        for index in _indexes(package, sources):
            cached = sources.known.cached_urls(package, index)
            urls = {sri: url for sri, url in cached.items() if sri in missing} | urls
    return urls


def _indexes(package: Package, sources: Sources) -> Iterator[str]:
    """Yield the indexes that may be asked for a package, without logins, in their order."""
    for index in sources.indexes().serving(pages.key(package)[0]):
        yield masked(index.rstrip("/"))


def _predicted(package: Package, sources: Sources, findings: Findings) -> Package:
    # Only PyPI is known to keep files where their names say.
    if sources.indexes().serving(pages.key(package)[0])[0] != SIMPLE:
        return package
    artifacts = []
    for artifact in package.artifacts:
        if artifact.url is None:
            url = predicted_url(artifact.filename, package.name)
            findings.notices.append(Notice(kind="predicted-url", subject=package.name, message=artifact.filename))
            artifacts.append(artifact.model_copy(update={"url": url}))
        else:
            artifacts.append(artifact)
    return package.model_copy(update={"artifacts": tuple(artifacts)})


def _asked(package: Package, listing: pages.Listing, sources: Sources, findings: Findings) -> Package:
    if listing.fault is not None:
        findings.unanswered(package, f"{listing.index}: {listing.fault.message}", listing.fault.hint)
        return package
    if not listing.is_known:
        findings.contradicted(package, f"{listing.index} has no files of this name")
        return package
    filled = from_page(package, listing.files, findings)
    if package.artifacts or package.loose_hashes:
        hashed = [(strongest(a.hashes), a.url) for a in filled.artifacts]
        urls = {best.sri: url for best, url in hashed if best is not None and url is not None}
        if urls:
            sources.known.learn_urls(package, listing.index, urls)
    elif filled.artifacts:
        lifetime = _LIFETIME if listing.lifetime is None else min(listing.lifetime, _LONGEST_LIFETIME)
        sources.known.learn_files(package, listing.index, KeptFiles(filled.artifacts, time.time() + lifetime))
    return filled


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
