"""From what was chosen to what is planned: each package with its variants, and each variant with its sources."""

from collections import defaultdict
from pathlib import PurePosixPath

from packaging.utils import NormalizedName

from lock2nix.schemas.artifact import Artifact, strongest
from lock2nix.schemas.lock import Package
from lock2nix.schemas.plan import (
    Edge,
    LocalFile,
    Origin,
    PlannedPackage,
    RemoteFile,
    SdistOrigin,
    Sourced,
    TreeOrigin,
    Variant,
    WheelOrigin,
)
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, UrlSource

from .memberships import Members
from .selection import Choice, Selection
from .wheels import is_pure


def packages(selection: Selection) -> tuple[PlannedPackage, ...]:
    """Return the chosen packages under their names."""
    by_name: dict[NormalizedName, list[Choice]] = defaultdict(list)
    for choice in selection.choices:
        by_name[choice.package.name].append(choice)
    return tuple(
        PlannedPackage(name=name, pname=choices[0].package.pname, variants=tuple(_variant(c) for c in choices))
        for name, choices in by_name.items()
    )


def _variant(choice: Choice) -> Variant:
    package, serving = choice.package, choice.serving
    sources = [Sourced(origin=_file_origin(package, a), where=where) for a, where in serving.files]
    if serving.tree:
        if not isinstance(package.source, GitSource | DirectorySource):
            raise AssertionError(package.source)
        tree = TreeOrigin(tree=package.source, build_system=package.build_system)
        sources.append(Sourced(origin=tree, where=serving.tree))
    return Variant(
        version=str(package.version),
        where=choice.where,
        sources=tuple(sorted(sources, key=lambda s: s.where & -s.where)),
        dependencies=edges(choice.dependencies),
        unserved=serving.unserved,
        refused=serving.refused,
    )


def _file_origin(package: Package, artifact: Artifact) -> Origin:
    file = _file(package, artifact)
    if artifact.is_wheel:
        return WheelOrigin(file=file, native=not is_pure(artifact))
    return SdistOrigin(file=file, build_system=package.build_system, subdirectory=_subdirectory(package))


def _file(package: Package, artifact: Artifact) -> RemoteFile | LocalFile:
    if isinstance(package.source, FileSource):
        return LocalFile(path=package.source.path)
    if artifact.path is not None:
        return LocalFile(path=artifact.path)
    best = strongest(artifact.hashes)
    if artifact.url is None or best is None:
        raise AssertionError(artifact)
    return RemoteFile(filename=artifact.filename, url=artifact.url, hash=best, locked=artifact.locked)


def _subdirectory(package: Package) -> PurePosixPath | None:
    return package.source.subdirectory if isinstance(package.source, FileSource | UrlSource) else None


def edges(members: Members) -> tuple[Edge, ...]:
    """Return what is needed, and where."""
    return tuple(Edge(name=name, where=where) for name, where in sorted(members.items()))
