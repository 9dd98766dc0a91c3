"""The wire models of Pipfile.lock and Pipfile, as pipenv itself reads them.

Sources: https://github.com/pypa/pipfile (pipfile-spec 6), the models of https://github.com/sarugaku/plette, and
`requirement_from_lockfile` and `translate_markers` of pipenv's `utils/dependencies.py`.
"""

from typing import Annotated, Any

from packaging.markers import Marker
from pydantic import BeforeValidator, ConfigDict, Field, InstanceOf

from lock2nix.errors import InputError
from lock2nix.markers import assume_extras, conjunction, extras_of, marker
from lock2nix.schemas.source import SourceFile

from .fields import GroupName, HashField, InnerPath, PlainText, ProjectName, of_text
from .wire import Wire, validate

_RELOCK = "lock again with `pipenv lock`"
# The variables of environment markers are keys, too: `sys_platform = "== 'win32'"`.
_VARIABLES = (
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_version",
    "sys_platform",
)

MarkerField = Annotated[InstanceOf[Marker] | None, of_text(marker)]


def _entry(value: object) -> object:
    """Bring the spellings of an entry to the longest one: a bare version is one, and `null` says nothing."""
    return _spelt_out(value) if isinstance(value, dict) else {"version": value}


def _wish(value: object) -> object:
    return _spelt_out(value) if isinstance(value, dict) else {}


def _spelt_out(value: dict[str, object]) -> object:
    found = {key: inner for key, inner in value.items() if inner is not None}
    shorthand = [f"{name} {found[name]}" for name in _VARIABLES if isinstance(found.get(name), str)]
    return {**found, "shorthand": shorthand}


def _nothing(value: object) -> object:
    return {} if value is None else value


def _sha256(value: object) -> object:
    # Only a notice hangs on it: what is odd says nothing.
    found = value.get("sha256") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


class Wish(Wire):
    """What a Pipfile asks for, whatever the version."""

    extras: list[GroupName] = Field(default_factory=list)
    markers: MarkerField = None
    os_markers: MarkerField = None
    shorthand: list[MarkerField] = Field(default_factory=list)

    @property
    def condition(self) -> Marker | None:
        """Where it counts; an extra that it asks about counts as active."""
        whole = conjunction(self.markers, self.os_markers, *self.shorthand)
        return assume_extras(whole, extras_of(whole))


class Entry(Wish):
    """A package of a category of the lock.

    `git`, `hg`, `svn`, `bzr`, `path` and `file` name a place instead of an index.
    """

    version: PlainText | None = None
    hashes: list[HashField] = Field(default_factory=list)
    index: PlainText | None = None
    editable: bool = False
    git: PlainText | None = None
    hg: PlainText | None = None
    svn: PlainText | None = None
    bzr: PlainText | None = None
    ref: PlainText | None = None
    subdirectory: InnerPath | None = None
    path: PlainText | None = None
    file: PlainText | None = None
    no_binary: bool = False
    pip_args: object = None


EntryField = Annotated[Entry, BeforeValidator(_entry)]
WishField = Annotated[Wish, BeforeValidator(_wish)]
Category = Annotated[dict[ProjectName, EntryField], BeforeValidator(_nothing)]


class Requires(Wire):
    """`_meta.requires`: the interpreter, by the beginning of its version or by all of it."""

    python_version: PlainText | None = None
    python_full_version: PlainText | None = None


def _as_bool(value: object) -> object:
    return value.lower() == "true" if isinstance(value, str) else value


class SourceTable(Wire):
    """One of `_meta.sources`: an index."""

    url: PlainText
    name: PlainText | None = None
    verify_ssl: Annotated[bool, BeforeValidator(_as_bool)] = True


class Meta(Wire):
    """`_meta`; `sha256` is that of the Pipfile that was locked."""

    sha256: Annotated[str, BeforeValidator(_sha256)] = Field(alias="hash", default="")
    pipfile_spec: int = Field(alias="pipfile-spec", default=6)
    requires: Requires = Requires()
    sources: list[SourceTable] = Field(default_factory=list)


class LockFile(Wire):
    """A whole Pipfile.lock: whatever stands beside `_meta` is a category."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True, defer_build=True)
    __pydantic_extra__: dict[str, Category] = Field(init=False)

    meta: Meta = Field(alias="_meta")

    @property
    def categories(self) -> dict[str, Category]:
        """The categories in the order in which pipenv installs them: `default`, `develop`, then the others."""
        found = self.__pydantic_extra__
        first = {name: found[name] for name in ("default", "develop") if name in found}
        return first | found


class Pipfile(Wire):
    """What a Pipfile asks for, by its section."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True, defer_build=True)
    __pydantic_extra__: dict[str, dict[PlainText, WishField]] = Field(init=False)

    @property
    def sections(self) -> dict[str, dict[PlainText, Wish]]:
        """The sections that name packages."""
        return self.__pydantic_extra__


def lock_file(data: dict[str, Any], source: SourceFile) -> LockFile:
    """Return the model of a parsed Pipfile.lock."""
    if not isinstance(data.get("_meta"), dict):
        raise InputError("there is no _meta: no Pipfile.lock, or not all of it", place=source.path, hint=_RELOCK)
    return validate(LockFile, data, source)


def pipfile(data: dict[str, Any], source: SourceFile) -> Pipfile:
    """Return the model of a parsed Pipfile."""
    # As pipenv's `NON_CATEGORY_SECTIONS` has it.
    others = {"build-system", "pipenv", "requires", "scripts", "source"}
    sections = {name: table for name, table in data.items() if name not in others and isinstance(table, dict)}
    return validate(Pipfile, sections, source)
