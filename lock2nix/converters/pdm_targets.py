"""Where a pdm.lock is good: the `targets` that it is made for.

https://pdm-project.org/en/latest/usage/lock-targets/; platforms are those of dep-logic's `Platform.parse`
(https://github.com/pdm-project/dep-logic/blob/main/src/dep_logic/tags/platform.py).
"""

import re
from collections.abc import Iterator

from packaging.markers import Marker

from lock2nix.errors import quote
from lock2nix.markers import ALWAYS, NEVER, conjunction, disjunction, marker

from .pdm_lock_file import LockedTarget, PdmLock

_NAMED = re.compile(r"(?P<system>linux|alpine|macos|windows)(?:_(?P<machine>[a-z][a-z0-9_]*))?", re.ASCII)
_VERSIONED = re.compile(r"(?P<system>manylinux|musllinux|macos)_\d+_\d+_(?P<machine>[a-z][a-z0-9_]*)", re.ASCII)
# Systems that nixpkgs has no Python for, or that we do not.
_OTHER = re.compile(r"(?:freebsd|netbsd|openbsd|dragonfly|illumos|haiku)_\w+", re.ASCII)
_SYSTEMS = {"macos": "darwin", "windows": "win32"}
# What PDM takes for the machine where the name leaves it out.
_MACHINES = {"macos": "arm64"}
_COMMON_MACHINE = "x86_64"
_SPELT = {
    ("darwin", "aarch64"): "arm64",
    ("linux", "amd64"): "x86_64",
    ("linux", "arm64"): "aarch64",
    ("win32", "x86_64"): "AMD64",
    ("win32", "amd64"): "AMD64",
}


def environments(lock: PdmLock) -> tuple[Marker, ...]:
    """Return what the lock is made for, as conditions of which one must hold. Raises InputError.

    A marker knows neither glibc from musl nor versions of them or of macOS: for these the files of the lock speak.
    """
    found = []
    for at, target in enumerate(lock.content.metadata.targets):
        try:
            found.append(conjunction(*_conditions(target)) or ALWAYS)
        except ValueError as error:
            raise lock.error(str(error), "metadata", "targets", at, "platform") from None
    return tuple(found)


def is_for_one_environment(lock: PdmLock) -> bool:
    """Return whether the lock is good only where it was made, which it does not say: before PDM 2.17."""
    metadata = lock.content.metadata
    crosses = metadata.cross_platform and (metadata.strategy is None or "cross_platform" in metadata.strategy)
    return not metadata.targets and not crosses


def _conditions(target: LockedTarget) -> Iterator[Marker | None]:
    bounds = [sorted(alternative, key=str) for alternative in target.requires_python]
    parts = [[f"python_full_version {one.operator} '{one.version}'" for one in some] for some in bounds]
    if parts:
        yield disjunction(*(marker(" and ".join(some)) for some in parts))
    if target.platform is not None:
        yield _platform(target.platform)
    if target.implementation is not None:
        yield marker(f"implementation_name == '{target.implementation}'")


def _platform(text: str) -> Marker | None:
    """Return the condition that this is the platform. Raises ValueError for what is none."""
    if _OTHER.fullmatch(text):
        return NEVER
    found = _VERSIONED.fullmatch(text) or _NAMED.fullmatch(text)
    if found is None:
        raise ValueError(f"{quote(text)} is no platform that PDM locks for")
    system = _SYSTEMS.get(found["system"], "linux")
    machine = found["machine"] or _MACHINES.get(found["system"], _COMMON_MACHINE)
    return marker(f"sys_platform == '{system}' and platform_machine == '{_SPELT.get((system, machine), machine)}'")
