"""Where the files of a package are, as far as the output, the cache, and places on disk know it: nobody is asked."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from lock2nix.indexes.addresses import masked
from lock2nix.schemas.artifact import Artifact, strongest
from lock2nix.schemas.lock import Package

from . import links, pages
from .interface import Sources
from .listed import is_of, joined


def from_known(package: Package, linked: links.Linked | None, sources: Sources) -> Package:
    """Return the package with what is known of its files; `linked` is None where the lock names no places on disk."""
    if package.artifacts:
        wanted = {best.sri for a in package.artifacts if not a.is_located and (best := strongest(a.hashes)) is not None}
        urls = _known_urls(wanted, package, sources)
        return package.model_copy(update={"artifacts": tuple(_at(artifact, urls) for artifact in package.artifacts)})
    files = () if linked is None else linked.on_disk
    if package.loose_hashes:
        return _named_by_known(package, files, sources)
    # What an index said is not all that there is where other places are to be looked at.
    are_asked = sources.http is not None and (linked is not None or bool(sources.indexes().links))
    return package if are_asked else _listed_before(package, files, sources)


def _at(artifact: Artifact, urls: Mapping[str, str]) -> Artifact:
    best = strongest(artifact.hashes)
    url = None if best is None or artifact.is_located else urls.get(best.sri)
    return artifact if url is None else artifact.model_copy(update={"url": url})


def _named_by_known(package: Package, on_disk: Sequence[Artifact], sources: Sources) -> Package:
    """Give the package the files of its loose hashes, if all of them are known: any could be the one that is chosen."""
    found = {one for artifact in on_disk for one in artifact.hashes}
    missing = [loose for loose in package.loose_hashes if loose not in found]
    urls = _known_urls({loose.sri for loose in missing}, package, sources)
    artifacts = []
    for loose in missing:
        url = urls.get(loose.sri)
        if url is None:
            return package
        filename = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
        if is_of(package, filename):
            artifacts.append(Artifact(filename=filename, hashes=(loose,), url=url))
    return package.model_copy(update={"artifacts": joined(on_disk, artifacts)})


def _listed_before(package: Package, on_disk: Sequence[Artifact], sources: Sources) -> Package:
    """Give the package the files that its index listed a short time ago, or whenever that was if nobody is asked."""
    for index in _indexes(package, sources):
        kept = sources.known.cached_files(package, index)
        if kept is not None and (sources.http is None or time.time() < kept.until):
            return package.model_copy(update={"artifacts": joined(on_disk, kept.files)})
    return package


def _known_urls(wanted: Iterable[str], package: Package, sources: Sources) -> dict[str, str]:
    """Return where the files are according to the output or, from an index that may be asked for them, the cache."""
    is_default = pages.key(package)[0] is None
    urls = {sri: url for sri in wanted if (url := sources.known.kept_url(sri, is_default=is_default)) is not None}
    if missing := set(wanted) - set(urls):
        for index in _indexes(package, sources):
            cached = sources.known.cached_urls(package, index)
            urls = {sri: url for sri, url in cached.items() if sri in missing} | urls
    return urls


def _indexes(package: Package, sources: Sources) -> Iterator[str]:
    """Yield the indexes that may be asked for a package, without logins, in their order."""
    for index in sources.indexes().serving(pages.key(package)[0]):
        yield masked(index.rstrip("/"))
