"""Wire models: what a file must look like, checked in one go, and errors that say where it does not.

A place reads like `poetry.lock: package[3] "requests": files[0].hash`.
"""

import re
from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from lock2nix.errors import InputError, quote
from lock2nix.schemas.source import SourceFile

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")


class Wire(BaseModel):
    """A table of a foreign file: types are taken as they are, and fields that we do not know are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)


WireModel = TypeVar("WireModel", bound=Wire)


def validate(model: type[WireModel], data: object, source: SourceFile) -> WireModel:
    """Return the model of this data, or raise an InputError that says where in `source` it does not fit."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise input_error(error, data, source) from None


def input_error(error: ValidationError, data: object, source: SourceFile) -> InputError:
    """Return what pydantic found as an error that says where in `source` it is."""
    details = error.errors(include_url=False, include_input=False)
    first = details[0]
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return InputError(_message(first) + more, place=place(source, data, first["loc"]))


def place(source: SourceFile, data: object, location: Sequence[str | int] = ()) -> str:
    """Return where in the file something is; list items that have a name are called by it."""
    text = ""
    current: object = data
    for key in location:
        if isinstance(key, int):
            # A value that stands for a list of itself has no index in the file.
            if isinstance(current, list) and key < len(current):
                current = current[key]
                text += f"[{key}]{_called(current)}"
        elif isinstance(current, dict):
            # Only the last key can be one that the file lacks; others are pydantic's names of a union's members.
            if key in current or (key == location[-1] and _BARE_KEY.fullmatch(key)):
                text += _joined(text, key)
            current = current.get(key, current)
    return f"{source.path}: {text.removesuffix(':')}" if text else str(source.path)


def _message(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "this key is missing"
    if error["type"] == "union_tag_invalid":  # pydantic's own words repeat the file's without escaping them
        context = error["ctx"]
        return f"{quote(context['tag'])} is none of {context['expected_tags']}"
    return error["msg"].removeprefix("Value error, ")


def _called(value: object) -> str:
    name = value.get("name") if isinstance(value, dict) else None
    return f" {quote(name)}:" if isinstance(name, str) else ""


def _joined(text: str, key: str) -> str:
    shown = key if _BARE_KEY.fullmatch(key) else quote(key)
    if not text:
        return shown
    return f" {shown}" if text.endswith(":") else f".{shown}"
