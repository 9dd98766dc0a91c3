"""A Pipfile.lock and the files beside it from what stands in them, as the tests write it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from lock2nix.converters import pipenv
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Dependency, Lock
from lock2nix.schemas.source import SourceFile

Entries = Mapping[str, object]

ONE, TWO = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
PYPI = {"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}
PYPROJECT = '[build-system]\nrequires = ["setuptools"]\n[project]\nname = "Har_bour"\nversion = "1.4"\n'


def pin(version: str, *hashes: str, **more: object) -> dict[str, object]:
    """Return an entry of an index."""
    return {"version": f"=={version}", "hashes": list(hashes or (ONE,)), **more}


def text(default: Entries, sources: Sequence[object], requires: Entries, **categories: Entries) -> str:
    meta = {"hash": {"sha256": "made by hand"}, "pipfile-spec": 6, "requires": requires, "sources": sources}
    named = {name.replace("_", "-"): entries for name, entries in categories.items()}
    return json.dumps({"_meta": meta, "default": default, "develop": {}, **named})


def read(
    default: Entries | None = None,
    *,
    sources: Sequence[object] = (PYPI,),
    requires: Entries | None = None,
    pipfile: str | None = None,
    pyproject: str | None = None,
    **categories: Entries,
) -> Lock:
    """Return the lock of these categories; `_` in their names is written `-`."""
    files = {"Pipfile": pipfile, "pyproject.toml": pyproject}
    beside = {name: SourceFile(path=Path(name), content=t.encode()) for name, t in files.items() if t is not None}
    content = text(default or {}, sources, requires or {}, **categories)
    return pipenv.read(SourceFile(path=Path("Pipfile.lock"), content=content.encode()), beside)


def refusal(default: Entries | None = None, **more: object) -> str:
    """Return the error that reading gives."""
    with pytest.raises(InputError) as caught:
        read(default, **more)  # type: ignore[arg-type]
    return str(caught.value)


def shown(edges: Sequence[Dependency]) -> list[str]:
    """Return edges as requirements."""
    return [
        e.name + (f"[{','.join(sorted(e.extras))}]" if e.extras else "") + (f" ; {e.marker}" if e.marker else "")
        for e in edges
    ]
