"""Fills in what builds sdists and source trees: the table that every other tool keeps by hand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import on_the_web
from lock2nix.indexes.archives import build_system_of_archive, build_system_of_files
from lock2nix.indexes.digests import checked
from lock2nix.indexes.members import pieces_of
from lock2nix.indexes.parallel import in_parallel
from lock2nix.indexes.trees import files_of_folder
from lock2nix.schemas.answers import build_key
from lock2nix.schemas.artifact import Artifact, Hash, strongest
from lock2nix.schemas.lock import BuildSystem, Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, UrlSource

from .interface import Sources

_FORMS = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")  # of sdists, the best first, as in planner/sources.py


_HINT = "what was found is kept: run again to ask for the rest only, or give --offline to leave them open"


@dataclass(frozen=True, slots=True)
class _Sdist:
    """An archive at an address, known by its hash and the folder in it."""

    key: str
    url: str
    filename: str
    hashes: tuple[Hash, ...]
    subdirectory: PurePosixPath | None


@dataclass(frozen=True, slots=True)
class _Repository:
    """A repository, known by its revision and the folder in it."""

    key: str
    source: GitSource


@dataclass(slots=True)
class _Findings:
    notices: list[Notice] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def fill_build_systems(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with a build system for every package that has an sdist or a tree.

    Directories and files of the project are read on the spot; archives and repositories are looked into if nobody
    knows them yet. Offline these stay open, with a notice. Those that cannot be read make one IndexFault.
    """
    found: dict[int, BuildSystem] = {}
    open_ones: dict[int, _Sdist | _Repository] = {}
    findings = _Findings()
    for at, package in enumerate(lock.packages):
        if (place := _on_disk(package)) is not None:
            local = _local(package, place, sources, findings)
            if local is not None:
                found[at] = local
        elif (subject := _subject(package)) is not None:
            known = sources.known.build_system(subject.key)
            if known is None:
                open_ones[at] = subject
            else:
                found[at] = known
    if sources.http is None:
        findings.notices += [_unknown(lock.packages[at]) for at in open_ones]
    else:
        answers = _ask(open_ones.values(), sources, findings)
        found |= {at: answers[subject] for at, subject in open_ones.items() if subject in answers}
    if findings.faults:
        message = "what builds these packages could not be found out:\n  " + "\n  ".join(sorted(findings.faults))
        raise IndexFault(message, hint=_HINT)
    packages = tuple(
        package.model_copy(update={"build_system": found[at]}) if at in found else package
        for at, package in enumerate(lock.packages)
    )
    return lock.model_copy(update={"packages": packages, "notices": (*lock.notices, *findings.notices)})


def _on_disk(package: Package) -> PurePosixPath | None:
    """Return where the folder or archive lies that is built, None where that is not on disk."""
    if isinstance(package.source, DirectorySource | FileSource):
        return package.source.path
    chosen = next(_sdists(package), None)
    return None if chosen is None else chosen.path


def _sdists(package: Package) -> Iterator[Artifact]:
    """Yield the sdists that somebody can read, the planner's choice first: the output will know that one."""
    files = [a for a in package.artifacts if a.filename.endswith(_FORMS) and a.is_located]
    for artifact in sorted(files, key=lambda a: next(i for i, form in enumerate(_FORMS) if a.filename.endswith(form))):
        if artifact.path is not None or (artifact.url is not None and on_the_web(artifact.url) and artifact.hashes):
            yield artifact


def _subject(package: Package) -> _Sdist | _Repository | None:
    if isinstance(package.source, GitSource):
        return _Repository(build_key(package.source.revision, package.source.subdirectory), package.source)
    for artifact in _sdists(package):
        best = strongest(artifact.hashes)
        if artifact.url is not None and best is not None:
            inner = package.source.subdirectory if isinstance(package.source, UrlSource) else None
            return _Sdist(build_key(best.sri, inner), artifact.url, artifact.filename, artifact.hashes, inner)
    return None


def _ask(
    subjects: Iterable[_Sdist | _Repository], sources: Sources, findings: _Findings
) -> Mapping[_Sdist | _Repository, BuildSystem]:
    http = sources.http
    if http is None:
        return {}

    def ask(subject: _Sdist | _Repository) -> BuildSystem:
        if isinstance(subject, _Repository):
            found = sources.repositories.build_system(subject.source)
        else:
            found = http.read(subject.url, partial(_of_sdist, subject))
        sources.known.learn_build_system(subject.key, found)
        return found

    batch = in_parallel(subjects, ask, sources.progress("looking into sdists"))
    findings.faults += [f"{fault.place}: {fault.message}" for fault in batch.faults.values()]
    return batch.answers


def _of_sdist(subject: _Sdist, pieces: Iterator[bytes]) -> BuildSystem:
    whole = checked(pieces, subject.hashes, subject.url)
    return build_system_of_archive(whole, subject.filename, subject.subdirectory)


def _local(package: Package, place: PurePosixPath, sources: Sources, findings: _Findings) -> BuildSystem | None:
    path = sources.root / place
    inner = package.source.subdirectory if isinstance(package.source, DirectorySource | FileSource) else None
    try:
        if isinstance(package.source, DirectorySource):
            return build_system_of_files(files_of_folder(path / (inner or "")))
        if path.suffix == ".whl":
            return None
        with path.open("rb") as file:
            return build_system_of_archive(pieces_of(file), path.name, inner)
    except IndexFault as fault:
        findings.faults.append(f"{place}: {fault.message}")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        findings.notices.append(_unknown(package, f"{place}: {reason}"))
    return None


def _unknown(package: Package, why: str = "run once without --offline") -> Notice:
    message = f"what builds {package.pname} {package.version}: {why}"
    return Notice(kind="missing-data", subject=package.name, message=message)
