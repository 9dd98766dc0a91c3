"""The groups and extras of a pdm.lock: recorded with each package, else asked for by the project."""

import pytest

from lock2nix.schemas.lock import Lock

from .pdm_locks import PROJECT, package, read, refusal, walked
from .uv_locks import roots

ASKING = """[project]
name = "app"
dependencies = ["a>=1", "b[x]; os_name == 'posix'"]
[project.optional-dependencies]
Fast = ["c"]
all = ["app[fast]", "d"]
[dependency-groups]
test = ["e", { include-group = "lint" }]
lint = ["f"]
[tool.pdm.dev-dependencies]
docs = ["g", "-e file:///${PROJECT_ROOT}/h#egg=h", "app[all]; python_version < '3.12'"]
test = ["i"]
"""


def defaults(lock: Lock) -> list[str]:
    return [group.name for group in lock.groups if not group.optional]


@pytest.mark.parametrize(("key", "version"), [("sections", "2"), ("groups", "4.0"), ("groups", "4.5.0")])
def test_recorded_groups(key: str, version: str) -> None:
    text = (
        walked("a", f'{key} = ["default", "Test"]\nmarker = "os_name == \'nt\'"')
        + walked("b", f'{key} = ["Test"]', version="2.0+cpu")
        + walked("c", f"{key} = []")
    )
    lock = read(text, version=version)
    assert roots(lock) == {"main": ['a===1.0; os_name == "nt"'], "test": ['a===1.0; os_name == "nt"', "b===2.0+cpu"]}
    assert defaults(lock) == ["main", "test"]
    assert lock.closed


def test_two_versions_are_told_by_their_markers() -> None:
    lock = read(
        package("a", "marker = \"python_version < '3.12'\"")
        + package("a", "marker = \"python_version >= '3.12'\"", version="2.0")
    )
    assert roots(lock)["main"] == ['a===1.0; python_version < "3.12"', 'a===2.0; python_version >= "3.12"']


def test_extras_of_the_project_are_no_groups_and_leave_out_what_is_there_already() -> None:
    text = package("a", groups='["default", "fast"]') + package("b", groups='["fast", "test"]')
    lock = read(text, PROJECT + '[project.optional-dependencies]\nFast = ["a", "b"]\n')
    assert [group.name for group in lock.groups] == ["main", "test"]
    assert roots(lock) == {"main": ["a===1.0"], "test": ["b===1.0"], "fast": ["b===1.0"]}


def test_groups_that_install_nothing_are_there() -> None:
    lock = read(package("a"), head='groups = ["default", "empty"]')
    assert roots(lock) == {"main": ["a===1.0"], "empty": []}


def test_an_extra_s_table_does_not_ask_for_more_than_its_package() -> None:
    lock = read(package("a") + package("a", 'extras = ["x"]\ndependencies = ["a==1.0", "b"]') + package("b"))
    assert roots(lock) == {"main": ["a===1.0", "b===1.0"]}


def test_without_recorded_groups_the_project_asks() -> None:
    lock = read(walked("a"), ASKING, version="4.2")
    assert roots(lock) == {
        "main": ["a>=1", 'b[x]; os_name == "posix"'],
        "test": ["e", "i", "f"],
        "lint": ["f"],
        "docs": ["g", "h", 'c; python_version < "3.12"', 'd; python_version < "3.12"'],
        "fast": ["c"],
        "all": ["c", "d"],
    }
    assert defaults(lock) == ["main", "test", "lint", "docs"]
    assert not lock.closed


def test_groups_that_the_lock_is_not_for_are_left_out() -> None:
    lock = read(walked("a"), ASKING, head='groups = ["default", "Fast", "lint"]')
    assert list(roots(lock)) == ["main", "lint", "fast"]


def test_extras_of_the_project_that_name_each_other_end() -> None:
    project = '[project]\nname = "app"\n[project.optional-dependencies]\nx = ["app[y]", "a"]\ny = ["app[x]", "b"]\n'
    assert roots(read(walked("a"), project)) == {"main": [], "x": ["b", "a"], "y": ["a", "b"]}


def test_an_extra_of_itself_that_the_project_does_not_have_adds_nothing() -> None:
    project = '[project]\nname = "app"\ndependencies = ["a", "app[none]"]\n'
    assert roots(read(walked("a"), project)) == {"main": ["a"]}


def test_without_a_project_nothing_is_left_out_that_nobody_needs() -> None:
    lock = read(
        walked("a", 'dependencies = ["b"]')
        + walked("a", 'extras = ["x"]\ndependencies = ["a==1.0", "c"]')
        + walked("b")
        + walked("c")
        + walked("d", "marker = \"os_name == 'nt'\""),
        None,
    )
    assert roots(lock) == {"main": ["a[x]", 'd; os_name == "nt"']}


def test_without_a_project_a_ring_of_packages_is_all_there() -> None:
    lock = read(walked("a", 'dependencies = ["b"]') + walked("b", 'dependencies = ["a"]'), None)
    assert roots(lock) == {"main": ["a", "b"]}


@pytest.mark.parametrize(
    ("project", "message"),
    [
        ('[tool.pdm.dev-dependencies]\nx = ["!"]', 'pyproject.toml: tool.pdm.dev-dependencies.x: "!" is not a'),
        ('[tool.pdm.dev-dependencies]\nx = "a"', "pyproject.toml: tool.pdm.dev-dependencies.x: Input should be"),
        (
            '[tool.pdm]\n[dependency-groups]\nx = [{ include-group = "y" }]',
            'pyproject.toml: group "x": the included group "y" is not defined',
        ),
    ],
)
def test_what_the_project_says_wrongly_is_refused_with_its_place(project: str, message: str) -> None:
    assert refusal(walked("a"), project).startswith(message)


@pytest.mark.parametrize("text", [package("a", groups='[""]'), package("a")])
def test_a_group_has_a_name(text: str) -> None:
    found = refusal(text, head="" if '""' in text else 'groups = [" "]')
    assert found.startswith("pdm.lock: ")
    assert "a name must not be empty" in found
