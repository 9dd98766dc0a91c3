"""The anchors of an index page in HTML: there are thousands, of which a few are wanted.

https://packaging.python.org/en/latest/specifications/simple-repository-api/#html-serialization. A page as all index
servers write it has one long run of plain anchors, which one expression reads. What is before, behind, or not plain is
read as https://html.spec.whatwg.org/multipage/parsing.html#tokenization has it, as far as it concerns tags. Python's
own parser takes the square of the length of pages that are made to harm, or fails at them, and differs by patch level.
Here every part of a page is looked at once, or twice: what is not closed goes on to the end, and nothing comes after.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from .character_references import decoded

_SPACE = r"\t\n\f\r "

# Values are quoted: nothing in one can be taken for a tag. What repeats is possessive: a page that is made to harm
# costs no more than its length.
_PLAIN = re.compile(
    rf'<a(?P<attributes>[{_SPACE}]++href="(?:[^"<>?#&\s\\]*/)?(?P<name>[^"<>?#&\s\\/]++)(?:\?[^"<>#]*+)?+'
    rf'(?:\#(?P<fragment>[^"<>]*+))?+"(?:[{_SPACE}]++[a-zA-Z-]++(?:="[^"]*+")?+)*+)[{_SPACE}]*+>'
    r"[^<]*+</a>"
    r"(?:\s++|</?(?:br|p|li|ul|div|td|tr)\s*+/?>)*+"
)
_BEGINNING = re.compile("<[a-zA-Z!/?]")  # of whatever is not text
_PLAIN_ATTRIBUTE = re.compile(r'([a-zA-Z-]+)(="([^"]*)")?')
_NAME_OF_TAG = re.compile(rf"[a-zA-Z][^{_SPACE}/>]*+")
_BETWEEN = re.compile(rf"[{_SPACE}/]*+")
_NAME = re.compile(rf"[^{_SPACE}/>][^{_SPACE}/>=]*+")  # which may begin with =
_EQUALS = re.compile(rf"[{_SPACE}]*+=[{_SPACE}]*+")
_BARE = re.compile(rf"[^{_SPACE}>]*+")
_END_OF_COMMENT = re.compile(r"--!?>")
# What stands in these is text up to their end.
_ENDS = {
    name: re.compile(rf"</{name}(?=[{_SPACE}/>])", re.IGNORECASE | re.ASCII)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}

Attributes = Mapping[str, str | None]

Admits = Callable[[str, str], bool]
"""Says whether an anchor is wanted by the file name at the end of its address, and the fragment as it is written."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """The wanted anchors of a page, the address in its `<base>`, and the version of the API that it speaks."""

    found: tuple[Attributes, ...]
    base: str | None
    version: str


def anchors(text: str, admits: Admits) -> Anchors:
    """Return the anchors of a page that are admitted, or not plain; in the page's order."""
    found: list[Attributes] = []
    base, version = None, "1.0"
    for part in _parts(text):
        if isinstance(part, re.Match):
            name = part["name"]
            if admits(unquote(name) if "%" in name else name, part["fragment"] or ""):
                found.append(_of_plain(part))
        elif part.name == "a":
            found.append(part.attributes)
        elif part.name == "base" and base is None:
            base = part.attributes.get("href")
        elif part.name == "meta" and part.attributes.get("name") == "pypi:repository-version":
            version = part.attributes.get("content") or version
    return Anchors(found=tuple(found), base=base, version=version)


@dataclass(frozen=True, slots=True)
class _Tag:
    """The beginning of an element, by its name in small letters; `end` is where what is in it starts."""

    name: str
    attributes: Attributes
    end: int


def _parts(text: str) -> Iterator[_Tag | re.Match[str]]:
    """Yield the plain anchors, and the tags that begin something else."""
    end = 0
    while end >= 0 and (begun := _BEGINNING.search(text, end)) is not None:
        at = begun.start()
        if (plain := _PLAIN.match(text, at)) is not None:
            yield plain
            end = plain.end()
        elif (named := _NAME_OF_TAG.match(text, at + 1)) is None:
            end = _after_other(text, at)
        elif (tag := _tag(text, named)) is not None:
            yield tag
            end = _after_text(text, tag)
        else:
            return


def _of_plain(plain: re.Match[str]) -> Attributes:
    # Of two with one name the first counts.
    pairs = reversed(_PLAIN_ATTRIBUTE.findall(plain["attributes"]))
    return {name.lower(): decoded(value) if given else None for name, given, value in pairs}


def _after_other(text: str, at: int) -> int:
    """Return where what is no beginning of an element ends, -1 where that is at the end of the page."""
    if text.startswith("<!--", at):
        # The dashes that open a comment can be among those that close it.
        if (empty := text.find(">", at + 4, at + 6)) >= 0 and text[at + 4 : empty] in {"", "-"}:
            return empty
        closed = _END_OF_COMMENT.search(text, at + 4)
        return -1 if closed is None else closed.end()
    if text.startswith("</", at) and (named := _NAME_OF_TAG.match(text, at + 2)) is not None:
        tag = _tag(text, named)
        return -1 if tag is None else tag.end
    return text.find(">", at)  # doctypes, instructions, sections, and ends without a name


def _after_text(text: str, tag: _Tag) -> int:
    """Return where the next tag can be, -1 if that is nowhere."""
    if (end := _ENDS.get(tag.name)) is None:
        return -1 if tag.name == "plaintext" else tag.end
    closed = end.search(text, tag.end)
    return -1 if closed is None else closed.start()


def _tag(text: str, named: re.Match[str]) -> _Tag | None:
    """Return the tag of this name, None where the page ends in it."""
    attributes: dict[str, str | None] = {}
    at = named.end()
    while (at := _between(text, at)) < len(text):
        if text[at] == ">":
            return _Tag(named[0].lower(), attributes, at + 1)
        name = _NAME.match(text, at)
        if name is None:
            raise AssertionError(text[at])
        value, at = _value(text, name.end())
        attributes.setdefault(name[0].lower(), value)
    return None  # of what is not closed nothing counts


def _between(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return at if found is None else found.end()


def _value(text: str, at: int) -> tuple[str | None, int]:
    """Return an attribute's value, None where it has none, and where it ends."""
    equals = _EQUALS.match(text, at)
    if equals is None:
        return None, at
    at = equals.end()
    quote = text[at : at + 1]
    if quote in {'"', "'"}:
        closed = text.find(quote, at + 1)
        return (None, len(text)) if closed < 0 else (decoded(text[at + 1 : closed]), closed + 1)
    bare = _BARE.match(text, at)
    return (None, at) if bare is None else (decoded(bare[0]), bare.end())
