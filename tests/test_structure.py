"""Guards of the structure that design.md draws: who may import whom, and what stands in one place only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "lock2nix"

# room → rooms that it may import from, besides itself.
ALLOWED = {
    "errors": set(),
    "schemas": {"errors"},
    "markers": {"errors"},
    "converters": {"errors", "schemas", "markers"},
    "indexes": {"errors", "schemas"},
    "nixpkgs": {"errors", "schemas"},
    "planner": {"errors", "schemas", "nixpkgs"},
    "resolvers": {"errors", "schemas", "markers", "converters", "indexes"},
    "enrichers": {"errors", "schemas", "markers", "nixpkgs", "converters", "indexes", "resolvers"},
    "exports": {"errors", "schemas", "nixpkgs", "planner"},
    "nixgen": {"errors", "schemas", "nixpkgs"},
    "files": {"errors", "schemas"},
    "finding": {"errors", "converters"},
    "inputs": {"errors", "schemas", "converters", "files"},
    "resolution": {"errors", "schemas", "converters", "enrichers", "files", "indexes", "resolvers"},
    "conversion": {"schemas", "converters", "resolution"},
    "planning": {
        *("errors", "schemas", "converters", "enrichers", "files", "inputs", "nixgen", "planner"),
        *("conversion", "resolution"),
    },
    "pipeline": {
        *("errors", "schemas", "converters", "files", "inputs", "nixgen", "nixpkgs", "conversion", "planning"),
    },
    "exporting": {"errors", "schemas", "converters", "enrichers", "exports", "files", "inputs", "nixgen", "pipeline"},
    "adhoc": {
        *("errors", "schemas", "converters", "enrichers", "indexes", "inputs", "nixgen", "planner"),
        *("conversion", "planning", "resolution"),
    },
    "cli": {
        "errors",
        "schemas",
        "converters",
        "indexes",
        "pipeline",
        "planner",
        "exporting",
        "resolution",
        "adhoc",
        "files",
        "finding",
    },
    "__main__": {"cli"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, by its absolute name."""
    package = ["lock2nix", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "lock2nix" and len(parts) > 1 and (PACKAGE / parts[1]).with_suffix("").name in ALLOWED:
            assert parts[1] == room or parts[1] in ALLOWED[room], f"{room} must not import {name}"


@pytest.mark.parametrize(
    ("library", "home"),
    [("requests", "indexes/connections.py"), ("typer", "cli"), ("rich", "cli"), ("tomli", None)],
)
def test_some_libraries_have_one_home(library: str, home: str | None) -> None:
    users = {
        str(path.relative_to(PACKAGE))
        for path in modules()
        if any(name.split(".")[0] == library for name in imported(path))
    }
    readers = ("converters/toml.py", "indexes/pyproject.py", "indexes/configuration_files.py", "nixpkgs/tables.py")
    homes = (home,) if home else readers
    assert all(user.startswith(homes) for user in users), users


def test_readers_of_formats_do_not_import_each_other() -> None:
    from lock2nix.converters import FORMATS  # noqa: PLC0415 - the table is the subject

    readers = {known.read.__module__ for known in FORMATS}
    for reader in readers:
        path = PACKAGE.parent / Path(*reader.split(".")).with_suffix(".py")
        assert not (set(imported(path)) & (readers - {reader}))
