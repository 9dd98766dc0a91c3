"""`[tool.poetry]` of foreign source trees, where it is plain enough: https://python-poetry.org/docs/pyproject/.

Versions in Poetry's own words (`^1.2`) are left out: the lock has decided on one. Conditions in its own words
(`python`, `platform`, lists of alternatives) decide whether a package is needed at all: a table with such is not plain.
"""

from collections.abc import Mapping

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from pydantic import Field

from .declared import Declared
from .pyproject import Table, read
from .requirement_texts import with_markers


class _Dependency(Table):
    version: str = ""
    extras: tuple[str, ...] = ()
    optional: bool = False
    markers: str = ""
    python: None = None
    platform: None = None


class _Poetry(Table):
    name: str = ""
    dependencies: Mapping[str, str | _Dependency] = {}
    extras: Mapping[str, tuple[str, ...]] = {}


class _Tool(Table):
    poetry: _Poetry | None = None


class _Tools(Table):
    tool: _Tool = Field(default=_Tool())


def declared_by_poetry(content: bytes) -> Declared | None:
    """Return what the table declares; None where there is none, or it is not plain."""
    try:
        table = read(_Tools, content).tool.poetry
    except ValueError:
        return None
    if table is None:
        return None
    requires: list[str] = []
    by_extra: dict[str, list[str]] = {canonicalize_name(extra): [] for extra in table.extras}
    python = ""
    for name, entry in table.dependencies.items():
        dependency = _Dependency(version=entry) if isinstance(entry, str) else entry
        if name.lower() == "python":
            python = _versions(dependency.version)
            continue
        chosen = f"[{','.join(dependency.extras)}]" if dependency.extras else ""
        text = with_markers(f"{name}{chosen}{_versions(dependency.version)}", dependency.markers)
        if not dependency.optional:
            requires.append(text)
        for extra, names in table.extras.items():
            if dependency.optional and canonicalize_name(name) in map(canonicalize_name, names):
                by_extra[canonicalize_name(extra)].append(text)
    return Declared(
        name=table.name,
        requires=tuple(requires),
        by_extra={extra: tuple(texts) for extra, texts in by_extra.items()},
        python=python,
    )


def _versions(text: str) -> str:
    """Return versions that Poetry and PEP 440 understand alike, else none."""
    try:
        return str(SpecifierSet(text))
    except InvalidSpecifier:
        return ""
