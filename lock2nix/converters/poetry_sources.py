"""`[package.source]` of poetry.lock: where a package comes from, if not from the default index."""

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field

from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, Source, UrlSource

from .fields import DiskPath, GitAddress, InnerPath, PlainText, WebAddress, revision
from .wire import Wire

_PYPI = {"https://pypi.org/simple", "https://pypi.python.org/simple"}


class IndexTable(Wire):
    """An index other than the default one; `reference` is its name in pyproject.toml."""

    type: Literal["legacy", "pypi"]
    url: WebAddress | None = None
    reference: PlainText | None = None


class GitTable(Wire):
    """A git repository; before lock-version 1.1 `reference` was the full revision itself."""

    type: Literal["git"]
    url: GitAddress
    reference: PlainText | None = None
    resolved_reference: PlainText | None = None
    subdirectory: InnerPath | None = None


class UrlTable(Wire):
    """One archive."""

    type: Literal["url"]
    url: WebAddress
    subdirectory: InnerPath | None = None


class PathTable(Wire):
    """An archive or a source tree on disk."""

    type: Literal["file", "directory"]
    url: DiskPath
    subdirectory: InnerPath | None = None


SourceTable = Annotated[IndexTable | GitTable | UrlTable | PathTable, Field(discriminator="type")]


def source(table: SourceTable | None, *, editable: bool) -> Source:
    """Return where a package comes from; raise a ValueError where git's revision is not pinned."""
    match table:
        case None:
            return IndexSource()
        case IndexTable():
            return _index(table)
        case GitTable():
            pinned = revision(table.resolved_reference or table.reference or "")
            reference = table.reference or None
            return GitSource(url=table.url.url, revision=pinned, reference=reference, subdirectory=table.subdirectory)
        case UrlTable():
            return UrlSource(url=table.url.url, subdirectory=table.subdirectory)
        case PathTable(type="file"):
            return FileSource(path=table.url, subdirectory=table.subdirectory)
        case PathTable():
            return DirectorySource(path=table.url, editable=editable, subdirectory=table.subdirectory)


def had_credentials(table: SourceTable | None) -> bool:
    """Return whether the lock gives a password away, which was then left out."""
    return not (table is None or isinstance(table, PathTable)) and table.url is not None and table.url.had_credentials


def on_disk(table: SourceTable | None) -> PurePosixPath | None:
    """Return the path of a package that is on disk."""
    return table.url if isinstance(table, PathTable) else None


def _index(table: IndexTable) -> IndexSource:
    url = None if table.url is None else table.url.url.rstrip("/")
    return IndexSource() if url is None or url in _PYPI else IndexSource(url=url, name=table.reference or None)
