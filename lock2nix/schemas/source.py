"""Where a locked package comes from, and the file that we were asked to read."""

import hashlib
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from .base import Model


class SourceFile(Model):
    """A file as it was read: everything that a converter is allowed to see of the world."""

    path: Path
    content: bytes

    @property
    def digest(self) -> str:
        """The content's sha256 in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


class Reference(Model):
    """Files that another one refers to: all of `names` that are in the first of `folders` that has any of them.

    Folders are relative to that of the lock, and names to the folder.
    """

    names: tuple[str, ...]
    folders: tuple[str, ...] = ("",)


class _Kind(Model):
    """One of several kinds, which is written even where everything else is left out: by it, it is read again."""

    @model_serializer(mode="wrap")
    def _with_kind(self, rest: SerializerFunctionWrapHandler) -> dict[str, object]:
        return {"kind": getattr(self, "kind"), **rest(self)}  # noqa: B009 - each kind declares its own


class IndexSource(_Kind):
    """A package index; `url` is its simple API's root without credentials, None the default index (PyPI).

    `name` is what the project calls it: logins can be given by it.
    """

    kind: Literal["index"] = "index"
    url: str | None = None
    name: str | None = None


class GitSource(_Kind):
    """A git repository at one full revision; `subdirectory` is where the project lies in it."""

    kind: Literal["git"] = "git"
    url: str
    revision: str
    reference: str | None = None
    subdirectory: PurePosixPath | None = None


class UrlSource(_Kind):
    """One archive at one address."""

    kind: Literal["url"] = "url"
    url: str
    subdirectory: PurePosixPath | None = None


class FileSource(_Kind):
    """One wheel or sdist on disk; `path` is relative to the lock file, or absolute."""

    kind: Literal["file"] = "file"
    path: PurePosixPath
    subdirectory: PurePosixPath | None = None


class DirectorySource(_Kind):
    """A source tree on disk; `path` is relative to the lock file, or absolute."""

    kind: Literal["directory"] = "directory"
    path: PurePosixPath
    editable: bool = False
    subdirectory: PurePosixPath | None = None


Source = Annotated[IndexSource | GitSource | UrlSource | FileSource | DirectorySource, Field(discriminator="kind")]
