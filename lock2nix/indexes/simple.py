"""The simple repository API: which files a project has on an index, and with what hash.

https://packaging.python.org/en/latest/specifications/simple-repository-api/: JSON (PEP 691) and HTML (PEP 503) are told
apart by the content type of the answer; an index that answers HTML to everything works.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Required, TypedDict
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from pydantic import BaseModel, Field

from lock2nix.errors import IndexFault
from lock2nix.schemas.artifact import ALGORITHMS, DIGEST_BYTES, Hash
from lock2nix.schemas.base import Model

from .addresses import encoded, masked, on_the_web, without_login
from .http import Page

_JSON = "application/vnd.pypi.simple.v1+json"
ACCEPT = f"{_JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_IS_JSON = re.compile(r"application/(json|vnd\.pypi\.simple\.(v\d+|latest)\+json)")
_IS_HTML = re.compile(r"text/html|application/(xhtml\+xml|vnd\.pypi\.simple\.(v\d+|latest)\+html)")
_MAJOR = "1"
_HEX = frozenset("0123456789abcdef")
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+!~@ -]{0,254}")


class IndexFile(Model):
    """A file as an index lists it.

    `yanked` is the reason, which may be empty, and None for a file that stands. `core_metadata` says that the file's
    metadata lies beside it (PEP 658), with `metadata_hashes` if the index gives them. What the index does not say is
    None; `requires_python` is as it was uploaded, which need not be a version specifier.
    """

    filename: str
    url: str
    hashes: tuple[Hash, ...]
    yanked: str | None = None
    core_metadata: bool = False
    metadata_hashes: tuple[Hash, ...] = ()
    requires_python: str | None = None
    size: int | None = None
    upload_time: datetime | None = None


def parse(page: Page) -> Iterator[IndexFile]:
    """Yield the files of a project's page. Raises IndexFault if it is neither form, or of a newer major version.

    What is no file that can be asked for over HTTP under a plain name is passed over.
    """
    if _IS_JSON.fullmatch(page.content_type):
        return _from_json(page)
    if _IS_HTML.fullmatch(page.content_type):
        return _from_html(page)
    message = f"the answer is neither JSON nor HTML of the simple API but {page.content_type or 'without a type'}"
    raise IndexFault(message, place=masked(page.url), hint="is this the address of a package index?")


class _JsonFile(BaseModel):
    filename: str
    url: str
    hashes: dict[str, str] = {}
    yanked: bool | str = False
    # Not worth a refusal if they are wrong.
    core_metadata: object = Field(alias="core-metadata", default=None)
    dist_info_metadata: object = Field(alias="dist-info-metadata", default=None)
    requires_python: object = Field(alias="requires-python", default=None)
    size: object = None
    upload_time: object = Field(alias="upload-time", default=None)


class _Meta(BaseModel):
    api_version: str = Field(alias="api-version", default="1.0")


class _JsonVersion(BaseModel):
    meta: _Meta = _Meta()


class _JsonPage(BaseModel):
    files: list[_JsonFile]


def _from_json(page: Page) -> Iterator[IndexFile]:
    try:
        content = json.loads(page.content)
        # A newer major version may look otherwise altogether: it is asked for first.
        _refuse_newer(_JsonVersion.model_validate(content).meta.api_version, page)
        project = _JsonPage.model_validate(content)
    except (ValueError, RecursionError):  # pydantic's and json's errors are ValueErrors
        raise IndexFault("the page is not what PEP 691 describes", place=masked(page.url)) from None
    for file in project.files:
        yanked = None if file.yanked is False else (file.yanked if isinstance(file.yanked, str) else "")
        # PEP 714: the newer name goes first.
        said = file.dist_info_metadata if file.core_metadata is None else file.core_metadata
        hashes = said.items() if isinstance(said, dict) else ()
        yield from _file(
            page.url,
            file.url,
            file.filename,
            _Details(
                hashes=_hashes(file.hashes.items()),
                yanked=yanked,
                core_metadata=said is True or isinstance(said, dict),
                metadata_hashes=_hashes((name, value) for name, value in hashes if isinstance(value, str)),
                requires_python=file.requires_python if isinstance(file.requires_python, str) else None,
                size=file.size if type(file.size) is int and file.size >= 0 else None,
                upload_time=_time(file.upload_time),
            ),
        )


def _from_html(page: Page) -> Iterator[IndexFile]:
    parser = _Anchors()
    parser.feed(page.content.decode("utf-8", errors="replace"))
    parser.close()
    _refuse_newer(parser.version, page)
    for attributes in parser.anchors:
        href = attributes.get("href")
        if href:
            yanked = (attributes["data-yanked"] or "") if "data-yanked" in attributes else None
            said = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
            details = _Details(
                hashes=_hashes_of_text(href.partition("#")[2]),
                yanked=yanked,
                core_metadata=said is not None and (said.lower() == "true" or "=" in said),
                metadata_hashes=_hashes_of_text(said or ""),
                requires_python=attributes.get("data-requires-python"),
            )
            yield from _file(_joined(page.url, parser.base or "") or page.url, href, None, details)


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


class _Details(TypedDict, total=False):
    hashes: Required[tuple[Hash, ...]]
    yanked: str | None
    core_metadata: bool
    metadata_hashes: tuple[Hash, ...]
    requires_python: str | None
    size: int | None
    upload_time: datetime | None


def _file(base: str, reference: str, filename: str | None, details: _Details) -> Iterator[IndexFile]:
    """Yield the file, if it is one; without a `filename` the address ends in it."""
    url = _joined(base, reference)
    if url is None:
        return
    name = unquote(urlsplit(url).path.rsplit("/", 1)[-1]) if filename is None else filename
    if not _FILE_NAME.fullmatch(name) or ".." in name:
        return
    yield IndexFile(filename=name, url=url, **details)


def _joined(base: str, reference: str) -> str | None:
    """Return an address of the web without login and fragment, None where there is none."""
    try:
        url = without_login(encoded(urldefrag(urljoin(base, reference)).url))
    except ValueError:
        return None
    return url if on_the_web(url) else None


def _hashes(pairs: Iterable[tuple[str, str]]) -> tuple[Hash, ...]:
    return tuple(h for algorithm, digest in pairs if (h := _hash(algorithm, digest)) is not None)


def _hashes_of_text(text: str) -> tuple[Hash, ...]:
    """Return the hashes of `sha256=…`, several of them joined by `&`."""
    return _hashes((name, digest) for name, _, digest in (part.partition("=") for part in text.split("&")))


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _hash(algorithm: str, digest: str) -> Hash | None:
    known = next((known for known in ALGORITHMS if known == algorithm.lower()), None)
    if known is None or len(digest) != 2 * DIGEST_BYTES[known] or not set(digest.lower()) <= _HEX:
        return None
    return Hash(algorithm=known, digest=digest.lower())


def _refuse_newer(version: str, page: Page) -> None:
    if version.split(".", 1)[0] != _MAJOR:
        message = f"the index speaks version {version} of the simple API, and lock2nix version {_MAJOR}"
        raise IndexFault(message, place=masked(page.url), hint="a newer lock2nix may know it")
