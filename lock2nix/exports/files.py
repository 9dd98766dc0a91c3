"""Where a package of an exported lock comes from, in the words of PEP 751."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypedDict, assert_never
from urllib.parse import unquote, urlsplit

from packaging.pylock import PackageArchive, PackageDirectory, PackageSdist, PackageVcs, PackageWheel
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

from lock2nix.errors import PlanError
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import Package
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, UrlSource

_SDISTS = (".tar.gz", ".zip")
"""What the specification calls an sdist's ending, and what it still allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedFiles:
    """The sources of one package: one of the first three, or some of the others."""

    vcs: PackageVcs | None = None
    directory: PackageDirectory | None = None
    archive: PackageArchive | None = None
    sdist: PackageSdist | None = None
    wheels: tuple[PackageWheel, ...] = ()


class _File(TypedDict):
    name: str | None
    url: str | None
    path: str | None
    hashes: dict[str, str]


class FilesOf:
    """Says it of every package; `root` is the way from the folder of the file that is written to that of the lock."""

    def __init__(self, root: PurePosixPath) -> None:
        self._root = root

    def of(self, package: Package) -> LockedFiles:
        """Return the sources of a package. Raises PlanError where the format cannot say them."""
        source = package.source
        match source:
            case GitSource():
                return LockedFiles(
                    vcs=PackageVcs(
                        type="git",
                        url=source.url,
                        requested_revision=source.reference,
                        commit_id=source.revision,
                        subdirectory=_text(source.subdirectory),
                    )
                )
            case DirectorySource():
                return LockedFiles(
                    directory=PackageDirectory(
                        path=self._path(source.path),
                        editable=source.editable or None,
                        subdirectory=_text(source.subdirectory),
                    )
                )
            case UrlSource() | FileSource():
                return LockedFiles(archive=self._archive(package, source))
            case IndexSource():
                return self._from_index(package)
            case _ as never:
                assert_never(never)

    def _archive(self, package: Package, source: UrlSource | FileSource) -> PackageArchive:
        artifact = next(iter(package.artifacts), None)
        if artifact is None or not artifact.hashes:
            raise _refusal(package, "its hash is not known")
        return PackageArchive(
            url=source.url if isinstance(source, UrlSource) else None,
            path=self._path(source.path) if isinstance(source, FileSource) else None,
            hashes=_hashes(artifact.hashes),
            subdirectory=_text(source.subdirectory),
        )

    def _from_index(self, package: Package) -> LockedFiles:
        files = [artifact for artifact in package.artifacts if artifact.kind in package.kinds]
        wheels = [artifact for artifact in files if artifact.is_wheel and _is_named_after(package, artifact)]
        sdist = min(_sdists(package, files), key=_form, default=None)
        if not wheels and sdist is None:
            raise _refusal(package, "the lock has no wheel or sdist of it that a pylock.toml can name")
        for artifact in (*wheels, *([] if sdist is None else [sdist])):
            if not artifact.is_located or not artifact.hashes:
                raise _refusal(
                    package, f"the {'address' if artifact.hashes else 'hash'} of {artifact.filename} is not known"
                )
        return LockedFiles(
            sdist=None if sdist is None else PackageSdist(**self._file(sdist)),
            wheels=tuple(
                PackageWheel(**self._file(wheel)) for wheel in sorted(wheels, key=lambda wheel: wheel.filename)
            ),
        )

    def _file(self, artifact: Artifact) -> _File:
        path = None if artifact.path is None else self._path(artifact.path)
        return {"name": _name(artifact), "url": artifact.url, "path": path, "hashes": _hashes(artifact.hashes)}

    def _path(self, path: PurePosixPath) -> str:
        # Joining keeps an absolute path as it is.
        return posixpath.normpath(self._root / path)


def _sdists(package: Package, files: Iterable[Artifact]) -> Iterator[Artifact]:
    for artifact in files:
        if artifact.filename.endswith(_SDISTS) and _is_named_after(package, artifact):
            yield artifact


def _form(artifact: Artifact) -> tuple[int, str]:
    return next(i for i, form in enumerate(_SDISTS) if artifact.filename.endswith(form)), artifact.filename


def _is_named_after(package: Package, artifact: Artifact) -> bool:
    """Return whether a file's name says which package and version it is, as the format demands."""
    try:
        if artifact.is_wheel:
            return parse_wheel_filename(artifact.filename)[:2] == (package.name, package.version)
        return parse_sdist_filename(artifact.filename) == (package.name, package.version)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return False


def _name(artifact: Artifact) -> str | None:
    """Return the file's name where its address does not end in it."""
    if artifact.path is not None:
        return None
    last = unquote(urlsplit(artifact.url or "").path.rpartition("/")[2])
    return None if last == artifact.filename else artifact.filename


def _hashes(hashes: Iterable[Hash]) -> dict[str, str]:
    # Of several by one algorithm the first: they are the same file's.
    found: dict[str, str] = {}
    for one in hashes:
        found.setdefault(one.algorithm, one.digest)
    return dict(sorted(found.items()))


def _text(path: PurePosixPath | None) -> str | None:
    return None if path is None else str(path)


def _refusal(package: Package, why: str) -> PlanError:
    return PlanError(f"{package.pname} {package.version} cannot be exported: {why}")
