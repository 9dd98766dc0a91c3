"""The wire model of poetry.lock, as Poetry's own `Locker` writes it.

Reference: https://github.com/python-poetry/poetry/blob/main/src/poetry/packages/locker.py; there is no specification.
"""

from typing import Annotated

from packaging.utils import canonicalize_name
from packaging.version import Version
from pydantic import BeforeValidator, Field, InstanceOf

from lock2nix.errors import InputError, quote
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import SourceFile

from .fields import GroupName, HashField, PlainText, ProjectName, VersionField, of_text, version
from .poetry_dependencies import AlternativesField, DependencyTables, MarkerField, Required, required
from .poetry_files import LockedFile
from .poetry_sources import SourceTable
from .wire import Wire, place, validate

_NEWEST = Version("2.1")
_RELOCK = "lock again with `poetry lock` of a Poetry that lock2nix knows (lock-version 1.0 to 2.1)"

ALL_GROUPS = canonicalize_name("*")
"""Stands for every group where a package has one marker for all of them."""

RequiredField = Annotated[InstanceOf[Required], of_text(required)]


def _by_group(value: object) -> object:
    return {ALL_GROUPS: value} if isinstance(value, str) else value


class LockedPackage(Wire):
    """`[[package]]`.

    `marker` is what lock-version 1.0 wrote, `markers` and `groups` what 2.1 writes, `category` what came between.
    """

    name: ProjectName
    version: VersionField
    optional: bool = False
    category: GroupName | None = None
    groups: list[GroupName] | None = None
    python_versions: AlternativesField = Field(default=(), alias="python-versions")
    marker: MarkerField = None
    markers: Annotated[dict[GroupName, MarkerField], BeforeValidator(_by_group)] = Field(default_factory=dict)
    files: list[LockedFile] | None = None
    develop: bool = False
    dependencies: DependencyTables = Field(default_factory=dict)
    extras: dict[GroupName, list[RequiredField]] = Field(default_factory=dict)
    source: SourceTable | None = None


def _text_or_nothing(value: object) -> object:
    # Only a notice hangs on it: what is odd says nothing.
    return value if isinstance(value, str) else ""


class Metadata(Wire):
    """`[metadata]`; `files` and `hashes` are by name, with all versions of it in one list."""

    content_hash: Annotated[str, BeforeValidator(_text_or_nothing)] = Field(default="", alias="content-hash")
    python_versions: AlternativesField = Field(default=(), alias="python-versions")
    files: dict[ProjectName, list[LockedFile]] = Field(default_factory=dict)
    hashes: dict[ProjectName, list[HashField]] = Field(default_factory=dict)


class LockFile(Wire):
    """A whole poetry.lock; `extras` are the project's own, by name only."""

    package: list[LockedPackage] = Field(default_factory=list)
    extras: dict[GroupName, list[PlainText]] = Field(default_factory=dict)
    metadata: Metadata


def lock_file(data: dict[str, object], source: SourceFile) -> LockFile:
    """Return the model of a parsed poetry.lock."""
    return validate(LockFile, data, source)


def version_notices(data: dict[str, object], source: SourceFile) -> tuple[Notice, ...]:
    """Refuse a lock-version that changes what the file means; say it where only a minor one is unknown."""
    metadata = data.get("metadata")
    if not isinstance(metadata, dict):
        raise InputError("there is no [metadata]: no poetry.lock, or not all of it", place=source.path, hint=_RELOCK)
    if "lock-version" not in metadata:
        if "content-hash" in metadata:  # the oldest files
            return ()
        raise InputError("its [metadata] is not that of a poetry.lock", place=source.path, hint=_RELOCK)
    where = place(source, data, ("metadata", "lock-version"))
    text = metadata["lock-version"]
    try:
        found = version(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None or not 1 <= found.major <= _NEWEST.major:
        raise InputError(f"lock-version {quote(str(text))} is not supported", place=where, hint=_RELOCK)
    if found <= _NEWEST:
        return ()
    message = f"lock-version {found} is newer than lock2nix knows; read as {_NEWEST}"
    return (Notice(kind="missing-data", subject=source.path.name, message=message),)
