"""What a distribution says of itself.

https://packaging.python.org/en/latest/specifications/core-metadata/.
"""

from functools import lru_cache
from typing import Annotated

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from pydantic import AfterValidator

from .base import Model, Name, Names


def requirement(text: str) -> tuple[Requirement, Marker | None]:
    """Return what a PEP 508 requirement without address says, and when it holds. Raises ValueError.

    The halves are parsed once for all who read them: of the second there are few different ones.
    """
    wanted, separator, condition = text.partition(";")
    return _wanted(wanted), _condition(condition) if separator else None


_wanted = lru_cache(maxsize=1 << 13)(Requirement)
_condition = lru_cache(maxsize=1 << 12)(Marker)


def _requirement(text: str) -> str:
    requirement(text)
    return text


def _specifiers(text: str) -> str:
    SpecifierSet(text)
    return text


class CoreMetadata(Model):
    """The fields of a wheel's METADATA or an sdist's PKG-INFO that concern us, each valid or absent.

    `requires` are PEP 508 requirements without addresses; None where an sdist does not commit itself (PEP 643).
    `requires_python` is a version specifier, `licence` an SPDX expression, `homepage` an address on the web.
    `complaints` say what was broken, and how it was read. `covers` are the extras whose requirements are there, None
    for all of them.
    """

    name: Name
    version: str | None = None
    requires: tuple[Annotated[str, AfterValidator(_requirement)], ...] | None
    extras: tuple[Name, ...] = ()
    requires_python: Annotated[str, AfterValidator(_specifiers)] | None = None
    licence: str | None = None
    summary: str | None = None
    homepage: str | None = None
    complaints: tuple[str, ...] = ()
    covers: Names | None = None
