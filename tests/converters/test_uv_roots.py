"""The groups and extras of a uv.lock: of a project, of a workspace, and which of them are the default."""

import pytest

from lock2nix.schemas.lock import Lock

from .uv_locks import package, project, read, roots

GROUPS = """dependencies = [{ name = "a" }]
[package.optional-dependencies]
fast = [{ name = "b" }]
[package.dev-dependencies]
dev = [{ name = "c" }]
docs = [{ name = "d", marker = "os_name == 'posix'" }]
[package.metadata]
provides-extras = ["fast", "none"]
[package.metadata.requires-dev]
dev = []
empty = []
"""
MEMBERS = '[manifest]\nmembers = ["saw", "plane"]\n'
SAW = package(
    "saw",
    'dependencies = [{ name = "a" }]\n[package.optional-dependencies]\nfast = [{ name = "b" }]\n'
    '[package.dev-dependencies]\nlint = [{ name = "c" }]',
    source='editable = "saw"',
)
PLANE = package(
    "plane",
    'dependencies = [{ name = "saw" }]\n[package.dev-dependencies]\nlint = [{ name = "d" }]',
    source='editable = "plane"',
)


def defaults(lock: Lock) -> list[str]:
    return [group.name for group in lock.groups if not group.optional]


def test_groups_and_extras_of_a_project() -> None:
    lock = read(project(GROUPS))
    assert roots(lock) == {
        "main": ["a"],
        "dev": ["c"],
        "docs": ['d; os_name == "posix"'],
        "empty": [],
        "fast": ["a", "b"],
        "none": ["a"],
    }
    assert defaults(lock) == ["main", "dev"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", ["main", "dev"]),
        ('[tool.uv]\ndefault-groups = ["Docs"]', ["main", "docs"]),
        ("[tool.uv]\ndefault-groups = []", ["main"]),
        ('[tool.uv]\ndefault-groups = "all"', ["main", "dev", "docs", "empty"]),
    ],
)
def test_default_groups_are_those_of_the_project_file(settings: str, expected: list[str]) -> None:
    assert defaults(read(project(GROUPS), settings)) == expected


def test_default_groups_in_the_lock_come_before_the_project_file() -> None:
    settings = '[tool.uv]\ndefault-groups = ["dev"]'
    assert defaults(read(project('default-groups = ["docs"]\n' + GROUPS), settings)) == ["main", "docs"]
    assert defaults(read(project("default-groups = []\n" + GROUPS), settings)) == ["main"]


def test_a_group_called_main_joins_the_project_s_own_needs() -> None:
    lock = read(project('dependencies = [{ name = "a" }]\n[package.dev-dependencies]\nmain = [{ name = "b" }]'))
    assert roots(lock) == {"main": ["a", "b"]}


def test_a_workspace_without_project_is_all_of_its_members() -> None:
    lock = read(MEMBERS + '[manifest.dependency-groups]\nlint = [{ name = "e", extras = ["x"] }]\n' + SAW + PLANE)
    assert lock.name is None
    assert roots(lock) == {
        "main": ["saw", "plane"],
        "lint": ["c", "d", "e[x]"],
        "fast": ["saw[fast]"],
        "saw": ["saw"],
        "saw-lint": ["c"],
        "saw-fast": ["saw[fast]"],
        "plane": ["plane"],
        "plane-lint": ["d"],
    }
    assert defaults(lock) == ["main"]


def test_default_groups_of_a_workspace_without_project_are_in_its_manifest() -> None:
    manifest = MEMBERS + 'default-groups = ["lint"]\n'
    assert defaults(read(manifest + SAW + PLANE)) == ["main", "lint"]


def test_members_beside_the_project_are_groups() -> None:
    lock = read(MEMBERS.replace("[manifest]\nmembers = [", '[manifest]\nmembers = ["app", ') + project() + SAW + PLANE)
    assert roots(lock) == {
        "main": [],
        "app": [],
        "saw": ["saw"],
        "saw-lint": ["c"],
        "saw-fast": ["saw[fast]"],
        "plane": ["plane"],
        "plane-lint": ["d"],
    }
    assert lock.name == "app"


def test_a_member_yields_its_name_to_a_group() -> None:
    groups = '[package.dev-dependencies]\nsaw = [{ name = "a" }]\nplane = [{ name = "plane" }]'
    lock = read(MEMBERS + project(groups) + SAW + PLANE, "")
    assert (roots(lock)["saw"], roots(lock)["plane"]) == (["a"], ["plane"])
    assert [(notice.kind, notice.subject) for notice in lock.notices] == [("group", "saw")]
