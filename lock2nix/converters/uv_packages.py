"""The packages of a uv.lock, from its wire model to ours."""

from collections.abc import Iterator

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from lock2nix.errors import quote
from lock2nix.markers import disjunction
from lock2nix.schemas.lock import UNKNOWN_VERSION, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import Source

from .uv_conflicts import Conflicts
from .uv_edges import Edges
from .uv_lock_file import LockedPackage, UvLock
from .uv_sources import Origin, origin
from .uv_workspace import root


def packages(lock: UvLock, edges: Edges) -> tuple[tuple[Package, ...], tuple[Notice, ...]]:
    """Return what can be installed, in the order of the file, and what is to be said of single packages.

    The project at the root is among it only where another package needs it. Raises InputError.
    """
    project = root(lock)
    found: list[Package] = []
    notices: list[Notice] = []
    seen: set[tuple[str, str, Source]] = set()
    for at, locked in enumerate(lock.content.package):
        if locked.source.virtual is not None or (locked is project and not _is_needed(locked, lock)):
            continue
        package, place = _package(lock, at, edges)
        notices += _notices(package, place)
        key = (package.name, str(package.version), package.source)
        if key in seen:
            raise lock.error(f"{quote(package.pname)} {package.version} is in the file twice", "package", at)
        seen.add(key)
        found.append(package)
    return tuple(found), tuple(notices)


def _package(lock: UvLock, at: int, edges: Edges) -> tuple[Package, Origin]:
    locked = lock.content.package[at]
    place = origin(lock, at)
    return (
        Package(
            name=canonicalize_name(locked.name),
            pname=locked.name,
            version=locked.version or UNKNOWN_VERSION,
            source=place.source,
            artifacts=place.artifacts,
            dependencies=edges.translated(locked.dependencies),
            extras={extra: edges.translated(wanted) for extra, wanted in locked.optional_dependencies.items()},
            marker=_marker(locked, edges.conflicts),
        ),
        place,
    )


def _marker(locked: LockedPackage, conflicts: Conflicts) -> Marker | None:
    return disjunction(*map(conflicts.said, locked.resolution_markers)) if locked.resolution_markers else None


def _is_needed(package: LockedPackage, lock: UvLock) -> bool:
    return any(
        edge.name == package.name
        for other in lock.content.package
        if other is not package
        for some in (other.dependencies, *other.optional_dependencies.values(), *other.groups.values())
        for edge in some
    )


def _notices(package: Package, place: Origin) -> Iterator[Notice]:
    if place.had_credentials:
        message = "the lock gives its address with credentials, which are left out (a netrc file can have them)"
        yield Notice(kind="left-out", subject=package.name, message=message)
    paths = (getattr(package.source, "path", None), *(file.path for file in package.artifacts))
    on_disk = next((path for path in paths if path is not None), None)
    if on_disk is not None and on_disk.is_absolute():
        message = f"comes from the absolute path {on_disk}, which exists on some machines only"
        yield Notice(kind="choice", subject=package.name, message=message)
