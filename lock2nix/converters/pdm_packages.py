"""The packages of a pdm.lock, from its wire model to ours."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import quote
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import UNKNOWN_VERSION, Dependency, Package
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, Source, UrlSource

from .fields import file_name, git_address, inner_path, path, revision, web_address
from .pdm_lock_file import LockedFile, LockedPackage, PdmLock
from .poetry_dependencies import edges

_ROOTS = ("file:///${PROJECT_ROOT}/", "${PROJECT_ROOT}/")
_ARCHIVES = (".whl", ".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz")
_WHEEL_DASHES = (4, 5)


class _Origin(NamedTuple):
    source: Source
    artifacts: tuple[Artifact, ...] = ()
    had_credentials: bool = False


_Key = tuple[NormalizedName, str, Source]
Members = tuple[tuple[LockedPackage, Package], ...]
"""The packages, each with the table that it was read from."""


def packages(lock: PdmLock) -> tuple[Members, tuple[Notice, ...]]:
    """Return all packages, in the order of the file, and what is to be said of single ones. Raises InputError."""
    found: dict[_Key, tuple[LockedPackage, Package]] = {}
    adding: dict[_Key, list[LockedPackage]] = {}
    alone: dict[_Key, Package] = {}
    notices: list[Notice] = []
    for at, locked in enumerate(lock.content.package):
        try:
            origin = _origin(lock, locked)
        except ValueError as error:
            raise lock.error(str(error), "package", at) from None
        package = _package(locked, origin)
        key = (package.name, str(package.version), package.source)
        if locked.extras:
            adding.setdefault(key, []).append(locked)
            alone[key] = package.model_copy(update={"dependencies": _beyond(package, locked)})
            continue
        if key in found:
            raise lock.error(f"{quote(package.pname)} {package.version} is in the file twice", "package", at)
        notices += _notices(package, origin)
        found[key] = (locked, package)
    for key, tables in adding.items():
        # Where nobody asks for the package without an extra, it can have no table of its own.
        locked, package = found.get(key) or (tables[0], alone[key])
        found[key] = locked, package.model_copy(update={"extras": _extras(package, tables)})
    return tuple(found.values()), tuple(notices)


def _package(locked: LockedPackage, origin: _Origin) -> Package:
    return Package(
        name=canonicalize_name(locked.name),
        pname=locked.name,
        version=locked.version or UNKNOWN_VERSION,
        source=origin.source,
        artifacts=origin.artifacts,
        dependencies=edges(locked.dependencies),
        requires_python=locked.requires_python,
        marker=locked.marker,
    )


def _extras(package: Package, tables: Sequence[LockedPackage]) -> Mapping[NormalizedName, tuple[Dependency, ...]]:
    """Return what each extra adds. A table for several at once speaks for those that have none of their own."""
    found: dict[NormalizedName, tuple[Dependency, ...]] = {}
    for table in sorted(tables, key=lambda one: len(one.extras)):
        # The oldest tables repeat all that the package needs anyway.
        added = tuple(edge for edge in _beyond(package, table) if edge not in (package.dependencies or ()))
        for extra in table.extras:
            found.setdefault(extra, added)
    return found


def _beyond(package: Package, table: LockedPackage) -> tuple[Dependency, ...]:
    """Return what a table with extras asks for beside the package itself, with which it begins."""
    return tuple(edge for edge in edges(table.dependencies) if edge.name != package.name or edge.extras)


def _origin(lock: PdmLock, locked: LockedPackage) -> _Origin:
    """Return where a package comes from. Raises ValueError."""
    inner = inner_path(locked.subdirectory) if locked.subdirectory else None
    if other := next((name for name in ("hg", "svn", "bzr") if getattr(locked, name) is not None), None):
        raise ValueError(f"{other} is not supported: lock2nix knows git")
    if locked.git is not None:
        return _git(locked, inner)
    place = locked.path or locked.url
    if place is None:
        files, leaked = _artifacts(_files(lock, locked))
        return _Origin(IndexSource(), files, leaked)
    hashes = tuple(dict.fromkeys(file.hash for file in _files(lock, locked)))
    here = _on_disk(place, is_path=locked.path is not None)
    if here is None:
        address = web_address(place)
        file = Artifact(filename=_last_part(address.url), hashes=hashes, url=address.url)
        return _Origin(UrlSource(url=address.url, subdirectory=inner), (file,), address.had_credentials)
    if here.name.endswith(_ARCHIVES):
        file = Artifact(filename=file_name(here.name), hashes=hashes)
        return _Origin(FileSource(path=here, subdirectory=inner), (file,))
    return _Origin(DirectorySource(path=here, editable=locked.editable, subdirectory=inner))


def _git(locked: LockedPackage, inner: PurePosixPath | None) -> _Origin:
    address = git_address(locked.git or "")
    if locked.revision is None:
        raise ValueError("PDM does not lock the revision of an editable repository: lock it without `editable`")
    source = GitSource(
        url=address.url, revision=revision(locked.revision), reference=locked.ref or None, subdirectory=inner
    )
    return _Origin(source, had_credentials=address.had_credentials)


def _on_disk(place: str, *, is_path: bool) -> PurePosixPath | None:
    """Return the path of what lies on disk, relative to the project where it is written so."""
    within = next((place.removeprefix(root) for root in _ROOTS if place.startswith(root)), None)
    if within is not None:
        return path(unquote(within) or ".")
    if is_path:
        return path(place)
    return path(unquote(urlsplit(place).path)) if place.lower().startswith("file:") else None


def _files(lock: PdmLock, locked: LockedPackage) -> Sequence[LockedFile]:
    if locked.files is not None:
        return locked.files
    by_key = lock.content.metadata.files
    return by_key.get(f"{locked.name} {locked.version}", ())


def _artifacts(files: Sequence[LockedFile]) -> tuple[tuple[Artifact, ...], bool]:
    """Return wheels and sdists, and whether an address had credentials, which are left out."""
    urls: dict[str, str | None] = {}
    hashes: dict[str, dict[Hash, None]] = {}
    leaked = False
    for file in files:
        address = None if file.url is None else web_address(file.url)
        name = file.file or _last_part("" if address is None else address.url)
        if name.endswith(".whl") and name.count("-") not in _WHEEL_DASHES:
            continue
        if name.endswith(_ARCHIVES):
            urls.setdefault(name, None if address is None else address.url)
            hashes.setdefault(name, {})[file.hash] = None
            leaked |= address is not None and address.had_credentials
    return tuple(Artifact(filename=n, hashes=tuple(hashes[n]), url=url) for n, url in urls.items()), leaked


def _last_part(url: str) -> str:
    return file_name(unquote(urlsplit(url).path).rpartition("/")[2])


def _notices(package: Package, origin: _Origin) -> Iterator[Notice]:
    if origin.had_credentials:
        message = "the lock gives its address with credentials, which are left out (a netrc file can have them)"
        yield Notice(kind="left-out", subject=package.name, message=message)
    match package.source:
        case FileSource(path=place) | DirectorySource(path=place) if place.is_absolute():
            message = f"comes from the absolute path {place}, which exists on some machines only"
            yield Notice(kind="choice", subject=package.name, message=message)
