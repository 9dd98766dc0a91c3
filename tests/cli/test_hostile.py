"""Hostile text in every place of a lock and its project file: refused with the place, or inert in what is written.

Proved by real Nix: each file that is written parses, its code without string literals has nothing of the text, and its
environment evaluates although the text would abort.
"""

import copy
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli

from tests.corpus.evaluation import evaluate

from .conftest import Run

ZEROS = "0" * 64
LOCK = f"""
[[package]]
name = "a"
version = "1.0"
description = "of no use"
optional = false
groups = ["main", "tests"]
markers = {{ main = "python_version >= '3'", tests = "python_version >= '3'" }}
python-versions = ">=3.8"
files = [
  {{ file = "a-1.0-py3-none-any.whl", hash = "sha256:{ZEROS}" }},
  {{ file = "a-1.0.tar.gz", hash = "sha256:{ZEROS}" }},
]
dependencies = {{ g = ">=1", h = [{{ version = "^1", markers = "os_name == 'posix'", extras = ["x"], optional = true }}] }}
extras = {{ x = ["h (>=1)"] }}
[[package]]
name = "b"
version = "1.0"
files = [{{ file = "b-1.0-py3-none-any.whl", hash = "sha256:{ZEROS}" }}]
source = {{ type = "legacy", url = "https://x.org/simple", reference = "mine" }}
[[package]]
name = "d"
version = "1.0"
source = {{ type = "directory", url = "d" }}
[[package]]
name = "f"
version = "1.0"
source = {{ type = "file", url = "f-1.0-py3-none-any.whl" }}
files = [{{ file = "f-1.0-py3-none-any.whl", hash = "sha256:{ZEROS}" }}]
[[package]]
name = "g"
version = "1.0"
source = {{ type = "git", url = "https://x.org/g", reference = "main", resolved_reference = "{"a" * 40}", subdirectory = "s" }}
[[package]]
name = "h"
version = "1.0"
marker = "os_name == 'posix'"
category = "main"
source = {{ type = "url", url = "https://x.org/h-1.0-py3-none-any.whl" }}
files = [{{ file = "h-1.0-py3-none-any.whl", hash = "sha256:{ZEROS}" }}]
[extras]
x = ["h"]
[metadata]
lock-version = "2.1"
python-versions = "^3.8"
content-hash = "made by hand"
"""  # noqa: E501
PROJECT = """
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
[project]
name = "p"
version = "1"
description = "of no use"
requires-python = ">=3.8"
dependencies = ["a>=1; os_name == 'posix'", "b", "d", "f"]
optional-dependencies = { x = ["h"] }
scripts = { p = "p.main:main" }
[dependency-groups]
g = ["b", { include-group = "i" }]
i = []
[tool.poetry]
packages = [{ include = "p", from = "src" }]
[tool.poetry.group.tests]
optional = true
dependencies = { a = "*", d = { path = "d", develop = true } }
[tool.poetry.dependencies]
a = { version = "*", source = "mine", platform = "linux", markers = "os_name == 'posix'" }
"""
OTHER_PROJECT = """
[tool.poetry]
name = "p"
version = "1"
scripts = { q = { reference = "p:main", type = "console" }, r = "p:main" }
extras = { x = ["h"] }
dependencies = { a = "^1", b = "*", d = { path = "d" }, h = { version = "*", optional = true }, python = "^3.8" }
dev-dependencies = { f = { file = "f-1.0-py3-none-any.whl" } }
"""
ABORT = 'builtins.abort "pwned"'
TEXTS = {
    "interpolation": f"${{{ABORT}}} $${{{ABORT}}} ''${{{ABORT}}} \\${{{ABORT}}}",
    "end of string": f'" + {ABORT} + "',
    "end of escaped string": f'\\" + {ABORT} + \\"',
    "end of indented string and comment": f"'' + {ABORT} + '' */ {ABORT} /*",
    "lines": f"1.0\n{ABORT}",
    "null byte": "1.0\0pwned",
    "terminal": "\x1b]0;pwned\x07\x1b[2J\r\u202e1.0",
    "up": "../../../pwned",
    "root": "/pwned/a-1.0-py3-none-any.whl",
    "dots": "..",
    "option": "--upload-pack=pwned",
    "credentials": "https://me:pwned@x.org/a-1.0-py3-none-any.whl",
    "login": "ssh://me:pwned@x.org/a",
    "shell": "1.0$(touch pwned)`touch pwned`'; touch pwned; '",
}
# Folders: nothing is there, so what names them is parsed only.
ON_DISK = re.compile(r"source\.url|source\.subdirectory|\.from$")
QUICK = {"interpolation", "lines", "credentials"}
SYSTEM = "x86_64-linux"
FILES = {"poetry.lock": (LOCK, PROJECT), "pyproject.toml": (PROJECT, LOCK), "other": (OTHER_PROJECT, LOCK)}


