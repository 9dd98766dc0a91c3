from pathlib import Path

import pytest

from lock2nix.converters import poetry_roots, pyproject
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Dependency
from lock2nix.schemas.source import SourceFile


def roots(text: str) -> poetry_roots.Roots:
    source = SourceFile(path=Path("pyproject.toml"), content=text.encode())
    return poetry_roots.roots(pyproject.read(source), source, lambda wish: wish)


def shown(dependencies: tuple[Dependency, ...]) -> list[str]:
    return [
        " ".join(
            [
                f"{edge.name}[{','.join(sorted(edge.extras))}]" if edge.extras else edge.name,
                "|".join(",".join(sorted(str(one).split(","))) for one in edge.versions),
                f"; {edge.marker}" if edge.marker else "",
            ]
        ).strip()
        for edge in dependencies
    ]


def groups(text: str) -> dict[str, list[str]]:
    return {group.name: shown(group.dependencies) for group in roots(text).groups}


def extras(text: str) -> dict[str, list[str]]:
    return {name: shown(found) for name, found in roots(text).extras.items()}


POETRY = """
    [tool.poetry.dependencies]
    python = "^3.8"
    Flask = { version = "^3", extras = ["async"] }
    numpy = [{ version = "1.*", python = "<3.9" }, { version = "2.*", python = ">=3.9" }]
    redis = { version = "*", optional = true }
    here = { path = "../here", develop = true }
    [tool.poetry.extras]
    Cache_it = ["redis", "nowhere"]
    [tool.poetry.dev-dependencies]
    pytest = "^7"
    [tool.poetry.group.dev.dependencies]
    ruff = "*"
    [tool.poetry.group.docs]
    optional = true
    [tool.poetry.group.docs.dependencies]
    sphinx = "*"
"""


def test_poetry_s_own_tables() -> None:
    assert groups(POETRY) == {
        "main": ["flask[async] <4,>=3", 'numpy ==1.* ; python_version < "3.9"', 'numpy ==2.* ; python_version >= "3.9"',
                 "here"],
        "dev": ["ruff", "pytest <8,>=7"],
        "docs": ["sphinx"],
    }  # fmt: skip
    assert extras(POETRY) == {"cache-it": ["redis"]}
    assert [group.name for group in roots(POETRY).groups if group.optional] == ["docs"]
    assert [sorted(map(str, one)) for one in roots(POETRY).requires_python] == [["<4", ">=3.8"]]


def test_empty_project_has_its_main_group() -> None:
    assert groups("") == {"main": []}


PROJECT = """
    [project]
    requires-python = ">=3.10"
    dependencies = ["flask (>=3)", "torch ; sys_platform == 'linux'"]
    [project.optional-dependencies]
    Cache_it = ["redis[hiredis]>=5", "flask"]
    [dependency-groups]
    Test = ["pytest", { include-group = "lint" }]
    lint = ["ruff"]
    [tool.poetry.group.lint]
    optional = true
    [tool.poetry.group.all]
    include-groups = ["test", "lint"]
    [tool.poetry.group.all.dependencies]
    nox = "*"
"""


def test_project_table_and_dependency_groups() -> None:
    assert groups(PROJECT) == {
        "main": ["flask >=3", 'torch  ; sys_platform == "linux"'],
        "test": ["pytest", "ruff"],
        "lint": ["ruff"],
        "all": ["nox", "pytest", "ruff"],
    }
    assert extras(PROJECT) == {"cache-it": ["redis[hiredis] >=5", "flask"]}
    assert [group.name for group in roots(PROJECT).groups if group.optional] == ["lint"]


def test_poetry_s_table_adds_to_what_project_asks_for() -> None:
    text = """
        [project]
        dependencies = ["torch>=2", "flask", "here"]
        [project.optional-dependencies]
        cpu = ["numpy"]
        [tool.poetry.dependencies]
        torch = [{ version = "<3", platform = "linux", source = "pytorch" }, { platform = "darwin" }]
        here = { path = "here" }
        numpy = { markers = "os_name == 'posix'" }
        nobody = "*"
    """
    assert groups(text) == {
        "main": ['torch <3,>=2 ; sys_platform == "linux"', 'torch >=2 ; sys_platform == "darwin"', "flask", "here"]
    }
    assert extras(text) == {"cpu": ['numpy  ; os_name == "posix"']}


def test_dynamic_dependencies_are_poetry_s_own() -> None:
    text = """
        [project]
        dynamic = ["dependencies"]
        [project.optional-dependencies]
        x = ["extra"]
        [tool.poetry.dependencies]
        flask = "*"
        unused = { version = "*", optional = true }
    """
    assert groups(text) == {"main": ["flask"]}
    assert extras(text) == {"x": ["extra"]}


def test_exclusive_extras() -> None:
    text = """
        [project.optional-dependencies]
        cpu = ["torch==2+cpu"]
        gpu = ["torch==2+cu"]
        [tool.poetry.dependencies]
        torch = [
            { markers = "extra == 'cpu' and extra != 'gpu'", source = "cpu" },
            { markers = "extra == 'gpu' and extra != 'cpu'", source = "gpu" },
        ]
    """
    assert extras(text) == {"cpu": ["torch ==2+cpu"], "gpu": ["torch ==2+cu"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[dependency-groups]\na = [{ include-group = 'b' }]\nb = [{ include-group = 'A' }]",
            'pyproject.toml: group "a": groups include each other: a → b → a',
        ),
        (
            "[tool.poetry.group.a]\ninclude-groups = ['a']",
            'pyproject.toml: group "a": groups include each other: a → a',
        ),
        (
            "[dependency-groups]\na = [{ include-group = 'b\"' }]",
            'pyproject.toml: group "a": the included group "b\\"" is not defined',
        ),
    ],
)
def test_groups_that_cannot_be_resolved(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        roots(text)
    assert str(caught.value) == message


def test_groups_that_include_many_are_read_in_no_time() -> None:
    levels = "\n".join(
        f"g{n} = [{{ include-group = 'g{n + 1}' }}, {{ include-group = 'g{n + 1}' }}]" for n in range(90)
    )
    assert groups(f"[dependency-groups]\n{levels}\ng90 = ['a']")["g0"] == ["a"]


def test_groups_nested_too_deeply_are_refused() -> None:
    levels = "\n".join(f"g{n} = [{{ include-group = 'g{n + 1}' }}]" for n in range(2_000))
    with pytest.raises(InputError, match="include each other"):
        roots(f"[dependency-groups]\n{levels}\ng2000 = []")
