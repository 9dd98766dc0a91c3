"""Remembers in the output what was found for packages of which a lock says little, and recalls it from there.

Such a package is known by what its lock pins: its hashes, a revision, or its version alone. Remembered are the files
that were chosen and what one file says of its dependencies; so it serves the same targets and the same preference only.
"""

import hashlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from urllib.parse import unquote, urlsplit

from packaging.utils import NormalizedName

from lock2nix.markers import NEVER, cases
from lock2nix.schemas.answers import build_key
from lock2nix.schemas.artifact import Artifact, Hash, strongest
from lock2nix.schemas.lock import Lock, Package, Pinned
from lock2nix.schemas.metadata import CoreMetadata, requirement
from lock2nix.schemas.source import GitSource, IndexSource, UrlSource

from . import pages
from .extras import wanted_extras
from .interface import Sources


def recall(lock: Lock, sources: Sources) -> Lock:
    """Return the lock with the files and metadata that the last output has for packages with gaps."""
    return lock.model_copy(update={"packages": tuple(_recalled(package, sources) for package in lock.packages)})


def remember(asked: Lock, filled: Lock) -> Lock:
    """Return the filled lock with what the next run would have to ask for again; `asked` is the lock as it was."""
    pins = [(pin, package) for package in asked.packages if (pin := _pin(package)) is not None]
    extras = wanted_extras(filled) if pins else {}  # of most locks nothing need be remembered
    known = {(package.name, package.version, package.source): package for package in filled.packages}
    pinned = []
    for pin, package in pins:
        found = known.get((package.name, package.version, package.source))
        if not _is_on_disk(found):
            pinned.append(_pinned(pin, package, found, extras.get(package.name, frozenset())))
    return filled.model_copy(update={"pinned": tuple(sorted(pinned, key=lambda one: one.pin))})


def _recalled(package: Package, sources: Sources) -> Package:
    pin = _pin(package)
    found = None if pin is None else sources.known.pinned(pin)
    if found is None:
        return package
    artifacts = package.artifacts or tuple(_located(found, package, sources))
    metadata = found.metadata if package.dependencies is None else None
    return package.model_copy(update={"artifacts": artifacts, "metadata": metadata})


def _located(found: Pinned, package: Package, sources: Sources) -> Iterator[Artifact]:
    """Yield the remembered files, if the output has all of them and the lock's hashes admit them."""
    is_default = pages.key(package)[0] is None
    urls = {sri: sources.known.kept_url(sri, is_default=is_default) for sri in found.files}
    hashes = {sri: _admitted(sri, package) for sri in found.files}
    if all(urls.values()) and all(hashes.values()):
        for sri, url in urls.items():
            name = unquote(urlsplit(url or "").path.rsplit("/", 1)[-1])
            yield Artifact(filename=name, hashes=tuple(filter(None, (hashes[sri],))), url=url)


def _admitted(sri: str, package: Package) -> Hash | None:
    """Return the hash that is written so, None where it is damaged or not among the lock's of its algorithm."""
    try:
        found = Hash.from_sri(sri)
    except ValueError:
        return None
    rivals = [loose for loose in package.loose_hashes if loose.algorithm == found.algorithm]
    return found if not rivals or found in rivals else None


def _pin(package: Package) -> str | None:
    """Return what a package with gaps is pinned by, None where nothing would be asked for."""
    if isinstance(package.source, GitSource):
        revision = build_key(package.source.revision, package.source.subdirectory)
        return f"{package.name} {revision}" if package.dependencies is None else None
    has_files = bool(package.artifacts) and all(artifact.hashes for artifact in package.artifacts)
    if not isinstance(package.source, IndexSource | UrlSource) or (has_files and package.dependencies is not None):
        return None
    hashes = sorted(h.sri for h in (*package.loose_hashes, *(h for a in package.artifacts for h in a.hashes)))
    if hashes:
        digest = hashlib.sha256(" ".join(hashes).encode()).hexdigest()
        return f"{package.name} {package.version} {digest}"
    place = package.source.url if isinstance(package.source, UrlSource) else pages.key(package)[0]
    return f"{package.name} {package.version} {place or ''}".rstrip()


def _is_on_disk(found: Package | None) -> bool:
    """Whether some of its files lie on disk, where they may change: these are looked at anew."""
    return found is not None and any(artifact.path is not None for artifact in found.artifacts)


def _pinned(pin: str, asked: Package, found: Package | None, extras: AbstractSet[NormalizedName]) -> Pinned:
    has_names = bool(asked.artifacts)
    files = () if found is None else (best.sri for a in found.artifacts if (best := strongest(a.hashes)) is not None)
    said = None if found is None or found.metadata is None else _trimmed(found.metadata, extras)
    return Pinned(pin=pin, files=() if has_names else tuple(sorted(files)), metadata=said)


def _trimmed(said: CoreMetadata, wanted: AbstractSet[NormalizedName]) -> CoreMetadata:
    """Return what concerns dependencies, without the lines of extras that nobody wants."""
    covers = frozenset(wanted if said.covers is None else wanted & said.covers)
    requires = None if said.requires is None else tuple(text for text in said.requires if _concerns(text, covers))
    return CoreMetadata(
        name=said.name,
        requires=requires,
        extras=tuple(extra for extra in said.extras if extra in covers),
        requires_python=said.requires_python,
        complaints=said.complaints,
        covers=covers,
    )


def _concerns(text: str, extras: AbstractSet[NormalizedName]) -> bool:
    _, condition = requirement(text)
    without, within = cases(condition)
    return without is not NEVER or any(within.get(extra, NEVER) is not NEVER for extra in extras)
