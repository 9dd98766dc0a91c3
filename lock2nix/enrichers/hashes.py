"""Fills in the hashes that neither the lock nor an index has: the file is downloaded and hashed, and not kept."""

from collections.abc import Iterator, Mapping

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import on_the_web
from lock2nix.indexes.digests import digests
from lock2nix.indexes.parallel import in_parallel
from lock2nix.schemas.artifact import Algorithm, Artifact, Hash
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import IndexSource, UrlSource

from .interface import Sources

_ALGORITHM: Algorithm = "sha256"


def fill_hashes(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with a sha256 for every file on the web that has no hash.

    What is known is not asked for again: the first download is what the output pins. Offline the rest stays open. All
    files that cannot be had make one IndexFault; so do those whose hash is none of those that the lock has for them.
    """
    open_ones = {
        artifact.url
        for package in lock.packages
        if isinstance(package.source, IndexSource | UrlSource)
        for artifact in package.artifacts
        if artifact.url is not None and not artifact.hashes and on_the_web(artifact.url)
    }
    found = {url: known for url in sorted(open_ones) if (known := sources.known.hash(url)) is not None}
    if (http := sources.http) is not None:

        def ask(url: str) -> Hash:
            digest = http.read(url, _sha256)
            sources.known.learn_hash(url, digest)
            return digest

        batch = in_parallel(sorted(open_ones - set(found)), ask, sources.progress("hashing files"))
        if batch.faults:
            lines = "\n  ".join(f"{fault.place}: {fault.message}" for fault in batch.faults.values())
            raise IndexFault(
                f"these files have no hash in the lock, and could not be downloaded to make one:\n  {lines}",
                hint="what was found is kept: run again to ask for the rest only",
            )
        found |= batch.answers
    _refuse_others(lock, found)

    def hashed(artifact: Artifact) -> Artifact:
        known = None if artifact.hashes or artifact.url is None else found.get(artifact.url)
        return artifact if known is None else artifact.model_copy(update={"hashes": (known,)})

    packages = tuple(
        package.model_copy(update={"artifacts": tuple(map(hashed, package.artifacts))})
        if any(artifact.url in found for artifact in package.artifacts)
        else package
        for package in lock.packages
    )
    return lock.model_copy(update={"packages": packages})


def _refuse_others(lock: Lock, found: Mapping[str, Hash]) -> None:
    lines = []
    for package in lock.packages:
        locked = {loose for loose in package.loose_hashes if loose.algorithm == _ALGORITHM}
        new = [found[a.url] for a in package.artifacts if a.url is not None and a.url in found and not a.hashes]
        others = [digest for digest in new if locked and digest not in locked]
        lines += [f"{package.pname}: {_ALGORITHM} {digest.digest} is none that the lock has" for digest in others]
    if lines:
        hint = "be careful: the file may have been changed since; or it is not the one of its version on the index"
        raise IndexFault("these files are not those of the lock:\n  " + "\n  ".join(lines), hint=hint)


def _sha256(pieces: Iterator[bytes]) -> Hash:
    (found,) = digests(pieces, [_ALGORITHM])
    return found
