"""What a PDM project says of indexes, and its lock of where it is good."""

import re
from collections.abc import Iterator, Sequence

from packaging.markers import Marker

from lock2nix.errors import InputError
from lock2nix.markers import ALWAYS, marker
from lock2nix.schemas.lock import LockIndexes
from lock2nix.schemas.source import SourceFile

from .index_addresses import PYPI, SIMPLE, address_and_login
from .pdm_lock_file import LockedTarget, PdmLock
from .pyproject import PdmSource

# https://pdm-project.org/en/latest/usage/lock-targets/; what a name leaves out, PDM takes to be this.
_PLATFORM = re.compile(r"(?P<system>linux|alpine|manylinux|musllinux|macos|windows)(?:_\d+_\d+)?(?:_(?P<machine>\w+))?")
_SYSTEMS = {"macos": "darwin", "windows": "win32"}
_MACHINES = {"macos": "arm64"}
_COMMON_MACHINE = "x86_64"
_SPELT = {("darwin", "aarch64"): "arm64", ("win32", "x86_64"): "AMD64", ("win32", "amd64"): "AMD64"}


def indexes(sources: Sequence[PdmSource], beside: SourceFile) -> LockIndexes:
    """Return the indexes of `[[tool.pdm.source]]`, of which the one called pypi replaces PyPI. Raises InputError."""
    default, extras, links = None, list[str](), list[str]()
    logins: dict[str, str] = {}
    for at, table in enumerate(sources):
        try:
            url, login = address_and_login(table.url or "") if table.url else (SIMPLE, None)
        except ValueError as error:
            raise InputError(str(error), place=f"{beside.path}: tool.pdm.source[{at}].url") from None
        if table.username:
            login = f"{table.username}:{table.password or ''}"
        if login is not None:
            logins[url] = login
        is_pypi = login is None and PYPI.fullmatch(url) is not None
        if table.type == "find_links":
            links.append(url)
        elif table.name == "pypi":
            default = None if is_pypi else url
        elif not is_pypi:
            extras.append(url)
    return LockIndexes(default=default, extras=tuple(dict.fromkeys(extras)), find_links=tuple(links), logins=logins)


def environments(lock: PdmLock) -> tuple[Marker, ...]:
    """Return what the lock is made for, as conditions of which one must hold. Raises InputError."""
    found = []
    for at, target in enumerate(lock.content.metadata.targets):
        try:
            found.append(marker(" and ".join(_conditions(target))) or ALWAYS)
        except ValueError as error:
            raise lock.error(str(error), "metadata", "targets", at) from None
    return tuple(found)


def is_for_one_environment(lock: PdmLock) -> bool:
    """Return whether the lock is good only where it was made, which it does not say: before PDM 2.17."""
    metadata = lock.content.metadata
    crosses = metadata.cross_platform if metadata.strategy is None else "cross_platform" in metadata.strategy
    return not metadata.targets and not crosses


def _conditions(target: LockedTarget) -> Iterator[str]:
    for one in sorted(target.requires_python or (), key=str):
        yield f"python_full_version {one.operator} '{one.version}'"
    if target.platform is not None:
        found = _PLATFORM.fullmatch(target.platform)
        if found is None:
            raise ValueError("this is no platform that PDM locks for")
        system = _SYSTEMS.get(found["system"], "linux")
        machine = found["machine"] or _MACHINES.get(found["system"], _COMMON_MACHINE)
        yield f"sys_platform == '{system}'"
        yield f"platform_machine == '{_SPELT.get((system, machine), machine)}'"
    if target.implementation is not None:
        yield f"implementation_name == '{target.implementation}'"
