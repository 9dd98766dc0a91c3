"""The anchors of an index page in HTML: there are thousands, of which a few are wanted.

https://packaging.python.org/en/latest/specifications/simple-repository-api/#html-serialization. A page as all index
servers write it has one long run of plain anchors, which one expression reads. The HTML parser, ten times as slow,
reads all that is before, behind, or not plain.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote

# Values are quoted: nothing in one can be taken for a tag. What repeats is possessive: a page that is made to harm
# costs no more than its length.
_PLAIN = re.compile(
    r'<a(?P<attributes>\s++href="(?:[^"<>?#&\s\\]*/)?(?P<name>[^"<>?#&\s\\/]++)(?:\?[^"<>#]*+)?+(?:\#(?P<fragment>[^"<>]*+))?+"'
    r'(?:\s++[a-zA-Z-]++(?:="[^"]*+")?+)*+)\s*+>'
    r"[^<]*+</a>"
    r"(?:\s++|</?(?:br|p|li|ul|div|td|tr)\s*+/?>)*+"
)
_ATTRIBUTE = re.compile(r'([a-zA-Z-]+)(="([^"]*)")?')
_DOUBTFUL = re.compile(r"&(?!#?[a-zA-Z0-9]+;)")  # of such entities not all versions of the parser make the same
_FIRST = '<a href="'

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
    parser = _Parser()
    start = text.find(_FIRST)
    end = start = len(text) if start < 0 else start
    parser.feed(text[:start])
    if parser.is_between_tags:  # in a comment or a script nothing is an anchor
        for plain in _run(text, start):
            end = plain.end()
            name = plain["name"]
            if admits(unquote(name) if "%" in name else name, plain["fragment"] or ""):
                parser.take(plain)
    parser.feed(text[end:])
    parser.close()
    return Anchors(found=tuple(parser.found), base=parser.base, version=parser.version)


def _run(text: str, start: int) -> Iterator[re.Match[str]]:
    """Yield the plain anchors from here on that follow each other without anything else between."""
    while (plain := _PLAIN.match(text, start)) is not None:
        yield plain
        start = plain.end()


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Attributes] = []
        self.base: str | None = None
        self.version = "1.0"

    @property
    def is_between_tags(self) -> bool:
        """Whether all that was fed is read, and the next tag is one."""
        return not self.rawdata and self.cdata_elem is None

    def take(self, plain: re.Match[str]) -> None:
        """Read a plain anchor."""
        text = plain["attributes"]
        if _DOUBTFUL.search(text):
            self.feed(plain[0])
        else:
            pairs = _ATTRIBUTE.findall(text)
            self.found.append({name.lower(): html.unescape(value) if given else None for name, given, value in pairs})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "a":
            self.found.append(attributes)
        elif tag == "base" and self.base is None:
            self.base = attributes.get("href")
        elif tag == "meta" and attributes.get("name") == "pypi:repository-version":
            self.version = attributes.get("content") or self.version
