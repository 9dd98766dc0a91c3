"""What the places of --find-links have of a lock's packages: folders, and pages on disk or on the web.

Like pip, they are looked at for every package whose lock names no index, beside the index and not instead of it. Paths
are those of the lock, and stand in the output as they are relative to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import masked
from lock2nix.indexes.find_links import FileOnDisk, FilesOfPlace, files_at, on_disk
from lock2nix.indexes.parallel import Batch
from lock2nix.indexes.simple import Contents, IndexFile
from lock2nix.indexes.simple_index import Project, SimpleIndex
from lock2nix.indexes.wanted import Wanted
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.notice import Notice

from . import pages
from .interface import Sources
from .listed import Findings, is_named_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What the places have of a package: its files on disk, and what pages list; or the fault of a page."""

    on_disk: tuple[Artifact, ...] = ()
    listed: tuple[IndexFile, ...] = ()
    fault: IndexFault | None = None
    place: str = ""


NOTHING = Linked()


def read(lock: Lock, packages: Mapping[int, Package], sources: Sources, findings: Findings) -> Mapping[int, Linked]:
    """Return what the places on disk have of each package; nothing where the lock names no such places.

    Raises InputError for those that cannot be read. One that is not there is a notice, as with pip.
    """
    wanted = {at: package for at, package in packages.items() if _may_be_linked(package)}
    found: list[FilesOfPlace] = []
    for place in lock.indexes.find_links if wanted else ():
        path = on_disk(place, sources.root)
        if path is not None and path.exists():
            found.append(files_at(path))
        elif path is not None:
            message = f"--find-links {place}: there is no such file or folder"
            findings.notices.append(Notice(kind="missing-data", subject=place, message=message))
    linked = {at: _on_disk(package, found, sources.root) for at, package in wanted.items()} if found else {}
    for at, one in linked.items():
        if any(artifact.path is not None and artifact.path.is_absolute() for artifact in one.on_disk):
            package = packages[at]
            message = f"{package.pname} comes from {one.on_disk[0].path}, which exists on some machines only"
            findings.notices.append(Notice(kind="choice", subject=package.name, message=message))
    return linked


def ask(
    packages: Mapping[int, Package], on_disk: Mapping[int, Linked], sources: Sources, index: SimpleIndex
) -> Mapping[int, Linked]:
    """Return what all places have of each package; pages on the web are asked for once."""
    wanted = {at: package for at, package in packages.items() if _may_be_linked(package)}
    urls = sources.indexes().links if wanted else ()
    projects: dict[Project, Wanted] = {}
    for url in urls:
        sources.indexes().refuse_unset(url)
        for package in wanted.values():
            project = url, package.name
            projects[project] = projects.get(project, Wanted()) | _wanted(package)
    batch = index.linked(projects, sources.progress("asking for links"))
    found = dict(on_disk)
    for at, package in wanted.items():
        for url in urls:
            found[at] = _with_page(found.get(at, NOTHING), (url, package.name), batch)
    return found


def _wanted(package: Package) -> Wanted:
    # Unlike indexes, many such pages have no hashes.
    return pages.wanted_of(package) | Wanted(versions=frozenset({package.version}))


def _may_be_linked(package: Package) -> bool:
    return pages.key(package)[0] is None and not package.artifacts


def _with_page(linked: Linked, project: Project, batch: Batch[Project, Contents]) -> Linked:
    if (fault := batch.faults.get(project)) is not None:
        return replace(linked, fault=fault, place=masked(project[0]))
    return replace(linked, listed=(*linked.listed, *batch.answers[project].files))


def _on_disk(package: Package, places: Sequence[FilesOfPlace], root: Path) -> Linked:
    files = (file for place in places for file in place.on_disk.get(package.name, ()))
    listed = (file for place in places for file in place.on_web.get(package.name, ()))
    artifacts: dict[str, Artifact] = {}
    for file in files:
        name = file.path.name
        if name not in artifacts and is_named_as(package, name):
            hashes = _agreeing(file, package)
            if hashes or not package.loose_hashes:
                artifacts[name] = Artifact(filename=name, hashes=hashes, path=_path(file.path, root))
    return Linked(on_disk=tuple(artifacts.values()), listed=tuple(listed))


def _agreeing(file: FileOnDisk, package: Package) -> tuple[Hash, ...]:
    """Return the hashes of a file that the lock knows; where it knows none, the file is not read."""
    locked = package.loose_hashes
    algorithms = dict.fromkeys(one.algorithm for one in locked)
    return tuple(one for one in file.hashes(algorithms) if one in locked) if locked else ()


def _path(path: Path, root: Path) -> PurePosixPath:
    return PurePosixPath(path.relative_to(root) if path.is_relative_to(root) else path)
