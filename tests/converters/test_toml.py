from pathlib import Path

import pytest

from lock2nix.converters import toml
from lock2nix.errors import InputError
from lock2nix.schemas.source import SourceFile


def parse(content: bytes) -> dict[str, object]:
    return toml.parse(SourceFile(path=Path("poetry.lock"), content=content))


def refusal(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        parse(content)
    return str(caught.value)


def test_byte_order_mark_and_windows_line_ends_are_no_content() -> None:
    assert parse(b"\xef\xbb\xbfa = 1\r\nb = 'x'\r\n") == {"a": 1, "b": "x"}


def test_syntax_error_names_line_and_column() -> None:
    assert refusal(b'a = 1\nb = = "2"\n').startswith("poetry.lock:2:5: not TOML: ")


def test_truncation_is_recognised() -> None:
    assert refusal(b'files = [\n    {file = "a').endswith("hint: the file ends too early: fetch or lock it again")


def test_merge_conflict_is_recognised() -> None:
    conflict = b"<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> branch\n"
    assert refusal(conflict).endswith("hint: resolve the merge conflict in this file")


def test_other_encoding_names_line_and_column() -> None:
    assert refusal(b'a = 1\nb = "\xe9"\n') == "poetry.lock:2:6: not TOML: byte 0xe9 is not UTF-8"


@pytest.mark.parametrize(
    "hostile",
    [b"a = " + b"[" * 100_000, b"a" + b".a" * 100_000 + b" = 1", b"a = " + b"1" * 10_000, b"\x00", b"a = 2024-13-45"],
)
def test_hostile_files_are_refused(hostile: bytes) -> None:
    assert refusal(hostile).startswith("poetry.lock")
