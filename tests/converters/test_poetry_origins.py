from collections.abc import Callable

import pytest

from lock2nix.schemas.lock import Lock

LINUX = "https://x.org/torch-2.0+cpu-cp312-cp312-linux_x86_64.whl"
MACOS = "https://x.org/torch-2.0-cp312-none-macosx_11_0_arm64.whl"
SHA = "0123456789abcdef0123456789abcdef01234567"


def lock(*packages: tuple[str, str]) -> str:
    tables = (
        f'[[package]]\nname = "torch"\nversion = "{version}"\n{f"[package.source]{chr(10)}{source}" if source else ""}'
        for version, source in packages
    )
    return "\n".join(tables) + '\n[metadata]\nlock-version = "2.0"\n'


@pytest.mark.parametrize(
    ("origin", "source"),
    [
        (f'url = "{LINUX}"', f'type = "url"\nurl = "{LINUX}"'),
        ('git = "https://x.org/torch.git"', f'type = "git"\nurl = "https://x.org/torch"\nresolved_reference = "{SHA}"'),
        ('path = "./libs/torch"', 'type = "directory"\nurl = "libs/torch"'),
        ('file = "torch.whl"', 'type = "file"\nurl = "torch.whl"'),
        ('version = "*", source = "cpu"', 'type = "legacy"\nurl = "https://x.org/simple"\nreference = "cpu"'),
    ],
)
def test_place_that_the_lock_knows_becomes_its_version(read: Callable[..., Lock], origin: str, source: str) -> None:
    project = f"""
        [tool.poetry.dependencies]
        torch = [
            {{ {origin}, platform = "linux" }},
            {{ version = ">=2", source = "PyPI", platform = "darwin" }},
            {{ url = "not a url", platform = "win32" }},
        ]
    """
    found = read(lock(("2.0+cpu", source), ("2.1", "")), project).groups[0].dependencies
    assert [set(map(str, edge.versions[0])) if edge.versions else set() for edge in found] == [
        {"===2.0+cpu"},
        {">=2", "===2.1"},
        set(),
    ]


def test_twins_of_one_version_are_told_apart_by_the_project(read: Callable[..., Lock]) -> None:
    project = f"""
        [tool.poetry.dependencies]
        torch = [{{ url = "{LINUX}", platform = "linux" }}, {{ url = "{MACOS}", platform = "darwin" }}]
    """
    twins = lock(("2.0", f'type = "url"\nurl = "{LINUX}"'), ("2.0", f'type = "url"\nurl = "{MACOS}"'))
    assert [str(package.marker) for package in read(twins, project).packages] == [
        'sys_platform == "linux"',
        'sys_platform == "darwin"',
    ]


def test_single_package_is_left_as_it_is(read: Callable[..., Lock]) -> None:
    project = f'[tool.poetry.dependencies]\ntorch = {{ url = "{LINUX}", platform = "linux" }}'
    found = read(lock(("2.0", "")), project)
    assert found.packages[0].marker is None
    assert found.groups[0].dependencies[0].versions == ()
