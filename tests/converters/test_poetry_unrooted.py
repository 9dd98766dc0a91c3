from collections.abc import Callable

from lock2nix.schemas.lock import Lock

NEW = """
    [[package]]
    name = "both"
    version = "1"
    groups = ["main", "Dev"]
    markers = { dev = "os_name == 'nt'" }
    [[package]]
    name = "fork"
    version = "1"
    groups = ["main"]
    markers = "python_version < '3.9'"
    [[package]]
    name = "fork"
    version = "2"
    groups = ["main"]
    markers = "python_version >= '3.9'"
    [[package]]
    name = "Asked_For"
    version = "1"
    optional = true
    groups = ["main"]
    markers = "extra == 'more'"
    [extras]
    More = ["asked-for", "nowhere"]
    [metadata]
    lock-version = "2.1"
"""


def shown(lock: Lock) -> dict[str, list[str]]:
    return {
        group.name: [f"{e.name} {' '.join(map(str, e.versions))}; {e.marker}" for e in group.dependencies]
        for group in lock.groups
    }


def test_groups_and_markers_as_recorded(read: Callable[..., Lock]) -> None:
    lock = read(NEW)
    assert shown(lock) == {
        "main": [
            "both ===1; None",
            'fork ===1; python_version < "3.9"',
            'fork ===2; python_version >= "3.9"',
        ],
        "dev": ['both ===1; os_name == "nt"'],
    }
    assert {name: [edge.name for edge in found] for name, found in lock.extras.items()} == {"more": ["asked-for"]}
    assert [notice.kind for notice in lock.notices] == ["no-project"]
    assert lock.name is None
    assert lock.project is None


OLD = """
    [[package]]
    name = "backport"
    version = "1"
    category = "main"
    python-versions = "<3"
    [[package]]
    name = "colorama"
    version = "1"
    category = "dev"
    [[package]]
    name = "fork"
    version = "1"
    [[package]]
    name = "fork"
    version = "2"
    [[package]]
    name = "pytest"
    version = "1"
    category = "dev"
    [package.dependencies]
    colorama = { version = "*", markers = "sys_platform == 'win32'" }
    tomli = { version = "*", python = "<3.11" }
    [[package]]
    name = "tomli"
    version = "1"
    category = "main"
    [metadata]
    lock-version = "1.1"
"""


def test_categories_and_what_the_edges_tell(read: Callable[..., Lock]) -> None:
    assert shown(read(OLD)) == {
        "main": ['backport ===1; python_version < "3"', "fork ; None", "tomli ===1; None"],
        "dev": ['colorama ===1; sys_platform == "win32"', "pytest ===1; None"],
    }


def test_pyproject_without_a_project_is_none(read: Callable[..., Lock]) -> None:
    assert shown(read(OLD, "[tool.ruff]")) == shown(read(OLD))


def test_extras_of_the_lock_serve_where_the_project_has_none(read: Callable[..., Lock]) -> None:
    assert list(read(NEW, "[tool.poetry]\nname = 'x'").extras) == ["more"]
