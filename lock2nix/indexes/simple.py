"""The simple repository API: which files a project has on an index, and with what hash.

https://packaging.python.org/en/latest/specifications/simple-repository-api/: JSON (PEP 691) and HTML (PEP 503) are told
apart by the content type of the answer; an index that answers HTML to everything works. Of a page's thousands of files
only those become models that are wanted.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Required, TypedDict
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from pydantic import BaseModel, Field
from pydantic_core import from_json

from lock2nix.errors import IndexFault
from lock2nix.schemas.artifact import ALGORITHMS, DIGEST_BYTES, Hash
from lock2nix.schemas.base import Model

from .addresses import encoded, is_plain, masked, on_the_web, without_login
from .anchors import anchors
from .character_references import decoded
from .http import Page
from .wanted import Wanted

_JSON = "application/vnd.pypi.simple.v1+json"
ACCEPT = f"{_JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_IS_JSON = re.compile(r"application/(json|vnd\.pypi\.simple\.(v\d+|latest)\+json)")
_IS_HTML = re.compile(r"text/html|application/(xhtml\+xml|vnd\.pypi\.simple\.(v\d+|latest)\+html)")
_MAJOR = "1"
_HEX = re.compile(r"[0-9a-f]+")
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

    def digests(self) -> Iterator[str]:
        """Yield the digests of all hashes."""
        return (known.digest for known in self.hashes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The files of a page that are wanted; whether it lists any at all, so that the project is known there.

    `lifetime` are the seconds for which the index says that this is good, None where it does not say.
    """

    files: tuple[IndexFile, ...]
    is_known: bool
    lifetime: float | None = None


def parse(page: Page, wanted: Wanted | None = None) -> Contents:
    """Return the wanted files of a project's page, all if that is None.

    What is no file that can be asked for over HTTP under a plain name is passed over. Raises IndexFault if the page is
    neither form, or of a newer major version.
    """
    if _IS_JSON.fullmatch(page.content_type):
        return _from_json(page, wanted)
    if _IS_HTML.fullmatch(page.content_type):
        return _from_html(page, wanted)
    message = f"the answer is neither JSON nor HTML of the simple API but {page.content_type or 'without a type'}"
    raise IndexFault(message, place=masked(page.url), hint="is this the address of a package index?")


def only(wanted: Wanted | None, files: Iterable[IndexFile]) -> tuple[IndexFile, ...]:
    """Return those of the files that are wanted, all if that is None."""
    if wanted is None:
        return tuple(files)
    return tuple(file for file in files if wanted.admits(file.filename, file.digests))


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


def _from_json(page: Page, wanted: Wanted | None) -> Contents:
    is_known = False
    files: list[_JsonFile] = []
    try:
        content = from_json(page.content, cache_strings="keys")
        # A newer major version may look otherwise altogether: it is asked for first.
        _refuse_newer(_JsonVersion.model_validate(content).meta.api_version, page)
        for file in _entries(content):
            filename, hashes = file["filename"], file.get("hashes", {})
            is_known = is_known or _is_file_name(filename)
            if wanted is None or wanted.admits(filename, hashes.values):
                files.append(_JsonFile.model_validate(file))
    # pydantic's errors are ValueErrors; the others are those of a file that is not as PEP 691 has it.
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise IndexFault("the page is not what PEP 691 describes", place=masked(page.url)) from None
    found = tuple(found for file in files for found in _json_file(page.url, file))
    return Contents(files=found, is_known=is_known, lifetime=page.keeping.lifetime)


def _entries(content: dict[str, Any]) -> list[dict[str, Any]]:
    files = content["files"]
    if not isinstance(files, list):
        raise TypeError
    return files


