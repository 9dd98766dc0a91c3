import json
from urllib.parse import urldefrag, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lock2nix.errors import IndexFault
from lock2nix.indexes.addresses import encoded, on_the_web, without_login
from lock2nix.indexes.http import Page
from lock2nix.indexes.simple import IndexFile, parse

from .server import JSON

SHA256, MD5 = "0" * 63 + "a", "1" * 32


def html(body: str, url: str = "https://index.org/simple/x/") -> list[IndexFile]:
    return list(parse(Page(url=url, content_type="text/html", content=body.encode())).files)


def from_json(content: object, kind: str = JSON) -> list[IndexFile]:
    text = json.dumps(content).encode()
    return list(parse(Page(url="https://index.org/simple/x/", content_type=kind, content=text)).files)


@pytest.mark.parametrize(
    ("head", "href", "url"),
    [
        ("", "x-1.zip", "https://index.org/simple/x/x-1.zip"),
        ("", "/x-1.zip", "https://index.org/x-1.zip"),
        ("", "//files.org/x-1.zip", "https://files.org/x-1.zip"),
        ("", "https://files.org/x-1.zip?a=1&amp;b=2", "https://files.org/x-1.zip?a=1&b=2"),
        ("", " a b/x-1.zip\n", "https://index.org/simple/x/a%20b/x-1.zip"),
        ("", "ü/x-1.zip", "https://index.org/simple/x/%C3%BC/x-1.zip"),
        ('<base href="https://files.org/d/">', "x-1.zip", "https://files.org/d/x-1.zip"),
        ('<base href="/d/"><base href="/e/">', "x-1.zip", "https://index.org/d/x-1.zip"),
        ('<base href="http://[/">', "x-1.zip", "https://index.org/simple/x/x-1.zip"),
        ("<base>", "x-1.zip", "https://index.org/simple/x/x-1.zip"),
    ],
)
def test_addresses(head: str, href: str, url: str) -> None:
    (file,) = html(f'<html><head>{head}</head><body><a href="{href}">x-1.zip</a></body></html>')
    assert (file.filename, file.url) == ("x-1.zip", url)


@given(
    st.lists(
        st.sampled_from(
            [
                "https",
                "HTTP",
                "://",
                "x.org",
                "u@",
                ":80",
                ":99999",
                "/",
                "a",
                ".",
                "..",
                "x-1.zip",
                "%41",
                " ",
                "[",
                "~+_-",
            ]
        )
    ).map("".join)
)
def test_plain_addresses_are_those_of_the_long_way(reference: str) -> None:
    def long_way(url: str) -> str | None:
        try:
            found = without_login(encoded(urldefrag(urljoin("https://index.org/simple/x/", url)).url))
        except ValueError:
            return None
        return found if on_the_web(found) else None

    found = html(f'<a href="{reference}x-1.zip">')
    assert [file.url for file in found] == [url for url in [long_way(f"{reference}x-1.zip")] if url and found]


@pytest.mark.parametrize(
    ("href", "filename"),
    [
        ("x-1%2Bcu121-py3-none-any.whl", "x-1+cu121-py3-none-any.whl"),
        ("x-1+cu121-py3-none-any.whl", "x-1+cu121-py3-none-any.whl"),
        ("x-1.zip?y=z/w.zip", "x-1.zip"),
    ],
)
def test_file_names_are_decoded(href: str, filename: str) -> None:
    (file,) = html(f"<a href='{href}'>")
    assert file.filename == filename
    assert file.url == f"https://index.org/simple/x/{href}"


@pytest.mark.parametrize(
    "href",
    [
        "",
        "../",
        "http://[bad/x-1.zip",
        "https://h:port/x-1.zip",
        "javascript:x-1.zip",
        "file:///x-1.zip",
        "ftp://files.org/x-1.zip",
        "a%2F..%2Fx-1.zip",
        "..%2Fx-1.zip",
        ".x-1.zip",
        "-x-1.zip",
        "x-1.zip%00",
        "x-1%0a.zip",
        "%1b[31m.zip",
    ],
)
def test_what_is_no_file_is_passed_over(href: str) -> None:
    assert html(f'<a href="{href}">x</a>') == []
    named = {"files": [{"filename": "x-1.zip", "url": href}]}
    assert all(file.url.startswith("https://index.org/") for file in from_json(named))


@pytest.mark.parametrize("name", ["../x-1.zip", "/x-1.zip", "x\n-1.zip", "", "x/1.zip", "x" * 300, "a..b.zip"])
def test_hostile_file_names_of_json_are_passed_over(name: str) -> None:
    assert from_json({"files": [{"filename": name, "url": "x-1.zip"}]}) == []


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ("", None),
        ("data-yanked", ""),
        ('data-yanked=""', ""),
        ('data-yanked="bad &lt;b&gt; &amp; &quot;ugly&quot;"', 'bad <b> & "ugly"'),
        ('data-requires-python="&gt;=3.8"', None),
        ("DATA-YANKED='why'", "why"),
    ],
)
def test_yanked_in_html(attributes: str, reason: str | None) -> None:
    assert [file.yanked for file in html(f'<a href="x-1.zip" {attributes}>')] == [reason]


@pytest.mark.parametrize(("value", "reason"), [(False, None), (True, ""), ("why", "why"), ("", "")])
def test_yanked_in_json(value: object, reason: str | None) -> None:
    (file,) = from_json({"files": [{"filename": "x-1.zip", "url": "x-1.zip", "yanked": value}]})
    assert file.yanked == reason


