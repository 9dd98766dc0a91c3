"""Fills in where files are, and which files there are where a lock has only hashes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    NormalizedName,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from lock2nix.errors import IndexFault
from lock2nix.indexes.pypi import predicted_url
from lock2nix.indexes.simple import IndexFile, SimpleIndex
from lock2nix.schemas.artifact import Artifact, Hash, strongest
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import IndexSource

from .interface import Sources
from .known import Known

Pages = Mapping[tuple[str, NormalizedName], Sequence[IndexFile]]


@dataclass(slots=True)
class _Findings:
    notices: list[Notice] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def fill_files(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with an address for every file of an index, and files for hashes without names.

    The nearest answer counts: earlier output, cache, index. A file must be there under its name and hash; all that are
    gone or differ make one IndexFault. Offline the address is predicted, with a notice for each.
    """
    known = [_from_known(package, sources.known) for package in lock.packages]
    findings = _Findings()
    if sources.http is None:
        filled = [_predicted(package, findings) for package in known]
    else:
        wanted = [(_index(p, sources), p.name) for p in known if _has_gap(p)]
        pages = SimpleIndex(sources.http).files(wanted, sources.progress("asking the index")) if wanted else {}
        filled = [_from_pages(p, pages, sources, findings) if _has_gap(p) else p for p in known]
    if findings.faults:
        message = "the index contradicts the lock:\n  " + "\n  ".join(findings.faults)
        raise IndexFault(message, hint="if the files were withdrawn, lock other versions; if hashes differ, be careful")
    return lock.model_copy(update={"packages": tuple(filled), "notices": (*lock.notices, *findings.notices)})


def _has_gap(package: Package) -> bool:
    if not isinstance(package.source, IndexSource):
        return False
    return any(a.url is None for a in package.artifacts) or bool(package.loose_hashes and not package.artifacts)


def _index(package: Package, sources: Sources) -> str:
    named = package.source.url if isinstance(package.source, IndexSource) else None
    return named or sources.default_index


def _from_known(package: Package, known: Known) -> Package:
    if not _has_gap(package):
        return package

    def located(artifact: Artifact) -> Artifact:
        best = strongest(artifact.hashes)
        if artifact.url is not None or best is None or (url := known.url(best.sri)) is None:
            return artifact
        return artifact.model_copy(update={"url": url})

    return package.model_copy(update={"artifacts": tuple(map(located, package.artifacts))})


def _predicted(package: Package, findings: _Findings) -> Package:
    # Only PyPI is known to keep files where their names say.
    if not _has_gap(package) or not isinstance(package.source, IndexSource) or package.source.url is not None:
        return package
    artifacts = []
    for artifact in package.artifacts:
        if artifact.url is None:
            url = predicted_url(artifact.filename)
            findings.notices.append(Notice(kind="predicted-url", subject=package.name, message=artifact.filename))
            artifacts.append(artifact.model_copy(update={"url": url}))
        else:
            artifacts.append(artifact)
    return package.model_copy(update={"artifacts": tuple(artifacts)})


def _from_pages(package: Package, pages: Pages, sources: Sources, findings: _Findings) -> Package:
    index = _index(package, sources)
    page = pages[index, package.name]
    if package.artifacts:
        listed = {file.filename: file for file in page}
        artifacts = tuple(_located(package, a, listed, sources.known, findings) for a in package.artifacts)
    else:
        artifacts = tuple(_named(package, page, findings))
    _note_yanked(package, artifacts, page, findings)
    return package.model_copy(update={"artifacts": artifacts})


def _located(
    package: Package, artifact: Artifact, listed: Mapping[str, IndexFile], known: Known, findings: _Findings
) -> Artifact:
    if artifact.url is not None:
        return artifact
    file = listed.get(artifact.filename)
    if file is None:
        findings.faults.append(f"{package.pname} {package.version}: {artifact.filename} is not there (any more)")
        return artifact
    if (disagreement := _disagreement(artifact.hashes, file.hashes)) is not None:
        findings.faults.append(f"{package.pname} {package.version}: {artifact.filename} {disagreement}")
        return artifact
    hashes = artifact.hashes or file.hashes
    if (best := strongest(hashes)) is not None:
        known.learn_url(best.sri, file.url)
    return artifact.model_copy(update={"url": file.url, "hashes": hashes})


def _disagreement(locked: Iterable[Hash], listed: Iterable[Hash]) -> str | None:
    """Return what differs; several hashes of one algorithm are alternatives, and one that agrees settles it."""
    theirs = {h.algorithm: h.digest for h in listed}
    ours = [h for h in locked if h.algorithm in theirs]
    if not ours or any(theirs[h.algorithm] == h.digest for h in ours):
        return None
    first = ours[0]
    return f"has {first.algorithm} {theirs[first.algorithm]}, and the lock says {first.digest}"


def _named(package: Package, page: Sequence[IndexFile], findings: _Findings) -> Iterable[Artifact]:
    """Yield the files of the package's version whose hashes the lock has."""
    wanted = {(h.algorithm, h.digest) for h in package.loose_hashes}
    found = False
    for file in page:
        agreeing = tuple(h for h in file.hashes if (h.algorithm, h.digest) in wanted)
        if agreeing and _version(file.filename) == package.version:
            found = True
            yield Artifact(filename=file.filename, hashes=agreeing, url=file.url)
    if not found:
        findings.faults.append(f"{package.pname} {package.version}: no file has a hash that the lock knows")


def _version(filename: str) -> Version | None:
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[1]
        return parse_sdist_filename(filename)[1]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None


def _note_yanked(
    package: Package, artifacts: Iterable[Artifact], page: Iterable[IndexFile], findings: _Findings
) -> None:
    names = {artifact.filename for artifact in artifacts}
    reasons = [file.yanked for file in page if file.filename in names and file.yanked is not None]
    if reasons:
        why = next((f": {reason}" for reason in reasons if reason), "")
        message = f"{package.pname} {package.version}{why}"
        findings.notices.append(Notice(kind="yanked", subject=package.name, message=message))
