"""JSON files as Python values (RFC 8259), or an error that names line and column."""

import json

from lock2nix.errors import InputError
from lock2nix.schemas.source import SourceFile

_BOM = b"\xef\xbb\xbf"


def parse(source: SourceFile) -> dict[str, object]:
    """Return the file's object.

    It is not yet checked: hand it to a wire model at once.
    """
    try:
        found = json.loads(_text(source), parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = f"{source.path}:{error.lineno}:{error.colno}"
        raise InputError(f"not JSON: {error.msg}", place=place, hint=_hint(source, error)) from None
    except RecursionError:
        raise InputError("not readable: nested too deeply", place=source.path) from None
    except ValueError as error:  # NaN, or an integer of more digits than Python converts
        raise InputError(f"not readable: {error}", place=source.path) from None
    if not isinstance(found, dict):
        raise InputError("this is JSON, but no object", place=source.path)
    return found


def _text(source: SourceFile) -> str:
    content = source.content.removeprefix(_BOM)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        place = f"{source.path}:{line}:{column}"
        raise InputError(f"not JSON: byte 0x{content[error.start]:02x} is not UTF-8", place=place) from None


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


def _hint(source: SourceFile, error: json.JSONDecodeError) -> str | None:
    if b"<<<<<<<" in source.content and b">>>>>>>" in source.content:
        return "resolve the merge conflict in this file"
    if error.pos >= len(error.doc.rstrip()):
        return "the file ends too early: fetch or lock it again"
    return None
