"""Whatever is wrong with a file, the answer is an InputError with the file in it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lock2nix.converters import poetry, toml
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile

from .mutations import STRANGE, mutated, places

ZEROS = "0" * 64
LOCK = f"""
[[package]]
name = "a"
version = "1.0"
optional = false
category = "main"
groups = ["main"]
markers = {{ main = "os_name == 'nt'" }}
marker = "extra == 'x'"
python-versions = ">=3.8"
develop = true
files = [{{ file = "a-1.0.tar.gz", hash = "sha256:{ZEROS}" }}]
dependencies = {{ b = ">=1 || <0", c = [{{ version = "^1", python = "<4", extras = ["d"], optional = true }}] }}
extras = {{ x = ["c (>=1)"] }}
source = {{ type = "git", url = "https://x.org/a", resolved_reference = "{"a" * 40}", subdirectory = "b" }}
[[package]]
name = "b"
version = "1.0"
source = {{ type = "directory", url = "../b" }}
[[package]]
name = "b"
version = "2.0"
source = {{ type = "url", url = "https://x.org/b-2.0.tar.gz" }}
[extras]
x = ["b"]
[metadata]
lock-version = "2.1"
python-versions = "^3.8"
files = {{ b = [{{ file = "b-1.0.zip", hash = "sha256:{ZEROS}" }}] }}
hashes = {{ b = ["{ZEROS}"] }}
"""
PROJECT = """
[build-system]
requires = []
[project]
name = "p"
version = "1"
requires-python = ">=3.8"
dependencies = ["b[x]>=1; os_name == 'nt'"]
dynamic = []
optional-dependencies = { x = ["c @ https://x.org/c.whl"] }
scripts = { p = "p:main" }
[dependency-groups]
g = ["b", { include-group = "h" }]
h = []
[tool.poetry]
name = "p"
version = "1"
package-mode = true
packages = [{ include = "p", from = "src" }]
dependencies = { python = "^3.8", b = { path = "../b", source = "x", platform = "linux", extras = ["y"] } }
dev-dependencies = { b = "*" }
group = { g = { optional = true, include-groups = ["h"], dependencies = { b = "*" } } }
extras = { x = ["b"] }
scripts = { q = { reference = "p:main", type = "console" } }
"""


def _read(monkeypatch: pytest.MonkeyPatch, lock: dict[str, Any], project: dict[str, Any]) -> Lock:
    """Read parsed files: TOML could not hold everything that is tried here, and need not be written for it."""
    trees = {"poetry.lock": lock, "pyproject.toml": project}
    monkeypatch.setattr(toml, "parse", lambda source: trees[source.path.name])
    files = {name: SourceFile(path=Path(name), content=b"") for name in trees}
    return poetry.read(files["poetry.lock"], {"pyproject.toml": files["pyproject.toml"]})


@pytest.mark.parametrize("broken", [0, 1], ids=["lock", "project"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(data=st.data())
def test_mutated_files_are_read_or_refused(monkeypatch: pytest.MonkeyPatch, data: st.DataObject, broken: int) -> None:
    trees = [tomli.loads(LOCK), tomli.loads(PROJECT)]
    place = data.draw(st.sampled_from(list(places(trees[broken]))))
    how = data.draw(st.sampled_from(["delete", "replace", "rename", "repeat"]))
    trees[broken] = mutated(trees[broken], place, data.draw(STRANGE), how)
    try:
        _read(monkeypatch, *trees)
    except InputError as error:
        assert str(error).startswith(("poetry.lock", "pyproject.toml"))  # noqa: PT017 - other errors must escape
        assert str(error).splitlines()[0].isprintable()  # noqa: PT017


def test_unbroken_files_are_read(monkeypatch: pytest.MonkeyPatch, read: Callable[..., Lock]) -> None:
    lock = _read(monkeypatch, tomli.loads(LOCK), tomli.loads(PROJECT))
    assert [package.name for package in lock.packages] == ["a", "b", "b"]
    monkeypatch.undo()
    assert read(LOCK, PROJECT) == lock


@given(st.integers(0, len(LOCK)))
def test_truncated_files_are_refused(read: Callable[..., Lock], length: int) -> None:
    whole = LOCK.rindex("[metadata]")
    if length >= whole:
        return
    with pytest.raises(InputError, match=r"^poetry\.lock"):
        read(LOCK[:length])


@given(st.binary(max_size=40))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"^poetry\.lock"):
        poetry.read(SourceFile(path=Path("poetry.lock"), content=content), {})


PACKAGE = '[[package]]\nname = "requests"\nversion = "1"\n'
END = '\n[metadata]\nlock-version = "2.0"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1", "poetry.lock: there is no [metadata]: no poetry.lock, or not all of it"),
        ("[metadata]\na = 1", "poetry.lock: its [metadata] is not that of a poetry.lock"),
        (f"package = 1{END}", "poetry.lock: package: Input should be a valid list"),
        (
            f'{PACKAGE}files = [{{ file = "a-1.zip", hash = "sha256:${{x}}" }}]{END}',
            'poetry.lock: package[0] "requests": files[0].hash: "${x}" is not a sha256 digest of 64 hex digits',
        ),
        (
            f'{PACKAGE}files = [{{ file = "../a-1.zip", hash = "sha256:{ZEROS}" }}]{END}',
            'poetry.lock: package[0] "requests": files[0].file: "../a-1.zip" is not the name of a wheel or sdist',
        ),
        (
            f'{PACKAGE}dependencies = {{ idna = {{ version = ">=one" }} }}{END}',
            'poetry.lock: package[0] "requests": dependencies.idna.version: "one" is not a version (PEP 440)',
        ),
        (
            f'{PACKAGE}dependencies = {{ idna = ["*", {{ markers = "os" }}] }}{END}',
            'poetry.lock: package[0] "requests": dependencies.idna[1].markers: "os" is not an environment marker',
        ),
        (
            f'{PACKAGE}markers = {{ main = "os" }}{END}',
            'poetry.lock: package[0] "requests": markers.main: "os" is not an environment marker (PEP 508)',
        ),
        (
            f'{PACKAGE}source = {{ type = "git", url = "https://x.org/a", reference = "main" }}{END}',
            'poetry.lock: package[0] "requests": source: "main" is not a full git revision (40 or 64 hex digits)',
        ),
        (
            f'{PACKAGE}source = {{ type = "git", url = "https://me:secret@x org/a" }}{END}',
            'poetry.lock: package[0] "requests": source.url: this url contains characters that must be percent-encoded',
        ),
        (
            f'{PACKAGE}source = {{ type = "svn", url = "https://x.org/a" }}{END}',
            "poetry.lock: package[0] \"requests\": source: \"svn\" is none of 'legacy', 'pypi', 'git', 'url', 'file', ",
        ),
        (f"{PACKAGE}{PACKAGE}{END}", 'poetry.lock: package[1] "requests": "requests" 1 is in the file twice'),
        (f'[[package]]\nname = "a"{END}', 'poetry.lock: package[0] "a": version: this key is missing'),
    ],
)
def test_message_says_where_and_what(read: Callable[..., Lock], text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert json.dumps(str(caught.value))[1:].startswith(json.dumps(message)[1:-1])
