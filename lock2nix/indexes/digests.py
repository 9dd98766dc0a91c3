"""Holds what arrives against the hashes that it should have; all algorithms at once, and nothing is kept."""

import hashlib
from collections.abc import Iterable, Iterator

from lock2nix.errors import IndexFault
from lock2nix.schemas.artifact import Algorithm, Hash

from .addresses import masked

_HINT = "be careful: somebody may have changed it"


def digests(pieces: Iterable[bytes], algorithms: Iterable[Algorithm]) -> tuple[Hash, ...]:
    """Return the hashes that the pieces together have."""
    running = _Running(algorithms)
    for piece in pieces:
        running.update(piece)
    return running.hashes()


def checked(pieces: Iterable[bytes], expected: Iterable[Hash], url: str) -> Iterator[bytes]:
    """Yield the pieces of the file at `url`; once there are no more, hold them against its hashes.

    Who stops before that has seen an unproven beginning. Raises IndexFault that says both hashes.
    """
    wanted = tuple(expected)
    running = _Running(h.algorithm for h in wanted)
    for piece in pieces:
        running.update(piece)
        yield piece
    refuse_other(wanted, running.hashes(), url)


def refuse_other(expected: Iterable[Hash], found: Iterable[Hash], url: str) -> None:
    """Raise an IndexFault if what was found at `url` has other hashes than expected."""
    wrong = disagreement(expected, found)
    if wrong is not None:
        ours, theirs = wrong
        message = f"it has {theirs.algorithm} {theirs.digest}, and should have {ours.digest}"
        raise IndexFault(message, place=masked(url), hint=_HINT)


def disagreement(expected: Iterable[Hash], found: Iterable[Hash]) -> tuple[Hash, Hash] | None:
    """Return an expected hash and the one that was found instead; None where nothing contradicts.

    Several expected ones of one algorithm are alternatives. An algorithm that only one side has proves nothing.
    """
    theirs = {h.algorithm: h for h in found}
    ours: dict[Algorithm, list[Hash]] = {}
    for one in expected:
        ours.setdefault(one.algorithm, []).append(one)
    for algorithm, alternatives in ours.items():
        other = theirs.get(algorithm)
        if other is not None and other not in alternatives:
            return alternatives[0], other
    return None


class _Running:
    def __init__(self, algorithms: Iterable[Algorithm]) -> None:
        self._running = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}

    def update(self, piece: bytes) -> None:
        for digest in self._running.values():
            digest.update(piece)

    def hashes(self) -> tuple[Hash, ...]:
        return tuple(Hash(algorithm=name, digest=digest.hexdigest()) for name, digest in self._running.items())
