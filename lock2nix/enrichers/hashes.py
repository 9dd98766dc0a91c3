"""Fills in the hashes that neither the lock nor an index has: the file is downloaded and hashed, and not kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import on_the_web
from lock2nix.indexes.digests import digests
from lock2nix.indexes.parallel import in_parallel
from lock2nix.schemas.artifact import Algorithm, Artifact, Hash
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.source import IndexSource, UrlSource

from .interface import Sources

_ALGORITHM: Algorithm = "sha256"


def fill_hashes(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with a hash for every file on the web that has none: a sha256, or that of the lock which it has.

    What is known is not asked for again: the first download is what the output pins. Offline the rest stays open. All
    files that cannot be had make one IndexFault; so do those whose hash is none of those that the lock has for them.
    """
    open_ones: dict[str, set[Algorithm]] = {}
    for package in lock.packages:
        for url in _open(package):
            open_ones.setdefault(url, set()).update(_algorithms(package))
    found: dict[str, Sequence[Hash]] = {}
    for url in sorted(open_ones):
        if open_ones[url] == {_ALGORITHM} and (known := sources.known.hash(url)) is not None:
            found[url] = [known]
    if (http := sources.http) is not None:

        def ask(url: str) -> Sequence[Hash]:
            made = http.read(url, partial(_hashed, sorted({_ALGORITHM, *open_ones[url]})))
            sources.known.learn_hash(url, next(h for h in made if h.algorithm == _ALGORITHM))
            return made

        batch = in_parallel(sorted(set(open_ones) - set(found)), ask, sources.progress("hashing files"))
        if batch.faults:
            lines = "\n  ".join(f"{fault.place}: {fault.message}" for fault in batch.faults.values())
            raise IndexFault(
                f"these files have no hash in the lock, and could not be downloaded to make one:\n  {lines}",
                hint="what was found is kept: run again to ask for the rest only",
            )
        found |= batch.answers
    _refuse_others(lock, found)
    return lock.model_copy(update={"packages": tuple(_with_hashes(package, found) for package in lock.packages)})


def _open(package: Package) -> Iterator[str]:
    for artifact in package.artifacts if isinstance(package.source, IndexSource | UrlSource) else ():
        if artifact.url is not None and not artifact.hashes and on_the_web(artifact.url):
            yield artifact.url


def _algorithms(package: Package) -> Iterable[Algorithm]:
    return {loose.algorithm for loose in package.loose_hashes} or {_ALGORITHM}


def _with_hashes(package: Package, found: Mapping[str, Sequence[Hash]]) -> Package:
    if not any(url in found for url in _open(package)):
        return package

    def hashed(artifact: Artifact) -> Artifact:
        made = () if artifact.hashes or artifact.url is None else found.get(artifact.url, ())
        return artifact.model_copy(update={"hashes": tuple(_agreeing(made, package))}) if made else artifact

    return package.model_copy(update={"artifacts": tuple(map(hashed, package.artifacts))})


def _agreeing(made: Iterable[Hash], package: Package) -> Iterator[Hash]:
    """Yield those of a file's hashes that the lock has, and the sha256 where it has none at all."""
    locked = set(package.loose_hashes)
    yield from (h for h in made if (h in locked if locked else h.algorithm == _ALGORITHM))


def _refuse_others(lock: Lock, found: Mapping[str, Sequence[Hash]]) -> None:
    lines = []
    for package in lock.packages:
        for url in _open(package):
            if (made := found.get(url)) and not any(_agreeing(made, package)):
                shown = next(h for h in made if h.algorithm in _algorithms(package))
                lines.append(f"{package.pname}: {shown.algorithm} {shown.digest} is none that the lock has")
    if lines:
        hint = "be careful: the file may have been changed since; or it is not the one of its version on the index"
        raise IndexFault("these files are not those of the lock:\n  " + "\n  ".join(lines), hint=hint)


def _hashed(algorithms: Iterable[Algorithm], pieces: Iterator[bytes]) -> Sequence[Hash]:
    return digests(pieces, algorithms)
