"""Fills in what builds sdists and source trees: the table that every other tool keeps by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from lock2nix.errors import IndexFault
from lock2nix.indexes.archives import build_system_of_archive, build_system_of_tree
from lock2nix.indexes.git import build_system_of_git
from lock2nix.indexes.http import in_parallel
from lock2nix.schemas.answers import build_key
from lock2nix.schemas.artifact import strongest
from lock2nix.schemas.lock import BuildSystem, Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, UrlSource

from .interface import Sources


@dataclass(frozen=True, slots=True)
class _Sdist:
    """An archive at an address, known by its hash and the folder in it."""

    key: str
    url: str
    filename: str
    subdirectory: PurePosixPath | None


@dataclass(frozen=True, slots=True)
class _Repository:
    """A repository, known by its revision and the folder in it."""

    key: str
    source: GitSource


def fill_build_systems(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with a build system for every package that has an sdist or a tree.

    Directories and files of the project are read on the spot; archives and repositories are looked into if nobody
    knows them yet. Offline these stay open, with a notice. Those that cannot be read make one IndexFault.
    """
    found: dict[int, BuildSystem] = {}
    open_ones: dict[int, _Sdist | _Repository] = {}
    notices: list[Notice] = []
    for at, package in enumerate(lock.packages):
        if isinstance(package.source, DirectorySource | FileSource):
            local = _local(package, package.source, sources, notices)
            if local is not None:
                found[at] = local
        elif (subject := _subject(package)) is not None:
            known = sources.known.build_system(subject.key)
            if known is None:
                open_ones[at] = subject
            else:
                found[at] = known
    if sources.http is None:
        notices += [_unknown(lock.packages[at]) for at in open_ones]
    else:
        answers = _ask(list(open_ones.values()), sources)
        found |= {at: answers[subject] for at, subject in open_ones.items()}
    packages = tuple(
        package.model_copy(update={"build_system": found[at]}) if at in found else package
        for at, package in enumerate(lock.packages)
    )
    return lock.model_copy(update={"packages": packages, "notices": (*lock.notices, *notices)})


def _subject(package: Package) -> _Sdist | _Repository | None:
    if isinstance(package.source, GitSource):
        return _Repository(build_key(package.source.revision, package.source.subdirectory), package.source)
    for artifact in package.artifacts:
        best = strongest(artifact.hashes)
        if not artifact.is_wheel and artifact.url is not None and best is not None:
            inner = package.source.subdirectory if isinstance(package.source, UrlSource) else None
            return _Sdist(build_key(best.sri, inner), artifact.url, artifact.filename, inner)
    return None


def _ask(subjects: list[_Sdist | _Repository], sources: Sources) -> dict[_Sdist | _Repository, BuildSystem]:
    http = sources.http
    if http is None or not subjects:
        return {}

    def ask(subject: _Sdist | _Repository) -> BuildSystem | IndexFault:
        try:
            if isinstance(subject, _Repository):
                return build_system_of_git(subject.source)
            with http.stream(subject.url) as pieces:
                return build_system_of_archive(pieces, subject.filename, subject.subdirectory)
        except IndexFault as fault:
            return fault

    answers = in_parallel(subjects, ask, sources.progress("looking into sdists"))
    faults = [str(answer) for answer in answers.values() if isinstance(answer, IndexFault)]
    good = {subject: answer for subject, answer in answers.items() if isinstance(answer, BuildSystem)}
    for subject, answer in good.items():
        sources.known.learn_build_system(subject.key, answer)
    if faults:
        message = "what builds these sdists could not be found out:\n  " + "\n  ".join(sorted(faults))
        raise IndexFault(message, hint="what was found is kept: run again to ask for the rest only")
    return good


def _local(
    package: Package, source: DirectorySource | FileSource, sources: Sources, notices: list[Notice]
) -> BuildSystem | None:
    path = sources.root / source.path
    try:
        if isinstance(source, DirectorySource):
            return build_system_of_tree(path if source.subdirectory is None else path / source.subdirectory)
        if path.suffix == ".whl":
            return None
        with path.open("rb") as file:
            return build_system_of_archive(_pieces(file.read), path.name, source.subdirectory)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        notices.append(_unknown(package, f"{source.path}: {reason}"))
        return None


def _pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while piece := read(1 << 16):
        yield piece


def _unknown(package: Package, why: str = "run once without --offline") -> Notice:
    message = f"what builds {package.pname} {package.version}: {why}"
    return Notice(kind="missing-data", subject=package.name, message=message)
