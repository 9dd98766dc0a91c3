"""Environment markers (https://packaging.python.org/en/latest/specifications/dependency-specifiers/).

`packaging` parses and evaluates them; here they are joined, and the questions that ask for an extra or a group are
answered, because in a lock these are edges and not properties of the environment. None stands for "always".
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from packaging.markers import InvalidMarker, Marker
from packaging.utils import NormalizedName, canonicalize_name

from .errors import quote

NEVER = Marker('python_version < "0"')
"""A condition that no environment fulfils."""

ALWAYS = Marker('python_version >= "0"')
"""A condition that every environment fulfils, for where None cannot stand."""

_TOKEN = re.compile(
    r"""\s*(?: (?P<string>"[^"]*"|'[^']*') | (?P<bracket>[()]) | (?P<operator>not\s+in\b|in\b|[=!<>~]+)
             | (?P<word>[a-z_]+) )""",
    re.VERBOSE,
)
_Token = tuple[str, str]
_Answer = Callable[[str, str, str], bool | str | None]
"""Answers a comparison, given as its three tokens, or says another in its place; None leaves it as it is."""


@lru_cache(maxsize=4096)
def marker(text: str) -> Marker | None:
    """Return the marker that `text` spells; Poetry writes "" and `*` for always, `<empty>` for never."""
    if text in {"", "*"}:
        return None
    if text == "<empty>":
        return NEVER
    if not text.isprintable():
        raise ValueError("control characters are not allowed in a marker")
    try:
        return Marker(text)
    except (InvalidMarker, RecursionError):
        raise ValueError(f"{quote(text)} is not an environment marker (PEP 508)") from None


def conjunction(*conditions: Marker | None) -> Marker | None:
    """Return the condition that all of these hold."""
    parts = tuple(dict.fromkeys(str(condition) for condition in conditions if condition is not None))
    if len(parts) > 1:
        parts = tuple(f"({part})" if " or " in part else part for part in parts)
    return marker(" and ".join(parts))


def disjunction(*conditions: Marker | None) -> Marker | None:
    """Return the condition that at least one of these holds; of none, none ever does."""
    if not conditions:
        return NEVER
    if None in conditions:
        return None
    return marker(" or ".join(dict.fromkeys(str(condition) for condition in conditions)))


@lru_cache(maxsize=4096)
def extras_of(condition: Marker | None) -> frozenset[NormalizedName]:
    """Return the extras that a marker asks for with `extra == "…"`."""
    return frozenset(name for operator, names in _asked_for(condition) if operator == "==" for name in names)


def extras_excluded_by(condition: Marker | None) -> frozenset[NormalizedName]:
    """Return the extras that a marker excludes with `extra != "…"`."""
    return frozenset(name for operator, names in _asked_for(condition) if operator == "!=" for name in names)


@lru_cache(maxsize=4096)
def assume_extras(condition: Marker | None, active: frozenset[NormalizedName]) -> Marker | None:
    """Return what is left of a marker when exactly these extras are active: None if nothing, NEVER if it fails."""
    if condition is None or "extra" not in str(condition):
        return condition

    def answer(left: str, operator: str, right: str) -> bool | None:
        if "extra" not in {left, right}:
            return None
        return _names(left, right).isdisjoint(active) == (operator in {"!=", "not in"})

    return _rest(condition, answer)


class Cases(NamedTuple):
    """What is left of a marker without any extra, and with each of those that make a difference."""

    without: Marker | None
    within: Mapping[NormalizedName, Marker | None]


@lru_cache(maxsize=4096)
def cases(condition: Marker | None) -> Cases:
    """Return what `assume_extras` says of all extras that a marker names: for others it says what it says of none."""
    without = assume_extras(condition, frozenset())
    named = sorted({name for _, names in _asked_for(condition) for name in names})
    within = ((extra, assume_extras(condition, frozenset({extra}))) for extra in named)
    return Cases(without, {extra: rest for extra, rest in within if rest != without})


@lru_cache(maxsize=4096)
def assume_selected(
    condition: Marker | None, extras: frozenset[NormalizedName], groups: frozenset[NormalizedName]
) -> Marker | None:
    """Return what is left of a marker of a lock file (PEP 751) when exactly these extras and groups are selected.

    Raises ValueError where `extras` and `dependency_groups` are not asked by `in` or `not in`, or `extra` is asked.
    """
    if condition is None:
        return None
    selected = {"extras": extras, "dependency_groups": groups}

    def answer(left: str, operator: str, right: str) -> bool | None:
        if right in selected and operator in {"in", "not in"}:
            return (canonicalize_name(left[1:-1]) in selected[right]) == (operator == "in")
        if not {"extra", *selected}.isdisjoint({left, right}):
            raise ValueError(f"{quote(f'{left} {operator} {right}')} has no meaning in a lock file (PEP 751)")
        return None

    return _rest(condition, answer)


def asked_instead(condition: Marker | None, questions: Mapping[str, Sequence[str]]) -> Marker | None:
    """Return the marker that asks any of these questions, each `"x" in …`, where it asks for one of these extras."""
    if condition is None or "extra" not in str(condition):
        return condition

    def answer(left: str, operator: str, right: str) -> bool | str | None:
        instead = questions.get(canonicalize_name(right[1:-1])) if left == "extra" else None
        if instead is None or operator not in {"==", "!="}:
            return None
        if operator == "==":
            return " or ".join(instead)
        return " and ".join(question.replace(" in ", " not in ", 1) for question in instead)

    return _rest(condition, answer)


def _asked_for(condition: Marker | None) -> Iterator[tuple[str, frozenset[NormalizedName]]]:
    """Yield the operator and the names of each comparison with `extra`."""
    if condition is not None and "extra" in str(condition):
        tokens = _tokens(str(condition))
        for left, (kind, operator), right in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if kind == "operator" and ("word", "extra") in {left, right}:
                yield operator, _names(left[1], right[1])


def _names(left: str, right: str) -> frozenset[NormalizedName]:
    """Return the names that are compared with `extra`."""
    quoted = right if left == "extra" else left
    return frozenset(map(canonicalize_name, re.split(r"[ ,|]+", quoted[1:-1])))


def _rest(condition: Marker, answer: _Answer) -> Marker | None:
    rest = _Evaluation(_tokens(str(condition)), answer).result()
    if isinstance(rest, str):
        return marker(rest)
    return None if rest else NEVER


class _Evaluation:
    """A walk over a marker's tokens that keeps the text of the comparisons which nobody answers."""

    def __init__(self, tokens: tuple[_Token, ...], answer: _Answer) -> None:
        self._tokens = tokens
        self._answer = answer
        self._at = 0

    def result(self) -> bool | str:
        return self._any_of()

    def _any_of(self) -> bool | str:
        parts = [self._all_of()]
        while self._accept(("word", "or")):
            parts.append(self._all_of())
        if True in parts:
            return True
        texts = [part for part in parts if isinstance(part, str)]
        return " or ".join(texts) if texts else False

    def _all_of(self) -> bool | str:
        parts = [self._one()]
        while self._accept(("word", "and")):
            parts.append(self._one())
        if False in parts:
            return False
        texts = [part for part in parts if isinstance(part, str)]
        return " and ".join(f"({text})" if " or " in text else text for text in texts) if texts else True

    def _one(self) -> bool | str:
        if self._accept(("bracket", "(")):
            inner = self._any_of()
            self._accept(("bracket", ")"))
            return inner
        left, operator, right = (token for _, token in self._tokens[self._at : self._at + 3])
        self._at += 3
        known = self._answer(left, operator, right)
        return f"{left} {operator} {right}" if known is None else known

    def _accept(self, token: _Token) -> bool:
        found = self._tokens[self._at : self._at + 1] == (token,)
        self._at += found
        return found


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[_Token, ...]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ValueError(f"{quote(text)} is not a marker that lock2nix can take apart")
        tokens.append((match.lastgroup, " ".join(match[match.lastgroup].split())))
        at = match.end()
    return tuple(tokens)
