"""Flat lists of files of any number of projects: pages on the web and folders on disk, as pip's `--find-links` takes.

https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-f. There is no page for each project: the names of the files
say of which one they are, so what is not named by the rules is passed over.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
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
from lock2nix.schemas.artifact import Algorithm, Hash

from .addresses import masked
from .anchors import anchors
from .digests import digests
from .http import Http, Page
from .members import pieces_of
from .simple import IndexFile, parse

File = TypeVar("File")

_HTML = "application/vnd.pypi.simple.v1+html, text/html;q=0.9"
_NOWHERE = "https://page.invalid/"  # what a page on disk is said to be at: there are no such hosts (RFC 6761)
_MOST_BYTES = 64 << 20  # of a page on disk, as of one on the web
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
    """A wheel or sdist on disk."""

    path: Path

    def hashes(self, algorithms: Iterable[Algorithm]) -> tuple[Hash, ...]:
        """Return the hashes of the file, which is read for them. Raises InputError."""
        try:
            with self.path.open("rb") as file:
                return digests(pieces_of(file), algorithms)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", place=self.path) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesOfPlace:
    """The files of a place on disk by project: those beside it, and those that a page of it has on the web."""

    on_disk: Mapping[NormalizedName, tuple[FileOnDisk, ...]]
    on_web: Mapping[NormalizedName, tuple[IndexFile, ...]] = field(default_factory=dict)


def on_disk(place: str, root: Path) -> Path | None:
    """Return where a path or a `file:` address leads, relative to `root`; None for one on the web."""
    if not place.startswith("file:"):
        return None if "://" in place else root / place
    parts = urlsplit(place)
    return root / unquote(parts.path) if parts.netloc in _LOCAL_HOSTS else None


def files_at(place: Path) -> FilesOfPlace:
    """Return the wheels and sdists of a folder, those that an HTML page links to, or the one that this is.

    They are sorted by name, or as the page has them; none is opened. Raises InputError.
    """
    try:
        if is_flat(place.name) and place.is_file():
            return _linked(place)
        paths = [place] if place.is_file() else sorted(path for path in place.iterdir() if path.is_file())
    except OSError as error:
        message = f"this place of packages (--find-links) cannot be read: {error.strerror}"
        raise InputError(message, place=place) from None
    return FilesOfPlace(on_disk=_of_disk(paths))


def _linked(place: Path) -> FilesOfPlace:
    """Return what a page on disk links to; addresses without a host count from its folder. Raises OSError."""
    with place.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise InputError(f"this page is larger than {_MOST_BYTES >> 20} MB", place=place)
    found = anchors(content.decode("utf-8", errors="replace"), lambda *_: True).found
    links = [(attributes.get("href") or "").strip() for attributes in found]
    plain = [link.partition("#")[0] for link in links if link and not link.startswith("//")]
    paths = [on_disk(link if link.startswith("file:") else unquote(link), place.parent) for link in plain]
    page = Page(url=_NOWHERE, content_type="text/html", content=content)
    files = (file for file in parse(page).files if not file.url.startswith(_NOWHERE))
    return FilesOfPlace(
        on_disk=_of_disk(path for path in paths if path is not None and path.is_file()),
        on_web=_by_project(files, lambda file: file.filename),
    )


def _of_disk(paths: Iterable[Path]) -> Mapping[NormalizedName, tuple[FileOnDisk, ...]]:
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
