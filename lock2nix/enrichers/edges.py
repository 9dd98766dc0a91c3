"""Fills in what packages depend on, from their own metadata, where the lock does not say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import on_the_web
from lock2nix.indexes.members import pieces_of
from lock2nix.indexes.metadata import MetadataReader, Project, metadata_of_archive
from lock2nix.indexes.parallel import QUESTIONS, WORKERS, in_parallel
from lock2nix.indexes.simple import IndexFile
from lock2nix.indexes.static_metadata import metadata_of_tree
from lock2nix.indexes.trees import files_of_folder
from lock2nix.markers import NEVER, Cases, cases, extras_of
from lock2nix.schemas.answers import build_key
from lock2nix.schemas.artifact import Artifact, strongest
from lock2nix.schemas.lock import Dependency, Lock, Package
from lock2nix.schemas.metadata import CoreMetadata, requirement
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, UrlSource

from .extras import wanted_extras
from .interface import Sources

_SDISTS = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")  # the best first, as in planner/sources.py
_UNCOMMITTED = "its {} leaves that to its build; lock a wheel, or a format that records it"
_NO_FILE = "the lock names no file that would say so"
_OFFLINE = "run once without --offline"


@dataclass(slots=True)
class _Findings:
    metadata: dict[int, CoreMetadata] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def fill_edges(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with the dependencies, extras and Python versions of every package whose lock has no edges.

    One file of each says so: what was kept of it, else the index. Where nobody says so, the edges stay unknown, with a
    notice. All whose metadata could not be had make one IndexFault.
    """
    filled = _once(lock, sources)
    while short := _falling_short(filled):
        packages = (p.model_copy(update={"metadata": None}) if at in short else p for at, p in enumerate(lock.packages))
        lock = lock.model_copy(update={"packages": tuple(packages)})
        filled = _once(lock, sources)
    return filled


def _falling_short(lock: Lock) -> frozenset[int]:
    """Return the packages whose metadata was kept without an extra that is wanted now."""
    kept = {at: (p.name, p.metadata.covers) for at, p in enumerate(lock.packages) if p.metadata is not None}
    partly = {at: (name, covers) for at, (name, covers) in kept.items() if covers is not None}
    wanted = wanted_extras(lock) if partly else {}
    return frozenset(at for at, (name, covers) in partly.items() if not wanted.get(name, frozenset()) <= covers)


def _once(lock: Lock, sources: Sources) -> Lock:
    findings = _Findings()
    wanted: dict[int, IndexFile | GitSource] = {}
    for at, package in enumerate(lock.packages):
        if package.dependencies is not None:
            continue
        if package.metadata is not None:
            findings.metadata[at] = package.metadata
        elif isinstance(package.source, FileSource | DirectorySource):
            _read_local(at, package, package.source.path, sources, findings)
        elif (chosen := _chosen(package)) is not None and chosen.path is not None:
            _read_local(at, package, chosen.path, sources, findings)
        elif (subject := _telling(package, chosen, sources)) is None:
            findings.unknown[at] = _NO_FILE
        elif (known := sources.known.metadata(_key(package, subject))) is not None:
            findings.metadata[at] = known
        else:
            wanted[at] = subject
    _ask(lock, wanted, sources, findings)
    if findings.faults:
        message = "what these packages depend on could not be found out:\n  " + "\n  ".join(sorted(findings.faults))
        raise IndexFault(message, hint="what was found is kept: run again to ask for the rest only")
    return _filled(lock, findings)


def _ask(lock: Lock, wanted: dict[int, IndexFile | GitSource], sources: Sources, findings: _Findings) -> None:
    if sources.http is None:
        findings.unknown |= dict.fromkeys(wanted, _OFFLINE)
        return
    reader = MetadataReader(sources.http)
    by_key = {_key(lock.packages[at], subject): (subject, lock.packages[at]) for at, subject in wanted.items()}

    def ask(key: str) -> CoreMetadata:
        subject, package = by_key[key]
        if isinstance(subject, GitSource):
            found = sources.repositories.metadata(subject, package.name)
        else:
            found = reader.read(subject, _project(package))
        sources.known.learn_metadata(key, found)
        return found

    answers: dict[str, CoreMetadata] = {}
    faults: dict[str, IndexFault] = {}
    repositories = [key for key, (subject, _) in by_key.items() if isinstance(subject, GitSource)]
    files = [key for key in by_key if key not in repositories]
    for keys, at_once in ((files, QUESTIONS), (repositories, WORKERS)):
        batch = in_parallel(keys, ask, sources.progress("reading metadata"), at_once)
        answers |= batch.answers
        faults |= batch.faults
    for at, subject in wanted.items():
        key, package = _key(lock.packages[at], subject), lock.packages[at]
        if key in answers:
            findings.metadata[at] = answers[key]
        else:
            fault = faults[key]
            findings.faults.append(f"{package.pname} {package.version}: {fault.place}: {fault.message}")


def _key(package: Package, subject: IndexFile | GitSource) -> str:
    """Return what metadata is kept under: the file's hash, or the revision."""
    if isinstance(subject, GitSource):
        return build_key(subject.revision, subject.subdirectory)
    best = strongest(subject.hashes)
    return build_key(subject.url if best is None else best.sri, _project(package).subdirectory)


def _project(package: Package) -> Project:
    inner = package.source.subdirectory if isinstance(package.source, UrlSource | FileSource) else None
    return Project(package.name, inner)


