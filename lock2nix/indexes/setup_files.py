"""What setup.cfg and setup.py say a build wants: `setup_requires`, read as text and never run.

https://setuptools.pypa.io/en/latest/references/keywords.html#keyword-setup-requires: setuptools would fetch these while
it builds. Of setup.py only strings that stand there are understood: in the call, or under a name. What it computes, or
wants under a condition, nobody knows who does not run it.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from packaging.requirements import InvalidRequirement, Requirement

from .setup_cfg import entries, sections

_MOST = 20  # mentions and names that are followed up: real files have one or two

# Each part ends in one place only, so that no text takes long.
_STRING = r"""(?:"[^"\\\n]*"|'[^'\\\n]*')"""
_LIST = rf"[\[(](?:[\s,]|\#[^\n]*\n|{_STRING})*[\])]"
_TERM = re.compile(rf"(?P<literal>{_LIST}|{_STRING})|(?P<name>[A-Za-z_]\w*)")
_COMMENT_OR_STRING = re.compile(rf"\#[^\n]*\n|({_STRING})")
_PLUS = re.compile(r"\s*\+\s*")
_SAID = re.compile(r"""^[^#\n]*\bsetup_requires["']?\s*[=:]\s*""", re.MULTILINE)
_END_OF_ARGUMENT = re.compile(r"\s*(?:\#[^\n]*\n\s*)?[,)}]")
_END_OF_STATEMENT = re.compile(r"[ \t]*(?:\#[^\n]*)?$", re.MULTILINE)


def setup_cfg_requires(content: bytes) -> Iterator[str]:
    """Yield the requirements of setup.cfg."""
    yield from _valid(entries(sections(content).get("options", {}).get("setup_requires", "")))


def setup_py_requires(content: bytes) -> Iterator[str]:
    """Yield the requirements that setup.py gives to `setup()`: literals, names of literals, and sums of both."""
    text = content.decode("utf-8", errors="replace").replace("\r\n", "\n")
    said = islice(_SAID.finditer(text), _MOST)
    terms = [term for mention in said for term in _terms(text, mention.end(), _END_OF_ARGUMENT)]
    names = islice(dict.fromkeys(term["name"] for term in terms if term["name"]), _MOST)
    literals = [term["literal"] for term in terms if term["literal"]]
    literals += [literal for name in names for literal in _assigned(text, name)]
    strings = [string[1:-1] for literal in literals for string in _COMMENT_OR_STRING.findall(literal) if string]
    yield from _valid(dict.fromkeys(strings))


def _assigned(text: str, name: str) -> Iterator[str]:
    """Yield the literals of what a name is given at the left margin, so under no condition."""
    for assigned in re.finditer(rf"^{name}[ \t]*=[ \t]*", text, re.MULTILINE):
        yield from (term["literal"] for term in _terms(text, assigned.end(), _END_OF_STATEMENT) if term["literal"])


def _terms(text: str, at: int, end: re.Pattern[str]) -> list[re.Match[str]]:
    """Return the terms of the sum that begins there; none if it is no sum, such as a choice."""
    terms: list[re.Match[str]] = []
    while term := _TERM.match(text, at):
        terms.append(term)
        plus = _PLUS.match(text, term.end())
        if plus is None:
            return terms if end.match(text, term.end()) else []
        at = plus.end()
    return []


def _valid(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        requirement = text.strip()
        try:
            Requirement(requirement)
        except InvalidRequirement:  # what only setuptools understands
            continue
        yield requirement
