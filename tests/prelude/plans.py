"""Plans written by hand, so that each case says what is in its lock, and the overlays that lock2nix makes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix import nixgen
from lock2nix.planner import targets
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.lock import BuildSystem
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


def sdist(  # noqa: PLR0913 - what a plan says of a package
    name: str,
    version: str,
    *,
    needs: Sequence[str] = (),
    file: str = "",
    build_system: BuildSystem | None = FLIT,
    among: Sequence[Target] = TARGETS,
) -> PlannedPackage:
    """Return a package that is built: from the archive beside the lock, or one that is only evaluated."""
    module = name.replace("-", "_").replace(".", "_")
    where = local(file) if file else remote(f"{module}-{version}.tar.gz")
    return package(name, version, SdistOrigin(file=where, build_system=build_system), needs=needs, among=among)


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
    """Return a package of one version; a mapping says its origin by target, or by platform for all Pythons."""
    made = variant(version, origin, needs=needs, among=among)
    return PlannedPackage(name=canonicalize_name(name), pname=name, variants=(made,))


def variant(
    version: str,
    origin: Origin | Mapping[str, Origin],
    *,
    needs: Sequence[str] = (),
    among: Sequence[Target] = TARGETS,
) -> Variant:
    """Return one version of a package, where its origins say."""
    by_place = origin if isinstance(origin, Mapping) else {"": origin}
    sources = tuple(
        Sourced(origin=one, where=sum(1 << i for i, target in enumerate(among) if place in _places(target)))
        for place, one in by_place.items()
    )
    where = sum(source.where for source in sources)
    edges = tuple(Edge(name=canonicalize_name(need), where=where) for need in needs)
    return Variant(version=version, where=where, sources=sources, dependencies=edges)


def _places(target: Target) -> set[str]:
    return {"", target.id, target.id.split("-", 1)[1]}


@dataclass(frozen=True, kw_only=True)
class Roots:
    """The closed lists of what each group, and each extra besides the main group, installs."""

    groups: Mapping[str, Sequence[str]]
    extras: Mapping[str, Sequence[str]] = field(default_factory=dict)


def overlay(  # noqa: PLR0913 - what a plan has
    folder: Path,
    *packages: PlannedPackage,
    name: str = "demo",
    roots: Roots | None = None,
    cycles: Sequence[Sequence[str]] = (),
    tools: Sequence[PlannedPackage] = (),
    among: Sequence[Target] = TARGETS,
) -> Path:
    """Write the overlay of these packages into the folder and return it; without roots all are in the main group."""
    roots = roots or Roots(groups={"main": [package.name for package in packages]})
    presence = {package.name: sum(one.where for one in package.variants) for package in packages}

    def environments(lists: Mapping[str, Sequence[str]]) -> tuple[Environment, ...]:
        return tuple(
            Environment(name=name, members=tuple(edge(canonicalize_name(member)) for member in members))
            for name, members in lists.items()
        )

    def edge(member: NormalizedName) -> Edge:
        return Edge(name=member, where=presence.get(member, (1 << len(among)) - 1))

    plan = Plan(
        name=name,
        targets=tuple(among),
        packages=tuple(sorted(packages, key=lambda p: p.name)),
        tools=tuple(sorted(tools, key=lambda p: p.name)),
        groups=environments(roots.groups),
        extras=environments(roots.extras),
        default_groups=("main",),
        cycles=tuple(tuple(canonicalize_name(member) for member in members) for members in cycles),
    )
    header = nixgen.Header(source="poetry.lock", command="lock2nix poetry poetry.lock", inputs={})
    path = folder / f"{name}.nix"
    path.write_text(nixgen.write(plan, header, root=PurePosixPath()), encoding="utf-8")
    return path
