"""Which of a project's files are asked for: a page lists thousands, of which a lock pins a few."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from packaging.version import InvalidVersion, Version

_SDISTS = (".tar.gz", ".zip")  # as `packaging` knows them


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Files with one of these names, one of these digests in hexadecimal, or of one of these versions."""

    names: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()
    versions: frozenset[Version] = frozenset()

    def __or__(self, other: "Wanted") -> "Wanted":
        """Return what either wants."""
        return Wanted(
            names=self.names | other.names,
            digests=self.digests | other.digests,
            versions=self.versions | other.versions,
        )

    def __le__(self, other: "Wanted") -> bool:
        """Whether the other one wants all of this, too."""
        return self.names <= other.names and self.digests <= other.digests and self.versions <= other.versions

    def admits(self, filename: str, digests: Iterable[str]) -> bool:
        """Whether a file of this name and with these digests is wanted."""
        return (
            filename in self.names
            or (bool(self.digests) and not self.digests.isdisjoint(digests))
            or (bool(self.versions) and _version(filename) in self.versions)
        )


def _version(filename: str) -> Version | None:
    """Return the version that a file's name says, if it could be a wheel or an sdist."""
    if filename.endswith(".whl"):
        return _parsed("".join(filename.split("-", 2)[1:2]))
    ending = next((ending for ending in _SDISTS if filename.endswith(ending)), None)
    return None if ending is None else _parsed(filename.removesuffix(ending).rpartition("-")[2])


@lru_cache(maxsize=1 << 14)
def _parsed(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
