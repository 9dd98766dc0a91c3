"""A lock as the JSON document that `schemas/document.py` describes."""

import json
import posixpath
from collections.abc import Iterable
from pathlib import PurePosixPath

from lock2nix.schemas.document import LockDocument
from lock2nix.schemas.lock import Dependency, Lock, LockIndexes, Package
from lock2nix.schemas.source import DirectorySource, FileSource, Source

FIRST_LINES = '{\n  "format": "lock2nix",\n'


def write(lock: Lock, *, root: PurePosixPath) -> str:
    """Return the document of a lock whose files are known; `root` is the way from its folder to the lock's."""
    project = lock.project
    if project is not None:
        moved = tuple(root / folder for folder in project.import_roots)
        project = project.model_copy(update={"import_roots": moved})
    groups = tuple(
        group.model_copy(
            update={
                "dependencies": _edges(group.dependencies, root),
                "members": _edges(group.members, root),
            }
        )
        for group in lock.groups
    )
    said = lock.model_copy(
        update={
            "groups": groups,
            "extras": {name: _edges(wanted, root) for name, wanted in lock.extras.items()},
            "packages": tuple(_moved(package, root) for package in lock.packages),
            "indexes": _indexes(lock.indexes, root),
            "project": project,
            "tools": (),
            "pinned": (),
            "notices": (),
        }
    )
    document = LockDocument(lock=said)
    content = {"format": document.format, "version": document.version}
    content["lock"] = said.model_dump(mode="json", exclude_defaults=True, include=set(Lock.model_fields))
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _moved(package: Package, root: PurePosixPath) -> Package:
    artifacts = tuple(
        file if file.path is None else file.model_copy(update={"path": _path(file.path, root)})
        for file in package.artifacts
    )
    update = {
        "source": _source(package.source, root),
        "artifacts": artifacts,
        "dependencies": None if package.dependencies is None else _edges(package.dependencies, root),
        "extras": {name: _edges(wanted, root) for name, wanted in package.extras.items()},
        "metadata": None,
    }
    return package.model_copy(update=update)


def _edges(edges: Iterable[Dependency], root: PurePosixPath) -> tuple[Dependency, ...]:
    return tuple(
        edge if edge.source is None else edge.model_copy(update={"source": _source(edge.source, root)})
        for edge in edges
    )


def _source(source: Source, root: PurePosixPath) -> Source:
    if isinstance(source, DirectorySource | FileSource):
        return source.model_copy(update={"path": _path(source.path, root)})
    return source


def _path(path: PurePosixPath, root: PurePosixPath) -> PurePosixPath:
    return PurePosixPath(posixpath.normpath(root / path))


def _indexes(indexes: LockIndexes, root: PurePosixPath) -> LockIndexes:
    links = (link if "://" in link else posixpath.normpath(root / link) for link in indexes.find_links)
    return indexes.model_copy(update={"find_links": tuple(links), "logins": {}})
