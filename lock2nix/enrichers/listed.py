"""Holds what a lock pins against what an index lists: by file name and hash, never by either alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from packaging.utils import NormalizedName, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from lock2nix.indexes.digests import disagreement
from lock2nix.indexes.simple import IndexFile
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import Package
from lock2nix.schemas.notice import Notice


@dataclass(slots=True)
class Findings:
    """What came to light on the way: notices, contradictions, and packages that nobody could be asked about."""

    notices: list[Notice] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    unanswered_by: dict[str, list[str]] = field(default_factory=dict)
    hint: str | None = None

    def contradicted(self, package: Package, what: str) -> None:
        """Note that the index says otherwise than the lock."""
        self.contradictions.append(f"{package.pname} {package.version}: {what}")

    def unanswered(self, package: Package, why: str, hint: str | None) -> None:
        """Note that a package's page could not be had."""
        self.unanswered_by.setdefault(why, []).append(f"{package.pname} {package.version}")
        self.hint = self.hint or hint


def from_page(
    package: Package, page: Sequence[IndexFile], findings: Findings, on_disk: Sequence[Artifact] = ()
) -> Package:
    """Return the package with its files as the index lists them; what contradicts the lock is among the findings.

    Files that it has `on_disk` count before those of their names.
    """
    if package.artifacts:
        by_name: dict[str, list[IndexFile]] = {}
        for file in page:
            by_name.setdefault(file.filename, []).append(file)
        artifacts = tuple(_located(package, artifact, by_name, findings) for artifact in package.artifacts)
    elif package.loose_hashes:
        # What is on disk was held against the lock already.
        listed = tuple(_named(package, page))
        artifacts = joined(on_disk, listed or (() if on_disk else _incomparable(package, page)))
        if not artifacts:
            findings.contradicted(package, "no file has a hash that the lock knows")
    else:
        artifacts = joined(on_disk, _of_version(package, page))
        if not artifacts:
            findings.contradicted(package, "there is no wheel or sdist of this version (any more)")
    _note_yanked(package, artifacts, page, findings)
    return package.model_copy(update={"artifacts": artifacts})


def joined(first: Sequence[Artifact], others: Iterable[Artifact]) -> tuple[Artifact, ...]:
    """Return all files, of those with one name the first."""
    names = {artifact.filename for artifact in first}
    return (*first, *(artifact for artifact in others if artifact.filename not in names))


def is_of(package: Package, filename: str) -> bool:
    """Return whether this is a wheel or sdist of the package's version."""
    said = _said(filename)
    return said is not None and said[1] == package.version


def is_named_as(package: Package, filename: str) -> bool:
    """Return whether this is a wheel or sdist of the package's version, and of the package."""
    return _said(filename) == (package.name, package.version)


def may_be_of(package: Package, files: Iterable[IndexFile]) -> bool:
    """Return whether one of the files can be the package's: by a hash, or by its name where none can be compared."""
    return any(True for _ in _named(package, files)) or any(True for _ in _incomparable(package, files))


def _said(filename: str) -> tuple[NormalizedName, Version] | None:
    try:
        if not filename.endswith(".whl"):
            return parse_sdist_filename(filename)
        name, version, tags = filename.split("-", 2)
        _refuse_other_tags(tags)
        return _said_by_wheel(name, version)
    except ValueError:
        return None


# Wheels of a version differ in their tags only, and those of many projects have the same ones.
@lru_cache(maxsize=1 << 12)
def _refuse_other_tags(tags: str) -> None:
    """Raise ValueError for what cannot stand behind the version of a wheel."""
    parse_wheel_filename(f"any-0-{tags}")


@lru_cache(maxsize=1 << 12)
def _said_by_wheel(name: str, version: str) -> tuple[NormalizedName, Version]:
    return parse_wheel_filename(f"{name}-{version}-py3-none-any.whl")[:2]


def _located(
    package: Package, artifact: Artifact, by_name: Mapping[str, Sequence[IndexFile]], findings: Findings
) -> Artifact:
    if artifact.is_located:
        return artifact
    files = by_name.get(artifact.filename, ())
    # An index that joins others can list a name twice; the hash tells which of them is meant.
    differences = [_difference(artifact.hashes, file.hashes) for file in files]
    if None in differences:
        file = files[differences.index(None)]
        return artifact.model_copy(update={"url": file.url, "hashes": _agreeing(artifact.hashes, file.hashes)})
    what = differences[0] if differences else "is not there (any more)"
    findings.contradicted(package, f"{artifact.filename} {what}")
    return artifact


def _agreeing(locked: tuple[Hash, ...], listed: tuple[Hash, ...]) -> tuple[Hash, ...]:
    """Return the locked hashes without those that the index knows to be another file's of that name."""
    theirs = {h.algorithm: h.digest for h in listed}
    return tuple(h for h in locked if theirs.get(h.algorithm, h.digest) == h.digest) or listed


def _difference(locked: Iterable[Hash], listed: Iterable[Hash]) -> str | None:
    wrong = disagreement(locked, listed)
    if wrong is None:
        return None
    ours, theirs = wrong
    return f"has {theirs.algorithm} {theirs.digest}, and the lock says {ours.digest}"


def _named(package: Package, page: Iterable[IndexFile]) -> Iterator[Artifact]:
    """Yield the files of the package's version whose hashes the lock has."""
    wanted = set(package.loose_hashes)
    names = set()
    for file in page:
        agreeing = tuple(h for h in file.hashes if h in wanted)
        if agreeing and file.filename not in names and is_of(package, file.filename):
            names.add(file.filename)
            yield Artifact(filename=file.filename, hashes=agreeing, url=file.url)


def _incomparable(package: Package, page: Iterable[IndexFile]) -> Iterator[Artifact]:
    """Yield the files of the package's version of which only a download can tell whether the lock means them."""
    algorithms = {loose.algorithm for loose in package.loose_hashes}
    for artifact in _of_version(package, page):
        if algorithms.isdisjoint(h.algorithm for h in artifact.hashes):
            yield artifact.model_copy(update={"hashes": ()})


def _of_version(package: Package, page: Iterable[IndexFile]) -> Iterator[Artifact]:
    """Yield all files of the package's version: no hash says which, so that the names must be right."""
    names = set()
    for file in page:
        if file.filename not in names and is_named_as(package, file.filename):
            names.add(file.filename)
            yield Artifact(filename=file.filename, hashes=file.hashes, url=file.url)


def _note_yanked(
    package: Package, artifacts: Iterable[Artifact], page: Iterable[IndexFile], findings: Findings
) -> None:
    urls = {artifact.url for artifact in artifacts}
    reasons = [file.yanked for file in page if file.url in urls and file.yanked is not None]
    if reasons:
        why = next((f": {reason}" for reason in reasons if reason), "")
        message = f"{package.pname} {package.version}{why}"
        findings.notices.append(Notice(kind="yanked", subject=package.name, message=message))
