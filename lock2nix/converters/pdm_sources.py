"""The indexes of a PDM project, `[[tool.pdm.source]]`, and which of them a package comes from.

https://pdm-project.org/en/latest/usage/config/#configure-the-package-indexes. PDM looks into all of them, of which one
called pypi stands for PyPI; `include_packages` and `exclude_packages` bind packages to some.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Self
from urllib.parse import unquote, urlsplit

from packaging.utils import NormalizedName

from lock2nix.errors import InputError
from lock2nix.schemas.lock import LockIndexes
from lock2nix.schemas.source import IndexSource

from .fields import path
from .index_addresses import PYPI, SIMPLE, address_and_login
from .pyproject import PdmSource

_NAME = "pypi"
_FIND_LINKS = "find_links"
_ROOT = "file:///${PROJECT_ROOT}/"
_NOT_IN_PATTERNS = re.compile(r"[^A-Za-z0-9?*\[\]-]+")


@dataclass(frozen=True, slots=True)
class _Index:
    table: PdmSource
    url: str
    login: str | None

    @property
    def is_default(self) -> bool:
        return self.table.name == _NAME

    @property
    def is_pypi(self) -> bool:
        return self.login is None and PYPI.fullmatch(self.url) is not None

    @property
    def is_page(self) -> bool:
        """Whether this is a page or folder with files of any project, which is looked at beside the indexes."""
        return self.table.type == _FIND_LINKS


_PYPI = _Index(PdmSource(name=_NAME), SIMPLE, None)


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of one project, PyPI among them."""

    _all: tuple[_Index, ...]

    @classmethod
    def of(cls, tables: Sequence[PdmSource], beside: PurePath | str) -> Self:
        """Return what the pyproject.toml at `beside` has in these tables. Raises InputError where one is no address.

        One without address has it in the user's own configuration, which is passed over.
        """
        found = [_index(table, f"{beside}: tool.pdm.source[{at}].url") for at, table in enumerate(tables)]
        known = tuple(index for index in found if index is not None)
        return cls(known if any(index.is_default for index in known) else (_PYPI, *known))

    def indexes(self) -> LockIndexes:
        """Return what the project says of indexes; where the default one is PyPI, that is left to the user."""
        others = [index for index in self._all if not index.is_default and not index.is_page]
        default = self._default
        pages = (index.url for index in self._all if index.is_page)
        return LockIndexes(
            default=None if default is None or default.is_pypi else default.url,
            extras=tuple(dict.fromkeys(index.url for index in others if default is None or index.url != default.url)),
            find_links=tuple(dict.fromkeys(pages)),
            logins={index.url: index.login for index in self._all if index.login is not None},
        )

    def index(self, name: NormalizedName) -> IndexSource:
        """Return where a package comes from: the one index that is left for it, if the project leaves one only."""
        included = [index for index in self._all if _matches(name, index.table.include_packages)]
        left = included or [index for index in self._all if not _matches(name, index.table.exclude_packages)]
        if len(left) == len(self._all):
            return IndexSource()
        first = next((index for index in left if not index.is_page), None)
        if first is None or first == self._default or (not included and len(left) > 1):
            return IndexSource()
        return IndexSource(url=first.url, name=first.table.name)

    @property
    def _default(self) -> _Index | None:
        """The index that stands for PyPI; None if that is a page or folder."""
        return next((index for index in self._all if index.is_default and not index.is_page), None)


def _index(table: PdmSource, place: str) -> _Index | None:
    written = table.url or (SIMPLE if table.name == _NAME else None)
    if written is None:
        return None
    is_page = table.type == _FIND_LINKS
    try:
        if is_page and written.startswith("file:"):
            within = written.removeprefix(_ROOT)
            return _Index(table, str(path(unquote(urlsplit(within).path) or ".")), None)
        url, login = address_and_login(written)
    except ValueError as error:
        raise InputError(str(error), place=place) from None
    if is_page and written.endswith("/"):  # what the links of a page are relative to
        url += "/"
    if table.username is not None and table.password is not None:
        login = f"{table.username}:{table.password}"
    return _Index(table, SIMPLE if login is None and PYPI.fullmatch(url) else url, login)


def _matches(name: NormalizedName, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, _NOT_IN_PATTERNS.sub("-", pattern).lower()) for pattern in patterns)
