"""TOML files as Python values (https://toml.io/en/v1.0.0), or an error that names line and column."""

from typing import Any

import tomli

from lock2nix.errors import InputError
from lock2nix.schemas.source import SourceFile

_BOM = b"\xef\xbb\xbf"


def parse(source: SourceFile) -> dict[str, Any]:
    """Return the file's top-level table.

    It is not yet checked: hand it to a wire model at once.
    """
    try:
        return tomli.loads(_text(source))
    except tomli.TOMLDecodeError as error:
        place = f"{source.path}:{error.lineno}:{error.colno}"
        raise InputError(f"not TOML: {error.msg}", place=place, hint=_hint(source, error)) from None
    except RecursionError:
        raise InputError("not readable: nested too deeply", place=source.path) from None
    except ValueError as error:  # an integer of more digits than Python converts
        raise InputError(f"not readable: {error}", place=source.path) from None


def _text(source: SourceFile) -> str:
    content = source.content.removeprefix(_BOM)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        place = f"{source.path}:{line}:{column}"
        raise InputError(f"not TOML: byte 0x{content[error.start]:02x} is not UTF-8", place=place) from None


def _hint(source: SourceFile, error: tomli.TOMLDecodeError) -> str | None:
    if b"<<<<<<<" in source.content and b">>>>>>>" in source.content:
        return "resolve the merge conflict in this file"
    if error.pos >= len(error.doc.rstrip()):
        return "the file ends too early: fetch or lock it again"
    return None
