"""Locks as small as a test needs, and what stands around an enricher."""

import hashlib
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from lock2nix.enrichers.interface import Sources
from lock2nix.enrichers.known import Known
from lock2nix.indexes.cache import Cache
from lock2nix.indexes.configuration import Indexes
from lock2nix.indexes.http import Http
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.source import IndexSource, Source


def sha256(content: bytes) -> Hash:
    return Hash(algorithm="sha256", digest=hashlib.sha256(content).hexdigest())


def artifact(filename: str, *hashes: Hash, url: str | None = None) -> Artifact:
    return Artifact(filename=filename, hashes=hashes, url=url)


def package(
    name: str, version: str, *artifacts: Artifact, source: Source | None = None, loose: tuple[Hash, ...] = ()
) -> Package:
    return Package(
        name=canonicalize_name(name),
        pname=name,
        version=Version(version),
        artifacts=artifacts,
        loose_hashes=loose,
        source=source or IndexSource(),
    )


def lock(*packages: Package) -> Lock:
    return Lock(groups=(), packages=packages)


def sources(  # noqa: PLR0913 - what a test may say about asking
    folder: Path,
    http: Http | None,
    index: str = "",
    answers: Answers | None = None,
    *,
    extras: tuple[str, ...] = (),
    links: tuple[str, ...] = (),
) -> Sources:
    """Return sources with a cache of their own in `folder`."""
    known = Known(answers or Answers(), Cache(folder / "cache"), index or None)
    indexes = Indexes(default=index, extras=extras, links=links)
    return Sources(known=known, root=folder, http=http, indexes=lambda: indexes)


def urls(filled: Lock) -> list[str | None]:
    return [file.url for pinned in filled.packages for file in pinned.artifacts]


def cached(folder: Path) -> str:
    """Return everything that the cache in `folder` holds."""
    return "\n".join(p.read_text(encoding="utf-8") for p in sorted((folder / "cache").rglob("*.json")))
