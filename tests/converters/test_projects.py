from pathlib import Path, PurePosixPath

import pytest

from lock2nix.converters import projects, pyproject
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Project
from lock2nix.schemas.source import SourceFile


def project(text: str) -> tuple[str | None, Project | None]:
    found = pyproject.read(SourceFile(path=Path("pyproject.toml"), content=text.encode()))
    return projects.name(found), projects.project(found)


def test_poetry_s_own_tables() -> None:
    name, found = project(
        """
        [tool.poetry]
        name = "Rain_Gauge"
        version = "1.0-beta2"
        packages = [{ include = "gauge", from = "lib" }, { include = "tests", format = "sdist" }, { include = "x" }]
        [tool.poetry.scripts]
        gauge = "gauge.main:cli"
        extra = "gauge.main:more [plots]"
        table = { reference = "gauge:table", type = "console" }
        file = { reference = "bin/file", type = "file" }
        old = { callable = "gauge:old" }
        strange = "gauge.main"
        "../escape" = "gauge:main"
        "." = "gauge:main"
        ".." = "gauge:main"
        "..." = "gauge:main"
        """
    )
    assert name == "rain-gauge"
    assert found == Project(
        version="1.0b2",
        import_roots=(PurePosixPath("lib"), PurePosixPath()),
        scripts={"gauge": "gauge.main:cli", "extra": "gauge.main:more", "table": "gauge:table", "...": "gauge:main"},
    )


def test_project_table_comes_first() -> None:
    name, found = project(
        """
        [project]
        name = "new"
        version = "2"
        scripts = { new = "new:main" }
        [tool.poetry]
        name = "old"
        version = "1"
        scripts = { old = "old:main" }
        """
    )
    assert name == "new"
    assert found == Project(
        version="2", import_roots=(PurePosixPath("src"), PurePosixPath()), scripts={"new": "new:main"}
    )


@pytest.mark.parametrize(
    "text", ["[tool.poetry]\npackage-mode = false\nname = 'x'", "[tool.poetry.dependencies]\na = '*'"]
)
def test_project_that_is_no_package(text: str) -> None:
    assert project(text)[1] is None


@pytest.mark.parametrize(
    ("written", "name"), [("my service (tests)", "my-service-tests"), ("...", None), ("A..b", "a-b")]
)
def test_project_that_is_not_published_may_be_called_anything(written: str, name: str | None) -> None:
    assert project(f'[tool.poetry]\nname = "{written}"')[0] == name


def test_folders_outside_the_project_are_no_import_roots() -> None:
    _, found = project('[tool.poetry]\nname = "a"\npackages = [{ include = "b", from = "../c" }]')
    assert found is not None
    assert found.import_roots == (PurePosixPath("src"), PurePosixPath())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[project]\nversion = 'one'", 'pyproject.toml: project.version: "one" is not a version (PEP 440)'),
        ("[project]\ndependencies = ['a', '!']", 'pyproject.toml: project.dependencies[1]: "!" is not a requirement'),
        ("project = 1", "pyproject.toml: project: Input should be"),
        ("[dependency-groups]\na = [1]", "pyproject.toml: dependency-groups.a[0]"),
        (
            "[tool.poetry.dependencies]\na = [{ version = 1 }]",
            "pyproject.toml: tool.poetry.dependencies.a[0].version: ",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        project(text)
    assert str(caught.value).startswith(message)
