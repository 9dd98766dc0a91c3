"""The environments that an exported file is for: every system that people run Python on, with every Python.

An exported lock is installed anywhere, not only where Nix is. Its markers are found as truth tables over these
environments (`planner/truth.py`), and written down as the simplest that have these tables (`conditions.py`).
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

from lock2nix.schemas.lock import Dependency, Lock

_OLDEST, _NEWEST = 7, 16
"""Minor versions of Python 3 that a lock is looked at with, besides those it speaks of."""
_VERSION = re.compile(r"(?<![\d.])3\.(?P<minor>\d{1,2})(?:\.(?P<patch>\d{1,2}))?")


class Platform(NamedTuple):
    """What `sys.platform` and its like say on one kind of machine."""

    sys_platform: str
    platform_system: str
    os_name: str
    platform_machine: str
    platform_release: str


class Implementation(NamedTuple):
    """What an interpreter calls itself."""

    platform_python_implementation: str
    implementation_name: str


class Place(NamedTuple):
    """Where a Python runs, and which one."""

    platform: Platform
    implementation: Implementation


_LINUX = ("x86_64", "aarch64", "armv7l", "i686", "ppc64le", "s390x", "riscv64")
PLATFORMS = (
    *(Platform("linux", "Linux", "posix", machine, "6.12.0") for machine in _LINUX),
    *(Platform("darwin", "Darwin", "posix", machine, "23.0.0") for machine in ("x86_64", "arm64")),
    *(Platform("win32", "Windows", "nt", machine, "10") for machine in ("AMD64", "ARM64", "x86")),
    Platform("cygwin", "CYGWIN_NT-10.0", "posix", "x86_64", "3.5.0"),
    Platform("emscripten", "Emscripten", "posix", "wasm32", "3.1.58"),
    Platform("freebsd14", "FreeBSD", "posix", "amd64", "14.0"),
)
IMPLEMENTATIONS = (
    Implementation("CPython", "cpython"),
    Implementation("PyPy", "pypy"),
    Implementation("GraalVM", "graalpy"),
)
PLACES = tuple(itertools.starmap(Place, itertools.product(PLATFORMS, IMPLEMENTATIONS)))


class Python(NamedTuple):
    """A release of Python 3."""

    minor: int
    patch: int

    @property
    def version(self) -> str:
        """What `python_full_version` says."""
        return f"3.{self.minor}.{self.patch}"


@dataclass(frozen=True)
class Universe:
    """Every place with each of these Pythons, the place changing last: bit `place * len(pythons) + python`."""

    pythons: tuple[Python, ...]

    def environments(self) -> Iterator[dict[str, str]]:
        """Yield the values of all marker variables in each environment."""
        for place, python in itertools.product(PLACES, self.pythons):
            implementation = place.implementation
            version = python.version if implementation.implementation_name == "cpython" else "7.3.20"
            yield {
                **place.platform._asdict(),
                **implementation._asdict(),
                "implementation_version": version,
                "platform_version": "",
                "python_full_version": python.version,
                "python_version": f"3.{python.minor}",
            }


def universe(lock: Lock) -> Universe:
    """Return the environments that are worth telling apart: the lock's own versions of Python decide which."""
    found = {Python(minor, 0) for minor in range(_OLDEST, _NEWEST + 1)}
    for text in _texts(lock):
        for match in _VERSION.finditer(text):
            minor, patch = int(match["minor"]), int(match["patch"] or 0)
            found |= {Python(minor, near) for near in range(max(0, patch - 1), patch + 2)}
            found |= {Python(near, 0) for near in range(max(0, minor - 1), minor + 2)}
    admitted = (python for python in found if _admits(lock.requires_python, python.version))
    return Universe(tuple(sorted(admitted)))


def _admits(alternatives: tuple[SpecifierSet, ...], version: str) -> bool:
    return not alternatives or any(specifiers.contains(version) for specifiers in alternatives)


def _texts(lock: Lock) -> set[str]:
    """Return everything in which the lock can speak of versions of Python."""
    roots = [*(some for group in lock.groups for some in (group.dependencies, group.members)), *lock.extras.values()]
    edges = [package.dependencies or () for package in lock.packages]
    edges += [wanted for package in lock.packages for wanted in package.extras.values()]
    markers = set(_markers(itertools.chain.from_iterable([*roots, *edges])))
    for package in lock.packages:
        markers |= {marker for marker in (package.marker, *package.group_markers.values()) if marker is not None}
    spoken = {text for text in map(str, (*markers, *lock.environments)) if "python" in text or "implementation" in text}
    pythons = itertools.chain(lock.requires_python, *(package.requires_python for package in lock.packages))
    return spoken | {str(specifiers) for specifiers in pythons}


def _markers(dependencies: Iterable[Dependency]) -> Iterator[Marker]:
    return (dependency.marker for dependency in dependencies if dependency.marker is not None)