def _json_file(base: str, file: _JsonFile) -> Iterator[IndexFile]:
    yanked = None if file.yanked is False else (file.yanked if isinstance(file.yanked, str) else "")
    # PEP 714: the newer name goes first.
    said = file.dist_info_metadata if file.core_metadata is None else file.core_metadata
    hashes = said.items() if isinstance(said, dict) else ()
    details = _Details(
        hashes=_hashes(file.hashes.items()),
        yanked=yanked,
        core_metadata=said is True or isinstance(said, dict),
        metadata_hashes=_hashes((name, value) for name, value in hashes if isinstance(value, str)),
        requires_python=file.requires_python if isinstance(file.requires_python, str) else None,
        size=file.size if type(file.size) is int and file.size >= 0 else None,
        upload_time=_time(file.upload_time),
    )
    return _file(base, file.url, file.filename, details)


def _from_html(page: Page, wanted: Wanted | None) -> Contents:
    is_known = False

    def admits(filename: str, fragment: str) -> bool:
        nonlocal is_known
        is_known = is_known or _is_file_name(filename)
        return wanted is None or wanted.admits(filename, partial(_digests, fragment))

    found = anchors(page.content.decode("utf-8", errors="replace"), admits)
    _refuse_newer(found.version, page)
    base = _joined(page.url, found.base or "") or page.url
    files = [file for attributes in found.found for file in _html_file(base, attributes)]
    is_known = is_known or bool(files)
    # What is not plain is among them, wanted or not.
    return Contents(files=only(wanted, files), is_known=is_known, lifetime=page.keeping.lifetime)


def _html_file(base: str, attributes: Mapping[str, str | None]) -> Iterator[IndexFile]:
    href = attributes.get("href")
    if not href:
        return iter(())
    said = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
    details = _Details(
        hashes=_hashes_of_text(href.partition("#")[2]),
        yanked=(attributes["data-yanked"] or "") if "data-yanked" in attributes else None,
        core_metadata=said is not None and (said.lower() == "true" or "=" in said),
        metadata_hashes=_hashes_of_text(said or ""),
        requires_python=attributes.get("data-requires-python"),
    )
    return _file(base, href, None, details)


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
    if _is_file_name(name):
        yield IndexFile(filename=name, url=url, **details)


def _is_file_name(name: str) -> bool:
    return _FILE_NAME.fullmatch(name) is not None and ".." not in name


def _joined(base: str, reference: str) -> str | None:
    """Return an address of the web without login and fragment, None where there is none."""
    plain = reference.partition("#")[0]
    if is_plain(plain):  # all of what follows would leave it as it is
        return plain
    try:
        url = without_login(encoded(urldefrag(urljoin(base, reference)).url))
    except ValueError:
        return None
    return url if on_the_web(url) else None


def _hashes(pairs: Iterable[tuple[str, str]]) -> tuple[Hash, ...]:
    return tuple(h for algorithm, digest in pairs if (h := _hash(algorithm, digest)) is not None)


def _digests(fragment: str) -> Iterator[str]:
    """Yield the digests of an anchor's fragment as it stands in the page."""
    return (part.partition("=")[2] for part in decoded(fragment).split("&"))


def _hashes_of_text(text: str) -> tuple[Hash, ...]:
    """Return the hashes of `sha256=…`, several of them joined by `&`."""
    return _hashes((name, digest) for name, _, digest in (part.partition("=") for part in text.split("&")))


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _hash(algorithm: str, digest: str) -> Hash | None:
    name, lower = algorithm.lower(), digest.lower()
    known = next((known for known in ALGORITHMS if known == name), None)
    if known is None or len(lower) != 2 * DIGEST_BYTES[known] or not _HEX.fullmatch(lower):
        return None
    return Hash(algorithm=known, digest=lower)


def _refuse_newer(version: str, page: Page) -> None:
    if version.split(".", 1)[0] != _MAJOR:
        message = f"the index speaks version {version} of the simple API, and lock2nix version {_MAJOR}"
        raise IndexFault(message, place=masked(page.url), hint="a newer lock2nix may know it")
