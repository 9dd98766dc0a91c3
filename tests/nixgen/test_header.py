import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lock2nix import __version__
from lock2nix.nixgen.header import Header, read_header

from .nix_text import parsed

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
HEADERS = st.builds(
    Header,
    source=TEXTS,
    command=TEXTS,
    inputs=st.dictionaries(TEXTS, TEXTS, max_size=3),
    options=st.dictionaries(TEXTS, st.lists(TEXTS, max_size=3), max_size=3),
    predicted=st.integers(0, 1000),
)


@given(HEADERS, TEXTS)
def test_a_header_is_read_as_it_was_written(header: Header, rest: str) -> None:
    assert read_header(header.text() + rest) == header


@given(HEADERS)
def test_a_header_is_two_lines_of_comment(header: Header) -> None:
    # For Nix, whose comments end at either line end, too.
    lines = header.text().replace("\r", "\n").split("\n")
    assert [line[:2] for line in lines] == ["# ", "# ", ""]


def test_nix_sees_nothing_of_it() -> None:
    header = Header(source="a\nbuiltins.abort\r1", command="*/ ''${x}\n2", inputs={"a\nb": "c"})
    assert parsed(f"{header.text()}1", "1")[0] == parsed("1")[0]


def test_people_are_told_what_to_do() -> None:
    first, second, _ = Header(source="poetry.lock", command="lock2nix poetry poetry.lock", inputs={}).text().split("\n")
    assert "poetry.lock" in first
    assert "`lock2nix poetry poetry.lock`" in first
    assert json.loads(second.removeprefix("# lock2nix: "))["version"] == __version__


def test_the_order_of_inputs_and_options_does_not_matter() -> None:
    one = Header(source="x", command="y", inputs={"a": "1", "b": "2"}, options={"c": ["3"], "d": ["4"]})
    other = Header(source="x", command="y", inputs={"b": "2", "a": "1"}, options={"d": ["4"], "c": ["3"]})
    assert one.text() == other.text()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{ }",
        "# Made by hand\n{ }\n",
        "\n\n\n",
        "# x\n# lock2nix: \n",
        "# x\n# lock2nix: {\n",
        "# x\n# lock2nix: []\n",
        '# x\n# lock2nix: {"source": "x"}\n',
        '# x\n# lock2nix: {"source": "x", "command": "y", "inputs": {}, "surprise": 1}\n',
        '# x\n\n# lock2nix: {"source": "x", "command": "y", "inputs": {}}\n',
        '# lock2nix: {"source": "x", "command": "y", "inputs": {}}\n',
        '# x\r# lock2nix: {"source": "x", "command": "y", "inputs": {}}\r',
    ],
)
def test_other_files_have_no_header(text: str) -> None:
    assert read_header(text) is None
