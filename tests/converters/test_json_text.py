from pathlib import Path

import pytest

from lock2nix.converters import json_text
from lock2nix.errors import InputError
from lock2nix.schemas.source import SourceFile


def parse(content: bytes) -> dict[str, object]:
    return json_text.parse(SourceFile(path=Path("Pipfile.lock"), content=content))


def refusal(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        parse(content)
    return str(caught.value)


def test_byte_order_mark_is_no_content() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}\r\n') == {"a": 1}


def test_syntax_error_names_line_and_column() -> None:
    assert refusal(b'{\n"a": 1,,\n}') == "Pipfile.lock:2:8: not JSON: Expecting property name enclosed in double quotes"


def test_truncation_is_recognised() -> None:
    assert refusal(b'{"a": [1, ').endswith("hint: the file ends too early: fetch or lock it again")


def test_merge_conflict_is_recognised() -> None:
    conflict = b'{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> branch\n}\n'
    assert refusal(conflict).endswith("hint: resolve the merge conflict in this file")


def test_other_encoding_names_line_and_column() -> None:
    assert refusal(b'{"a":\n"\xe9"}') == "Pipfile.lock:2:2: not JSON: byte 0xe9 is not UTF-8"


@pytest.mark.parametrize(
    "hostile", [b"[" * 100_000, b'{"a":' * 100_000, b'{"a": NaN}', b'{"a": ' + b"1" * 10_000 + b"}", b"", b"[]", b"1"]
)
def test_hostile_files_are_refused(hostile: bytes) -> None:
    assert refusal(hostile).startswith("Pipfile.lock")
