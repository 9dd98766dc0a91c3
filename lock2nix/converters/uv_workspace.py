"""What of a uv.lock is the project itself: the package in the lock's own folder, and the members of its workspace."""

from pathlib import PurePosixPath

from packaging.utils import canonicalize_name

from .uv_lock_file import LockedPackage, UvLock
from .uv_sources import tree

HERE = PurePosixPath()


def root(lock: UvLock) -> LockedPackage | None:
    """Return the project in the folder of the lock."""
    return next((package for package in lock.content.package if tree(package.source) == HERE), None)


def members(lock: UvLock) -> list[LockedPackage]:
    """Return the members of a workspace; a project alone is none."""
    names = set(map(canonicalize_name, lock.content.manifest.members))
    return [package for package in lock.content.package if canonicalize_name(package.name) in names]
