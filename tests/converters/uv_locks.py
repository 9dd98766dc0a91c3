"""A uv.lock and its pyproject.toml from text, as the tests write them."""

from pathlib import Path

from lock2nix.converters import uv
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile

ZEROS = "0" * 64
PYPI = 'registry = "https://pypi.org/simple"'


def read(text: str, project: str | None = None, head: str = 'version = 1\nrequires-python = ">=3.11"\n') -> Lock:
    beside = SourceFile(path=Path("pyproject.toml"), content=(project or "").encode())
    source = SourceFile(path=Path("uv.lock"), content=(head + text).encode())
    return uv.read(source, {} if project is None else {"pyproject.toml": beside})


def package(name: str, more: str = "", *, version: str = "1.0", source: str = PYPI) -> str:
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ {source} }}\n{more}\n'


def project(more: str = "", *, source: str = 'editable = "."') -> str:
    return package("app", more, source=source)


def roots(lock: Lock) -> dict[str, list[str]]:
    """Return the roots of each group and extra, each as a person would write it."""
    named = {group.name: group.dependencies for group in lock.groups} | dict(lock.extras)
    return {
        name: [
            d.name
            + (f"[{','.join(sorted(d.extras))}]" if d.extras else "")
            + "".join(map(str, d.versions))
            + (f"; {d.marker}" if d.marker else "")
            for d in dependencies
        ]
        for name, dependencies in named.items()
    }
