"""Whatever is wrong with a uv.lock, the answer is an InputError with the file in it."""

from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lock2nix.converters import toml, uv
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile

from .mutations import STRANGE, mutated, places
from .uv_locks import ZEROS

LOCK = f"""
version = 1
revision = 3
requires-python = ">=3.8"
resolution-markers = ["sys_platform == 'linux'"]
supported-markers = ["sys_platform == 'linux'"]
[manifest]
members = ["a", "b"]
default-groups = ["x"]
requirements = [{{ name = "c", extras = ["x"], marker = "os_name == 'nt'" }}]
[manifest.dependency-groups]
x = [{{ name = "c" }}]
[[package]]
name = "a"
version = "1.0"
source = {{ virtual = "." }}
default-groups = "all"
dependencies = [{{ name = "b", extra = ["x"], marker = "os_name == 'nt'" }}]
[package.optional-dependencies]
x = [{{ name = "b" }}]
[package.dev-dependencies]
dev = [{{ name = "a", extra = ["x"] }}]
[package.metadata]
provides-extras = ["x", "y"]
[package.metadata.requires-dev]
dev = []
[[package]]
name = "b"
source = {{ editable = "b" }}
[[package]]
name = "c"
version = "1.0"
source = {{ registry = "https://x.org/simple" }}
resolution-markers = ["sys_platform == 'linux'"]
sdist = {{ url = "https://x.org/c-1.0.tar.gz", hash = "sha256:{ZEROS}", size = 1 }}
wheels = [{{ url = "https://x.org/c-1.0-py3-none-any.whl", hash = "sha256:{ZEROS}" }}]
[[package]]
name = "d"
version = "1.0"
source = {{ git = "https://x.org/d?rev=x&subdirectory=y#{"a" * 40}" }}
[[package]]
name = "e"
version = "1.0"
source = {{ url = "https://x.org/e.zip", subdirectory = "x" }}
sdist = {{ hash = "sha256:{ZEROS}" }}
[[package]]
name = "f"
version = "1.0"
source = {{ path = "f.whl" }}
wheels = [{{ filename = "f.whl", hash = "sha256:{ZEROS}" }}]
[[package]]
name = "g"
version = "1.0"
source = {{ registry = "../wheels" }}
wheels = [{{ path = "g.whl" }}]
"""


def _read(monkeypatch: pytest.MonkeyPatch, tree: dict[str, Any]) -> Lock:
    """Read a parsed file: TOML could not hold everything that is tried here, and need not be written for it."""
    monkeypatch.setattr(toml, "parse", lambda _: tree)
    return uv.read(SourceFile(path=Path("uv.lock"), content=b""), {})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=600)
@given(data=st.data())
def test_mutated_files_are_read_or_refused(monkeypatch: pytest.MonkeyPatch, data: st.DataObject) -> None:
    tree = tomli.loads(LOCK)
    place = data.draw(st.sampled_from(list(places(tree))))
    how = data.draw(st.sampled_from(["delete", "replace", "rename", "repeat"]))
    try:
        _read(monkeypatch, mutated(tree, place, data.draw(STRANGE), how))
    except InputError as error:
        assert str(error).startswith("uv.lock")  # noqa: PT017 - other errors must escape
        assert str(error).splitlines()[0].isprintable()  # noqa: PT017


def test_unbroken_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [package.name for package in _read(monkeypatch, tomli.loads(LOCK)).packages] == [
        "b",
        "c",
        "d",
        "e",
        "f",
        "g",
    ]


@given(st.integers(0, LOCK.index("requires-python")))
def test_truncated_files_are_refused(length: int) -> None:
    with pytest.raises(InputError, match=r"^uv\.lock"):
        uv.read(SourceFile(path=Path("uv.lock"), content=LOCK[:length].encode()), {})


@given(st.binary(max_size=40))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"^uv\.lock"):
        uv.read(SourceFile(path=Path("uv.lock"), content=content), {})
