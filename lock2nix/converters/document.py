"""Read a lock that `lock2nix export --format json` wrote, or another tool by the published schema.

The schema says of what kind everything is; here is checked that names are names and addresses are addresses.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from packaging.utils import canonicalize_name
from pydantic import ValidationError

from lock2nix.errors import InputError, quote
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.document import VERSION, LockDocument
from lock2nix.schemas.lock import Dependency, Lock, LockIndexes, Package, Project
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, Source, SourceFile, UrlSource

from . import fields, json_text, wire
from .index_addresses import filled
from .interface import Format

_RECOGNISED = re.compile(rb'\s*\{\s*"format":\s*"lock2nix"')
_ENTRY_POINT = re.compile(r"[\w.]+:[\w.]+")

_Location = tuple[str | int, ...]
_Faults = Iterator[tuple[_Location, str]]


def read(source: SourceFile, _companions: Mapping[str, SourceFile]) -> Lock:
    """Return the lock that a document holds."""
    data = json_text.parse(source)
    _refuse_version(data, source)
    try:
        lock = LockDocument.model_validate(data).lock
    except ValidationError as error:
        raise wire.input_error(error, data, source) from None
    for location, message in _faults(lock):
        raise InputError(message, place=wire.place(source, data, ("lock", *location)))
    # What is only between one output and the next has no place in a lock.
    packages = tuple(package.model_copy(update={"metadata": None}) for package in lock.packages)
    return lock.model_copy(update={"packages": packages, "tools": (), "pinned": (), "notices": ()})


def recognises(content: bytes) -> bool:
    """Return whether this is such a document, whatever its name."""
    return _RECOGNISED.match(content) is not None


FORMAT = Format(
    name="json",
    title="JSON",
    file_names=("lock2nix.json",),
    companions=(),
    recognises=recognises,
    read=read,
)


def _refuse_version(data: dict[str, object], source: SourceFile) -> None:
    if data.get("format") != "lock2nix":
        raise InputError('its "format" is not "lock2nix"', place=source.path, hint="lock2nix schema prints the schema")
    if data.get("version") != VERSION:
        message = f"version {quote(str(data.get('version')))} is not supported: this lock2nix knows {VERSION}"
        raise InputError(message, place=wire.place(source, data, ("version",)), hint="export the lock again")


def _faults(lock: Lock) -> _Faults:
    yield from _checked(("name",), _normalised, [lock.name] if lock.name is not None else [])
    for at, group in enumerate(lock.groups):
        here = ("groups", at)
        yield from _checked((*here, "name"), _normalised, [group.name])
        yield from _edges((*here, "dependencies"), group.dependencies)
        yield from _edges((*here, "members"), group.members)
    for extra, wanted in lock.extras.items():
        yield from _checked(("extras",), _normalised, [extra])
        yield from _edges(("extras", extra), wanted)
    for at, package in enumerate(lock.packages):
        yield from _package(("packages", at), package)
    yield from _indexes(("indexes",), lock.indexes)
    if lock.project is not None:
        yield from _project(("project",), lock.project)


def _package(here: _Location, package: Package) -> _Faults:
    yield from _checked((*here, "pname"), fields.project_name, [package.pname])
    if canonicalize_name(package.pname) != package.name:
        yield (*here, "name"), f"{quote(package.name)} is not the normalised name of {quote(package.pname)}"
    names = (*package.extras, *package.group_markers, *(package.hinted or ()))
    yield from _checked(here, _normalised, names)
    yield from _source((*here, "source"), package.source)
    for at, artifact in enumerate(package.artifacts):
        yield from _artifact((*here, "artifacts", at), artifact)
    yield from _hashes((*here, "loose_hashes"), package.loose_hashes)
    yield from _edges((*here, "dependencies"), package.dependencies or ())
    for extra, wanted in package.extras.items():
        yield from _edges((*here, "extras", extra), wanted)
    if package.build_system is not None:
        yield (*here, "build_system"), "what builds a package is read from its sources"


def _artifact(here: _Location, artifact: Artifact) -> _Faults:
    yield from _checked((*here, "filename"), fields.file_name, [artifact.filename])
    yield from _checked((*here, "url"), _address, [] if artifact.url is None else [artifact.url])
    yield from _checked((*here, "path"), fields.path, [] if artifact.path is None else [str(artifact.path)])
    yield from _hashes((*here, "hashes"), artifact.hashes)
    if artifact.locked is not None:
        yield (*here, "locked"), "the hashes of a file are its `hashes`"


def _hashes(here: _Location, hashes: Iterable[Hash]) -> _Faults:
    for at, one in enumerate(hashes):
        yield from _checked((*here, at), fields.file_hash, [f"{one.algorithm}:{one.digest}"])


def _edges(here: _Location, edges: Iterable[Dependency]) -> _Faults:
    for at, edge in enumerate(edges):
        yield from _checked((*here, at), _project_name, [edge.name])
        yield from _checked((*here, at), _normalised, sorted(edge.extras))


def _source(here: _Location, source: Source) -> _Faults:
    match source:
        case IndexSource():
            yield from _checked((*here, "url"), _index, [] if source.url is None else [source.url])
            yield from _checked((*here, "name"), fields.plain, [source.name or ""])
        case GitSource():
            yield from _checked((*here, "url"), _git, [source.url])
            yield from _checked((*here, "revision"), fields.revision, [source.revision])
            yield from _checked((*here, "reference"), fields.plain, [source.reference or ""])
        case UrlSource():
            yield from _checked((*here, "url"), _address, [source.url])
        case FileSource() | DirectorySource():
            yield from _checked((*here, "path"), fields.path, [str(source.path)])
    inner = getattr(source, "subdirectory", None)
    yield from _checked((*here, "subdirectory"), fields.inner_path, [] if inner is None else [str(inner)])


def _indexes(here: _Location, indexes: LockIndexes) -> _Faults:
    yield from _checked((*here, "default"), _index, [] if indexes.default is None else [indexes.default])
    yield from _checked((*here, "extras"), _index, indexes.extras)
    yield from _checked((*here, "find_links"), fields.plain, indexes.find_links)
    if indexes.logins:
        yield (*here, "logins"), "logins are no part of a lock: a netrc file can have them (docs/private-indexes.md)"


def _project(here: _Location, project: Project) -> _Faults:
    yield from _checked((*here, "version"), fields.plain, [project.version])
    yield from _checked((*here, "import_roots"), fields.path, map(str, project.import_roots))
    yield from _checked((*here, "scripts"), fields.plain, project.scripts)
    for command, entry in project.scripts.items():
        if not _ENTRY_POINT.fullmatch(entry):
            yield (*here, "scripts", command), f"{quote(entry)} is no entry point (module:function)"


def _checked(here: _Location, parse: Callable[[str], object], texts: Iterable[str]) -> _Faults:
    for text in texts:
        try:
            parse(text)
        except ValueError as error:
            yield here, str(error)


def _normalised(name: str) -> None:
    if fields.group_name(name) != name:
        raise ValueError(f"{quote(name)} is not a normalised name")


def _project_name(name: str) -> None:
    if canonicalize_name(fields.project_name(name)) != name:
        raise ValueError(f"{quote(name)} is not a normalised name")


def _address(url: str) -> None:
    _refuse_login(fields.web_address(url))


def _index(url: str) -> None:
    _refuse_login(fields.index_address(filled(url)))


def _git(url: str) -> None:
    if fields.git_address(url).url != url:
        raise ValueError("this is not the url of a repository, or it has a login")


def _refuse_login(address: fields.Address) -> None:
    if address.had_credentials:
        raise ValueError("this address has a login: a netrc file can have it (docs/private-indexes.md)")
