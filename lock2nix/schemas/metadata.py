"""What a distribution says of itself.

https://packaging.python.org/en/latest/specifications/core-metadata/.
"""

from functools import lru_cache
from typing import Annotated

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from pydantic import AfterValidator

from .base import Model, Name, Names


@lru_cache(maxsize=1 << 13)
def requirement(text: str) -> Requirement:
    """Return what a PEP 508 requirement says, parsed once for all who read it. Raises ValueError."""
    return Requirement(text)


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
