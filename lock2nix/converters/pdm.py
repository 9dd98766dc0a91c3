"""Read pdm.lock, lock_version 2 to 4.5, with the pyproject.toml beside it.

Reference: https://github.com/pdm-project/pdm/tree/main/src/pdm/project/lockfile; there is no specification.
"""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from lock2nix.schemas.lock import UNKNOWN_VERSION, Dependency, Lock, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import DirectorySource, IndexSource, SourceFile

from . import pdm_excluded, pdm_lock_file, pdm_packages, pdm_roots, pdm_targets, projects, pyproject
from .interface import Format
from .pdm_sources import Sources
from .poetry_dependencies import edges
from .pyproject import PdmTable, ProjectTable, PyProject

PYPROJECT = "pyproject.toml"
_LOCK_VERSION = re.compile(rb"^lock_version *=", re.MULTILINE)


def read(source: SourceFile, companions: Mapping[str, SourceFile]) -> Lock:
    """Return the lock that a pdm.lock and, where there is one, its pyproject.toml describe."""
    lock, notices = pdm_lock_file.read(source)
    members, of_packages = pdm_packages.packages(lock)
    companion = companions.get(PYPROJECT)
    beside = None if companion is None else pyproject.read(companion)
    if beside is not None and beside.project is None and beside.tool.pdm is None:
        beside = None
    if lock.has_groups:
        roots = pdm_roots.recorded(lock, members, beside)
    elif beside is not None and companion is not None:
        roots = pdm_roots.asked(lock, beside, companion)
    else:
        roots = pdm_roots.every_package(members)
    table = (None if beside is None else beside.tool.pdm) or PdmTable()
    sources = Sources.of(table.source, PYPROJECT if companion is None else companion.path)
    project = None if beside is None else beside.project
    found = Lock(
        name=None if beside is None else projects.name(beside),
        requires_python=() if project is None else project.requires_python,
        environments=pdm_targets.environments(lock),
        closed=lock.has_groups,
        one_environment=pdm_targets.is_for_one_environment(lock),
        groups=roots.groups,
        extras=roots.extras,
        packages=tuple(_from_its_index(package, sources) for _, package in members),
        project=None if beside is None else projects.project(beside),
        indexes=sources.indexes(),
        notices=(*notices, *of_packages, *_without_project(source, beside)),
    )
    return pdm_excluded.without(found if project is None else _with_itself(found, project), table.resolution.excludes)


def recognises(content: bytes) -> bool:
    """Return whether this looks like a pdm.lock, whatever its name."""
    return b"[metadata]" in content and _LOCK_VERSION.search(content) is not None


FORMAT = Format(
    name="pdm",
    title="PDM",
    file_names=("pdm.lock",),
    companions=(PYPROJECT,),
    recognises=recognises,
    read=read,
)


def _with_itself(lock: Lock, project: ProjectTable) -> Lock:
    """Return the lock with the project among its packages if one of them needs it: PDM installs it from its folder."""
    dependents = {p.name for p in lock.packages if any(edge.name == lock.name for edge in p.dependencies or ())}
    if lock.name is None or not dependents or any(package.name == lock.name for package in lock.packages):
        return lock
    itself = Package(
        name=lock.name,
        pname=project.name or lock.name,
        version=project.version or UNKNOWN_VERSION,
        source=DirectorySource(path=PurePosixPath()),
        dependencies=edges(project.dependencies),
        extras={extra: edges(wanted) for extra, wanted in project.optional_dependencies.items()},
    )
    packages = (*lock.packages, itself)
    if not lock.closed:
        return lock.model_copy(update={"packages": packages})
    edge = Dependency(name=lock.name)
    groups = (
        group.model_copy(update={"dependencies": (*group.dependencies, edge)})
        if any(member.name in dependents for member in group.dependencies)
        else group
        for group in lock.groups
    )
    return lock.model_copy(update={"packages": packages, "groups": tuple(groups)})


def _from_its_index(package: Package, sources: Sources) -> Package:
    if not isinstance(package.source, IndexSource):
        return package
    return package.model_copy(update={"source": sources.index(package.name)})


def _without_project(source: SourceFile, beside: PyProject | None) -> tuple[Notice, ...]:
    if beside is not None:
        return ()
    message = f"there is no {PYPROJECT} with a project beside it, which would say what is an extra, and for what"
    return (Notice(kind="no-project", subject=source.path.name, message=message),)
