"""Write a requirements.txt with a hash for every file: https://pip.pypa.io/en/stable/reference/requirements-file-format/.

It is flat: what some groups and extras install, for every system and Python at once, by markers.
"""

import posixpath
from collections.abc import Collection, Iterator
from functools import reduce
from operator import or_
from pathlib import PurePosixPath
from typing import assert_never

from packaging.utils import NormalizedName

from lock2nix.errors import PlanError, UsageError
from lock2nix.schemas.artifact import Artifact, strongest
from lock2nix.schemas.lock import Lock, Package, Selectable
from lock2nix.schemas.plan import Fork
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, Source, UrlSource

from .installed import installed

FIRST_LINE = "# Written by lock2nix export."


def write(
    lock: Lock,
    *,
    groups: Collection[NormalizedName],
    extras: Collection[NormalizedName],
    root: PurePosixPath,
) -> str:
    """Return the file for these groups, or the default ones if none is named, and extras.

    `root` is the way from where pip will run, the file's own folder, to the lock's. Raises UsageError for names that
    the lock does not have, PlanError for what cannot be said.
    """
    _refuse_unknown("group", groups, {group.name for group in lock.groups})
    _refuse_unknown("extra", extras, set(lock.extras))
    chosen = groups or {group.name for group in lock.groups if not group.optional}
    found = installed(lock, _fork(lock, chosen, extras))
    indexes = {package.source.url for package in lock.packages if isinstance(package.source, IndexSource)}
    lines = [FIRST_LINE, *(f"--extra-index-url {url}" for url in sorted(url for url in indexes if url is not None))]
    listed = (package for package in lock.packages if isinstance(package.source, IndexSource))
    folders = {artifact.path.parent for package in listed for artifact in package.artifacts if artifact.path}
    lines += [f"--find-links {_path(root / folder)}" for folder in sorted(folders)]
    for package in sorted(lock.packages, key=lambda package: (package.name, package.version)):
        in_groups, in_extras = found.in_groups(package), found.in_extras(package)
        where = reduce(or_, (*(in_groups[name] for name in chosen), *(in_extras[name] for name in extras)), 0)
        if where:
            lines += _entry(package, found.conditions.marker(where), root)
    return "".join(f"{line}\n" for line in lines)


def _fork(lock: Lock, groups: Collection[NormalizedName], extras: Collection[NormalizedName]) -> Fork:
    """Return what is asked for of that which excludes other things."""
    asked: set[Selectable] = {Selectable(kind="group", name=name) for name in groups}
    asked |= {Selectable(kind="extra", name=name) for name in extras}
    for conflict in lock.conflicts:
        if len(clash := [one.label for one in conflict if one in asked]) > 1:
            raise UsageError(f"{' and '.join(clash)} exclude each other", hint="ask for one of them")
    return tuple(one for conflict in lock.conflicts for one in conflict if one in asked)


def _entry(package: Package, marker: str | None, root: PurePosixPath) -> Iterator[str]:
    """Yield the lines of a package: what it is, and the hashes of its files."""
    condition = "" if marker is None else f" ; {marker}"
    hashes = sorted(_hashes(package))
    # pip knows no conditions for what is installed in place.
    in_place = "-e " if _is_editable(package.source) and marker is None else ""
    head = f"{in_place}{_requirement(package, root)}{condition}"
    yield f"{head} \\" if hashes else head
    for number, text in enumerate(hashes, 1):
        yield f"    --hash={text} \\" if number < len(hashes) else f"    --hash={text}"


def _requirement(package: Package, root: PurePosixPath) -> str:
    source = package.source
    match source:
        case IndexSource():
            return f"{package.name}=={package.version}"
        case GitSource():
            return f"{package.name} @ git+{source.url}@{source.revision}{_fragment(source.subdirectory)}"
        case UrlSource():
            return f"{package.name} @ {source.url}{_fragment(source.subdirectory)}"
        case FileSource():
            return _path(root / source.path)
        case DirectorySource():
            return _path(root / source.path / (source.subdirectory or "."))
        case _ as never:
            assert_never(never)


def _is_editable(source: Source) -> bool:
    return isinstance(source, DirectorySource) and source.editable


def _hashes(package: Package) -> Iterator[str]:
    if isinstance(package.source, GitSource | DirectorySource):
        return
    files = [artifact for artifact in package.artifacts if artifact.kind in package.kinds]
    if not files:
        raise PlanError(f"{package.pname} {package.version} cannot be exported: the lock has no file of it")
    for artifact in files:
        yield _hash(package, artifact)


def _hash(package: Package, artifact: Artifact) -> str:
    best = strongest(artifact.hashes)
    if best is None or best.is_weak:
        why = f"{artifact.filename} has no hash that pip would take (an online run can make one)"
        raise PlanError(f"{package.pname} {package.version} cannot be exported: {why}")
    return f"{best.algorithm}:{best.digest}"


def _path(path: PurePosixPath) -> str:
    folded = posixpath.normpath(path)
    return folded if folded.startswith(("/", "../")) else f"./{folded}"


def _fragment(subdirectory: PurePosixPath | None) -> str:
    return "" if subdirectory is None else f"#subdirectory={subdirectory}"


def _refuse_unknown(kind: str, names: Collection[NormalizedName], known: Collection[NormalizedName]) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        there = f"it has {', '.join(sorted(known))}" if known else "it has none"
        raise UsageError(f"the lock has no {kind} {', '.join(unknown)}", hint=there)
