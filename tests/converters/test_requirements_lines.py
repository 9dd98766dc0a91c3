"""What a line is: encodings, continuations, comments."""

import codecs

import pytest

from lock2nix.converters.requirements_lines import Line, lines
from lock2nix.converters.requirements_text import decoded
from lock2nix.errors import InputError

from .requirements_read import file

TEXT = "# é\nflask==1.0\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
    ],
)
def test_marks_of_encodings(content: bytes) -> None:
    assert decoded(file("r.txt", content)) == TEXT


@pytest.mark.parametrize("first", ["# -*- coding: latin-1 -*-", "#!x\n# vim: set fileencoding=cp1252 :"])
def test_declared_encoding(first: str) -> None:
    text = f"{first}\n{TEXT}"
    assert decoded(file("r.txt", text.encode("latin-1"))) == text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a\n# caf\xe9\n", "r.txt:2: byte 0xe9 is not UTF-8\nhint: save it as UTF-8, or name its encoding"),
        (b"# coding: no-such\n", 'r.txt: "no-such" is not an encoding of text'),
        (b"# coding: unicode_escape\n", '"unicode_escape" is not an encoding of text'),
        (b"# coding: hex\n", '"hex" is not an encoding of text'),
        (b"# coding: idna\n\xff", "is not"),
        (b"# coding: ascii\n\xff", "r.txt:2: byte 0xff is not ASCII"),
        ("flask\n".encode("utf-16-le"), "UTF-16 without its mark"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", "is not UTF-16-LE"),
    ],
)
def test_other_bytes_are_no_text(content: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        decoded(file("r.txt", content))
    assert message in str(caught.value)


def said(text: str) -> list[tuple[int, str]]:
    return [(line.number, line.text) for line in lines(text)]


def test_comments_and_empty_lines_say_nothing() -> None:
    assert said("# a\n\n  # b\n\t\n") == []
    assert said("flask # web\nx#y\n  six\t==1  ") == [(1, "flask"), (2, "x#y"), (3, "six ==1")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_every_end_of_line(end: str) -> None:
    assert said(f"a{end}b \\{end}  --hash=x{end}c") == [(1, "a"), (2, "b   --hash=x"), (4, "c")]


def test_continued_lines_have_the_number_of_the_first() -> None:
    assert said("a \\\n --hash=x \\\n --hash=y\nb") == [(1, "a  --hash=x  --hash=y"), (4, "b")]
    assert said("a \\") == [(1, "a")]


def test_comment_ends_a_continued_line_and_is_not_continued() -> None:
    assert said("a \\\n# b \\\nc") == [(1, "a"), (3, "c")]
    # What is continued within a comment belongs to it.
    assert said("a # b \\\n--hash=x\nc") == [(1, "a"), (3, "c")]


def test_notes_are_the_comments_that_belong_to_a_line() -> None:
    text = "# head\na==1  # via x\nb==1 \\\n    --hash=y\n    # via\n    #   c\n# foot\n    # neither\nc\n\n    # nor\n"
    assert list(lines(text)) == [
        Line(number=2, text="a==1", notes=("via x",), above="head"),
        Line(number=3, text="b==1     --hash=y", notes=("via", "c")),
        Line(number=9, text="c"),
    ]
