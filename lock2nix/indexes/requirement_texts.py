"""Requirements and Python versions as they are found in the wild: what breaks the rules is mended or left out.

PEP 508 and PEP 440; what older tools let pass is complained about, so that a person can hold it against the original.
"""

import re
from collections.abc import Iterable, Iterator

from packaging.markers import InvalidMarker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import quote
from lock2nix.schemas.metadata import requirement

_NAME = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")
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


def requirements(texts: Iterable[str], complaints: list[str]) -> Iterator[str]:
    """Yield the requirements as PEP 508 has them, without addresses; `complaints` are added to."""
    for folded in texts:
        text = " ".join(folded.split())
        found = _strict(text)
        if found is None:
            found = _mended(text)
            read_as = "left out" if found is None else f"read as {quote(found)}"
            complaints.append(f"the requirement {quote(text)} is {read_as}")
        if found is not None:
            yield found


def with_markers(text: str, *markers: str) -> str:
    """Return a requirement that holds where these markers do besides its own; the empty one always does."""
    plain, _, own = text.partition(";")
    some = [marker.strip() for marker in (own, *markers) if marker.strip()]
    joined = some[0] if len(some) == 1 else " and ".join(f"({marker})" for marker in some)
    # An address goes on until the next space.
    return f"{plain.strip()} ; {joined}" if joined else plain.strip()


def extras(names: Iterable[str]) -> Iterator[NormalizedName]:
    """Yield each extra once, by its normalised name; what is no name is passed over."""
    yield from dict.fromkeys(canonicalize_name(name.strip()) for name in names if is_name(name))


def is_name(text: str) -> bool:
    """Whether this is the name of a project or extra (PEP 508)."""
    return _NAME.fullmatch(text.strip()) is not None


def python_versions(text: str, complaints: list[str]) -> str | None:
    """Return the versions of Python that a distribution is for, None for all; `complaints` are added to."""
    for candidate in (text.strip(), _without_slips(text.strip())):
        try:
            return str(SpecifierSet(candidate)) or None
        except InvalidSpecifier:
            continue
    complaints.append(f"Requires-Python {quote(text)} is left out")
    return None


def _strict(text: str) -> str | None:
    if not text.isprintable() or text.count("(") > _MOST_BRACKETS:
        return None
    try:
        if "@" in text:
            found = Requirement(text)
            found.url = None  # the lock says where the package is; an address here may carry a login
            return str(found)
        wanted, condition = requirement(text)
    except (InvalidRequirement, InvalidMarker, RecursionError):
        return None
    return str(wanted) if condition is None else f"{wanted}; {condition}"


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
