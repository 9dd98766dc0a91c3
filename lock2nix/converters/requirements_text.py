"""The text of a requirements file, in whatever encoding pip would read it.

Reference: https://pip.pypa.io/en/stable/reference/requirements-file-format/#encoding. What pip would take to be in the
encoding of the machine is an error here: the same bytes must say the same everywhere.
"""

import codecs
import re

from lock2nix.errors import InputError, quote
from lock2nix.schemas.source import SourceFile

# The mark of UTF-16-LE is the beginning of that of UTF-32-LE.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"coding[:=]\s*([-\w.]+)")
_ASCII = rb"\x41" + bytes(range(0x5D, 0x7F)) + bytes(range(0x20, 0x5C))
_HINT = "save it as UTF-8, or name its encoding in the first line: `# -*- coding: latin-1 -*-`"


def decoded(source: SourceFile) -> str:
    """Return the text of a file, by its byte order mark, its declared encoding (PEP 263), or UTF-8.

    Raises InputError where that does not fit.
    """
    content = source.content
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding, source)
    declared = _declared(content)
    if declared is not None and not _is_charset(declared):
        raise InputError(f"{quote(declared)} is not an encoding of text", place=source.path, hint=_HINT)
    if b"\0" in content and declared is None:
        raise InputError("this is no text (it has null bytes), or UTF-16 without its mark", place=source.path)
    return _decoded(content, declared or "utf-8", source)


def _declared(content: bytes) -> str | None:
    for line in content.split(b"\n", 2)[:2]:
        if line.startswith(b"#") and (found := _DECLARED.search(line)):
            return found[1].decode("ascii", "replace")
    return None


def _is_charset(encoding: str) -> bool:
    # Python also knows encodings that are no character sets, such as `unicode_escape`.
    try:
        return _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except (LookupError, ValueError):
        return False


def _decoded(content: bytes, encoding: str, source: SourceFile) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{content[error.start]:02x} is not {encoding.upper()}"
        raise InputError(message, place=f"{source.path}:{line}", hint=_HINT) from None
