"""`${VARIABLES}` in what a lock says of its indexes: filled in when an index is asked, and never written.

pipenv: https://pipenv.pypa.io/en/latest/credentials.html; pip:
https://pip.pypa.io/en/stable/reference/requirements-file-format/#using-environment-variables.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from lock2nix.schemas.lock import LockIndexes

from .addresses import Login, login, without_login
from .configuration import Index, Level, read_index

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def from_lock(said: LockIndexes, named: Iterable[str], environment: Mapping[str, str]) -> Level:
    """Return what a lock says of indexes, with the variables of the environment filled in.

    `named` are the addresses that packages name. Variables that are not set stay, and the index says so: it may be
    that nobody asks for it.
    """

    def index(url: str) -> Index:
        return _index(url, said.logins.get(url), environment)

    return Level(
        default=None if said.default is None else index(said.default),
        extras=tuple(map(index, said.extras)),
        explicit=tuple(map(index, dict.fromkeys([*named, *said.logins]))),
        links=tuple(_page(url, said.logins.get(url), environment) for url in said.find_links if "://" in url),
        of_project=True,
    )


def filled(text: str, environment: Mapping[str, str]) -> str:
    """Return a text with the variables that are set."""
    return _VARIABLE.sub(lambda found: environment.get(found[1], found[0]), text)


def _index(text: str, given: str | None, environment: Mapping[str, str]) -> Index:
    unset = next(_unset(f"{text} {given or ''}", environment), None)
    try:
        index = read_index(filled(text, environment))
    except ValueError:  # it stands for itself, and whoever asks for it is told that it is no address
        index = Index(url=text.rstrip("/"))
    known = index.login if given is None or unset is not None else _login(filled(given, environment))
    return Index(url=index.url, login=known, spelt=None if index.url == text else text, unset=unset)


def _page(text: str, given: str | None, environment: Mapping[str, str]) -> Index:
    """Return a page of links, whose address is taken as it is."""
    unset = next(_unset(f"{text} {given or ''}", environment), None)
    url = filled(text, environment)
    try:
        own, bare = login(url), without_login(url)
    except ValueError:  # as above
        own, bare = None, text
    known = own if given is None or unset is not None else _login(filled(given, environment))
    return Index(url=bare, login=known, unset=unset)


def _login(text: str) -> Login:
    user, _, password = text.partition(":")
    return Login(unquote(user), unquote(password))


def _unset(text: str, environment: Mapping[str, str]) -> Iterator[str]:
    return (name for name in _VARIABLE.findall(text) if name not in environment)
