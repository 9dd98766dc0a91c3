"""Fills in the hashes of files on disk, for formats that want one of every file."""

import hashlib
from pathlib import Path

from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.source import FileSource

from .interface import Sources


def hash_local_files(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with a sha256 for every file on disk that has no hash; what cannot be read stays without."""
    return lock.model_copy(update={"packages": tuple(_hashed(package, sources.root) for package in lock.packages)})


def _hashed(package: Package, root: Path) -> Package:
    source = package.source
    if isinstance(source, FileSource) and not any(artifact.hashes for artifact in package.artifacts):
        hashes = _hashes(root / source.path)
        artifacts = (Artifact(filename=source.path.name, hashes=hashes),) if hashes else package.artifacts
    else:
        artifacts = tuple(_with_hash(artifact, root) for artifact in package.artifacts)
    return package if artifacts == package.artifacts else package.model_copy(update={"artifacts": artifacts})


def _with_hash(artifact: Artifact, root: Path) -> Artifact:
    if artifact.path is None or artifact.hashes:
        return artifact
    return artifact.model_copy(update={"hashes": _hashes(root / artifact.path)})


def _hashes(path: Path) -> tuple[Hash, ...]:
    try:
        with path.open("rb") as file:
            return (Hash(algorithm="sha256", digest=hashlib.file_digest(file, "sha256").hexdigest()),)
    except OSError:
        return ()
