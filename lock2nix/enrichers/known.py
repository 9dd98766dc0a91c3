"""What need not be asked: the answers of the last output, then those of the cache (design.md §7)."""

from urllib.parse import urlsplit

from pydantic import ValidationError

from lock2nix.indexes.cache import Cache
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.lock import BuildSystem

_URL, _BUILD_SYSTEM = "url", "build-system"


class Known:
    """Answers by hash (or revision), from the nearest place that has one."""

    def __init__(self, answers: Answers, cache: Cache) -> None:
        self._answers = answers
        self._cache = cache

    def url(self, sri: str) -> str | None:
        """Return where the file with this hash is."""
        kept = self._answers.urls.get(sri) or self._cache.get(_URL, sri)
        return kept if isinstance(kept, str) and urlsplit(kept).scheme in {"http", "https"} else None

    def learn_url(self, sri: str, url: str) -> None:
        """Keep where the file with this hash is."""
        self._cache.put(_URL, sri, url)

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
