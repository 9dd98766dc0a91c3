"""pyproject.toml of foreign source trees: what builds one, and what it declares that it needs.

https://packaging.python.org/en/latest/specifications/pyproject-toml/.
"""

from collections.abc import Mapping
from typing import TypeVar

import tomli
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .declared import Declared


class Table(BaseModel):
    """A table of which we know some keys."""

    model_config = ConfigDict(frozen=True)


class BuildTable(Table):
    """`[build-system]`."""

    requires: tuple[str, ...]
    backend: str | None = Field(alias="build-backend", default=None)


class _Build(Table):
    build_system: BuildTable | None = Field(alias="build-system", default=None)


class _ProjectTable(Table):
    name: str
    dependencies: tuple[str, ...] | None = None
    extras: Mapping[str, tuple[str, ...]] = Field(alias="optional-dependencies", default={})
    requires_python: str = Field(alias="requires-python", default="")
    dynamic: tuple[str, ...] = ()


class _Project(Table):
    project: _ProjectTable | None = None
    tool: Mapping[str, object] = {}


Document = TypeVar("Document", bound=Table)


def read(kind: type[Document], content: bytes) -> Document:
    """Return those parts of a pyproject.toml. Raises ValueError."""
    try:
        return kind.model_validate(tomli.loads(content.decode("utf-8")))
    except (ValidationError, UnicodeDecodeError, tomli.TOMLDecodeError, RecursionError):
        raise ValueError("its pyproject.toml is not as the specification has it") from None


def build_table(content: bytes) -> BuildTable | None:
    """Return `[build-system]`, None where there is none. Raises ValueError."""
    try:
        return read(_Build, content).build_system
    except ValueError:
        raise ValueError("its pyproject.toml is not what PEP 518 describes") from None


def has_project(content: bytes) -> bool:
    """Whether there is a `[project]`, broken or not."""
    try:
        return read(_Project, content).project is not None
    except ValueError:
        return True


def declared_by_project(content: bytes) -> Declared | None:
    """Return what `[project]` declares; None where there is none, or it leaves dependencies or extras to the builder.

    Poetry takes its own table where `[project]` has no dependencies, even if it does not call them dynamic.
    """
    try:
        document = read(_Project, content)
    except ValueError:
        return None
    project = document.project
    if project is None or {"dependencies", "optional-dependencies"} & set(project.dynamic):
        return None
    if project.dependencies is None and "poetry" in document.tool:
        return None
    return Declared(
        name=project.name,
        requires=project.dependencies or (),
        by_extra=project.extras,
        python="" if "requires-python" in project.dynamic else project.requires_python,
    )
