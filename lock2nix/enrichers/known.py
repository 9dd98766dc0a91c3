"""What need not be asked: the answers of the last output, then those of the cache (design.md §7)."""

import json
from collections.abc import Set as AbstractSet

from pydantic import TypeAdapter, ValidationError

from lock2nix.indexes.addresses import login, on_the_web, without_login
from lock2nix.indexes.cache import Cache
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import BuildSystem, Package, Pinned
from lock2nix.schemas.metadata import CoreMetadata

_URL, _HASH, _STRONGER, _BUILD_SYSTEM, _METADATA = "url", "hash", "stronger", "build-system", "metadata"
_RESOLUTION = "resolution"
_PACKAGES = TypeAdapter(tuple[Package, ...])
_PINNED = "sha256"  # what lock2nix itself makes of a file


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
        self._cache = cache
        self._hashes = {url: sri for sri, url in answers.urls.items() if sri.startswith(f"{_PINNED}-")}
        asked = None if asked_index is None else without_login(asked_index).rstrip("/")
        kept = None if answers.index_url is None else answers.index_url.rstrip("/")
        self._same_default = asked == kept
        self._same_choices = targets <= answers.targets and prefer == answers.prefer

    def kept_url(self, sri: str, *, is_default: bool) -> str | None:
        """Return where the output has the file with this hash from; of another default index that is no answer."""
        return _usable(self._answers.urls.get(sri)) if self._same_default or not is_default else None

    def cached_url(self, sri: str, index: str) -> str | None:
        """Return where the index had the file with this hash: what one index says is no answer for another."""
        return _usable(self._cache.get(_URL, f"{index} {sri}"))

    def learn_url(self, sri: str, index: str, url: str) -> None:
        """Keep where the index has the file with this hash; `index` is its address without login."""
        self._cache.put(_URL, f"{index} {sri}", url)

    def hash(self, url: str) -> Hash | None:
        """Return the sha256 that the file at this address had when it was first downloaded."""
        kept = _hash(self._hashes.get(url) or self._cache.get(_HASH, url))
        return kept if kept is not None and kept.algorithm == _PINNED else None

    def learn_hash(self, url: str, digest: Hash) -> None:
        """Keep the hash of the file at this address."""
        self._cache.put(_HASH, url, digest.sri)

    def stronger(self, weak: Hash, url: str) -> Hash | None:
        """Return the hash that the file at this address was found to have besides the weak one."""
        kept = _hash(self._answers.stronger.get(weak.sri) or self._cache.get(_STRONGER, f"{weak.sri} {url}"))
        return kept if kept is not None and not kept.is_weak else None

    def learn_stronger(self, weak: Hash, url: str, found: Hash) -> None:
        """Keep the hash that the file at this address has besides the weak one."""
        self._cache.put(_STRONGER, f"{weak.sri} {url}", found.sri)

    def build_system(self, key: str) -> BuildSystem | None:
        """Return what builds the sdist with this hash, or the repository at this revision."""
        if self._same_choices and key in self._answers.build_systems:
            return self._answers.build_systems[key]
        try:
            return BuildSystem.model_validate(self._cache.get(_BUILD_SYSTEM, key), strict=False)
        except ValidationError:
            return None

    def learn_build_system(self, key: str, found: BuildSystem) -> None:
        """Keep what builds it."""
        self._cache.put(_BUILD_SYSTEM, key, found.model_dump(mode="json"))

    @property
    def tools(self) -> tuple[Package, ...]:
        """The tools of the last output."""
        return self._answers.tools if self._same_choices else ()

    def pinned(self, pin: str) -> Pinned | None:
        """Return what the last output has of the package that is pinned so."""
        return self._answers.pinned.get(pin) if self._same_choices and self._same_default else None

    def resolution(self, key: str) -> tuple[Package, ...] | None:
        """Return what this question was answered with."""
        try:
            return _PACKAGES.validate_json(json.dumps(self._cache.get(_RESOLUTION, key)))
        except ValidationError:
            return None

    def learn_resolution(self, key: str, found: tuple[Package, ...]) -> None:
        """Keep what answers a question."""
        self._cache.put(_RESOLUTION, key, _PACKAGES.dump_python(found, mode="json", exclude_defaults=True))

    def metadata(self, key: str) -> CoreMetadata | None:
        """Return what the wheel or sdist with this hash says of itself."""
        try:
            return CoreMetadata.model_validate(self._cache.get(_METADATA, key))
        except ValidationError:
            return None

    def learn_metadata(self, key: str, found: CoreMetadata) -> None:
        """Keep what it says of itself."""
        self._cache.put(_METADATA, key, found.model_dump(mode="json"))


def _hash(sri: object) -> Hash | None:
    try:
        return Hash.from_sri(sri) if isinstance(sri, str) else None
    except ValueError:
        return None


def _usable(url: object) -> str | None:
    return url if isinstance(url, str) and on_the_web(url) and login(url) is None else None
