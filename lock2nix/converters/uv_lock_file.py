"""The wire model of uv.lock, version 1, as uv itself writes and reads it.

Reference: https://github.com/astral-sh/uv/tree/main/crates/uv-resolver/src/lock (`mod.rs`, `serialize.rs`); there is no
specification. Revisions add keys and change none, so one model reads them all.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, Self, get_args

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from pydantic import AliasChoices, Field, InstanceOf, model_validator

from lock2nix.errors import InputError, quote
from lock2nix.markers import marker
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import SourceFile

from . import toml, wire
from .fields import GroupName, HashField, PlainText, ProjectName, VersionField, of_text, project_name, specifiers
from .pyproject import DefaultGroups
from .wire import Wire

_VERSION = 1
_NEWEST_REVISION = 5
_RELOCK = "lock again with `uv lock` of a uv that writes version 1"

MarkerField = Annotated[InstanceOf[Marker] | None, of_text(marker)]
SelectableName = Annotated[NormalizedName, of_text(lambda text: canonicalize_name(project_name(text)))]
"""The name of an extra or group that can stand in a marker."""
SpecifiersField = Annotated[InstanceOf[SpecifierSet], of_text(specifiers)]

Kind = Literal["registry", "git", "url", "path", "directory", "editable", "virtual"]
_KINDS: tuple[Kind, ...] = get_args(Kind)


class SourceTable(Wire):
    """Where a package comes from: one of these kinds, and `subdirectory` beside `url`."""

    registry: PlainText | None = None
    git: PlainText | None = None
    url: PlainText | None = None
    path: PlainText | None = None
    directory: PlainText | None = None
    editable: PlainText | None = None
    virtual: PlainText | None = None
    subdirectory: PlainText | None = None

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        _ = self.kind
        return self

    @property
    def kind(self) -> Kind:
        """Which of uv's kinds of source this is."""
        for kind in _KINDS:
            if getattr(self, kind) is not None:
                return kind
        raise ValueError(f"this is none of the sources that lock2nix knows ({', '.join(_KINDS)})")


class EdgeTable(Wire):
    """A dependency; `version` and `source` stand there where the lock has several packages of the name."""

    name: ProjectName
    version: VersionField | None = None
    source: SourceTable | None = None
    extra: list[GroupName] = Field(default_factory=list)
    marker: MarkerField = None


class FileTable(Wire):
    """A wheel or sdist: on the web, in the folder of a flat index, or by its name alone where the source says where."""

    url: PlainText | None = None
    path: PlainText | None = None
    filename: PlainText | None = None
    hash: HashField | None = None


class RequirementTable(Wire):
    """A requirement as it was written; which package it means is for the markers of the packages to say."""

    name: ProjectName
    extras: list[GroupName] = Field(default_factory=list)
    marker: MarkerField = None


class MetadataTable(Wire):
    """`[package.metadata]`: what a source tree declares, also the extras and groups that are empty."""

    provides_extras: list[GroupName] = Field(default_factory=list, alias="provides-extras")
    requires_dev: dict[GroupName, object] = Field(
        default_factory=dict, validation_alias=AliasChoices("requires-dev", "dependency-groups")
    )


class LockedPackage(Wire):
    """`[[package]]`; a source tree whose version only its build knows has none.

    `default_groups` are what a project says of its own, and stand there since revision 5.
    """

    name: ProjectName
    version: VersionField | None = None
    source: SourceTable
    default_groups: DefaultGroups = Field(default=None, alias="default-groups")
    resolution_markers: list[MarkerField] = Field(default_factory=list, alias="resolution-markers")
    dependencies: list[EdgeTable] = Field(default_factory=list)
    optional_dependencies: dict[GroupName, list[EdgeTable]] = Field(default_factory=dict, alias="optional-dependencies")
    groups: dict[GroupName, list[EdgeTable]] = Field(
        default_factory=dict, validation_alias=AliasChoices("dev-dependencies", "dependency-groups")
    )
    sdist: FileTable | None = None
    wheels: list[FileTable] = Field(default_factory=list)
    metadata: MetadataTable = MetadataTable()


class ManifestTable(Wire):
    """`[manifest]`: the members of a workspace, and what is asked for by no member: by a script, or by the root."""

    members: list[ProjectName] = Field(default_factory=list)
    default_groups: DefaultGroups = Field(default=None, alias="default-groups")
    requirements: list[RequirementTable] = Field(default_factory=list)
    dependency_groups: dict[GroupName, list[RequirementTable]] = Field(default_factory=dict, alias="dependency-groups")


class ConflictTable(Wire):
    """One of several extras and groups of which only one can be had at a time."""

    package: ProjectName
    extra: SelectableName | None = None
    group: SelectableName | None = None

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        _ = self.asks
        return self

    @property
    def asks(self) -> tuple[Literal["extra", "group"], NormalizedName]:
        """Which kind of thing this is, and its name."""
        if self.extra is not None:
            return "extra", self.extra
        if self.group is not None:
            return "group", self.group
        raise ValueError("projects that exclude each other as a whole are not supported")


class LockTable(Wire):
    """A whole uv.lock."""

    requires_python: SpecifiersField = Field(alias="requires-python")
    supported_markers: list[MarkerField] = Field(default_factory=list, alias="supported-markers")
    conflicts: list[list[ConflictTable]] = Field(default_factory=list)
    manifest: ManifestTable = ManifestTable()
    package: list[LockedPackage] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class UvLock:
    """A file that fits the model: what it says, and where in it something is."""

    source: SourceFile
    data: dict[str, object]
    content: LockTable

    def error(self, message: str, *location: str | int) -> InputError:
        """Return the error that something at this location is wrong."""
        return InputError(message, place=wire.place(self.source, self.data, location))


def read(source: SourceFile) -> tuple[UvLock, tuple[Notice, ...]]:
    """Return what a file says, with a notice where its revision is newer than known. Raises InputError."""
    data = toml.parse(source)
    if "distribution" in data and "package" not in data:  # as uv called it at first
        data = {("package" if key == "distribution" else key): value for key, value in data.items()}
    version, revision = data.get("version"), data.get("revision", 0)
    if version != _VERSION or isinstance(version, bool):
        place = wire.place(source, data, ("version",))
        shown = quote(str(version)) if "version" in data else "a file without a version"
        raise InputError(f"{shown} is not supported: lock2nix knows version {_VERSION}", place=place, hint=_RELOCK)
    lock = UvLock(source, data, wire.validate(LockTable, data, source))
    if not isinstance(revision, int) or revision <= _NEWEST_REVISION:
        return lock, ()
    message = f"revision {revision} is newer than lock2nix knows; read as {_NEWEST_REVISION}"
    return lock, (Notice(kind="missing-data", subject=source.path.name, message=message),)
