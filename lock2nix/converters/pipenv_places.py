"""Where an entry of a Pipfile.lock comes from that names no index: a repository, an address, a path.

Follows `requirement_from_lockfile` and `normalize_vcs_url` of pipenv's `utils/dependencies.py`.
"""

import re
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from lock2nix.errors import quote
from lock2nix.schemas.artifact import Artifact
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, Source, UrlSource

from .fields import file_name, git_address, inner_path, path, revision, web_address
from .pipenv_lock_file import Entry

_OTHERS = ("hg", "svn", "bzr")
_ARCHIVES = (".whl", ".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz", ".tar")
# Logins may hold variables, which no address does; those of ssh are no secrets.
_LOGIN = re.compile(r"(?P<scheme>(?:git\+)?https?://)[^/?#]*@(?P<rest>.*)")


class Place(NamedTuple):
    """A source, the one file that it is if it is one, and whether the lock gives a login away."""

    source: Source
    files: tuple[Artifact, ...] = ()
    had_login: bool = False


def is_on_an_index(entry: Entry) -> bool:
    """Return whether an entry names no place."""
    return all(getattr(entry, key) is None for key in ("git", *_OTHERS, "path", "file"))


def place(entry: Entry) -> Place | None:
    """Return where an entry comes from, None for an index. Raises ValueError where that is not supported."""
    for system in _OTHERS:
        if getattr(entry, system) is not None:
            raise ValueError(f"repositories of {system} are not supported: lock2nix knows git")
    if entry.git is not None:
        return _repository(entry, entry.git)
    location = entry.path if entry.file is None else entry.file
    if location is None:
        return None
    if location.startswith(("http:", "https:", "ftp:")):
        return _address(entry, location)
    return _on_disk(entry, location)


def _repository(entry: Entry, text: str) -> Place:
    text, _, fragment = text.partition("#")
    bare, had_login = _without_login(text.removeprefix("git+"))
    bare, named = _without_reference(bare)
    reference = entry.ref or named
    address = git_address(bare)
    if not reference:
        raise ValueError("the lock names no revision (ref)")
    # `#egg=…&subdirectory=…`, as pip has it.
    inner = parse_qs(fragment).get("subdirectory", [None])[0]
    subdirectory = inner_path(inner) if entry.subdirectory is None and inner else entry.subdirectory
    source = GitSource(url=address.url, revision=revision(reference), subdirectory=subdirectory)
    return Place(source, had_login=had_login or address.had_credentials)


def _address(entry: Entry, text: str) -> Place:
    bare, had_login = _without_login(text)
    url = web_address(bare).url
    name = file_name(unquote(urlsplit(url).path).rpartition("/")[2])
    # Several hashes are those of all files that an index has of the version: nothing says which is this one's.
    hashes = tuple(entry.hashes) if len(entry.hashes) == 1 else ()
    file = Artifact(filename=name, hashes=hashes, url=url)
    return Place(UrlSource(url=url, subdirectory=entry.subdirectory), (file,), had_login)


def _on_disk(entry: Entry, text: str) -> Place:
    found = _path(text)
    if not found.name.endswith(_ARCHIVES):
        return Place(DirectorySource(path=found, editable=entry.editable, subdirectory=entry.subdirectory))
    file = Artifact(filename=file_name(found.name), hashes=tuple(entry.hashes))
    return Place(FileSource(path=found, subdirectory=entry.subdirectory), (file,))


def _path(text: str) -> PurePosixPath:
    if not text.startswith("file:"):
        return path(text)
    # pipenv also writes relative ones: file:../wheels/x.whl
    rest = text.removeprefix("file:")
    if rest.startswith("//"):
        host, slash, rest = rest.removeprefix("//").partition("/")
        if host not in {"", "localhost"} or not slash:
            raise ValueError(f"{quote(text)} is no path")
        rest = f"/{rest}"
    return path(unquote(rest.partition("#")[0]))


def _without_reference(text: str) -> tuple[str, str]:
    """Return the address of a repository, and the reference behind the `@` of its path."""
    _, scheme, rest = text.rpartition("://")
    # What stands before the path is its host, with a user.
    path = text.find("/" if scheme else ":", len(text) - len(rest))
    at = text.rfind("@", max(path, 0))
    return (text, "") if at < 0 else (text[:at], text[at + 1 :])


def _without_login(text: str) -> tuple[str, bool]:
    found = _LOGIN.fullmatch(text)
    return (found["scheme"] + found["rest"], True) if found else (text, False)
