"""The simple repository API: which files a project has on an index, and with what hash.

https://packaging.python.org/en/latest/specifications/simple-repository-api/: JSON (PEP 691) and HTML (PEP 503) are told
apart by the content type of the answer; an index that answers HTML to everything works.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import get_args
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from packaging.utils import NormalizedName
from pydantic import BaseModel, Field, ValidationError

from lock2nix.errors import IndexFault
from lock2nix.schemas.artifact import DIGEST_BYTES, Algorithm, Hash
from lock2nix.schemas.base import Model

from .http import Http, Page, in_parallel, masked

_JSON = "application/vnd.pypi.simple.v1+json"
_ACCEPT = f"{_JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_MAJOR = "1"
_HEX = frozenset("0123456789abcdef")


class IndexFile(Model):
    """A file as an index lists it; `yanked` is the reason, which may be empty, and None for a file that stands."""

    filename: str
    url: str
    hashes: tuple[Hash, ...]
    yanked: str | None = None


class SimpleIndex:
    """Indexes of the simple API."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def files(
        self, projects: Iterable[tuple[str, NormalizedName]], heard: Callable[[int, int], None] | None = None
    ) -> Mapping[tuple[str, NormalizedName], tuple[IndexFile, ...]]:
        """Return the files of each (index, project); none where the index does not know the project."""
        return in_parallel(projects, self._project, heard)

    def _project(self, key: tuple[str, NormalizedName]) -> tuple[IndexFile, ...]:
        index, name = key
        page = self._http.page(f"{index.rstrip('/')}/{name}/", _ACCEPT)
        return () if page is None else tuple(parse(page))


def parse(page: Page) -> Iterator[IndexFile]:
    """Yield the files of a project's page. Raises IndexFault if it is neither form, or of a newer major version."""
    if page.content_type == _JSON:
        return _from_json(page)
    if page.content_type in {"text/html", "application/xhtml+xml", "application/vnd.pypi.simple.v1+html"}:
        return _from_html(page)
    message = f"the answer is neither JSON nor HTML of the simple API but {page.content_type or 'without a type'}"
    raise IndexFault(message, place=masked(page.url), hint="is this the address of a package index?")


class _JsonFile(BaseModel):
    filename: str
    url: str
    hashes: dict[str, str] = {}
    yanked: bool | str = False


class _Meta(BaseModel):
    api_version: str = Field(alias="api-version", default="1.0")


class _JsonPage(BaseModel):
    meta: _Meta = _Meta()
    files: list[_JsonFile]


def _from_json(page: Page) -> Iterator[IndexFile]:
    try:
        project = _JsonPage.model_validate(json.loads(page.content))
    except (ValueError, ValidationError, RecursionError):
        raise IndexFault("the page is not what PEP 691 describes", place=masked(page.url)) from None
    _refuse_newer(project.meta.api_version, page)
    for file in project.files:
        yanked = None if file.yanked is False else (file.yanked if isinstance(file.yanked, str) else "")
        yield _file(file.filename, urljoin(page.url, file.url), file.hashes.items(), yanked)


def _from_html(page: Page) -> Iterator[IndexFile]:
    parser = _Anchors()
    parser.feed(page.content.decode("utf-8", errors="replace"))
    parser.close()
    _refuse_newer(parser.version, page)
    base = urljoin(page.url, parser.base or "")
    for attributes in parser.anchors:
        href = attributes.get("href")
        if not href:
            continue
        try:
            url, fragment = urldefrag(urljoin(base, href))
            path = urlsplit(url).path
        except ValueError:
            continue
        yanked = (attributes["data-yanked"] or "") if "data-yanked" in attributes else None
        name, _, digest = fragment.partition("=")
        yield _file(unquote(path.rsplit("/", 1)[-1]), url, [(name, digest)], yanked)


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.anchors: list[dict[str, str | None]] = []
        self.base: str | None = None
        self.version = "1.0"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "a":
            self.anchors.append(attributes)
        elif tag == "base" and self.base is None:
            self.base = attributes.get("href")
        elif tag == "meta" and attributes.get("name") == "pypi:repository-version":
            self.version = attributes.get("content") or self.version


def _file(filename: str, url: str, hashes: Iterable[tuple[str, str]], yanked: str | None) -> IndexFile:
    known = tuple(h for algorithm, digest in hashes if (h := _hash(algorithm, digest)) is not None)
    return IndexFile(filename=filename, url=masked(url), hashes=known, yanked=yanked)


def _hash(algorithm: str, digest: str) -> Hash | None:
    name = algorithm.lower()
    for known in get_args(Algorithm):
        if name == known and len(digest) == 2 * DIGEST_BYTES[known] and set(digest.lower()) <= _HEX:
            return Hash(algorithm=known, digest=digest.lower())
    return None


def _refuse_newer(version: str, page: Page) -> None:
    if version.split(".", 1)[0] != _MAJOR:
        message = f"the index speaks version {version} of the simple API, and lock2nix version {_MAJOR}"
        raise IndexFault(message, place=masked(page.url), hint="a newer lock2nix may know it")
