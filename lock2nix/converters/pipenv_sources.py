"""The indexes of a Pipfile.lock (`_meta.sources`), and which of them a package comes from.

A package without `index` comes from the first source (https://pipenv.pypa.io/en/latest/indexes.html); before 2022
pipenv looked for it in all of them. Addresses and logins may hold variables of the environment.
"""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from lock2nix.errors import InputError, quote
from lock2nix.schemas.lock import LockIndexes
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import IndexSource

from .index_addresses import PYPI, SIMPLE, address_and_login, filled
from .pipenv_lock_file import LockFile, SourceTable


class _Index(NamedTuple):
    name: str
    url: str
    login: str | None
    is_pypi: bool


class Sources:
    """The sources of one file. Raises InputError where one has no address."""

    def __init__(self, locked: LockFile, place: str) -> None:
        self._tables = locked.meta.sources
        self._indexes = [_index(table, f"{place}[{at}].url") for at, table in enumerate(self._tables)]

    def indexes(self) -> LockIndexes:
        """Return what the file says of indexes; where the first one is PyPI, that is left to the user."""
        first, others = self._indexes[:1], self._indexes[1:]
        return LockIndexes(
            default=next((index.url for index in first if not index.is_pypi), None),
            extras=tuple(dict.fromkeys(index.url for index in others if index.url != first[0].url)),
            logins={index.url: index.login for index in self._indexes if index.login is not None},
        )

    def index(self, name: str | None) -> IndexSource:
        """Return where a package comes from. Raises ValueError if there is no such source."""
        if name is None:
            return IndexSource()
        found = next((at for at, index in enumerate(self._indexes) if name in {index.name, index.url}), None)
        if found is None:
            known = ", ".join(quote(index.name) for index in self._indexes) or "none"
            raise ValueError(f"there is no source {quote(name)}; there are: {known}")
        index = self._indexes[found]
        # An index that is in the list twice is one.
        return IndexSource() if index.url == self._indexes[0].url else IndexSource(url=index.url, name=index.name)

    def notices(self) -> Iterator[Notice]:
        """Yield what a person should know about the sources."""
        for table, index in zip(self._tables, self._indexes, strict=True):
            if not table.verify_ssl and not index.url.startswith("http://"):
                message = "its certificate is checked, whatever verify_ssl says; --cert names authorities of your own"
                yield Notice(kind="choice", subject=index.name, message=f"source {index.name}: {message}")


def _index(table: SourceTable, place: str) -> _Index:
    try:
        url, login = address_and_login(table.url)
    except ValueError as error:
        raise InputError(str(error), place=place) from None
    is_pypi = login is None and PYPI.fullmatch(url) is not None
    name = table.name or urlsplit(filled(url)).hostname or url
    return _Index(name, SIMPLE if is_pypi else url, login, is_pypi)
