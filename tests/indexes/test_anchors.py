import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lock2nix.indexes import anchors as module
from lock2nix.indexes.anchors import anchors
from lock2nix.indexes.http import Page
from lock2nix.indexes.simple import parse
from lock2nix.indexes.wanted import Wanted

HEAD = '<!DOCTYPE html>\n<html><head><meta name="pypi:repository-version" content="1.3"></head><body><h1>x</h1>\n'
FEET = "</body></html>\n<!--SERIAL 1-->"
A, B = "0" * 63 + "a", "0" * 63 + "b"
PLAIN = (
    f'<a href="https://files.org/a/b/x-1.zip#sha256={A}" data-requires-python="&gt;=3.9">x-1.zip</a><br />\n',
    f'<a href="x-1.zip#sha256={A}&amp;md5={"1" * 32}" data-yanked="a &quot;bad&quot; one>">x-1.zip</a>\n',
    f'<a href="../x-1%2Bcu1-py3-none-any.whl?a=b&amp;c=d/e.zip" data-core-metadata="sha256={B}">x</a>',
    '<a href="x-1-py3-none-any.whl" rel="internal" data-yanked>x-1 &amp; more</a><br>',
    f'<a href="/x-2.tar.gz#SHA256={A.upper()}">x</a></li><li>',
)
ODD = (
    f"<a href='x-1.zip#sha256={A}'>x-1.zip</a>\n",
    f'<A HREF="x-1.zip#sha256={A}">x-1.zip</A>\n',
    f'<a class="c" href="x-1.zip#sha256={A}">x-1.zip</a>\n',
    "<a href=x-1.zip>x-1.zip</a>\n",
    '<a  href="x-1.zip">x</a>',
    '<a href="x&#45;1.zip">x</a>',
    '<a href="a/x-1.zip ">x</a>',
    '<a href="a/x-1\n.zip">x</a>',
    '<a href="a\\x-1.zip">x</a>',
    '<a href="a%2Fx-1.zip">x</a>',
    '<a href="">x</a>',
    '<a href="../">x</a>',
    '<a href="ftp://x.org/x-1.zip">x</a>',
    '<a href="a/x-1.zip" href="b/x-1.zip">x</a>',
    '<a href="x-1.zip"><b>x</b></a>',
    '<!-- <a href="x-1.zip">x</a> -->',
    '<script>"<a href=\'x-1.zip\'>x</a>"</script>',
    '<style><a href="x-1.zip">x</a></style>',
    '<p title="<a href=x-1.zip>">text</p>',
    "<br/>",
    "&am",
    '"',
    ">",
    '<base href="/d/">',
    '<meta name="pypi:repository-version" content="1.9">',
    "<p>text</p>",
    "ü",
)  # fmt: skip
BROKEN = (
    '<a href="x-1.zip" data-yanked="x-1.zip</a>\n',
    '<a href="x-1.zip"\n',
    '<a href="x-1.zip"rel=internal>x</a>',
    "<!--", "-->", "<!-->", "<!-", "<script>", "</script>", "</script", "<title>", "</TITLE >", "<textarea>",
    "</textarea>", "<plaintext", "<![CDATA[", "<![", "]]>", "<?php", "<!DOCTYPE", "<br", "</", "<",
    "\0", "'", '"', "=", "/",
)  # fmt: skip
HREFS = {
    '<a href="a" data-yanked=x><a href=\'b\'><a href=c >': ["a", "b", "c"],
    "<a href><a><a href=><a href=''>": [None, None, "", ""],
    '<a href = "a"><a\nhref\n=\n"b"><a/href="c"/><a href=d/>': ["a", "b", "c", "d/"],
    '<a href="a"href="b"><a HREF="c" href="d">': ["a", "c"],
    '<a =href="a" "href="b" href="c">': ["c"],
    '<abbr href="a"><a\x0bhref="b"><a href="c">': ["c"],
    '<!-- <a href="a"> --><a href="b"><!--> <a href="c"><!---> <a href="d"><!-- --!><a href="e">': ["b", "c", "d", "e"],
    '<!-- -- > <a href="a"> -->': [],
    '<!DOCTYPE "x" [<a href="a">]><![CDATA[ <a href="b"> ]]><?x <a href="c"> ?></ <a href="d">><a href="e">': ["e"],
    '<p title="<a href=\'a\'>"></p title="<a href=\'b\'>"><a href="c">': ["c"],
    '<script><a href="a"></scripts><!-- </Script ><a href="b">': ["b"],
    '<title><a href="a"></title><textarea><a href="b"></textarea/><a href="c">': ["c"],
    '<a href="a"><plaintext><a href="b">': ["a"],
    '<a href="a"><a href="b': ["a"],
    "< a href='a'><<a href='b'><3<a href='c'>": ["b", "c"],
    '<a href="a?b=1&copy=2&lt=3&amp;d&gt;&#43;&#x2b&notit;&unknown;&#99999999999999999999999999999999999;&">': [
        "a?b=1&copy=2&lt=3&d>++&notit;&unknown;\ufffd&"
    ],
    '<a href="a#' + "&#" + "9" * 5_000 + '">': ["a#\ufffd"],
}  # fmt: skip


