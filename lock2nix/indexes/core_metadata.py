"""Reads core metadata as it is found in the wild: METADATA of wheels, PKG-INFO of sdists.

https://packaging.python.org/en/latest/specifications/core-metadata/; what is static in an sdist: PEP 643.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.metadata import RawMetadata, parse_email
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from lock2nix.schemas.metadata import CoreMetadata

from .addresses import on_the_web
from .requirement_texts import extras, is_name, python_versions, requirements

_SAYS_WHAT_IS_DYNAMIC = Version("2.2")
MOST_COMPLAINTS = 10
_LONGEST_SUMMARY = 512


def parse_metadata(content: bytes, *, is_sdist: bool) -> CoreMetadata:
    """Return what a METADATA or PKG-INFO says. Raises ValueError if it is none."""
    # An empty line ends the fields; the description behind it would be parsed for nothing.
    raw, unread = parse_email(content.partition(b"\n\n")[0])
    name = raw.get("name", "").strip()
    if "metadata_version" not in raw or not is_name(name):
        raise ValueError("its metadata does not say of what it is")
    complaints = [f"{field} cannot be read" for field in ("requires-dist", "requires-python") if field in unread]
    commits = not is_sdist or _commits_itself(raw)
    requires = tuple(requirements(raw.get("requires_dist", ()), complaints)) if commits else None
    dynamic = {field.strip().lower() for field in raw.get("dynamic", ())}
    python = None if "requires-python" in dynamic else python_versions(raw.get("requires_python", ""), complaints)
    return CoreMetadata(
        name=canonicalize_name(name),
        version=_version(raw.get("version", "")),
        requires=requires,
        extras=tuple(extras(raw.get("provides_extra", ()))),
        requires_python=python,
        licence=_licence(raw),
        summary=_text(raw.get("summary", "")),
        homepage=_homepage(raw.get("home_page", ""), raw.get("project_urls", {})),
        complaints=tuple(complaints[:MOST_COMPLAINTS]),
    )


def _commits_itself(raw: RawMetadata) -> bool:
    """Whether wheels built from this sdist have its dependencies and extras."""
    dynamic = {field.strip().lower() for field in raw.get("dynamic", ())}
    try:
        version = Version(raw.get("metadata_version", ""))
    except InvalidVersion:
        return False
    return version >= _SAYS_WHAT_IS_DYNAMIC and not dynamic & {"requires-dist", "provides-extra"}


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