def _places(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - TOML
    """Yield the way to each string."""
    if isinstance(value, str):
        yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _places(inner, (*place, key))


def _keys(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - TOML
    """Yield the way to each value that a key names."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if isinstance(key, str):
            yield (*place, key)
        yield from _keys(inner, (*place, key))


def _replaced(text: str, place: tuple[str | int, ...], hostile: str, *, key: bool) -> dict[str, Any]:
    tree = copy.deepcopy(tomli.loads(text))
    parent: Any = tree
    for step in place[:-1]:
        parent = parent[step]
    if key:
        parent[hostile] = parent.pop(place[-1])
    else:
        parent[place[-1]] = hostile
    return tree


def _toml(value: object) -> str:
    """Return the value as TOML; JSON's strings and TOML's are the same."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def _document(tree: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(key)} = {_toml(value)}\n" for key, value in tree.items())


def _variants(which: str, hostile: str) -> Iterator[tuple[str, str]]:
    """Yield each place and the file with the hostile text there."""
    text = FILES[which][0]
    for place in _places(tomli.loads(text)):
        yield ".".join(map(str, place)), _document(_replaced(text, place, hostile, key=False))
    for place in _keys(tomli.loads(text)):
        yield f"key {'.'.join(map(str, place))}", _document(_replaced(text, place, hostile, key=True))


def _prepare(project: Path) -> None:
    (project / "d").mkdir()
    (project / "d" / "pyproject.toml").write_text('[build-system]\nrequires = ["setuptools"]\n', encoding="utf-8")
    (project / "f-1.0-py3-none-any.whl").touch()


@pytest.mark.parametrize("which", FILES)
@pytest.mark.usefixtures("nix")
def test_the_unbroken_files_are_converted(lock2nix: Run, project: Path, which: str) -> None:
    _prepare(project)
    changed, other = FILES[which]
    lock, beside = (changed, other) if which == "poetry.lock" else (other, changed)
    (project / "poetry.lock").write_text(lock, encoding="utf-8")
    (project / "pyproject.toml").write_text(beside, encoding="utf-8")
    assert lock2nix("poetry", "--offline", "-q").code == 0
    [evaluated] = evaluate([(project / "poetry.nix", "p")], [SYSTEM])
    assert len(evaluated.drv_paths[SYSTEM]) > 4
    assert all(evaluated.drv_paths[SYSTEM].values())


@pytest.mark.parametrize("which", FILES)
@pytest.mark.parametrize(
    "hostile", [text if text in QUICK else pytest.param(text, marks=pytest.mark.slow) for text in TEXTS]
)
@pytest.mark.usefixtures("nix")
def test_hostile_text_is_refused_or_inert(lock2nix: Run, project: Path, which: str, hostile: str) -> None:
    _prepare(project)
    name, beside = ("poetry.lock", "pyproject.toml") if which == "poetry.lock" else ("pyproject.toml", "poetry.lock")
    (project / beside).write_text(FILES[which][1], encoding="utf-8")
    written: dict[Path, str] = {}
    known: set[str] = set()
    codes: set[int] = set()
    for number, (place, document) in enumerate(_variants(which, TEXTS[hostile])):
        (project / name).write_text(document, encoding="utf-8")
        outcome = lock2nix("poetry", "--offline", "-o", "-")
        codes.add(outcome.code)
        assert outcome.code in {0, 3, 4}, (place, outcome)
        _assert_fit_to_print(outcome.err, place)
        if outcome.code:
            assert "me:pwned" not in outcome.err, (place, outcome.err)
            assert outcome.err.startswith(("lock2nix: poetry.lock", "lock2nix: pyproject.toml")), (place, outcome.err)
            continue
        head, _, body = outcome.out.partition("\nlet\n")
        assert re.fullmatch(r"# Made from poetry.lock by `lock2nix poetry poetry.lock`: .*\n# lock2nix: {.*}", head), (
            place
        )
        if body in known:
            continue
        known.add(body)
        file = project / f"{number}.nix"
        file.write_text(outcome.out, encoding="utf-8")
        written[file] = place
    assert codes >= {0}  # descriptions and the like may say anything
    _assert_inert(written)
    named = [(path, _project(path)) for path, place in written.items() if not ON_DISK.search(place)]
    for evaluated in evaluate(named, [SYSTEM]):
        assert all(evaluated.drv_paths[SYSTEM].values()), evaluated.reasons
    assert not list(project.rglob("*pwned*"))


def _project(overlay: Path) -> str:
    found = re.search(r'^  name = "([a-z0-9-]+)";$', overlay.read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return found[1]


def _assert_fit_to_print(err: str, place: str) -> None:
    assert "Traceback" not in err
    assert all(line.isprintable() for line in err.splitlines()), (place, err)


def _assert_inert(written: dict[Path, str]) -> None:
    """Let Nix parse all files, and look at what it makes of them."""
    done = subprocess.run(
        ["nix-instantiate", "--parse", *written], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', done.stdout)
    assert "abort" not in code
    for path, place in written.items():
        # The name of a group or folder may be anything; only addresses have logins.
        if not place.startswith("key ") and not ON_DISK.search(place):
            assert "me:pwned" not in path.read_text(encoding="utf-8"), place
