"""The wire model of pyproject.toml, as far as it says what a project asks for.

Specifications: https://packaging.python.org/en/latest/specifications/pyproject-toml/ for `[project]`,
https://packaging.python.org/en/latest/specifications/dependency-groups/ for `[dependency-groups]`,
https://python-poetry.org/docs/pyproject/ for `[tool.poetry]`, https://docs.astral.sh/uv/reference/settings/ for
`[tool.uv]`, and https://pdm-project.org/en/latest/reference/configuration/ for `[tool.pdm]`.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, InstanceOf, model_validator

from lock2nix.schemas.source import SourceFile

from . import toml
from .fields import GroupName, PlainText, ProjectName, VersionField, of_text
from .poetry_dependencies import AlternativesField, DependencyTables, Wish, requirement
from .wire import Wire, validate


def _unless_dynamic(value: object) -> object:
    """Leave out what is no version: before `dynamic`, tables said how to find it."""
    return value if isinstance(value, str) and value else None


RequirementField = Annotated[InstanceOf[Wish], of_text(requirement)]


class ProjectTable(Wire):
    """`[project]`."""

    name: PlainText | None = None
    version: Annotated[VersionField | None, BeforeValidator(_unless_dynamic)] = None
    requires_python: AlternativesField = Field(default=(), alias="requires-python")
    dependencies: list[RequirementField] = Field(default_factory=list)
    optional_dependencies: dict[GroupName, list[RequirementField]] = Field(
        default_factory=dict, alias="optional-dependencies"
    )
    dynamic: list[str] = Field(default_factory=list)
    scripts: dict[PlainText, PlainText] = Field(default_factory=dict)


class PoetryGroup(Wire):
    """`[tool.poetry.group.…]`."""

    optional: bool = False
    dependencies: DependencyTables = Field(default_factory=dict)
    include_groups: list[GroupName] = Field(default_factory=list, alias="include-groups")


class PoetryPackage(Wire):
    """One of `packages`: a module or folder of modules, found in `from`."""

    from_: PlainText = Field(default=".", alias="from")


class ScriptTable(Wire):
    """A script that is more than its entry point: a file, or one that needs extras."""

    reference: PlainText | None = None
    type: PlainText | None = None


def _as_script(value: object) -> object:
    return {"reference": value, "type": "console"} if isinstance(value, str) else value


class PoetryTable(Wire):
    """`[tool.poetry]`."""

    name: PlainText | None = None
    version: VersionField | None = None
    package_mode: bool = Field(default=True, alias="package-mode")
    packages: list[PoetryPackage] = Field(default_factory=list)
    dependencies: DependencyTables = Field(default_factory=dict)
    dev_dependencies: DependencyTables = Field(default_factory=dict, alias="dev-dependencies")
    group: dict[GroupName, PoetryGroup] = Field(default_factory=dict)
    extras: dict[GroupName, list[ProjectName]] = Field(default_factory=dict)
    scripts: dict[PlainText, Annotated[ScriptTable, BeforeValidator(_as_script)]] = Field(default_factory=dict)


DefaultGroups = list[GroupName] | Literal["all"] | None


class UvTable(Wire):
    """`[tool.uv]`."""

    default_groups: DefaultGroups = Field(default=None, alias="default-groups")


class PdmSource(Wire):
    """`[[tool.pdm.source]]`: an index, or a page of links; packages are bound to it, or kept off, by patterns."""

    name: PlainText | None = None
    url: PlainText | None = None
    type: PlainText = "index"
    username: PlainText | None = None
    password: PlainText | None = None
    include_packages: list[PlainText] = Field(default_factory=list)
    exclude_packages: list[PlainText] = Field(default_factory=list)


class PdmResolution(Wire):
    """`[tool.pdm.resolution]`; its overrides have had their say when the lock was made."""

    excludes: list[GroupName] = Field(default_factory=list)


class PdmTable(Wire):
    """`[tool.pdm]`; an entry of `dev-dependencies` is a requirement, or pip's `-e`."""

    dev_dependencies: dict[GroupName, list[PlainText]] = Field(default_factory=dict, alias="dev-dependencies")
    distribution: bool = True
    source: list[PdmSource] = Field(default_factory=list)
    resolution: PdmResolution = PdmResolution()

    @model_validator(mode="before")
    @classmethod
    def _since_1_0(cls, value: object) -> object:
        """Leave out what PDM wrote before 1.0, when this table was all of the project: its locks record the groups."""
        is_old = isinstance(value, dict) and not {"dependencies", "python_requires"}.isdisjoint(value)
        return {"source": value.get("source", [])} if is_old and isinstance(value, dict) else value


class ToolTable(Wire):
    """`[tool]`."""

    pdm: PdmTable | None = None
    poetry: PoetryTable | None = None
    uv: UvTable | None = None


def _marked(value: object) -> object:
    """Tell requirements from included groups, so that an error is about the one that was meant."""
    entries = value if isinstance(value, list) else [value]
    return [entry if isinstance(entry, dict) else {"requirement": entry} for entry in entries]


class GroupEntry(Wire):
    """An entry of `[dependency-groups]`: a requirement, or all of another group."""

    requirement: RequirementField | None = None
    include_group: GroupName | None = Field(default=None, alias="include-group")


class PyProject(Wire):
    """A pyproject.toml."""

    project: ProjectTable | None = None
    tool: ToolTable = ToolTable()
    dependency_groups: dict[GroupName, Annotated[list[GroupEntry], BeforeValidator(_marked)]] = Field(
        default_factory=dict, alias="dependency-groups"
    )
    build_system: dict[str, object] | None = Field(default=None, alias="build-system")


def read(source: SourceFile) -> PyProject:
    """Return the model of a pyproject.toml."""
    return validate(PyProject, toml.parse(source), source)
