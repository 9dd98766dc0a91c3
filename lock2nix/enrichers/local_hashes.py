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
    if not isinstance(source, FileSource) or any(artifact.hashes for artifact in package.artifacts):
        return package
    try:
        with (root / source.path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return package
    hashes = (Hash(algorithm="sha256", digest=digest),)
    return package.model_copy(update={"artifacts": (Artifact(filename=source.path.name, hashes=hashes),)})
