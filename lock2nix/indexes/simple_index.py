"""Indexes of the simple repository API: which files projects have there."""

from collections.abc import Callable, Mapping

from packaging.utils import NormalizedName

from .cache import Cache
from .find_links import FlatPages, is_flat
from .http import Http
from .kept_pages import KeptPages
from .parallel import QUESTIONS, Batch, in_parallel
from .simple import ACCEPT, Contents, IndexFile, only, parse
from .wanted import Wanted

Project = tuple[str, NormalizedName]
"""The root of an index's simple API, and a project there."""

_NOTHING = Contents(files=(), is_known=False)


class SimpleIndex:
    """Indexes of the simple API; no page is asked for twice for the same files."""

    def __init__(self, http: Http, cache: Cache) -> None:
        self._pages = KeptPages(http, cache)
        self._flat = FlatPages(http)
        self._known: dict[Project, tuple[Wanted, Contents]] = {}
        self._linked: dict[Project, Contents] = {}

    def files(
        self, projects: Mapping[Project, Wanted], heard: Callable[[int, int], None] | None = None
    ) -> Batch[Project, Contents]:
        """Return the wanted files of each project."""
        return in_parallel(projects, lambda project: self._project(project, projects[project]), heard, QUESTIONS)

    def linked(
        self, projects: Mapping[Project, Wanted], heard: Callable[[int, int], None] | None = None
    ) -> Batch[Project, Contents]:
        """Return the wanted files of each project on pages of links, which are asked for once, by their addresses."""

        def ask(project: Project) -> Contents:
            contents = self._linked[project] = self._on_flat_page(project, projects[project])
            return contents

        return in_parallel(projects, ask, heard, QUESTIONS)

    def listed(self, url: str, project: Project) -> IndexFile | None:
        """Return what the project's page says of the file at this address, if the file was asked for already."""
        _, contents = self._known.get(_normal(project), (None, _NOTHING))
        files = (*contents.files, *self._linked.get(project, _NOTHING).files)
        return next((file for file in files if file.url == url), None)

    def _project(self, project: Project, wanted: Wanted) -> Contents:
        key = _normal(project)
        known = self._known.get(key)
        if known is None or not wanted <= known[0]:
            known = self._known[key] = wanted, self._ask(*key, wanted)
        return known[1]

    def _ask(self, index: str, name: NormalizedName, wanted: Wanted) -> Contents:
        if is_flat(index):
            return self._on_flat_page((index, name), wanted)
        page = self._pages.page(f"{index}/{name}/", ACCEPT)
        return _NOTHING if page is None else parse(page, wanted)

    def _on_flat_page(self, project: Project, wanted: Wanted) -> Contents:
        files = self._flat.files(*project)
        return Contents(files=only(wanted, files), is_known=bool(files))


def _normal(project: Project) -> Project:
    return project[0].rstrip("/"), project[1]
