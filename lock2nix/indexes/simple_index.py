"""Indexes of the simple repository API: which files projects have there."""

from collections.abc import Callable, Iterable

from packaging.utils import NormalizedName

from .find_links import FlatPages, is_flat
from .http import Http
from .parallel import Batch, in_parallel
from .simple import ACCEPT, IndexFile, parse

Project = tuple[str, NormalizedName]
"""The root of an index's simple API, and a project there."""


class SimpleIndex:
    """Indexes of the simple API; no page is asked for twice."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._flat = FlatPages(http)
        self._pages: dict[Project, tuple[IndexFile, ...]] = {}

    def files(
        self, projects: Iterable[Project], heard: Callable[[int, int], None] | None = None
    ) -> Batch[Project, tuple[IndexFile, ...]]:
        """Return the files of each project; none where the index does not know it."""
        return in_parallel(projects, self._project, heard)

    def listed(self, url: str, project: Project) -> IndexFile | None:
        """Return what the project's page says of the file at this address, if the page was asked for already."""
        return next((file for file in self._pages.get(_normal(project), ()) if file.url == url), None)

    def _project(self, project: Project) -> tuple[IndexFile, ...]:
        index, name = key = _normal(project)
        if key not in self._pages and is_flat(index):
            self._pages[key] = self._flat.files(index, name)
        elif key not in self._pages:
            page = self._http.page(f"{index}/{name}/", ACCEPT)
            self._pages[key] = () if page is None else tuple(parse(page))
        return self._pages[key]


def _normal(project: Project) -> Project:
    return project[0].rstrip("/"), project[1]
