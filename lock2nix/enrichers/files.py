"""Fills in where the files of indexes are, and which files there are where a lock has only hashes."""

from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlsplit

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import masked
from lock2nix.indexes.pypi import SIMPLE, predicted_url
from lock2nix.indexes.simple import IndexFile, Project
from lock2nix.schemas.artifact import Artifact, strongest
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import IndexSource

from .interface import Sources
from .known import Known
from .listed import Findings, from_page, is_of

_CONTRADICTED = "if the files were withdrawn, lock other versions; if hashes differ, be careful"
_UNANSWERED = "what was found is kept: run again to ask for the rest only, or give --offline"


def fill_files(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with an address for every file of an index, and files for hashes without names.

    The nearest answer counts: earlier output, cache, index. A file must be there under its name and hash; all that are
    gone, differ or could not be asked for make one IndexFault. Offline addresses are predicted, each with a notice.
    """
    known = [_from_known(package, sources.known) if _has_gap(package) else package for package in lock.packages]
    findings = Findings()
    if sources.index is None:
        filled = [_predicted(package, sources, findings) if _has_gap(package) else package for package in known]
    else:
        wanted = [(_index(package, sources), package.name) for package in known if _has_gap(package)]
        batch = sources.index.files(wanted, sources.progress("asking the index"))
        filled = [_asked(p, batch.answers, batch.faults, sources, findings) if _has_gap(p) else p for p in known]
    _refuse(findings)
    return lock.model_copy(update={"packages": tuple(filled), "notices": (*lock.notices, *findings.notices)})


def _has_gap(package: Package) -> bool:
    if not isinstance(package.source, IndexSource):
        return False
    return any(a.url is None for a in package.artifacts) or bool(package.loose_hashes and not package.artifacts)


def _index(package: Package, sources: Sources) -> str:
    named = package.source.url if isinstance(package.source, IndexSource) else None
    return (named or sources.default_index).rstrip("/")


def _from_known(package: Package, known: Known) -> Package:
    if not package.artifacts:
        return _named_by_known(package, known)

    def located(artifact: Artifact) -> Artifact:
        best = strongest(artifact.hashes)
        if artifact.url is not None or best is None or (url := known.url(best.sri)) is None:
            return artifact
        return artifact.model_copy(update={"url": url})

    return package.model_copy(update={"artifacts": tuple(map(located, package.artifacts))})


def _named_by_known(package: Package, known: Known) -> Package:
    """Give the package the files of its loose hashes, if all of them are known: any could be the one that is chosen."""
    artifacts = []
    for loose in package.loose_hashes:
        url = known.url(loose.sri)
        if url is None:
            return package
        filename = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
        if is_of(package, filename):
            artifacts.append(Artifact(filename=filename, hashes=(loose,), url=url))
    return package.model_copy(update={"artifacts": tuple(artifacts)})


def _predicted(package: Package, sources: Sources, findings: Findings) -> Package:
    # Only PyPI is known to keep files where their names say.
    if _index(package, sources) != SIMPLE:
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


def _asked(
    package: Package,
    pages: Mapping[Project, Sequence[IndexFile]],
    faults: Mapping[Project, IndexFault],
    sources: Sources,
    findings: Findings,
) -> Package:
    project = (_index(package, sources), package.name)
    if project in faults:
        findings.unanswered(package, f"{masked(project[0])}: {faults[project].message}", faults[project].hint)
        return package
    if not pages[project]:
        findings.contradicted(package, f"{masked(project[0])} has no files of this name")
        return package
    filled = from_page(package, pages[project], findings)
    for artifact in filled.artifacts:
        if artifact.url is not None and (best := strongest(artifact.hashes)) is not None:
            sources.known.learn_url(best.sri, artifact.url)
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
