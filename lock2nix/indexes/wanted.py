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
        return (
            filename in self.names
            or (bool(self.versions) and _is_of(filename, self.versions))
            or (bool(self.digests) and not self.digests.isdisjoint(digests()))
        )


def _is_of(filename: str, versions: frozenset[Version]) -> bool:
    """Whether a file's name has one of the versions where that of a wheel or an sdist stands."""
    if filename.endswith(".whl"):
        return _is_among("".join(filename.split("-", 2)[1:2]), versions)
    if filename.endswith(_SDISTS):
        stem = filename.removesuffix(_SDISTS[0]).removesuffix(_SDISTS[1])
        return _is_among(stem.rpartition("-")[2], versions)
    return False


@lru_cache(maxsize=1 << 14)
def _is_among(text: str, versions: frozenset[Version]) -> bool:
    try:
        return Version(text) in versions
    except ValueError:  # also a number of more digits than Python converts
        return False
