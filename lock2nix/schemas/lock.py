"""The unified lock: what every format says, in one model.

What a lock does not say is None (or empty where nothing is a sensible value); enrichers fill it, nobody guesses.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Literal

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from pydantic import Field

from .artifact import Artifact, FileKinds, Hash
from .base import Condition, Model, Name, Names, PublicVersion, Specifiers
from .metadata import CoreMetadata
from .notice import Notice
from .source import IndexSource, Source

_RUST = frozenset({"maturin", "setuptools-rust"})
UNKNOWN_VERSION = Version("0")
"""Stands for the version of a package, such as a source tree, that only its build knows."""


class Dependency(Model):
    """An edge: this package, when `marker` holds.

    `versions` are alternatives (Poetry writes `>=1,<2 || >=3`): one of them must admit the version; empty admits all.
    `source` is where it must come from, where the lock has one version from several sources.
    """

    name: Name
    extras: Names = frozenset()
    versions: tuple[Specifiers, ...] = ()
    source: Source | None = None
    marker: Condition | None = None


class CargoLock(Model):
    """The Cargo.lock of a source tree with Rust in it: its text, and the folder of the tree where it lies."""

    root: PurePosixPath
    text: str


class BuildSystem(Model):
    """`[build-system]` of a source tree (PEP 518): the requirements as PEP 508 strings, and the backend."""

    requires: tuple[str, ...]
    backend: str | None = None
    cargo_lock: CargoLock | None = None

    @property
    def builds_rust(self) -> bool:
        """Whether a tool that runs cargo is required."""
        return any(_is_rust(text) for text in self.requires)


class LockIndexes(Model):
    """What a lock file itself says of indexes, beyond what a package says of its own.

    `default` is the address without login of the index for packages that name none, None where the lock leaves that to
    the user; `extras` are asked for what it does not have; with `no_index` no index is asked, whatever the user says.
    `find_links` are pages on the web or folders, relative to the lock, that list files of any project. `logins` are by
    the address of an index, spelt `user:password` as in the lock. All of these, and the addresses that packages name,
    may hold `${VARIABLES}` of the environment, which are filled in for asking; logins are never written.
    """

    default: str | None = None
    extras: tuple[str, ...] = ()
    no_index: bool = False
    find_links: tuple[str, ...] = ()
    logins: Mapping[str, str] = Field(default={}, repr=False)


class Package(Model):
    """One version of one package.

    `pname` is the name as the lock spells it. `marker` says where the lock installs the package at all;
    `group_markers` says so by group (Poetry 2.1). `loose_hashes` are hashes whose files the lock does not name.
    `kinds` are the kinds of files that the lock admits for it (pip's `--no-binary` and `--only-binary`).
    `dependencies` is None where the format does not record edges; `metadata` then says what they are, or `hinted` the
    names that the comments of the lock have for them. `build_system` is that of the sdist or tree.
    """

    name: Name
    pname: str
    version: PublicVersion
    source: Source = IndexSource()
    artifacts: tuple[Artifact, ...] = ()
    loose_hashes: tuple[Hash, ...] = ()
    kinds: FileKinds = frozenset({"wheel", "sdist"})
    dependencies: tuple[Dependency, ...] | None = None
    hinted: tuple[Name, ...] | None = None
    extras: Mapping[Name, tuple[Dependency, ...]] = {}
    requires_python: tuple[Specifiers, ...] = ()
    marker: Condition | None = None
    group_markers: Mapping[Name, Condition] = {}
    metadata: CoreMetadata | None = None
    build_system: BuildSystem | None = None


class Tool(Package):
    """A package that is locked for building alone.

    `wishes` are the requirements (PEP 508, without markers) that it was chosen for; none where only tools need it.
    """

    wishes: tuple[str, ...] = ()


class Pinned(Model):
    """What was found for a package that its lock pins by `pin`: hashes without names, or a version alone.

    `files` are the SRI hashes of those that were chosen, of which the Nix says more; none where the lock names files.
    `metadata` is what one of them says of itself, where the lock has no edges.
    """

    pin: str
    files: tuple[str, ...] = ()
    metadata: CoreMetadata | None = None


class Group(Model):
    """A named set of roots; the optional ones are installed only where asked for.

    `members` is all that the lock has for the group, where its format says so: what a package needs that does not say
    what it needs is among them.
    """

    name: Name
    dependencies: tuple[Dependency, ...]
    members: tuple[Dependency, ...] = ()
    optional: bool = False


class Selectable(Model):
    """A group or extra, as something that can be asked for; markers ask for it as PEP 751's do (`"x" in extras`)."""

    kind: Literal["extra", "group"]
    name: Name

    @property
    def label(self) -> str:
        """What it is called, for a person and in Nix."""
        return f"{self.kind} {self.name}"


class Project(Model):
    """What the project beside the lock says of itself, for the development shell.

    `import_roots` are the folders, relative to the project, that hold its modules; `scripts` maps a console script
    to its entry point `module:function`. A project that is no package has neither.
    """

    version: str = "0"
    import_roots: tuple[PurePosixPath, ...] = ()
    scripts: Mapping[str, str] = {}


class Lock(Model):
    """A whole lock file, with what the project file beside it says about roots.

    `name` is the project's normalised name. `extras` are the project's own: the roots that each adds. `environments`
    are what the lock is made for: one of them must hold, if there are any. Where it is `closed`, groups and extras name
    every package that they install, and no edge brings more. Where it is made for `one_environment`, that of whoever
    made it, other targets may need what it does not have. Of each of the `conflicts` at most one can be had at a
    time. `tools` build packages of the lock, and are neither in it nor in nixpkgs; `pinned` is for the next run, which
    need not ask for it again.
    """

    name: Name | None = None
    requires_python: tuple[Specifiers, ...] = ()
    environments: tuple[Condition, ...] = ()
    closed: bool = False
    one_environment: bool = False
    groups: tuple[Group, ...]
    extras: Mapping[Name, tuple[Dependency, ...]] = {}
    conflicts: tuple[tuple[Selectable, ...], ...] = ()
    packages: tuple[Package, ...]
    tools: tuple[Tool, ...] = ()
    pinned: tuple[Pinned, ...] = ()
    project: Project | None = None
    indexes: LockIndexes = LockIndexes()
    notices: tuple[Notice, ...] = ()


def _is_rust(requirement: str) -> bool:
    try:
        return canonicalize_name(Requirement(requirement).name) in _RUST
    except InvalidRequirement:
        return False
