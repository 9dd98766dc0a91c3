"""Keeps in the output what regeneration need not ask an index for (design.md §7), and reads it back.

Most of it is the Nix itself; the rest is one line each at the end, `# lock2nix: ` with a word and JSON. Only text laid
out as we do it is understood; what a person changed is passed over. Everything is keyed by hash or revision, so a stale
output can miss an answer but cannot give a wrong one.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from textwrap import dedent
from typing import TypeVar

from pydantic import ValidationError

from lock2nix.schemas.answers import Answers, build_key
from lock2nix.schemas.base import Model
from lock2nix.schemas.lock import BuildSystem, CargoLock, Pinned, Tool

from .header import MARK, read_header
from .packages import OLD_POETRY_BACKEND, PYPI_FILES

Kept = TypeVar("Kept", bound=Model)

_INSIDE = r'(?:[^"\\]|\\.)*'
_STRING = rf'"({_INSIDE})"'
_FETCHED = re.compile(
    rf"\b(?P<kind>pypi|fetch) \{{\s*(?:path|url) = {_STRING};(?:\s*name = {_STRING};)?"
    rf"\s*hash = {_STRING};(?:\s*locked = {_STRING};)?\s*\}}"
)
# What PyPI's index says of a file; the other form is a prediction, which the index is still to confirm.
_CONFIRMED_PATH = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{60}/")
_SUBJECT = rf"hash = {_STRING};|rev = {_STRING};|subdirectory = {_STRING};|(?P<package>\bpname = )"
_CARGO_LOCK = (
    rf'cargoLock = \{{\s*root = "(?P<root>{_INSIDE})";\s*text = '
    rf"(?:''\n(?P<lines>(?:(?!'').)*)\n *''|\"(?P<line>{_INSIDE})\");\s*\}};"
)
_PATCHED = rf"postPatch = [^\n]*{re.escape(OLD_POETRY_BACKEND)}"
_BUILD_SYSTEM = rf"build-system = \{{(?P<tools>[^}}]*)\}};(?:\s*{_CARGO_LOCK})?(?P<patched>\s*{_PATCHED})?"
_BUILT = re.compile(rf"{_SUBJECT}|{_BUILD_SYSTEM}", re.DOTALL)
_TOOL = re.compile(rf"(?:\"([^\"]*)\"|([A-Za-z0-9_'-]+)) = {_STRING};")
_ESCAPED = re.compile(r"\\(.)")
_TARGETS = re.compile(r"^ *targets = \[([^\]]*)\];$", re.MULTILINE)
_TOOL_LINE, _PINNED_LINE = f"{MARK}tool ", f"{MARK}pinned "


def kept_lines(answers: Answers) -> str:
    """Return the lines for the end of a file, in which the next run finds these answers."""
    lines = [_line(_TOOL_LINE, tool) for tool in answers.tools]
    lines += [_line(_PINNED_LINE, answers.pinned[pin]) for pin in sorted(answers.pinned)]
    return "".join(lines)


def read_answers(text: str) -> Answers:
    """Return the addresses, hashes and build systems that a generated file records; nothing if it is none of ours."""
    header = read_header(text)
    if header is None:
        return Answers()
    index_url = next(iter(header.options.get("index-url", ())), None)
    return Answers(
        index_url=index_url,
        urls=dict(_urls(text)),
        stronger=dict(_stronger(text)),
        build_systems=dict(_build_systems(text)),
        targets=frozenset(_targets(text)),
        prefer=next(iter(header.options.get("prefer", ())), "wheel"),
        tools=tuple(_read_lines(text, _TOOL_LINE, Tool)),
        pinned={one.pin: one for one in _read_lines(text, _PINNED_LINE, Pinned)},
    )


def _line(word: str, kept: Model) -> str:
    return f"{word}{json.dumps(kept.model_dump(mode='json', exclude_defaults=True), sort_keys=True)}\n"


def _read_lines(text: str, word: str, kind: type[Kept]) -> Iterator[Kept]:
    for kept in re.findall(rf"^{word}(.*)$", text, re.MULTILINE):
        with suppress(ValidationError):
            yield kind.model_validate_json(kept)


def _targets(text: str) -> Iterator[str]:
    found = _TARGETS.search(text)
    yield from re.findall(_STRING, found[1]) if found else ()


def _urls(text: str) -> Iterator[tuple[str, str]]:
    for kind, where, _, sri, locked in _FETCHED.findall(text):
        place = _unescaped(where)
        # The lock may know the file by a weaker hash than Nix does.
        for one in filter(None, (sri, locked)):
            if kind == "fetch":
                yield _unescaped(one), place
            elif _CONFIRMED_PATH.match(place):
                yield _unescaped(one), PYPI_FILES + place


def _stronger(text: str) -> Iterator[tuple[str, str]]:
    for *_, sri, locked in _FETCHED.findall(text):
        if locked:
            yield _unescaped(locked), _unescaped(sri)


def _build_systems(text: str) -> Iterator[tuple[str, BuildSystem]]:
    subject = None
    for match in _BUILT.finditer(text):
        if match["tools"] is None:
            # The last file or revision of a package is the one that it builds; what lies on disk is read anew.
            if match[3] is not None:
                subject = None if subject is None else build_key(subject, _unescaped(match[3]))
            else:
                subject = None if match["package"] else _unescaped(match[1] or match[2])
        elif subject is not None:
            tools = tuple((quoted or plain) + bounds for quoted, plain, bounds in _TOOL.findall(match["tools"]))
            backend = OLD_POETRY_BACKEND if match["patched"] else None
            yield subject, BuildSystem(requires=tools, backend=backend, cargo_lock=_cargo_lock(match))
            subject = None


def _cargo_lock(match: re.Match[str]) -> CargoLock | None:
    if match["root"] is None:
        return None
    text = _unescaped(match["line"]) if match["lines"] is None else dedent(match["lines"]) + "\n"
    return CargoLock(root=PurePosixPath(_unescaped(match["root"])), text=text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: {"n": "\n", "r": "\r", "t": "\t"}.get(match[1], match[1]), text)
