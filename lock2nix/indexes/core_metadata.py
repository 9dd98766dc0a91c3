"""Reads core metadata as it is found in the wild: what breaks the rules is mended or left out, and complained about.

https://packaging.python.org/en/latest/specifications/core-metadata/; what is static in an sdist: PEP 643.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from lock2nix.errors import quote
from lock2nix.schemas.metadata import CoreMetadata

from .addresses import on_the_web

_NAME = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")
_SAYS_WHAT_IS_DYNAMIC = Version("2.2")
_MOST_COMPLAINTS = 10
_LONGEST_SUMMARY = 512
_MOST_BRACKETS = 50  # a marker is walked recursively
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)\s*(?P<extras>\[[^\]]*\])?(?P<versions>[^;]*)(?P<marker>;.*)?", re.ASCII)
# What older tools let pass in versions, and what was meant by it.
_SLIPS = (
    (re.compile(r"['\"]"), ""),
    (re.compile(r"(?<=[0-9*])\s*(?=[<>=!~])"), ","),  # >=1.0<2.0
    (re.compile(r"(?<![\d.])(>=?|<=?|~=)\s*((\d+\.)*\d+)\.?\*"), r"\1\2"),  # >=1.0.*
    (re.compile(r"(?<=\d)\*"), ".*"),  # !=3.0*
    (re.compile(r",\s*(?=,|\)|$)"), ""),  # >=1.0,
    (re.compile(r"(?<![<>=!~])=(?=\s*\d)(?<!==)"), "=="),  # =1.0
)


def parse_metadata(content: bytes, *, is_sdist: bool) -> CoreMetadata:
    """Return what a METADATA or PKG-INFO says. Raises ValueError if it is none."""
    raw, unread = parse_email(content)
    name = raw.get("name", "").strip()
    if "metadata_version" not in raw or not _NAME.fullmatch(name):
        raise ValueError("its metadata does not say of what it is")
    complaints = [f"{field} cannot be read" for field in ("requires-dist", "requires-python") if field in unread]
    commits = not is_sdist or _commits_itself(raw)
    requires = tuple(_requirements(raw.get("requires_dist", ()), complaints)) if commits else None
    dynamic = {field.strip().lower() for field in raw.get("dynamic", ())}
    return CoreMetadata(
        name=canonicalize_name(name),
        version=_version(raw.get("version", "")),
        requires=requires,
        extras=tuple(_extras(raw.get("provides_extra", ()))),
        requires_python=None if "requires-python" in dynamic else _python(raw.get("requires_python", ""), complaints),
        licence=_licence(raw),
        summary=_text(raw.get("summary", "")),
        homepage=_homepage(raw.get("home_page", ""), raw.get("project_urls", {})),
        complaints=tuple(complaints[:_MOST_COMPLAINTS]),
    )


def _commits_itself(raw: RawMetadata) -> bool:
    """Whether wheels built from this sdist have its dependencies and extras."""
    dynamic = {field.strip().lower() for field in raw.get("dynamic", ())}
    try:
        version = Version(raw.get("metadata_version", ""))
    except InvalidVersion:
        return False
    return version >= _SAYS_WHAT_IS_DYNAMIC and not dynamic & {"requires-dist", "provides-extra"}


def _requirements(texts: Iterable[str], complaints: list[str]) -> Iterator[str]:
    for folded in texts:
        text = " ".join(folded.split())
        found = _strict(text)
        if found is None:
            found = _mended(text)
            read_as = "left out" if found is None else f"read as {quote(found)}"
            complaints.append(f"the requirement {quote(text)} is {read_as}")
        if found is not None:
            yield found


def _strict(text: str) -> str | None:
    if not text.isprintable() or text.count("(") > _MOST_BRACKETS:
        return None
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None
    # The lock says where the package is; an address here may carry a login.
    requirement.url = None
    return str(requirement)


def _mended(text: str) -> str | None:
    found = _REQUIREMENT.fullmatch(text)
    if found is None:
        return None
    name, extras, marker = found["name"], found["extras"] or "", found["marker"] or ""
    # A version that nobody can read says nothing: the lock has one anyway.
    candidates = (f"{name}{extras}{_without_slips(found['versions'])}{marker}", f"{name}{extras}{marker}")
    return next(filter(None, map(_strict, candidates)), None)


def _without_slips(versions: str) -> str:
    for slip, meant in _SLIPS:
        versions = slip.sub(meant, versions)
    return versions


def _extras(names: Iterable[str]) -> Iterator[NormalizedName]:
    yield from dict.fromkeys(canonicalize_name(name.strip()) for name in names if _NAME.fullmatch(name.strip()))


def _python(text: str, complaints: list[str]) -> str | None:
    for candidate in (text.strip(), _without_slips(text.strip())):
        try:
            return str(SpecifierSet(candidate)) or None
        except InvalidSpecifier:
            continue
    complaints.append(f"Requires-Python {quote(text)} is left out")
    return None


def _version(text: str) -> str | None:
    try:
        return str(Version(text))
    except InvalidVersion:
        return None


def _licence(raw: RawMetadata) -> str | None:
    for text in (raw.get("license_expression", ""), raw.get("license", "")):
        try:
            return canonicalize_license_expression(text)
        except (InvalidLicenseExpression, RecursionError):
            continue
    return None


def _text(text: str) -> str | None:
    line = " ".join(text.split())
    return line[:_LONGEST_SUMMARY] if line and line != "UNKNOWN" and line.isprintable() else None


def _homepage(home_page: str, urls: Mapping[str, str]) -> str | None:
    # PEP 753: labels are compared without punctuation, spaces and case.
    labelled = (url for label, url in urls.items() if re.sub(r"[\W_]", "", label).lower() == "homepage")
    return next((url for text in (home_page, *labelled) if _is_public(url := text.strip())), None)


def _is_public(url: str) -> bool:
    return on_the_web(url) and "@" not in urlsplit(url).netloc and " " not in url
