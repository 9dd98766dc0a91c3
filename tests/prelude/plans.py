"""Plans written by hand, so that each case says what is in its lock, and the overlays that lock2nix makes of them."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name

from lock2nix import nixgen
from lock2nix.planner import targets
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.lock import BuildSystem, Project
from lock2nix.schemas.plan import (
    Edge,
    Environment,
    LocalFile,
    Origin,
    Plan,
    PlannedPackage,
    RemoteFile,
    SdistOrigin,
    Sourced,
    TreeOrigin,
    Variant,
    WheelOrigin,
)
from lock2nix.schemas.source import DirectorySource
from lock2nix.schemas.target import Target

FLIT = BuildSystem(requires=("flit_core >=3",), backend="flit_core.buildapi")
SETUPTOOLS = BuildSystem(requires=("setuptools",), backend="setuptools.build_meta")
TARGETS = targets.asked(
    [f"{python}-{system}" for python in ("cp311", "cp312", "cp313") for system in ("x86_64-linux", "aarch64-linux")]
)


def remote(filename: str) -> RemoteFile:
    """Return a file that nobody can fetch: for what is only evaluated."""
    url = f"https://files.example.org/{filename}"
    return RemoteFile(filename=filename, url=url, hash=Hash(algorithm="sha256", digest="0" * 64))


def local(filename: str) -> LocalFile:
    """Return a file beside the lock."""
    return LocalFile(path=PurePosixPath(filename))


def wheel(
    name: str, version: str, *, needs: Sequence[str] = (), file: str = "", among: Sequence[Target] = TARGETS
) -> PlannedPackage:
    """Return a package that is a pure wheel: the file beside the lock, or one that is only evaluated."""
    module = name.replace("-", "_").replace(".", "_")
    where = local(file) if file else remote(f"{module}-{version}-py3-none-any.whl")
    return package(name, version, WheelOrigin(file=where, native=False), needs=needs, among=among)


def sdist(
    name: str, version: str, *, needs: Sequence[str] = (), file: str = "", build_system: BuildSystem | None = FLIT
) -> PlannedPackage:
    """Return a package that is built: from the archive beside the lock, or one that is only evaluated."""
    module = name.replace("-", "_").replace(".", "_")
    where = local(file) if file else remote(f"{module}-{version}.tar.gz")
    return package(name, version, SdistOrigin(file=where, build_system=build_system), needs=needs)


def tree(name: str, version: str, folder: str, build_system: BuildSystem = FLIT) -> PlannedPackage:
    """Return a package that is a folder beside the lock."""
    origin = TreeOrigin(tree=DirectorySource(path=PurePosixPath(folder)), build_system=build_system)
    return package(name, version, origin)


def package(
    name: str,
    version: str,
    origin: Origin | Mapping[str, Origin],
    *,
    needs: Sequence[str] = (),
    among: Sequence[Target] = TARGETS,
) -> PlannedPackage:
    """Return a package of one version; a mapping says its origin by the targets' names, or by parts of them."""
    everywhere = (1 << len(among)) - 1
    by_part = origin if isinstance(origin, Mapping) else {"": origin}
    sources = tuple(
        Sourced(origin=one, where=sum(1 << i for i, target in enumerate(among) if part in target.id))
        for part, one in by_part.items()
    )
    edges = tuple(Edge(name=canonicalize_name(need), where=everywhere) for need in needs)
    where = 0
    for source in sources:
        where |= source.where
    variant = Variant(version=version, where=where, sources=sources, dependencies=edges)
    return PlannedPackage(name=canonicalize_name(name), pname=name, variants=(variant,))


def overlay(
    folder: Path,
    *packages: PlannedPackage,
    name: str = "demo",
    groups: Mapping[str, Iterable[str]] | None = None,
    extras: Mapping[str, Iterable[str]] | None = None,
    cycles: Sequence[Sequence[str]] = (),
    project: Project | None = None,
    among: Sequence[Target] = TARGETS,
) -> Path:
    """Write the overlay of these packages into the folder and return it; without groups all are in the main one."""
    presence = {p.name: _where(p) for p in packages}
    everywhere = (1 << len(among)) - 1

    def environment(named: tuple[str, Iterable[str]]) -> Environment:
        edges = [
            Edge(name=canonicalize_name(member), where=presence.get(canonicalize_name(member), everywhere))
            for member in named[1]
        ]
        return Environment(name=named[0], members=tuple(edges))

    plan = Plan(
        name=name,
        targets=tuple(among),
        packages=tuple(sorted(packages, key=lambda p: p.name)),
        groups=tuple(map(environment, (groups or {"main": list(presence)}).items())),
        extras=tuple(map(environment, (extras or {}).items())),
        default_groups=("main",),
        cycles=tuple(tuple(canonicalize_name(member) for member in members) for members in cycles),
        project=project,
    )
    header = nixgen.Header(source="poetry.lock", command="lock2nix poetry poetry.lock", inputs={})
    path = folder / f"{name}.nix"
    path.write_text(nixgen.write(plan, header, root=PurePosixPath()), encoding="utf-8")
    return path


def _where(package: PlannedPackage) -> int:
    table = 0
    for variant in package.variants:
        table |= variant.where
    return table
