"""What need not be asked: the answers of the last output, then those of the cache (design.md §7)."""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from lock2nix.indexes.addresses import login, on_the_web, without_login
from lock2nix.indexes.archives import LEGACY, LEGACY_READING
from lock2nix.indexes.cache import Cache
from lock2nix.indexes.static_metadata import METADATA_READING
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import BuildSystem, Package, Pinned, Tool
from lock2nix.schemas.metadata import CoreMetadata
from lock2nix.schemas.source import IndexSource

from .listed import is_named_as

_URLS, _FILES, _HASH, _STRONGER = "urls", "files", "hash", "stronger"
_BUILD_SYSTEM, _METADATA, _RESOLUTION = "build-system", "metadata", "resolution"
_TOOLS = TypeAdapter(tuple[Tool, ...])
_PINNED = "sha256"  # what lock2nix itself makes of a file


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """All files of a version that an index listed, and until when nobody need ask again (seconds since 1970)."""

    files: tuple[Artifact, ...]
    until: float


class Known:
    """Answers by hash (or revision), from the nearest place that has one.

    `asked_index` is the default index that the command line names, None where it names none. `targets` are the names of
    those that are converted for, and `prefer` what is preferred: some of what the output says, it says for its own.
    """

    def __init__(
        self,
        answers: Answers,
        cache: Cache,
        asked_index: str | None = None,
        *,
        targets: AbstractSet[str] = frozenset(),
        prefer: Prefer = "wheel",
    ) -> None:
        self._answers = answers
        self.cache = cache
        self._hashes = {url: sri for sri, url in answers.urls.items() if sri.startswith(f"{_PINNED}-")}
        asked = None if asked_index is None else without_login(asked_index).rstrip("/")
        kept = None if answers.index_url is None else answers.index_url.rstrip("/")
        self._same_default = asked == kept
        self._same_choices = targets <= answers.targets and prefer == answers.prefer

    def kept_url(self, sri: str, *, is_default: bool) -> str | None:
        """Return where the output has the file with this hash from; of another default index that is no answer."""
        return _usable(self._answers.urls.get(sri)) if self._same_default or not is_default else None

    def cached_urls(self, package: Package, index: str) -> Mapping[str, str]:
        """Return where the index had files of this version, by hash: what one index says is no answer for another."""
        kept = self.cache.get(_URLS, _listing_key(package, index))
        if not isinstance(kept, dict):
            return {}
        return {sri: url for sri, known in kept.items() if (url := _usable(known)) is not None}

    def learn_urls(self, package: Package, index: str, urls: Mapping[str, str]) -> None:
        """Keep where the index has files of this version, by hash; `index` is its address without login."""
        self.cache.put(_URLS, _listing_key(package, index), {**self.cached_urls(package, index), **urls})

    def cached_files(self, package: Package, index: str) -> KeptFiles | None:
        """Return the files of this version that the index listed, for a lock that has no hashes."""
        match self.cache.get(_FILES, _listing_key(package, index)):
            case {"until": float() as until, "files": [*rows]}:
                files = [_artifact(row) for row in rows]
                if all(file is not None and is_named_as(package, file.filename) for file in files):
                    return KeptFiles(tuple(file for file in files if file is not None), until)
        return None

    def learn_files(self, package: Package, index: str, kept: KeptFiles) -> None:
        """Keep the files of this version that the index lists."""
        rows = [[file.filename, file.url, [h.sri for h in file.hashes]] for file in kept.files]
        self.cache.put(_FILES, _listing_key(package, index), {"until": kept.until, "files": rows})

    def hash(self, url: str) -> Hash | None:
        """Return the sha256 that the file at this address had when it was first downloaded."""
        kept = _hash(self._hashes.get(url) or self.cache.get(_HASH, url))
        return kept if kept is not None and kept.algorithm == _PINNED else None

    def learn_hash(self, url: str, digest: Hash) -> None:
        """Keep the hash of the file at this address."""
        self.cache.put(_HASH, url, digest.sri)

    def stronger(self, weak: Hash, url: str) -> Hash | None:
        """Return the hash that the file at this address was found to have besides the weak one."""
        kept = _hash(self._answers.stronger.get(weak.sri) or self.cache.get(_STRONGER, f"{weak.sri} {url}"))
        return kept if kept is not None and not kept.is_weak else None

    def learn_stronger(self, weak: Hash, url: str, found: Hash) -> None:
        """Keep the hash that the file at this address has besides the weak one."""
        self.cache.put(_STRONGER, f"{weak.sri} {url}", found.sri)

    def build_system(self, key: str) -> BuildSystem | None:
        """Return what builds the sdist with this hash, or the repository at this revision."""
        if self._same_choices and key in self._answers.build_systems:
            return self._answers.build_systems[key]
        kept = self._kept_build_system(key)
        # What was read of setup.py by a reader that knew less is read again.
        return self._kept_build_system(_read_by(LEGACY_READING, key)) if kept is None or _is_legacy(kept) else kept

    def learn_build_system(self, key: str, found: BuildSystem) -> None:
        """Keep what builds it."""
        place = _read_by(LEGACY_READING, key) if _is_legacy(found) else key
        self.cache.put(_BUILD_SYSTEM, place, found.model_dump(mode="json"))

    def _kept_build_system(self, key: str) -> BuildSystem | None:
        try:
            return BuildSystem.model_validate(self.cache.get(_BUILD_SYSTEM, key), strict=False)
        except ValidationError:
            return None

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools of the last output whose files can be fetched from where it says."""
        are_same = self._same_choices and self._same_default
        return tuple(filter(_is_located, self._answers.tools)) if are_same else ()

    def pinned(self, pin: str) -> Pinned | None:
        """Return what the last output has of the package that is pinned so."""
        return self._answers.pinned.get(pin) if self._same_choices and self._same_default else None

    def resolution(self, key: str) -> tuple[Tool, ...] | None:
        """Return what this question was answered with."""
        try:
            return _TOOLS.validate_json(json.dumps(self.cache.get(_RESOLUTION, key)))
        except ValidationError:
            return None

    def learn_resolution(self, key: str, found: tuple[Tool, ...]) -> None:
        """Keep what answers a question."""
        self.cache.put(_RESOLUTION, key, _TOOLS.dump_python(found, mode="json", exclude_defaults=True))

    def metadata(self, key: str) -> CoreMetadata | None:
        """Return what the wheel or sdist with this hash says of itself."""
        kept = self._kept_metadata(key)
        # A reader that knows more may find dependencies where an older one found none.
        is_open = kept is None or kept.requires is None
        return self._kept_metadata(_read_by(METADATA_READING, key)) if is_open else kept

    def learn_metadata(self, key: str, found: CoreMetadata) -> None:
        """Keep what it says of itself."""
        place = _read_by(METADATA_READING, key) if found.requires is None else key
        self.cache.put(_METADATA, place, found.model_dump(mode="json"))

    def _kept_metadata(self, key: str) -> CoreMetadata | None:
        try:
            return CoreMetadata.model_validate(self.cache.get(_METADATA, key))
        except ValidationError:
            return None


def _is_legacy(found: BuildSystem) -> bool:
    return found.backend == LEGACY.backend


def _read_by(reading: int, key: str) -> str:
    return f"{key} {reading}"


def _listing_key(package: Package, index: str) -> str:
    return f"{index} {package.name} {package.version}"


def _artifact(row: object) -> Artifact | None:
    match row:
        case [str() as filename, str() as url, [*sris]]:
            hashes = tuple(found for sri in sris if (found := _hash(sri)) is not None)
            if len(hashes) == len(sris) and _usable(url) is not None:
                return Artifact(filename=filename, hashes=hashes, url=url)
    return None


def _is_located(tool: Package) -> bool:
    files = tool.artifacts
    is_listed = isinstance(tool.source, IndexSource) and bool(files)
    return is_listed and all(file.hashes and _usable(file.url) is not None for file in files)


def _hash(sri: object) -> Hash | None:
    try:
        return Hash.from_sri(sri) if isinstance(sri, str) else None
    except ValueError:
        return None


def _usable(url: object) -> str | None:
    return url if isinstance(url, str) and on_the_web(url) and login(url) is None else None
