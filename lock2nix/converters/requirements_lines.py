"""The logical lines of a requirements file: continued ones joined, comments set apart.

Reference: https://pip.pypa.io/en/stable/reference/requirements-file-format/#structure and, for what it leaves open,
pip's own `req_file.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_COMMENT = re.compile(r"(?:^|\s)#")
_COMMENT_LINE = re.compile(r"\s*#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that says something; `number` is that of its beginning in the file.

    `notes` are its own comment and those indented right below it, `above` is the comment right above it: tools write
    there what they know.
    """

    number: int
    text: str
    notes: tuple[str, ...] = ()
    above: str | None = None


def lines(text: str) -> Iterator[Line]:
    """Yield the lines of a file that are more than a comment."""
    current: Line | None = None
    above: str | None = None
    for number, joined in _joined(text):
        said, comment = _split(joined)
        if said:
            if current is not None:
                yield current
            current = Line(number=number, text=said, notes=() if comment is None else (comment,), above=above)
            above = None
        elif comment is None or not joined[:1].isspace():
            if current is not None:
                yield current
            current, above = None, comment
        elif current is None:
            above = None
        else:
            current = replace(current, notes=(*current.notes, comment))
    if current is not None:
        yield current


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file, those that end with a backslash together with their next one."""
    parts: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), start=1):
        is_comment = _COMMENT_LINE.match(line) is not None
        first = first if parts else number
        # A comment ends what is continued, and is never continued itself.
        if line.endswith("\\") and not is_comment:
            parts.append(line.strip("\\"))
            continue
        yield first, "".join([*parts, " " if is_comment and parts else "", line])
        parts = []
    if parts:
        yield first, "".join(parts)


def _split(line: str) -> tuple[str, str | None]:
    comment = _COMMENT.search(line)
    said = line if comment is None else line[: comment.start()]
    return said.replace("\t", " ").strip(), None if comment is None else line[comment.end() :].strip()