@pytest.mark.parametrize(
    ("fragment", "algorithms"),
    [
        (f"#sha256={SHA256}", ["sha256"]),
        (f"#SHA256={SHA256.upper()}", ["sha256"]),
        (f"#md5={MD5}", ["md5"]),
        (f"#sha256={SHA256}&amp;egg=x", ["sha256"]),
        (f"#md5={MD5}&amp;sha256={SHA256}", ["md5", "sha256"]),
        (f"#sha256={SHA256[:-1]}", []),
        (f"#sha256={SHA256[:-1]}g", []),
        (f"#sha256={MD5}", []),
        (f"#blake2b={SHA256}", []),
        ("#egg=x", []),
        ("#", []),
        ("", []),
    ],
)
def test_hashes_in_fragments(fragment: str, algorithms: list[str]) -> None:
    (file,) = html(f'<a href="x-1.zip{fragment}">')
    assert [known.algorithm for known in file.hashes] == algorithms
    assert "#" not in file.url
    assert all(known.digest == known.digest.lower() for known in file.hashes)


def test_hashes_in_json() -> None:
    hashes = {"sha256": SHA256, "md5": MD5, "blake2b_256": SHA256, "sha512": "short"}
    (file,) = from_json({"files": [{"filename": "x-1.zip", "url": "x-1.zip#sha256=1", "hashes": hashes}]})
    assert [known.algorithm for known in file.hashes] == ["sha256", "md5"]
    assert file.url == "https://index.org/simple/x/x-1.zip"


def test_a_file_that_is_listed_twice_is_there_twice() -> None:
    twice = html('<a href="a/x-1.zip"><a href="b/x-1.zip">')
    assert [file.filename for file in twice] == ["x-1.zip"] * 2


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.99"])
def test_minor_versions_do_not_matter(version: str) -> None:
    assert from_json({"meta": {"api-version": version}, "files": []}) == []
    assert html(f'<meta name="pypi:repository-version" content="{version}">') == []


def test_newer_major_version_is_refused() -> None:
    with pytest.raises(IndexFault, match=r"version 2\.0"):
        from_json({"meta": {"api-version": "2.0"}, "things": []}, "application/vnd.pypi.simple.v2+json")
    with pytest.raises(IndexFault, match=r"version 2\.0"):
        html('<meta name="pypi:repository-version" content="2.0"><a href="x-1.zip">')


@pytest.mark.parametrize("kind", ["application/json", "application/vnd.pypi.simple.latest+json"])
def test_other_names_of_json(kind: str) -> None:
    assert len(from_json({"files": [{"filename": "x-1.zip", "url": "x-1.zip"}]}, kind)) == 1


@pytest.mark.parametrize("kind", ["application/xhtml+xml", "application/vnd.pypi.simple.v1+html", "text/html"])
def test_names_of_html(kind: str) -> None:
    assert len(parse(Page(url="https://i.org/", content_type=kind, content=b'<a href="x-1.zip">')).files) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"files": {}}',
        b'{"files": [{"url": "x"}]}',
        b'{"files": [], "meta": []}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"files": [{"filename": "x-1.zip", "url": "x", "hashes": {"sha256": 5}}]}',
    ],
)
def test_malformed_json(body: bytes) -> None:
    with pytest.raises(IndexFault, match="PEP 691"):
        parse(Page(url="https://u:p@index.org/x/", content_type=JSON, content=body))


@pytest.mark.parametrize("body", [b"", b"<", b"<a", b"\xff\xfe", b"<a href>", b"<!", b"<![", b"&#99999999999;" * 100])
def test_malformed_html_has_no_files(body: bytes) -> None:
    contents = parse(Page(url="https://index.org/x/", content_type="text/html", content=body))
    assert (contents.files, contents.is_known) == ((), False)


@pytest.mark.parametrize(
    ("said", "promised", "hashes"),
    [
        ({}, False, 0),
        ({"core-metadata": True}, True, 0),
        ({"core-metadata": False, "dist-info-metadata": True}, False, 0),
        ({"dist-info-metadata": {"sha256": SHA256}}, True, 1),
        ({"core-metadata": {"sha256": "short", "md5": 5}}, True, 0),
        ({"core-metadata": "yes"}, False, 0),
    ],
)
def test_metadata_beside_in_json(said: dict[str, object], hashes: int, *, promised: bool) -> None:
    (file,) = from_json({"files": [{"filename": "x-1.zip", "url": "x-1.zip", **said}]})
    assert (file.core_metadata, len(file.metadata_hashes)) == (promised, hashes)


@pytest.mark.parametrize(
    ("attributes", "promised", "hashes"),
    [
        ("", False, 0),
        ("data-core-metadata=true", True, 0),
        ("data-core-metadata=false data-dist-info-metadata=true", False, 0),
        (f"data-dist-info-metadata='sha256={SHA256}'", True, 1),
        ("data-core-metadata='sha256=short'", True, 0),
        ("data-core-metadata", False, 0),
    ],
)
def test_metadata_beside_in_html(attributes: str, hashes: int, *, promised: bool) -> None:
    (file,) = html(f'<a href="x-1.zip" {attributes}>')
    assert (file.core_metadata, len(file.metadata_hashes)) == (promised, hashes)


def test_more_is_kept_when_given_and_wrong_types_do_not_matter() -> None:
    given = {"requires-python": ">=3", "size": 5, "upload-time": "2024-05-29T15:37:49.536Z"}
    wrong = {"requires-python": 3, "size": -5, "upload-time": "yesterday"}
    right, bare = from_json({"files": [{"filename": "x-1.zip", "url": "x-1.zip", **more} for more in (given, wrong)]})
    assert (right.requires_python, right.size, right.upload_time and right.upload_time.year) == (">=3", 5, 2024)
    assert (bare.requires_python, bare.size, bare.upload_time) == (None, None, None)
    assert html('<a href="x-1.zip" data-requires-python="&gt;=3">')[0].requires_python == ">=3"
