"""Poetry's version constraints as alternatives of PEP 440 specifiers.

Reference: https://python-poetry.org/docs/dependency-specification/#version-constraints and, for what it leaves open,
the parser of poetry-core. Where PEP 440 has no spelling (a local version behind an inequality) the result admits a
little more than Poetry does; it never admits less.
"""

import re
from functools import lru_cache

from packaging.markers import Marker
from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from lock2nix.errors import quote
from lock2nix.markers import conjunction, disjunction, marker

from .fields import specifiers

Alternatives = tuple[SpecifierSet, ...]
"""One of these must admit a version; none at all admit every version."""

NOTHING: Alternatives = (SpecifierSet("<0"),)
"""What no version fulfils."""

_EITHER = re.compile(r"\|\|?")
_TERM = re.compile(
    r"[\s,]*(?P<operator>\^|~=|~|===|==|=|!=|<>|<=|>=|<|>)?\s*(?P<version>(v?\d+!)?[^\s,|^~=<>!]+)[\s,]*"
)
_ANYTHING = re.compile(r"v?[*xX](\.[*xX])*")
_WILDCARD = re.compile(r"(?P<release>v?(\d+!)?\d+(\.\d+)*)(\.[*xX])+")
_PYTHON_PARTS = 3


@lru_cache(maxsize=4096)
def constraint(text: str) -> Alternatives:
    """Return what a constraint such as `^1.2`, `>=1,<2 || 3.*` or `*` admits."""
    if text.strip() == "<empty>":
        return NOTHING
    alternatives = tuple(dict.fromkeys(_all_of(part) for part in _EITHER.split(text)))
    return () if "" in alternatives else tuple(specifiers(part) for part in alternatives)


def intersection(left: Alternatives, right: Alternatives) -> Alternatives:
    """Return what both admit."""
    if not left or not right or left == right:
        return left or right
    return tuple(dict.fromkeys(specifiers(f"{one},{other}") for one in left for other in right))


def python_marker(alternatives: Alternatives) -> Marker | None:
    """Return the marker of a constraint on Python itself."""
    if not alternatives:
        return None
    return disjunction(*(conjunction(*map(_python_clause, _ordered(one))) for one in alternatives))


@lru_cache(maxsize=512)
def platform_marker(text: str) -> Marker | None:
    """Return the marker of a constraint on `sys_platform`, such as `linux || darwin` or `!=win32`."""
    found: list[Marker | None] = []
    for part in _EITHER.split(text):
        clauses = [re.fullmatch(r"(==|!=|=)?\s*([A-Za-z0-9_.-]+)", term) for term in re.split(r"\s*,\s*", part.strip())]
        if not all(clauses):
            raise ValueError(f"{quote(text)} is not a constraint on the platform")
        found.append(
            conjunction(
                *(marker(f'sys_platform {"!=" if c[1] == "!=" else "=="} "{c[2]}"') for c in clauses if c is not None)
            )
        )
    return disjunction(*found)


def _all_of(text: str) -> str:
    """Translate terms that must hold together; an empty result admits everything."""
    found: list[str] = []
    at = 0
    text = text.strip()
    while at < len(text):
        term = _TERM.match(text, at)
        if term is None:
            raise ValueError(f"{quote(text)} is not a version constraint")
        found += _term(term["operator"] or "==", term["version"])
        at = term.end()
    return ",".join(dict.fromkeys(found))


def _term(operator: str, text: str) -> list[str]:
    operator = {"=": "==", "<>": "!="}.get(operator, operator)
    if operator == "==" and _ANYTHING.fullmatch(text):
        return []
    if wildcard := _WILDCARD.fullmatch(text):
        if operator in {"==", "!="}:
            return [f"{operator}{_version(wildcard['release'])}.*"]
        if operator in {"<", ">", "<=", ">="}:  # as Poetry reads it
            text = wildcard["release"]
    version = _version(text)
    if operator in {"^", "~", "~="}:
        return _compatible(operator, version)
    if operator in {"==", "!=", "==="}:
        return [f"{operator}{version}"]
    # PEP 440 knows no local version behind an inequality.
    return [f"{operator}{'=' if version.local and len(operator) == 1 else ''}{version.public}"]


def _compatible(operator: str, version: Version) -> list[str]:
    if operator == "~=" and len(version.release) > 1:
        return [f"~={version.public}"]
    if operator == "^":
        # The leftmost part that is not 0 goes up by one.
        release = version.release[:_PYTHON_PARTS]
        place = next((place for place, part in enumerate(release) if part), len(release) - 1)
    else:
        place = min(1, len(version.release) - 1)
    above = (*version.release[:place], version.release[place] + 1)
    epoch = f"{version.epoch}!" if version.epoch else ""
    return [f">={version.public}", f"<{epoch}{'.'.join(map(str, above))}"]


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        raise ValueError(f"{quote(text)} is not a version (PEP 440)") from None


def _ordered(specifiers: SpecifierSet) -> list[Specifier]:
    """Return the members in an order of their own: a set's changes from run to run."""
    return sorted(specifiers, key=lambda one: (Version(one.version.removesuffix(".*")), one.operator))


def _python_clause(one: Specifier) -> Marker | None:
    """Translate one specifier, so that `python_version`, which is `3.12`, answers as `3.12.4` would."""
    text = one.version
    if text.endswith(".*"):
        wide = text.count(".") < _PYTHON_PARTS
        return marker(f'{"python_version" if wide else "python_full_version"} {one.operator} "{text}"')
    release = Version(text).release
    short = len(release) < _PYTHON_PARTS
    if short and one.operator in {"<=", ">", "!="}:
        release = (*release, 0, 0)[:_PYTHON_PARTS]
        short = False
    name = "python_version" if short else "python_full_version"
    return marker(f'{name} {one.operator} "{".".join(map(str, release))}"')
