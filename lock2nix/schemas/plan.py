"""A plan: for every package and every target exactly one source, complete by its type (design.md §1).

Conditions are truth tables over the plan's targets, once for each of its forks: bit `f * len(targets) + i` of a
`TargetSet` stands for `targets[i]` in `forks[f]`. Without conflicts there is one fork, in which nothing is asked for.
"""

from pathlib import PurePosixPath
from typing import Literal

from .artifact import Hash
from .base import Model, Name
from .lock import BuildSystem, Project, Selectable
from .notice import Notice
from .source import DirectorySource, GitSource
from .target import Target

TargetSet = int

Fork = tuple[Selectable, ...]
"""What is asked for of that which excludes other things, by label."""


class RemoteFile(Model):
    """A file to fetch; nothing about it is left open.

    `locked` is the lock's own hash where `hash` is a stronger one.
    """

    filename: str
    url: str
    hash: Hash
    locked: Hash | None = None


class LocalFile(Model):
    """A file in the project, by its path relative to the lock."""

    path: PurePosixPath


class WheelOrigin(Model):
    """Install this wheel; `native` ones carry compiled code for one platform."""

    kind: Literal["wheel"] = "wheel"
    file: RemoteFile | LocalFile
    native: bool


class SdistOrigin(Model):
    """Build this archive; `build_system` is None where nobody could look into it."""

    kind: Literal["sdist"] = "sdist"
    file: RemoteFile | LocalFile
    build_system: BuildSystem | None
    subdirectory: PurePosixPath | None = None


class TreeOrigin(Model):
    """Build this source tree, from git or from a directory of the project."""

    kind: Literal["tree"] = "tree"
    tree: GitSource | DirectorySource
    build_system: BuildSystem | None


Origin = WheelOrigin | SdistOrigin | TreeOrigin


class Sourced(Model):
    """An origin and the targets that use it."""

    origin: Origin
    where: TargetSet


class Edge(Model):
    """A package that is needed on the targets of `where`."""

    name: Name
    where: TargetSet


class Variant(Model):
    """One version of a package, on the targets of `where`.

    Its `sources` are disjoint and, with `unserved`, add up to `where`. Some of the latter are `refused` for another
    reason than that the wheels are for other targets.
    """

    version: str
    where: TargetSet
    sources: tuple[Sourced, ...]
    dependencies: tuple[Edge, ...]
    unserved: TargetSet = 0
    refused: TargetSet = 0


class PlannedPackage(Model):
    """A package under one attribute; its variants are disjoint."""

    name: Name
    pname: str
    variants: tuple[Variant, ...]


class Environment(Model):
    """The closed list of packages that a group amounts to, or what an extra adds to the main group."""

    name: str
    members: tuple[Edge, ...]


class Unserved(Model):
    """A package which default targets cannot have, and why."""

    name: Name
    version: str
    where: TargetSet
    reason: str


class Plan(Model):
    """Everything that a writer needs; all sequences are in the order in which they are written.

    Of each of the `conflicts` at most one can be asked for; `forks` are what is left to ask for, the default first.
    `tools` build packages, and stand apart from them: what a tool depends on is nixpkgs', or locked, or a tool. They
    are the same in every fork: their tables are over the targets alone.
    """

    name: str
    targets: tuple[Target, ...]
    packages: tuple[PlannedPackage, ...]
    tools: tuple[PlannedPackage, ...] = ()
    groups: tuple[Environment, ...]
    extras: tuple[Environment, ...]
    default_groups: tuple[str, ...]
    conflicts: tuple[tuple[Selectable, ...], ...] = ()
    forks: tuple[Fork, ...] = ((),)
    cycles: tuple[tuple[Name, ...], ...]
    unserved: tuple[Unserved, ...] = ()
    project: Project | None = None
    notices: tuple[Notice, ...] = ()


def in_any_fork(where: TargetSet, targets: int) -> TargetSet:
    """Return a table over this number of targets alone: where any fork has it."""
    found = 0
    while where:
        found |= where & ((1 << targets) - 1)
        where >>= targets
    return found
