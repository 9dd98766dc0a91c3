"""Which of a project's files are asked for: a page lists thousands, of which a lock pins a few."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from packaging.version import Version

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

    def admits(self, filename: str, digests: Callable[[], Iterable[str]]) -> bool:
        """Whether a file of this name is wanted, or one with these digests, which are made only if they matter."""
        if filename in self.names or (self.versions and _is_among(_version(filename), self.versions)):
            return True
        return bool(self.digests) and not self.digests.isdisjoint(map(str.lower, digests()))


def _version(filename: str) -> str:
    """Return what stands in a file's name where a wheel or an sdist has its version."""
    if filename.endswith(".whl"):
        return filename.partition("-")[2].partition("-")[0]
    if filename.endswith(_SDISTS):
        return filename.removesuffix(_SDISTS[0]).removesuffix(_SDISTS[1]).rpartition("-")[2]
    return ""


@lru_cache(maxsize=1 << 14)
def _is_among(text: str, versions: frozenset[Version]) -> bool:
    try:
        return Version(text) in versions
    except ValueError:  # also a number of more digits than Python converts
        return False
