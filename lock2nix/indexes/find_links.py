"""Flat lists of files of any number of projects: pages on the web and folders on disk, as pip's `--find-links` takes.

https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-f. There is no page for each project: the names of the files
say of which one they are, so what is not named by the rules is passed over.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    NormalizedName,
    parse_sdist_filename,
    parse_wheel_filename,
)

from lock2nix.errors import IndexFault, InputError
from lock2nix.schemas.artifact import Hash

from .addresses import masked
from .digests import digests
from .http import Http
from .members import pieces_of
from .simple import IndexFile, parse

File = TypeVar("File")

_HTML = "application/vnd.pypi.simple.v1+html, text/html;q=0.9"
_LOCAL_HOSTS = frozenset({"", "localhost"})


def is_flat(url: str) -> bool:
    """Whether an index's address is that of one page for all its projects, such as `…/torch_stable.html`."""
    return url.lower().endswith((".html", ".htm"))


class FlatPages:
    """Pages that list files of many projects; each is asked for once, whoever waits for it."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._lock = Lock()
        self._pages: dict[str, Future[Mapping[NormalizedName, tuple[IndexFile, ...]]]] = {}

    def files(self, url: str, project: NormalizedName) -> tuple[IndexFile, ...]:
        """Return the files of a project on the page at `url`. Raises IndexFault, also where there is no page."""
        with self._lock:
            is_new = url not in self._pages
            page = self._pages.setdefault(url, Future())
        if is_new:
            try:
                page.set_result(self._ask(url))
            except BaseException as error:  # noqa: BLE001 - it is raised again below, for all who wait
                page.set_exception(error)
        return page.result().get(project, ())

    def _ask(self, url: str) -> Mapping[NormalizedName, tuple[IndexFile, ...]]:
        page = self._http.page(url, _HTML)
        if page is None:
            raise IndexFault("there is no such page", place=masked(url))
        return _by_project(parse(page).files, lambda file: file.filename)


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A wheel or sdist in a folder."""

    path: Path

    def sha256(self) -> Hash:
        """Return the hash of the file, which is read for it. Raises InputError."""
        try:
            with self.path.open("rb") as file:
                (found,) = digests(pieces_of(file), ["sha256"])
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", place=self.path) from None
        return found


def folder_of(place: str, root: Path) -> Path | None:
    """Return the folder that a path or a `file:` address means, relative to `root`; None for one on the web."""
    if not place.startswith("file:"):
        return None if "://" in place else root / place
    parts = urlsplit(place)
    return root / unquote(parts.path) if parts.netloc in _LOCAL_HOSTS else None


def files_in(folder: Path) -> Mapping[NormalizedName, tuple[FileOnDisk, ...]]:
    """Return the wheels and sdists of a folder by project, sorted by name; none is opened. Raises InputError."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise InputError(f"this folder of packages cannot be read: {error.strerror}", place=folder) from None
    return _by_project(map(FileOnDisk, paths), lambda file: file.path.name)


def _by_project(files: Iterable[File], name: Callable[[File], str]) -> Mapping[NormalizedName, tuple[File, ...]]:
    found: dict[NormalizedName, list[File]] = {}
    for file in files:
        project = _project(name(file))
        if project is not None:
            found.setdefault(project, []).append(file)
    return {project: tuple(of_project) for project, of_project in found.items()}


def _project(filename: str) -> NormalizedName | None:
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[0]
        return parse_sdist_filename(filename)[0]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
