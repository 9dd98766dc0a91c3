"""Whatever is wrong with a pdm.lock or its project, the answer is an InputError with the file in it."""

from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lock2nix.converters import pdm, toml
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile

from .mutations import STRANGE, mutated, places
from .pdm_locks import ZEROS

LOCK = f"""
[metadata]
groups = ["default", "dev", "x"]
strategy = ["inherit_metadata"]
cross_platform = true
lock_version = "4.5.0"
content_hash = "sha256:{ZEROS}"
[[metadata.targets]]
requires_python = ">=3.8||<3.6"
platform = "manylinux_2_17_x86_64"
implementation = "cpython"
[metadata.files]
"b 1.0" = [{{ file = "b-1.0.tar.gz", hash = "sha256:{ZEROS}" }}]
[[package]]
name = "a"
version = "1.0"
requires_python = ">=3.5.*"
groups = ["default", "dev"]
marker = "os_name == 'nt'"
dependencies = ["b[x]>=1; os_name == 'nt'", "-e file:///${{PROJECT_ROOT}}/c#egg=c"]
files = [{{ url = "https://x.org/a-1.0-py3-none-any.whl", hash = "sha256:{ZEROS}" }}]
[[package]]
name = "b"
version = "1.0"
sections = ["default"]
[package.dependencies]
c = {{ version = ">=1", extras = ["x"], marker = "os_name == 'nt'" }}
d = "*"
[[package]]
name = "b"
version = "1.0"
groups = ["default"]
extras = ["x"]
dependencies = ["b==1.0", "d"]
[[package]]
name = "c"
path = "./c"
editable = true
groups = ["default"]
[[package]]
name = "d"
version = "1.0"
groups = ["x"]
git = "https://x.org/d"
ref = "main"
revision = "{"a" * 40}"
subdirectory = "in"
[[package]]
name = "e"
version = "1.0"
groups = ["default"]
url = "https://x.org/e-1.0.zip"
dependencies = ["app[x]"]
"""
PROJECT = """
[project]
name = "app"
version = "1.0"
requires-python = ">=3.8"
dependencies = ["a", "b[x]"]
[project.optional-dependencies]
x = ["d", "app[x]"]
[dependency-groups]
dev = ["e", { include-group = "more" }]
more = ["a"]
[tool.pdm]
distribution = true
[tool.pdm.dev-dependencies]
docs = ["-e file:///${PROJECT_ROOT}/c#egg=c", "d"]
[tool.pdm.resolution]
excludes = ["z"]
[[tool.pdm.source]]
name = "pypi"
url = "https://me:x@x.org/simple"
username = "a"
password = "b"
include_packages = ["a*"]
exclude_packages = ["b"]
[[tool.pdm.source]]
name = "y"
url = "file:///${PROJECT_ROOT}/wheels"
type = "find_links"
"""
LOCK_PATH, PROJECT_PATH = Path("pdm.lock"), Path("pyproject.toml")


def _read(monkeypatch: pytest.MonkeyPatch, lock: dict[str, Any], project: dict[str, Any]) -> Lock:
    """Read parsed files: TOML could not hold everything that is tried here, and need not be written for it."""
    trees = {LOCK_PATH: lock, PROJECT_PATH: project}
    monkeypatch.setattr(toml, "parse", lambda source: trees[source.path])
    beside = SourceFile(path=PROJECT_PATH, content=b"")
    return pdm.read(SourceFile(path=LOCK_PATH, content=b""), {"pyproject.toml": beside})


def _without_groups(lock: dict[str, Any]) -> dict[str, Any]:
    """Return the lock as an older PDM would have written it, which is walked."""
    packages = [{key: one[key] for key in one if key not in {"groups", "sections"}} for one in lock["package"]]
    return {**lock, "package": packages}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=800)
@given(data=st.data())
def test_mutated_files_are_read_or_refused(monkeypatch: pytest.MonkeyPatch, data: st.DataObject) -> None:
    lock, project = tomli.loads(LOCK), tomli.loads(PROJECT)
    if data.draw(st.booleans()):
        lock = _without_groups(lock)
    is_lock = data.draw(st.booleans())
    tree = lock if is_lock else project
    place = data.draw(st.sampled_from(list(places(tree))))
    how = data.draw(st.sampled_from(["delete", "replace", "rename", "repeat"]))
    changed = mutated(tree, place, data.draw(STRANGE), how)
    try:
        _read(monkeypatch, *((changed, project) if is_lock else (lock, changed)))
    except InputError as error:
        assert str(error).startswith(("pdm.lock", "pyproject.toml"))  # noqa: PT017 - other errors must escape
        assert str(error).splitlines()[0].isprintable()  # noqa: PT017


def test_unbroken_files_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, project = tomli.loads(LOCK), tomli.loads(PROJECT)
    for each in (lock, _without_groups(lock)):
        names = [package.name for package in _read(monkeypatch, each, project).packages]
        assert names == ["a", "b", "c", "d", "e", "app"]


@given(st.integers(0, LOCK.index("content_hash")))
def test_truncated_files_are_read_or_refused(length: int) -> None:
    try:
        pdm.read(SourceFile(path=LOCK_PATH, content=LOCK[:length].encode()), {})
    except InputError as error:
        assert str(error).startswith("pdm.lock")  # noqa: PT017 - other errors must escape


@given(st.binary(max_size=40))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"^pdm\.lock"):
        pdm.read(SourceFile(path=LOCK_PATH, content=content), {})
