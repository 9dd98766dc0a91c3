"""TOML (https://toml.io/en/v1.0.0) as locks are written: a table for each package, a line for each file.

Written here and not by a library: what is written are a few tables of known shape, and their layout, which decides
what a diff of two locks shows, is the whole of the work.
"""

import json
from collections.abc import Mapping, Sequence

Value = str | int | bool | Sequence["Value"] | Mapping[str, "Value"]
Table = Mapping[str, Value]

_LONGEST = 100


def document(head: Table, **arrays: Sequence[Table]) -> str:
    """Return a file of some values and named arrays of tables; keys are bare."""
    tables = [f"[[{name}]]\n{_lines(table)}" for name, array in arrays.items() for table in array]
    return "\n".join([_lines(head), *tables])


def _lines(table: Table) -> str:
    return "".join(f"{key} = {_shown(value)}\n" for key, value in table.items())


def _shown(value: Value) -> str:
    if isinstance(value, str | int | Mapping):
        return _inline(value)
    line = _inline(value)
    if len(line) <= _LONGEST:
        return line
    return "[\n" + "".join(f"    {_inline(item)},\n" for item in value) + "]"


def _inline(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_inline(item)}" for key, item in value.items()) + " }"
    return "[" + ", ".join(map(_inline, value)) + "]"


def _string(text: str) -> str:
    if not text.isprintable():
        raise ValueError("control characters are not written")
    # Conditions are full of quotes: between single ones nothing is escaped.
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)
