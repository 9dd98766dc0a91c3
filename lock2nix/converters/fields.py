"""Field types of wire models: foreign strings, each checked as what it claims to be.

Whatever passes here is safe to carry on: no control characters, no path that hides in a file name, no credentials.
"""

import posixpath
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Annotated, NamedTuple
from urllib.parse import SplitResult, urlsplit

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, BeforeValidator, InstanceOf

from lock2nix.errors import quote
from lock2nix.schemas.artifact import ALGORITHMS, DIGEST_BYTES, Hash

_PROJECT_NAME = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+!~@ -]{0,254}")
_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
_HEX = re.compile(r"[0-9a-f]+")
# scp's way of writing an ssh address, as git accepts it: user@host:path
_SCP = re.compile(r"(?P<user>[A-Za-z0-9._-]+)@(?P<host>[A-Za-z0-9.-]+):(?P<path>[^/:].*)")


class Address(NamedTuple):
    """A url without its credentials, and whether it had any."""

    url: str
    had_credentials: bool


def plain(text: str) -> str:
    """Return a text that is printable; surrogates, control characters and bidi marks are not."""
    if not text.isprintable():
        raise ValueError("control characters are not allowed here")
    return text


@lru_cache(maxsize=4096)
def project_name(text: str) -> str:
    """Return a project name as it was spelled, if it is one (PEP 508)."""
    if not _PROJECT_NAME.fullmatch(text):
        raise ValueError(f"{quote(text)} is not a project name")
    return text


def group_name(text: str) -> NormalizedName:
    """Return the normalised name of a group or extra; Poetry allows any characters in it."""
    if not plain(text).strip():
        raise ValueError("a name must not be empty")
    return canonicalize_name(text)


@lru_cache(maxsize=4096)
def version(text: str) -> Version:
    """Return a version (PEP 440)."""
    try:
        return Version(text)
    except InvalidVersion:
        raise ValueError(f"{quote(text)} is not a version (PEP 440)") from None


@lru_cache(maxsize=4096)
def specifiers(text: str) -> SpecifierSet:
    """Return PEP 440 specifiers.

    They admit pre-releases: whether to take one was decided when the lock was made.
    """
    try:
        return SpecifierSet(text, prereleases=True)
    except InvalidSpecifier:
        raise ValueError(f"{quote(text)} is not a version constraint") from None


def file_name(text: str) -> str:
    """Return a file name that is nothing but a file name."""
    if not _FILE_NAME.fullmatch(text) or ".." in text:
        raise ValueError(f"{quote(text)} is not the name of a wheel or sdist")
    return text


def file_hash(text: str) -> Hash:
    """Return the hash of `algorithm:digest`; the oldest files leave out the algorithm where it is sha256."""
    if _SHA256.fullmatch(text):  # nearly all of the thousands that a lock has
        return Hash(algorithm="sha256", digest=text[7:])
    prefix, _, digest = text.rpartition(":")
    algorithm = next((known for known in ALGORITHMS if known == (prefix or "sha256")), None)
    if algorithm is None:
        raise ValueError(f"{quote(prefix)} is not a hash algorithm that lock2nix knows ({', '.join(ALGORITHMS)})")
    digest = digest.lower()
    if len(digest) != 2 * DIGEST_BYTES[algorithm] or not _HEX.fullmatch(digest):
        raise ValueError(f"{quote(digest)} is not a {algorithm} digest of {2 * DIGEST_BYTES[algorithm]} hex digits")
    return Hash(algorithm=algorithm, digest=digest)


def revision(text: str) -> str:
    """Return a git revision, if it is a full one: a shorter one is not a pin."""
    if not _REVISION.fullmatch(text.lower()):
        raise ValueError(f"{quote(text)} is not a full git revision (40 or 64 hex digits)")
    return text.lower()


def web_address(text: str) -> Address:
    """Return the address of a file or index."""
    parts = _split(text)
    if parts.scheme not in {"http", "https", "file"} or not (parts.hostname or parts.scheme == "file"):
        raise ValueError("this is not a url that starts with https://, http:// or file://")
    netloc = parts.netloc.rpartition("@")[2]
    return Address(parts._replace(netloc=netloc, fragment="").geturl(), netloc != parts.netloc)


def index_address(text: str) -> Address:
    """Return the address of an index, to which projects' names are appended."""
    address = web_address(text)
    if "?" in address.url:
        raise ValueError("the address of an index has no query")
    return address


def git_address(text: str) -> Address:
    """Return the address of a git repository, scp's spelling and absolute paths turned into urls.

    The user of an ssh address stays: it is part of where the repository is, and no secret.
    """
    text = text.removeprefix("git+")
    if scp := _SCP.fullmatch(text):
        text = f"ssh://{scp['user']}@{scp['host']}/{scp['path']}"
    elif text.startswith("/"):
        text = f"file://{text}"
    parts = _split(text)
    if parts.scheme not in {"https", "http", "ssh", "git", "file"} or not (parts.hostname or parts.scheme == "file"):
        raise ValueError("this is not a git url that starts with https://, http://, ssh://, git:// or file://")
    user, _, host = parts.netloc.rpartition("@")
    login = user.partition(":")[0] if parts.scheme == "ssh" else ""
    netloc = f"{login}@{host}" if login else host
    return Address(parts._replace(netloc=netloc, fragment="").geturl(), netloc != parts.netloc)


def path(text: str) -> PurePosixPath:
    """Return a path on disk, with `..` and `.` folded where that is possible by its text alone."""
    if not plain(text):
        raise ValueError("a path must not be empty")
    # POSIX leaves the meaning of exactly two leading slashes open, so normpath keeps them; here they are one.
    folded = posixpath.normpath(text)
    return PurePosixPath(folded.replace("//", "/", 1) if folded.startswith("//") else folded)


def inner_path(text: str) -> PurePosixPath:
    """Return a path inside a source tree."""
    folded = path(text)
    if folded.is_absolute() or ".." in folded.parts:
        raise ValueError(f"{quote(text)} leads out of the source tree")
    return folded


def _split(text: str) -> SplitResult:
    # What is wrong is not repeated: it may contain a password.
    if not text.isascii() or not text.isprintable() or " " in text or any(c in text for c in '\\"`<>{}|^'):
        raise ValueError("this url contains characters that must be percent-encoded")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("this is not a url") from None
    return parts


def of_text(parse: Callable[[str], object]) -> BeforeValidator:
    """Return the validator of a field that a file writes as a string and that `parse` reads."""

    def read(value: object) -> object:
        if not isinstance(value, str):
            raise ValueError("this must be a string")  # noqa: TRY004 - pydantic turns only ValueError into a place
        return parse(value)

    return BeforeValidator(read)


PlainText = Annotated[str, AfterValidator(plain)]
ProjectName = Annotated[str, AfterValidator(project_name)]
GroupName = Annotated[NormalizedName, of_text(group_name)]
VersionField = Annotated[InstanceOf[Version], of_text(version)]
FileName = Annotated[str, AfterValidator(file_name)]
HashField = Annotated[InstanceOf[Hash], of_text(file_hash)]
Revision = Annotated[str, AfterValidator(revision)]
WebAddress = Annotated[InstanceOf[Address], of_text(web_address)]
GitAddress = Annotated[InstanceOf[Address], of_text(git_address)]
DiskPath = Annotated[InstanceOf[PurePosixPath], of_text(path)]
InnerPath = Annotated[InstanceOf[PurePosixPath], of_text(inner_path)]
