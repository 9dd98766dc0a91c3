"""A lock as the JSON document that `schemas/document.py` describes."""

import json
import posixpath
from pathlib import PurePosixPath

from lock2nix.schemas.document import LockDocument
from lock2nix.schemas.lock import Lock, LockIndexes, Package
from lock2nix.schemas.source import DirectorySource, FileSource

FIRST_LINES = '{\n  "format": "lock2nix",\n'


def write(lock: Lock, *, root: PurePosixPath) -> str:
    """Return the document of a lock whose files are known; `root` is the way from its folder to the lock's."""
    project = lock.project
    if project is not None:
        moved = tuple(root / folder for folder in project.import_roots)
        project = project.model_copy(update={"import_roots": moved})
    said = lock.model_copy(
        update={
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
    def moved(path: PurePosixPath) -> PurePosixPath:
        return PurePosixPath(posixpath.normpath(root / path))

    source = package.source
    if isinstance(source, DirectorySource | FileSource):
        source = source.model_copy(update={"path": moved(source.path)})
    artifacts = tuple(
        file if file.path is None else file.model_copy(update={"path": moved(file.path)}) for file in package.artifacts
    )
    return package.model_copy(update={"source": source, "artifacts": artifacts, "metadata": None})


def _indexes(indexes: LockIndexes, root: PurePosixPath) -> LockIndexes:
    links = (link if "://" in link else posixpath.normpath(root / link) for link in indexes.find_links)
    return indexes.model_copy(update={"find_links": tuple(links), "logins": {}})
