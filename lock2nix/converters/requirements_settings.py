"""What the options of requirements files say about all of their packages.

Reference: https://pip.pypa.io/en/stable/reference/requirements-file-format/#global-options and, for `--no-binary` and
`--only-binary`, pip's `format_control.py`. They count for all files at once, the later ones over the earlier.
"""

import posixpath
from collections.abc import Iterable, Mapping

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import InputError
from lock2nix.schemas.artifact import FileKind
from lock2nix.schemas.lock import LockIndexes
from lock2nix.schemas.notice import Notice

from .fields import index_address, path, plain, project_name, web_address
from .requirements_files import Statement
from .requirements_options import OptionName
from .requirements_places import VARIABLE, is_url, path_of_url, without_login, without_variables

BOTH: frozenset[FileKind] = frozenset({"wheel", "sdist"})
_ALL, _NONE = ":all:", ":none:"
_LEFT_OUT: Mapping[OptionName, str] = {
    "--config-settings": "what a requirement says to its build is left out",
    "--global-option": "what a requirement says to its build is left out",
    "--trusted-host": "a host is not trusted without its certificate (--cert names authorities)",
}


class Kinds:
    """The kinds of files that may be taken of each package."""

    def __init__(self) -> None:
        self._no_binary: set[str] = set()
        self._only_binary: set[str] = set()

    def hear(self, option: OptionName, value: str) -> None:
        """Take an option into account. Raises ValueError for what is no name."""
        names = value.split(",")
        if option == "--no-binary":
            self._hear(names, self._no_binary, self._only_binary)
        elif option == "--only-binary":
            self._hear(names, self._only_binary, self._no_binary)

    def of(self, name: NormalizedName) -> frozenset[FileKind]:
        """Return the kinds that are admitted of a package: what its own name says counts more than `:all:`."""
        return self._of(name, _ALL)

    @property
    def named(self) -> dict[NormalizedName, frozenset[FileKind]]:
        """Those of all packages that were named."""
        names = (self._no_binary | self._only_binary) - {_ALL}
        return {name: self.of(name) for name in map(canonicalize_name, sorted(names))}

    @property
    def of_others(self) -> frozenset[FileKind]:
        """Those of packages that were not."""
        return self._of(_ALL)

    def _of(self, *keys: str) -> frozenset[FileKind]:
        for key in keys:
            if key in self._only_binary:
                return frozenset({"wheel"})
            if key in self._no_binary:
                return frozenset({"sdist"})
        return BOTH

    @staticmethod
    def _hear(names: list[str], target: set[str], other: set[str]) -> None:
        if _ALL in names:
            # It covers what stands before it; what stands after counts only if `:none:` takes it back.
            other.clear()
            target.clear()
            target.add(_ALL)
            names = names[len(names) - names[::-1].index(_ALL) :]
            if _NONE not in names:
                return
        for name in names:
            if name == _NONE:
                target.clear()
            elif name:
                normal = canonicalize_name(project_name(name))
                other.discard(normal)
                target.add(normal)


class Settings:
    """The options of all lines of all files."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.kinds = Kinds()
        self.requires_hashes: str | None = None
        self.prereleases = False
        self._default: str | None = None
        self._extras: dict[str, None] = {}
        self._find_links: dict[str, None] = {}
        self._logins: dict[str, str] = {}
        self._no_index = False
        self._left_out: dict[OptionName, list[str]] = {}
        for statement in statements:
            for option, value in statement.options:
                try:
                    self._hear(option, value, statement)
                except ValueError as error:
                    raise InputError(f"{option}: {error}", place=statement.place) from None

    @property
    def indexes(self) -> LockIndexes:
        """Where files are looked for."""
        return LockIndexes(
            default=None if self._no_index else self._default,
            extras=() if self._no_index else tuple(self._extras),
            no_index=self._no_index,
            find_links=tuple(self._find_links),
            logins=self._logins,
        )

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was left out."""
        return tuple(
            Notice(kind="left-out", subject=option, message=f"{option} ({', '.join(places)}): {_LEFT_OUT[option]}")
            for option, places in self._left_out.items()
        )

    def _hear(self, option: OptionName, value: str, statement: Statement) -> None:
        self.kinds.hear(option, value)
        if option in _LEFT_OUT:
            self._left_out.setdefault(option, []).append(statement.place)
        match option:
            case "--index-url":
                self._default = self._index(value)
            case "--extra-index-url":
                self._extras[self._index(value)] = None
            case "--find-links":
                self._find_links[self._links(value, posixpath.dirname(statement.name))] = None
            case "--no-index":
                self._no_index = True
            case "--pre":
                self.prereleases = True
            case "--require-hashes":
                self.requires_hashes = statement.place
            case "--hash" if statement.entry is None:
                raise ValueError("it belongs to no requirement: does the line above lack its backslash?")

    def _index(self, text: str) -> str:
        bare, login = without_login(plain(text))
        # What a variable stands for is seen when the index is asked; it may be all of the address.
        address = VARIABLE.sub("x", bare) if VARIABLE.match(bare) is None else "https://x"
        if not address.lower().startswith(("https:", "http:")):
            raise ValueError("an index is an address that starts with https:// or http://")
        index_address(address)
        return self._with_login(bare.rstrip("/"), login)

    def _links(self, text: str, folder: str) -> str:
        if is_url(text) and not text.lower().startswith("file:"):
            bare, login = without_login(text)
            web_address(VARIABLE.sub("x", bare))
            return self._with_login(bare, login)
        return str(path(posixpath.join(folder, path_of_url(without_variables(text)))))

    def _with_login(self, address: str, login: str | None) -> str:
        if login is not None:
            self._logins[address] = login
        return address
