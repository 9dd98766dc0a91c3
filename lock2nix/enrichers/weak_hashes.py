"""Gives a stronger hash to files for which a lock has only md5 or sha1: two files can be made to share these.

What the lock says stays a fact: a stronger hash counts only for a file that was seen to have the weak one, on the page
of an index that lists both, or by download. Nix would take the weak one as well, so offline it stays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import on_the_web
from lock2nix.indexes.digests import digests, disagreement
from lock2nix.indexes.parallel import in_parallel
from lock2nix.schemas.artifact import Artifact, Hash, strongest
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import IndexSource, UrlSource

from .interface import Sources

_HINT = "if hashes differ, be careful: somebody may have changed the file; what was found is kept for the next run"


@dataclass(frozen=True, slots=True)
class _Subject:
    """A file with weak hashes only: whose it is, the best of these, and all of them."""

    owner: str
    filename: str
    url: str
    weak: Hash
    locked: tuple[Hash, ...]


def strengthen_hashes(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with a stronger hash for every file on the web that has only weak ones.

    What is known is not asked for again. Offline the rest keeps what it has. There is a notice for each package. All
    files that have other hashes than the lock says, or cannot be had, make one IndexFault.
    """
    subjects = {at: found for at, package in enumerate(lock.packages) if (found := tuple(_weak(package)))}
    stronger: dict[_Subject, Hash] = {}
    listed: dict[_Subject, tuple[Hash, ...]] = {}
    for at, subject in ((at, subject) for at, found in subjects.items() for subject in found):
        if (known := sources.known.stronger(subject.weak, subject.url)) is not None:
            stronger[subject] = known
        else:
            said = sources.listed(lock.packages[at], subject.url)
            listed[subject] = () if said is None else said.hashes
    stronger |= _ask(listed, sources)
    packages, notices = list(lock.packages), list(lock.notices)
    for at, found in subjects.items():
        by_url = {subject.url: stronger[subject] for subject in found if subject in stronger}
        artifacts = tuple(_strengthened(artifact, by_url) for artifact in packages[at].artifacts)
        packages[at] = packages[at].model_copy(update={"artifacts": artifacts})
        messages = dict.fromkeys(_message(subject, stronger.get(subject)) for subject in found)
        notices += [Notice(kind="weak-hash", subject=packages[at].name, message=message) for message in messages]
    return lock.model_copy(update={"packages": tuple(packages), "notices": tuple(notices)})


def _weak(package: Package) -> Iterator[_Subject]:
    if not isinstance(package.source, IndexSource | UrlSource):
        return
    for artifact in package.artifacts:
        best = strongest(artifact.hashes)
        if best is not None and best.is_weak and artifact.url is not None and on_the_web(artifact.url):
            owner = f"{package.pname} {package.version}"
            yield _Subject(owner, artifact.filename, artifact.url, best, artifact.hashes)


def _ask(listed: Mapping[_Subject, tuple[Hash, ...]], sources: Sources) -> dict[_Subject, Hash]:
    """Return the stronger hash of each file, of which its index lists some hashes or none."""
    http = sources.http
    if http is None:
        return {}

    def ask(subject: _Subject) -> Hash:
        said = listed[subject]
        _refuse_other(subject, subject.locked, said, "the lock")
        found = strongest(said)
        if found is None or found.is_weak or not set(subject.locked) & set(said):
            found = http.read(subject.url, partial(_held, subject, said))
        sources.known.learn_stronger(subject.weak, subject.url, found)
        return found

    batch = in_parallel(listed, ask, sources.progress("checking md5 and sha1"))
    if batch.faults:
        lines = sorted(
            f"{subject.owner}: {fault.message if fault.place is None else f'{fault.place}: {fault.message}'}"
            for subject, fault in batch.faults.items()
        )
        message = "these files have only md5 or sha1 in the lock, and could not be held against it:\n  "
        raise IndexFault(message + "\n  ".join(lines), hint=_HINT)
    return dict(batch.answers)


def _held(subject: _Subject, listed: tuple[Hash, ...], pieces: Iterator[bytes]) -> Hash:
    """Return the sha256 of a file that has the hashes of the lock, and those of its index. Raises IndexFault."""
    algorithms = dict.fromkeys(("sha256", *(h.algorithm for h in (*subject.locked, *listed))))
    found = digests(pieces, algorithms)
    _refuse_other(subject, subject.locked, found, "the lock")
    _refuse_other(subject, listed, found, "the index")
    return next(h for h in found if h.algorithm == "sha256")


def _refuse_other(subject: _Subject, expected: tuple[Hash, ...], found: tuple[Hash, ...], who: str) -> None:
    wrong = disagreement(expected, found)
    if wrong is not None:
        ours, theirs = wrong
        raise IndexFault(f"{subject.filename} has {theirs.algorithm} {theirs.digest}, and {who} says {ours.digest}")


def _strengthened(artifact: Artifact, by_url: Mapping[str, Hash]) -> Artifact:
    stronger = None if artifact.url is None else by_url.get(artifact.url)
    if stronger is None:
        return artifact
    locked = strongest(artifact.hashes)
    return artifact.model_copy(update={"hashes": (stronger, *artifact.hashes), "locked": locked})


def _message(subject: _Subject, found: Hash | None) -> str:
    if found is None:
        return f"{subject.owner}: {subject.weak.algorithm} stays (run once without --offline)"
    return f"{subject.owner}: {subject.weak.algorithm} was checked, and {found.algorithm} is pinned"
