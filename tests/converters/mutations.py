"""Parsed files with one thing in them changed, as no tool would write them."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

STRANGE: st.SearchStrategy[object] = st.sampled_from(
    [
        "", "${x}", "''", "a\nb", "a\x00b", "../..", "/etc/passwd", "\ud800", "\u202e", "(" * 2_000, "9" * 5_000, "*",
        "<empty>", "extra", 'extra == "', "1.0", "a", "x" * 2_000, "https://u:p@[::", "git+ssh://-o", "2.1", "main",
        True, False, 0, -1, 1e308, [], {}, [[]], [{}], {"": ""}, {"a": "b"}, ["a"], ["a", "a"], None,
    ]
)  # fmt: skip


def places(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - TOML
    """Yield the way to every value of a parsed file."""
    yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*place, key))


def mutated(tree: dict[str, Any], place: tuple[str | int, ...], strange: object, how: str) -> dict[str, Any]:
    """Return the parsed file with something strange in one place."""
    tree = copy.deepcopy(tree)
    if not place:
        return tree
    parent: Any = tree
    for key in place[:-1]:
        parent = parent[key]
    if how == "delete":
        del parent[place[-1]]
    elif how == "rename" and isinstance(parent, dict) and isinstance(strange, str):
        parent[strange] = parent.pop(place[-1])
    elif how == "repeat" and isinstance(parent, list):
        parent.append(parent[0])
    else:
        parent[place[-1]] = strange
    return tree
