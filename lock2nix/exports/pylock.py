"""Write pylock.toml (PEP 751): https://packaging.python.org/en/latest/specifications/pylock-toml/.

What is written is checked by `packaging.pylock`, and reads back as the same lock: written again, it is the same bytes.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath

from packaging.markers import Marker
from packaging.pylock import Package as LockedPackage
from packaging.pylock import Pylock, PylockValidationError
from packaging.utils import NormalizedName
from packaging.version import Version

from lock2nix.errors import PlanError
from lock2nix.planner.memberships import MAIN
from lock2nix.schemas.lock import UNKNOWN_VERSION, Lock, Package
from lock2nix.schemas.plan import TargetSet
from lock2nix.schemas.source import DirectorySource, IndexSource

from . import toml_text
from .conditions import all_of, any_of, asked
from .files import FilesOf
from .installed import Installed, installed

LOCK_VERSION = Version("1.0")
CREATED_BY = "lock2nix"


def write(lock: Lock, *, root: PurePosixPath) -> str:
    """Return the file for a lock whose files are known; `root` is the way from its folder to the lock's.

    A package that no group or extra installs anywhere is left out. Raises PlanError for what cannot be said.
    """
    if lock.conflicts:
        message = "this lock has extras or groups that exclude each other, which one pylock.toml cannot say"
        raise PlanError(message, hint="export what goes together with --format requirements and --group or --extra")
    found = installed(lock)
    writer = _Writer(lock, found, FilesOf(root))
    packages = writer.packages()
    other_groups = sorted(group.name for group in lock.groups if group.name != MAIN)
    pylock = Pylock(
        lock_version=LOCK_VERSION,
        created_by=CREATED_BY,
        requires_python=found.requires_python,
        environments=found.environments or None,
        extras=sorted(lock.extras) or None,
        dependency_groups=other_groups or None,
        default_groups=sorted(group.name for group in lock.groups if not group.optional) if other_groups else None,
        packages=packages,
    )
    try:
        pylock.validate()
    except PylockValidationError as error:
        raise PlanError(f"the lock cannot be said as a pylock.toml: {error}") from None
    content = dict(pylock.to_dict())
    if not packages:
        return toml_text.document(content)
    return toml_text.document(content, packages=content.pop("packages"))


class _Writer:
    def __init__(self, lock: Lock, found: Installed, files: FilesOf) -> None:
        self._found = found
        self._files = files
        ordered = sorted(lock.packages, key=lambda package: (package.name, package.version))
        self._tables = [(package, found.in_groups(package), found.in_extras(package)) for package in ordered]
        self._tables = [row for row in self._tables if any(row[1].values()) or any(row[2].values())]
        self._versions = Counter(package.name for package, *_ in self._tables)

    def packages(self) -> list[LockedPackage]:
        """Return all packages that are installed somewhere, by name and version."""
        return [self._package(package, groups, extras) for package, groups, extras in self._tables]

    def _package(
        self,
        package: Package,
        groups: Mapping[NormalizedName, TargetSet],
        extras: Mapping[NormalizedName, TargetSet],
    ) -> LockedPackage:
        python = package.requires_python
        marker = self._marker(groups, extras)
        files = self._files.of(package)
        return LockedPackage(
            name=package.name,
            version=_version(package),
            marker=None if marker is None else Marker(marker),
            # Of alternatives the format has only one, and none says too little rather than something wrong.
            requires_python=python[0] if len(python) == 1 and str(python[0]) else None,
            dependencies=self._dependencies(package) or None,
            index=_index(package),
            vcs=files.vcs,
            directory=files.directory,
            archive=files.archive,
            sdist=files.sdist,
            wheels=files.wheels or None,
        )

    def _dependencies(self, package: Package) -> list[dict[str, str]]:
        found = {(other.name, other.version) for other in self._found.dependencies(package)}
        return [
            {"name": name} if self._versions[name] == 1 else {"name": name, "version": str(version)}
            for name, version in sorted(found)
        ]

    def _marker(
        self, groups: Mapping[NormalizedName, TargetSet], extras: Mapping[NormalizedName, TargetSet]
    ) -> str | None:
        parts: list[str | None] = []
        asked_by: dict[TargetSet, list[str]] = {}
        if len(set(groups.values())) == 1:
            # Whatever is asked for has it, or nothing but extras.
            parts += [self._found.conditions.marker(where) for where in set(groups.values()) if where]
        else:
            for name in sorted(groups, key=lambda name: (name != MAIN, name)):
                asked_by.setdefault(groups[name], []).append(asked(name, "dependency_groups"))
        for name in sorted(extras):
            asked_by.setdefault(extras[name], []).append(asked(name, "extras"))
        parts += [
            all_of(any_of(askers), self._found.conditions.marker(where)) for where, askers in asked_by.items() if where
        ]
        return any_of(parts)


def _index(package: Package) -> str | None:
    url = package.source.url if isinstance(package.source, IndexSource) else None
    # A lock's variables are for whoever asks: here they would be no address.
    return None if url is None or "${" in url else url


def _version(package: Package) -> Version | None:
    # What a tree's version is may change with the tree (PEP 751).
    if isinstance(package.source, DirectorySource) or package.version == UNKNOWN_VERSION:
        return None
    return package.version
