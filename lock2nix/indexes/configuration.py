"""Which package indexes are asked, and with what login: command line over lock over environment over files.

pip: https://pip.pypa.io/en/stable/topics/configuration/; uv: https://docs.astral.sh/uv/concepts/indexes/; logins by
the name of an index also as Poetry has them: https://python-poetry.org/docs/configuration/#using-environment-variables.
Everything is read when an index is first needed, and what is wrong is never repeated: it may be a password.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from lock2nix.errors import UsageError

from .addresses import Login, login, masked, on_the_web, without_login
from .logins import Logins
from .pypi import SIMPLE

Value = TypeVar("Value")

_NAMED = re.compile(r"(?:([A-Za-z0-9._-]+)=)?([a-z]+://.*)")
_NOT_IN_VARIABLES = re.compile(r"[^A-Z0-9]")
_NO_PAGE = "an address of a page of links starts with https:// or http://"
_REFUSAL = "an address of an index starts with https:// or http://, and has no query"


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index: the root of its simple API without login, its name if it has one, and the login in its address.

    `spelt` is how a lock spells the address with variables; `unset` is one that the environment does not have.
    """

    url: str
    name: str | None = None
    login: Login | None = field(default=None, repr=False)
    spelt: str | None = None
    unset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What one place says: the default index, those besides it, and those that only serve who names them.

    `links` are pages of links on the web (--find-links), by their whole addresses. `of_project` is for what comes with
    the lock, and is not the user's own.
    """

    default: Index | None = None
    extras: tuple[Index, ...] = ()
    explicit: tuple[Index, ...] = ()
    links: tuple[Index, ...] = ()
    of_project: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexes:
    """The index for packages whose lock names none; those that are asked for what it does not have; all logins.

    `links` are pages of links to files of any of these packages, which are asked beside the index.
    `spelt` has the addresses that a lock spells with variables; `unset` the variables that are missing, by address.
    """

    default: str = SIMPLE
    extras: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    logins: Logins = field(default_factory=Logins)
    spelt: Mapping[str, str] = field(default_factory=dict)
    unset: Mapping[str, str] = field(default_factory=dict)

    def serving(self, named: str | None) -> tuple[str, ...]:
        """Return who may have a package whose lock names this index, or none; the first goes first."""
        return (self.default, *self.extras) if named is None else (self.spelt.get(named, named),)

    def refuse_unset(self, url: str) -> None:
        """Raise a UsageError if the index cannot be asked, because a variable is missing."""
        if (variable := self.unset.get(url)) is not None:
            hint = f"set {variable}, or name another index with --index-url"
            raise UsageError(f"the lock wants the variable {variable} for {masked(url)}, and it is not set", hint=hint)


def read_index(text: str, name: str | None = None) -> Index:
    """Return the index of an address, which may be written `name=address` as uv has it. Raises ValueError."""
    match = _NAMED.fullmatch(text.strip())
    if match is None or not on_the_web(match[2]) or "?" in match[2]:
        raise ValueError(_REFUSAL)
    url = match[2].partition("#")[0]
    return Index(url=without_login(url).rstrip("/"), name=name or match[1], login=login(url))


def read_extras(texts: Iterable[str]) -> Iterator[Index]:
    """Yield the indexes that can be asked over HTTP; pip and uv know folders on disk, too."""
    for text in texts:
        if not _NAMED.sub(r"\2", text).startswith("file:") and "://" in text:
            yield read_index(text)


def read_links(texts: Iterable[str]) -> Iterator[Index]:
    """Yield the pages of links that can be asked over HTTP, by their whole addresses. Raises ValueError.

    Folders of a machine are passed over: an output that names them would serve nobody else.
    """
    for text in texts:
        if "://" in text and not text.startswith("file:"):
            url = text.strip().partition("#")[0]
            if not on_the_web(url):
                raise ValueError(_NO_PAGE)
            yield Index(url=without_login(url), login=login(url))


def from_command_line(index_url: str | None, extra_index_urls: Sequence[str]) -> Level:
    """Return what the options say. Raises UsageError."""
    try:
        default = None if index_url is None else read_index(index_url)
        return Level(default=default, extras=tuple(map(read_index, extra_index_urls)))
    except ValueError as error:
        raise UsageError(f"--index-url, --extra-index-url: {error}") from None


def from_environment(environment: Mapping[str, str]) -> Iterator[Level]:
    """Yield what uv's variables say, then pip's. Raises UsageError naming the variable."""
    for defaults, others, links, between in (
        (("UV_DEFAULT_INDEX", "UV_INDEX_URL"), ("UV_INDEX", "UV_EXTRA_INDEX_URL"), "UV_FIND_LINKS", ","),
        (("PIP_INDEX_URL",), ("PIP_EXTRA_INDEX_URL",), "PIP_FIND_LINKS", None),
    ):
        named = [name for name in defaults if environment.get(name, "").strip()]
        default = _checked(named[0], lambda name: read_index(environment[name])) if named else None
        extras = [_checked(name, lambda name: list(read_extras(environment.get(name, "").split()))) for name in others]
        pages = _pages(links, between, environment)
        yield Level(default=default, extras=tuple(chain.from_iterable(extras)), links=pages)


def joined(
    levels: Iterable[Level], named: Iterable[tuple[str, str]] = (), environment: Mapping[str, str] | None = None
) -> Indexes:
    """Return what all levels come to, the nearest first.

    `named` are the names and addresses that the lock gives to its indexes; the `environment` has logins by name. A
    name that the user's own configuration gives to an address belongs to that one only, whatever a project says; one
    that a lock gives to several belongs to none.
    """
    known = list(levels)
    extras = [index for level in known for index in level.extras]
    defaults = [level.default for level in known if level.default is not None]
    default = defaults[0].url if defaults else SIMPLE
    # The user's own logins count before those of a project.
    by_owner = sorted(known, key=lambda level: level.of_project)
    ours = [index for level in by_owner for index in _indexes(level)]
    logins: dict[str, Login] = {}
    for index in ours:
        if index.login is not None:
            logins.setdefault(index.url, index.login)
    for key, url in _addresses(known, named).items():
        found = _by_name(key, environment or {})
        if found is not None:
            logins.setdefault(url, found)
    others = tuple(dict.fromkeys(index.url for index in extras if index.url != default))
    return Indexes(
        default=default,
        extras=others,
        links=tuple(dict.fromkeys(page.url for level in known for page in level.links)),
        logins=Logins(logins),
        spelt={index.spelt: index.url for index in ours if index.spelt is not None},
        unset={index.url: index.unset for index in ours if index.unset is not None and index.url not in logins},
    )


def _pages(variable: str, between: str | None, environment: Mapping[str, str]) -> tuple[Index, ...]:
    return _checked(variable, lambda name: tuple(read_links(environment.get(name, "").split(between))))


def _checked(variable: str, read: Callable[[str], Value]) -> Value:
    try:
        return read(variable)
    except ValueError as error:
        raise UsageError(f"{variable}: {error}") from None


def _indexes(level: Level) -> tuple[Index, ...]:
    return (*level.explicit, *level.extras, *level.links, *(() if level.default is None else (level.default,)))


def _addresses(levels: Sequence[Level], named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the one address of each name: the user's own places count first, then the project's, then the lock."""
    addresses: dict[str, str] = {}
    for level in sorted(levels, key=lambda level: level.of_project):
        for index in _indexes(level):
            if index.name is not None:
                addresses.setdefault(_variable(index.name), index.url)
    of_lock: dict[str, set[str]] = {}
    for name, url in named:
        of_lock.setdefault(_variable(name), set()).add(url)
    return {key: next(iter(urls)) for key, urls in of_lock.items() if len(urls) == 1} | addresses


def _variable(name: str) -> str:
    """Return how the names of variables spell an index: several spellings are one."""
    return _NOT_IN_VARIABLES.sub("_", name.upper())


def _by_name(key: str, environment: Mapping[str, str]) -> Login | None:
    for prefix in ("UV_INDEX", "POETRY_HTTP_BASIC"):
        user, password = (environment.get(f"{prefix}_{key}_{what}") for what in ("USERNAME", "PASSWORD"))
        if user or password:
            return Login(user or "", password or "")
    return None
