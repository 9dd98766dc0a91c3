"""Whatever is wrong with a pylock.toml, the answer is an InputError with the file in it."""

from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lock2nix.converters import pylock, toml
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile

from .mutations import STRANGE, mutated, places

ZEROS = "0" * 64
LOCK = f"""
lock-version = "1.0"
created-by = "x"
requires-python = ">=3.8"
environments = ["sys_platform == 'linux'"]
extras = ["fast"]
dependency-groups = ["dev"]
default-groups = ["default"]
[[packages]]
name = "a"
version = "1.0"
marker = "'default' in dependency_groups or 'fast' in extras"
requires-python = ">=3.8"
index = "https://pypi.org/simple"
dependencies = [{{ name = "b", version = "1" }}]
attestation-identities = [{{ kind = "x" }}]
sdist = {{ name = "a-1.0.tar.gz", url = "https://x.org/a", size = 1, hashes = {{ sha256 = "{ZEROS}" }} }}
wheels = [{{ path = "a-1.0-py3-none-any.whl", url = "https://x.org/a", hashes = {{ sha256 = "{ZEROS}" }} }}]
tool = {{ x = 1 }}
[[packages]]
name = "b"
vcs = {{ type = "git", url = "https://x.org", requested-revision = "x", commit-id = "{"a" * 40}", subdirectory = "x" }}
[[packages]]
name = "c"
directory = {{ path = ".", editable = true, subdirectory = "x" }}
[[packages]]
name = "d"
archive = {{ path = "d.zip", url = "https://x.org/d.zip", hashes = {{ sha256 = "{ZEROS}" }}, subdirectory = "x" }}
[tool.x]
y = 1
"""


def _read(monkeypatch: pytest.MonkeyPatch, tree: dict[str, Any]) -> Lock:
    """Read a parsed file: TOML could not hold everything that is tried here, and need not be written for it."""
    monkeypatch.setattr(toml, "parse", lambda _: tree)
    return pylock.read(SourceFile(path=Path("pylock.toml"), content=b""), {})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=600)
@given(data=st.data())
def test_mutated_files_are_read_or_refused(monkeypatch: pytest.MonkeyPatch, data: st.DataObject) -> None:
    tree = tomli.loads(LOCK)
    place = data.draw(st.sampled_from(list(places(tree))))
    how = data.draw(st.sampled_from(["delete", "replace", "rename", "repeat"]))
    try:
        _read(monkeypatch, mutated(tree, place, data.draw(STRANGE), how))
    except InputError as error:
        assert str(error).startswith("pylock.toml")  # noqa: PT017 - other errors must escape
        assert str(error).splitlines()[0].isprintable()  # noqa: PT017


def test_unbroken_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [package.name for package in _read(monkeypatch, tomli.loads(LOCK)).packages] == ["a", "b", "c", "d"]


@given(st.integers(0, LOCK.index("[[packages]]")))
def test_truncated_files_are_refused(length: int) -> None:
    with pytest.raises(InputError, match=r"^pylock\.toml"):
        pylock.read(SourceFile(path=Path("pylock.toml"), content=LOCK[:length].encode()), {})


@given(st.binary(max_size=40))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"^pylock\.toml"):
        pylock.read(SourceFile(path=Path("pylock.toml"), content=content), {})