def _telling(package: Package, artifact: Artifact | None, sources: Sources) -> IndexFile | GitSource | None:
    """Return what to ask: the chosen file, or the repository."""
    if isinstance(package.source, GitSource):
        return package.source
    if artifact is None or artifact.url is None:
        return None
    bare = IndexFile(filename=artifact.filename, url=artifact.url, hashes=artifact.hashes)
    listed = sources.listed(package, artifact.url)
    # The lock's hashes are the ones that count.
    return bare if listed is None else listed.model_copy(update={"hashes": artifact.hashes})


def _chosen(package: Package) -> Artifact | None:
    """Return the file that is to tell: a wheel, else the sdist that the planner would choose."""
    files = [a for a in package.artifacts if a.is_wheel or a.filename.endswith(_SDISTS)]
    return next((a for a in sorted(files, key=_rank) if a.path is not None or on_the_web(a.url or "")), None)


def _rank(artifact: Artifact) -> tuple[int, str]:
    """Return the order of asking: of native wheels that for the most common system has the most dependencies."""
    name = artifact.filename
    if not artifact.is_wheel:
        return 3 + next(i for i, form in enumerate(_SDISTS) if name.endswith(form)), name
    if name.endswith("-none-any.whl"):
        return 0, name
    return (1 if "manylinux" in name and "x86_64" in name else 2), name


def _read_local(at: int, package: Package, place: PurePosixPath, sources: Sources, findings: _Findings) -> None:
    path = sources.root / place
    try:
        if isinstance(package.source, DirectorySource):
            files = files_of_folder(path / (package.source.subdirectory or ""))
            findings.metadata[at] = metadata_of_tree(files, package.name)
        else:
            with path.open("rb") as file:
                findings.metadata[at] = metadata_of_archive(pieces_of(file), path.name, _project(package))
    except IndexFault as fault:
        findings.faults.append(f"{place}: {fault.message}")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        findings.unknown[at] = f"{place}: {reason}"


def _filled(lock: Lock, findings: _Findings) -> Lock:
    packages = list(lock.packages)
    notices = list(lock.notices)
    locked = {package.name for package in lock.packages}
    hinted: list[str] = []
    for at, package in enumerate(lock.packages):
        found = findings.metadata.get(at)
        if found is not None and found.name != package.name:
            findings.unknown[at] = f"its file says that it is {found.name}"
        elif found is not None:
            packages[at], complaints = _with_metadata(package.model_copy(update={"metadata": found}), found)
            notices += [_notice(package, what) for what in (*found.complaints, *complaints)]
            if found.requires is None:
                is_tree = isinstance(package.source, GitSource | DirectorySource)
                findings.unknown[at] = _UNCOMMITTED.format("tree" if is_tree else "sdist")
        if at in findings.unknown and package.hinted is not None:
            edges = tuple(Dependency(name=name) for name in package.hinted if name in locked)
            packages[at] = packages[at].model_copy(update={"dependencies": edges})
            hinted.append(f"{package.pname} {package.version}")
        elif at in findings.unknown:
            message = f"what {package.pname} {package.version} depends on: {findings.unknown[at]}"
            notices.append(Notice(kind="missing-data", subject=package.name, message=message))
    if hinted:
        message = f"what these depend on, but for the comments of the lock, which are followed: {', '.join(hinted)}"
        notices.append(Notice(kind="missing-data", subject="comments", message=message))
    return lock.model_copy(update={"packages": tuple(packages), "notices": tuple(notices)})


def _notice(package: Package, what: str) -> Notice:
    message = f"{package.pname} {package.version}: {what}"
    return Notice(kind="broken-metadata", subject=package.name, message=message)


def _with_metadata(package: Package, found: CoreMetadata) -> tuple[Package, list[str]]:
    requires, complaints = [], []
    for text in found.requires or ():
        try:
            requires.append(_requirement(text))
        except ValueError as error:
            complaints.append(f"a requirement is left out: {error}")
    python = package.requires_python
    if not python and found.requires_python is not None:
        python = (SpecifierSet(found.requires_python),)
    if found.requires is None:
        return package.model_copy(update={"requires_python": python}), complaints
    edges = tuple(one.edge(one.cases.without) for one in requires if one.cases.without is not NEVER)
    update = {"dependencies": edges, "extras": _by_extra(requires, found.extras), "requires_python": python}
    return package.model_copy(update=update), complaints


def _by_extra(
    requires: Sequence["_Required"], named: Iterable[NormalizedName]
) -> Mapping[NormalizedName, tuple[Dependency, ...]]:
    """Return what each extra adds, of those that are named and those that requirements ask for."""
    asked_for = sorted(extra for one in requires for extra in one.asked_for)
    edges: dict[NormalizedName, list[Dependency]] = {extra: [] for extra in (*named, *asked_for)}
    for one in requires:
        for extra, rest in one.cases.within.items():
            if extra in edges and rest is not NEVER:
                edges[extra].append(one.edge(rest))
    return {extra: tuple(some) for extra, some in edges.items()}


@dataclass(frozen=True, slots=True)
class _Required:
    name: NormalizedName
    extras: frozenset[NormalizedName]
    versions: tuple[SpecifierSet, ...]
    asked_for: frozenset[NormalizedName]
    cases: Cases

    def edge(self, condition: Marker | None) -> Dependency:
        return Dependency(name=self.name, extras=self.extras, versions=self.versions, marker=condition)


def _requirement(text: str) -> _Required:
    if not text.isprintable():
        raise ValueError("control characters are not allowed in a requirement")
    wanted, condition = requirement(text)
    return _Required(
        name=canonicalize_name(wanted.name),
        extras=frozenset(map(canonicalize_name, wanted.extras)),
        versions=(wanted.specifier,) if wanted.specifier else (),
        asked_for=extras_of(condition),
        cases=cases(condition),
    )
