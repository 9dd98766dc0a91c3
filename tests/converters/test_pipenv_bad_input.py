"""Whatever is wrong with a Pipfile.lock, the answer is an InputError with the file in it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lock2nix.converters import pipenv
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile

from .mutations import STRANGE, mutated, places
from .pipfiles import ONE, PYPI, pin, refusal

PIPFILE = b"[packages]\na = '*'\n[docs]\nb = {markers = \"os_name == 'nt'\"}\n"
TREE: dict[str, Any] = {
    "_meta": {
        "hash": {"sha256": "made by hand"},
        "pipfile-spec": 6,
        "requires": {"python_version": "3.12", "python_full_version": "3.12.1"},
        "sources": [PYPI, {"name": "house", "url": "https://${USER}:p@x.org/simple", "verify_ssl": False}],
    },
    "default": {
        "a": pin("1", markers="python_version >= '3.8'", extras=["x"], index="house", sys_platform="== 'linux'"),
        "b": {"git": "https://x.org/b.git", "ref": "a" * 40, "subdirectory": "x", "editable": True},
        "c": {"path": ".", "editable": True},
        "d": {"file": "https://x.org/d-1.zip", "hashes": [ONE], "no_binary": True, "pip_args": ["-x"]},
    },
    "develop": {"a": "==1"},
    "docs": {"b": {"version": "*"}},
}


def read(tree: object) -> Lock:
    beside = {"Pipfile": SourceFile(path=Path("Pipfile"), content=PIPFILE)}
    content = json.dumps(tree).encode()
    return pipenv.read(SourceFile(path=Path("Pipfile.lock"), content=content), beside)


@settings(deadline=None, max_examples=800)
@given(data=st.data())
def test_mutated_files_are_read_or_refused(data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(list(places(TREE))))
    how = data.draw(st.sampled_from(["delete", "replace", "rename", "repeat"]))
    try:
        read(mutated(TREE, place, data.draw(STRANGE), how))
    except InputError as error:
        assert str(error).startswith("Pipfile")  # noqa: PT017 - other errors must escape
        assert str(error).splitlines()[0].isprintable()  # noqa: PT017


def test_unbroken_file_is_read() -> None:
    assert [package.name for package in read(TREE).packages] == ["a", "b", "c", "d"]


@given(st.binary(max_size=40))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"^Pipfile\.lock"):
        pipenv.read(SourceFile(path=Path("Pipfile.lock"), content=content), {})


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"version": 1}, "version: Input should be a valid string"),
        (7, "Input should be a valid string"),
        ({"version": "==x"}, ' "x" is not a version (PEP 440)'),
        ({"hashes": ["md5:0"]}, 'hashes[0]: "0" is not a md5 digest of 32 hex digits'),
        ({"markers": "nonsense"}, 'markers: "nonsense" is not an environment marker (PEP 508)'),
        ({"sys_platform": "nonsense"}, '"sys_platform nonsense" is not an environment marker (PEP 508)'),
        ({"extras": "x"}, "extras: Input should be a valid list"),
        ({"subdirectory": "../x"}, 'subdirectory: "../x" leads out of the source tree'),
        ({"index": "a\nb"}, "index: control characters are not allowed here"),
    ],
)
def test_errors_say_where(entry: object, message: str) -> None:
    found = refusal({"a": entry})
    assert found.startswith("Pipfile.lock: default.a")
    assert found.endswith(message)


@pytest.mark.parametrize("name", ["", "a b", "-a", "a/../b", "${x}", "a\x00"])
def test_names_that_are_none(name: str) -> None:
    found = refusal({name: pin("1")})
    assert found.startswith("Pipfile.lock: default")
    assert found.endswith("is not a project name")
    assert found.isprintable()
