"""What need not be asked: the answers of the last output, then those of the cache (design.md §7)."""

import base64
import binascii

from pydantic import ValidationError

from lock2nix.indexes.addresses import login, on_the_web, without_login
from lock2nix.indexes.cache import Cache
from lock2nix.indexes.pypi import FILES, SIMPLE
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.artifact import DIGEST_BYTES, Hash
from lock2nix.schemas.lock import BuildSystem

_URL, _HASH, _BUILD_SYSTEM = "url", "hash", "build-system"


class Known:
    """Answers by hash (or revision), from the nearest place that has one.

    `default_index` is the index of the packages whose lock names none.
    """

    def __init__(self, answers: Answers, cache: Cache, default_index: str = SIMPLE) -> None:
        self._default_index = default_index.rstrip("/")
        self._answers = answers
        self._cache = cache
        self._hashes = {url: sri for sri, url in answers.urls.items()}

    def url(self, sri: str, index: str) -> str | None:
        """Return where the index has the file with this hash: what one index says is no answer for another."""
        kept = self._kept_url(sri, index) or self._cache.get(_URL, f"{without_login(index)} {sri}")
        return kept if isinstance(kept, str) and on_the_web(kept) and login(kept) is None else None

    def learn_url(self, sri: str, index: str, url: str) -> None:
        """Keep where the index has the file with this hash."""
        self._cache.put(_URL, f"{without_login(index)} {sri}", url)

    def _kept_url(self, sri: str, index: str) -> str | None:
        url = self._answers.urls.get(sri)
        if url is None or index == SIMPLE:
            return url if url is not None and url.startswith(FILES) else None
        # Of the index that a lock names itself the output knows what it knows; another default was another index.
        is_other = index == self._default_index and without_login(index) != (self._answers.index_url or "").rstrip("/")
        return None if is_other else url

    def hash(self, url: str) -> Hash | None:
        """Return the sha256 that the file at this address had when it was first downloaded."""
        kept = self._hashes.get(url) or self._cache.get(_HASH, url)
        return _sha256(kept) if isinstance(kept, str) else None

    def learn_hash(self, url: str, digest: Hash) -> None:
        """Keep the hash of the file at this address."""
        self._cache.put(_HASH, url, digest.sri)

    def build_system(self, key: str) -> BuildSystem | None:
        """Return what builds the sdist with this hash, or the repository at this revision."""
        if key in self._answers.build_systems:
            return self._answers.build_systems[key]
        try:
            return BuildSystem.model_validate(self._cache.get(_BUILD_SYSTEM, key), strict=False)
        except ValidationError:
            return None

    def learn_build_system(self, key: str, found: BuildSystem) -> None:
        """Keep what builds it."""
        self._cache.put(_BUILD_SYSTEM, key, found.model_dump(mode="json"))


def _sha256(sri: str) -> Hash | None:
    algorithm, _, digest = sri.partition("-")
    try:
        raw = base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        return None
    if algorithm != "sha256" or len(raw) != DIGEST_BYTES["sha256"]:
        return None
    return Hash(algorithm="sha256", digest=raw.hex())
