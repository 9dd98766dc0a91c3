"""Where a requirement comes from, if not from an index: git, an address on the web, a path on disk.

Reference: https://pip.pypa.io/en/stable/topics/vcs-support/ and https://packaging.python.org/en/latest/specifications/
version-specifiers/#direct-references; a path as pip's `constructors.py` tells it from a name.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from lock2nix.errors import quote
from lock2nix.schemas.artifact import ALGORITHMS, Hash
from lock2nix.schemas.source import DirectorySource, FileSource, UrlSource

from .fields import file_hash, git_address, inner_path, path, plain, web_address

ARCHIVES = (".whl", ".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar")
"""How the names of files end that pip installs from."""

VARIABLE = re.compile(r"\$\{[A-Z0-9_]+\}")
"""What pip replaces by a variable of the environment."""

# Behind git+ also scp's spelling, user@host:path, which is no url.
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?=\S)|git\+", re.IGNORECASE)
_LOGIN = re.compile(r"(?<=//)[^/?#]*@")
_OTHER_SYSTEMS = re.compile(r"(bzr|hg|svn)\+", re.IGNORECASE)
_EGG = re.compile(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\[(?P<extras>[^\[\]]*)\])?")
_EXTRAS = re.compile(r"\[(?P<extras>[^\[\]]*)\]\Z")
_PROJECT_ROOT = re.compile(r"(file://)?/?\$\{PROJECT_ROOT\}/?")
_HERE = {"", "localhost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A git repository at a revision, tag or branch, None for whatever is its newest."""

    url: str
    reference: str | None = None
    subdirectory: PurePosixPath | None = None


Place = Repository | UrlSource | FileSource | DirectorySource


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """A place, and what was written beside it: a name and extras, hashes, and whether a login was left out."""

    place: Place
    name: str | None = None
    extras: str = ""
    hashes: tuple[Hash, ...] = ()
    had_login: bool = False


def is_place(text: str) -> bool:
    """Return whether a requirement without its marker is a url or a path, and no name."""
    return is_url(text) or "/" in text or text.startswith(".") or text.lower().endswith(ARCHIVES)


def is_url(text: str) -> bool:
    """Return whether this begins as a url."""
    return _SCHEME.match(text) is not None


def without_variables(text: str) -> str:
    """Return the text if pip would not replace anything in it; else raise ValueError."""
    if found := VARIABLE.search(text):
        raise ValueError(f"{found[0]} stands here, and a lock says the same on every machine: write its value")
    return text


def without_login(address: str) -> tuple[str, str | None]:
    """Return a url without its login, and the login as it is spelt, with its variables."""
    found = _LOGIN.search(address)
    # The user of an ssh address is part of where the repository is.
    if found is None or (address.lower().startswith("git+ssh:") and VARIABLE.search(found[0]) is None):
        return address, None
    return address[: found.start()] + address[found.end() :], found[0][:-1]


def path_of_url(text: str) -> str:
    """Return the path that a file: url says; other texts are paths. Raises ValueError for those of other machines."""
    found = _path(unquote(text[len("file:") :])) if text.lower().startswith("file:") else text
    if "://" in found:
        raise ValueError("this is neither a url nor a path")
    return found


def direct(text: str) -> Direct:
    """Return where a url or path leads, relative to the lock. Raises ValueError for what cannot be served."""
    text = _PROJECT_ROOT.sub("./", text, count=1)  # PDM's word for its project's folder
    address, _, fragment = text.partition("#")
    told = _told(fragment)
    egg = _EGG.match(unquote(told.get("egg", "")))
    subdirectory = inner_path(unquote(told["subdirectory"])) if told.get("subdirectory") else None
    scheme = _SCHEME.match(address)
    place: Place
    if scheme is None or scheme[0].lower() == "file:":
        place, extras = _on_disk(address, subdirectory)
        had_login = False
    else:
        extras = None
        bare, login = without_login(address)
        had_login = login is not None
        place = _remote(without_variables(bare), subdirectory)
    return Direct(
        place=place,
        name=egg["name"] if egg else None,
        extras=(egg["extras"] if egg else None) or extras or "",
        hashes=tuple(file_hash(f"{name}:{told[name]}") for name in ALGORITHMS if name in told),
        had_login=had_login,
    )


def _told(fragment: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in fragment.split("&"):
        key, _, value = part.partition("=")
        found.setdefault(key, value)
    return found


def _remote(address: str, subdirectory: PurePosixPath | None) -> Repository | UrlSource:
    if _OTHER_SYSTEMS.match(address):
        raise ValueError("of the version control systems only git is supported")
    if address.lower().startswith("git+"):
        return _repository(address[len("git+") :], subdirectory)
    return UrlSource(url=web_address(address).url, subdirectory=subdirectory)


def _repository(address: str, subdirectory: PurePosixPath | None) -> Repository:
    # What follows the host; in scp's spelling, user@host:path, that begins with the colon.
    _, after, rest = address.partition("://")
    start = address.find("/", len(address) - len(rest)) if after else address.find(":")
    head, tail = address[: max(start, 0)], address[max(start, 0) :]
    repository, at, reference = tail.rpartition("@")
    if not at:
        return Repository(url=git_address(address).url, subdirectory=subdirectory)
    if not reference:
        raise ValueError("the revision after @ is missing")
    url = git_address(head + repository).url
    return Repository(url=url, reference=plain(unquote(reference)), subdirectory=subdirectory)


def _on_disk(text: str, subdirectory: PurePosixPath | None) -> tuple[FileSource | DirectorySource, str | None]:
    extras = _EXTRAS.search(text)
    found = path(path_of_url(without_variables(text[: extras.start()] if extras else text)))
    kind = FileSource if found.name.lower().endswith(ARCHIVES) else DirectorySource
    return kind(path=found, subdirectory=subdirectory), extras["extras"] if extras else None


def _path(rest: str) -> str:
    if not rest.startswith("//"):
        return rest
    host, slash, inner = rest[2:].partition("/")
    if host.lower() in _HERE:
        return slash + inner
    if host in {".", ".."}:
        return f"{host}/{inner}"
    raise ValueError(f"{quote(host)} is another machine: give a path, or an address on the web")
