from pathlib import Path

import pytest

from lock2nix.converters import FORMATS, detect, poetry
from lock2nix.errors import InputError
from lock2nix.schemas.source import SourceFile

LOCK = b'[metadata]\nlock-version = "2.0"\ncontent-hash = "0"\n'


def file(name: str, content: bytes = b"") -> SourceFile:
    return SourceFile(path=Path("somewhere") / name, content=content)


def test_names_and_commands_are_unambiguous() -> None:
    names = [name for known in FORMATS for name in known.file_names]
    assert len(set(names)) == len(names)
    assert len({known.name for known in FORMATS}) == len(FORMATS)


def test_file_name_decides() -> None:
    assert detect(file("poetry.lock", b"nonsense")) is poetry.FORMAT


def test_content_decides_where_the_name_says_nothing() -> None:
    assert detect(file("source-git.lock", LOCK)) is poetry.FORMAT


def test_unknown_file_is_refused_with_what_can_be_read() -> None:
    with pytest.raises(InputError) as caught:
        detect(file("yarn.lock", b"# yarn lockfile v1"))
    text, hint = str(caught.value).split("\nhint: lock2nix can read: ")
    assert text == "somewhere/yarn.lock: this is no lock file that lock2nix knows"
    assert hint.split(", ")[:2] == ["Poetry (poetry.lock)", "PEP 751 (pylock.toml)"]
