"""Fills in where the files of indexes are, and which files there are where a lock has only hashes."""

from collections.abc import Mapping, Sequence
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
from .listed import Findings, from_page, is_of

_CONTRADICTED = "if the files were withdrawn, lock other versions; if hashes differ, be careful"
_UNANSWERED = "what was found is kept: run again to ask for the rest only, or give --offline"


def fill_files(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with an address for every file of an index, and files for hashes without names.

    The nearest answer counts: earlier output, cache, index. A file must be there under its name and hash; all that are
    gone, differ or could not be asked for make one IndexFault. Offline addresses are predicted, each with a notice.
    """
    known = [_from_known(package, sources) if _has_gap(package) else package for package in lock.packages]
    findings = Findings()
    if sources.index is None:
        filled = [_predicted(package, sources, findings) if _has_gap(package) else package for package in known]
    else:
        listings = pages.ask(filter(_has_gap, known), sources, sources.index)
        filled = [_asked(p, listings[pages.wanted(p)], sources, findings) if _has_gap(p) else p for p in known]
    _refuse(findings)
    return lock.model_copy(update={"packages": tuple(filled), "notices": (*lock.notices, *findings.notices)})


def _has_gap(package: Package) -> bool:
    if not isinstance(package.source, IndexSource):
        return False
    return any(a.url is None for a in package.artifacts) or bool(package.loose_hashes and not package.artifacts)


def _from_known(package: Package, sources: Sources) -> Package:
    if not package.artifacts:
        return _named_by_known(package, sources)

    def located(artifact: Artifact) -> Artifact:
        best = strongest(artifact.hashes)
        if artifact.url is not None or best is None or (url := _known_url(best.sri, package, sources)) is None:
            return artifact
        return artifact.model_copy(update={"url": url})

    return package.model_copy(update={"artifacts": tuple(map(located, package.artifacts))})


def _named_by_known(package: Package, sources: Sources) -> Package:
    """Give the package the files of its loose hashes, if all of them are known: any could be the one that is chosen."""
    artifacts = []
    for loose in package.loose_hashes:
        url = _known_url(loose.sri, package, sources)
        if url is None:
            return package
        filename = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
        if is_of(package, filename):
            artifacts.append(Artifact(filename=filename, hashes=(loose,), url=url))
    return package.model_copy(update={"artifacts": tuple(artifacts)})


def _known_url(sri: str, package: Package, sources: Sources) -> str | None:
    """Return where the file is according to the output or, from an index that may be asked for it, the cache."""
    named, _ = pages.wanted(package)
    if (kept := sources.known.kept_url(sri, is_default=named is None)) is not None:
        return kept
    indexes = sources.indexes().serving(named)
    urls = (sources.known.cached_url(sri, masked(index.rstrip("/"))) for index in indexes)
    return next((url for url in urls if url is not None), None)


def _predicted(package: Package, sources: Sources, findings: Findings) -> Package:
    # Only PyPI is known to keep files where their names say.
    if sources.indexes().serving(pages.wanted(package)[0])[0] != SIMPLE:
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
    if not listing.files:
        findings.contradicted(package, f"{listing.index} has no files of this name")
        return package
    filled = from_page(package, listing.files, findings)
    for artifact in filled.artifacts:
        if artifact.url is not None and (best := strongest(artifact.hashes)) is not None:
            sources.known.learn_url(best.sri, listing.index, artifact.url)
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