class Reference(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(reversed(attrs)))


def read(text: str) -> list[dict[str, str | None]]:
    parser = Reference()
    parser.feed(text)
    parser.close()
    return parser.found


def in_page(body: str) -> Page:
    return Page(url="https://index.org/simple/x/", content_type="text/html", content=body.encode())


@pytest.mark.parametrize("plain", PLAIN)
def test_plain_anchors_do_not_reach_the_parser_unless_they_are_wanted(plain: str) -> None:
    names: list[str] = []

    def admits(name: str, _: str) -> bool:
        names.append(name)
        return False

    assert anchors(HEAD + plain * 2 + FEET, admits).found == ()
    assert len(names) == 2
    assert list(anchors(HEAD + plain * 2 + FEET, lambda *_: True).found) == read(plain) * 2


@given(st.lists(st.sampled_from(PLAIN + ODD), max_size=8).map("".join))
def test_no_whole_page_is_read_otherwise_than_python_s_parser_reads_it(body: str) -> None:
    assert list(anchors(body, lambda *_: True).found) == read(body)
    assert list(anchors(HEAD + body + FEET, lambda *_: True).found) == read(HEAD + body + FEET)


@given(st.lists(st.sampled_from(PLAIN + ODD + BROKEN), max_size=12).map("".join))
def test_the_short_way_for_plain_anchors_changes_nothing(body: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_PLAIN", re.compile("(?!)"))
        expected = anchors(HEAD + body, lambda *_: True)
    assert anchors(HEAD + body, lambda *_: True) == expected


@pytest.mark.parametrize("body", HREFS)
def test_anchors_are_those_that_the_standard_sees(body: str) -> None:
    assert [found.get("href") for found in anchors(body, lambda *_: True).found] == HREFS[body]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(names=frozenset({"x-1.zip"})),
        Wanted(names=frozenset({"x-1+cu1-py3-none-any.whl"})),
        Wanted(digests=frozenset({A})),
        Wanted(),
    ],
)
@given(st.lists(st.sampled_from(PLAIN + ODD + BROKEN), max_size=8).map("".join))
def test_wanted_files_are_those_of_the_whole_page(wanted: Wanted, body: str) -> None:
    whole = parse(in_page(body)).files
    some = parse(in_page(body), wanted)
    assert some.files == tuple(f for f in whole if wanted.admits(f.filename, f.digests))
    assert some.is_known >= bool(whole)


@pytest.mark.parametrize(
    "piece",
    [
        '<a href="', '<a href="x">', '<a href="' + "a/" * 50, '<a href="x" b="" ', '<a href="x" ' + "b " * 50,
        '<a href="x">x</a>' + " <br>" * 50, '<a href="x#' + "&" * 100 + '">x</a>', '<a href="x">x', "<a", "<a ",
        "<a b='", "<a b=", "<a b=c", "</a", "</a b='", "</", "<", "<!", "<!--", "<!-- -", "<!-- --!", "<!DOCTYPE ",
        "<![", "<![CDATA[", "<![if ", "<?", "<script>", "<script></", "<script></script", "<script><!--", "<title>",
        "<plaintext>", "&", "&#", "<a href='&#", "<a href='&a", "<a href=&", "/", "<a /", "<a =", "<br/", "<a <!-- ",
    ],
)  # fmt: skip
def test_pages_made_to_harm_come_to_an_end(piece: str) -> None:
    for start in ("", "<a ", "<a b='", "<!--", "<script>", '<a href="x'):
        # Who takes the square of the length takes hours.
        text = start + piece * (400_000 // len(piece))
        assert len(anchors(text, lambda *_: False).found) <= text.count("<")
