from collections.abc import Callable
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lock2nix.converters import fields

SHA256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
HOSTILE = ["", "${x}", "''", "a\nb", "a\x00b", "a/b", "..", "\u202e", "a" * 100_000, '"', "\ud800", "-", " "]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "parse", [fields.project_name, fields.version, fields.file_name, fields.file_hash, fields.revision]
)
def test_hostile_strings_are_refused(parse: Callable[[str], object], text: str) -> None:
    if parse is fields.project_name and len(text) > 100:
        return  # long, but a name
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        parse(text)


@given(st.text(max_size=30))
def test_parsers_raise_nothing_but_value_errors(text: str) -> None:
    for parse in (
        fields.project_name, fields.group_name, fields.version, fields.file_name, fields.file_hash,
        fields.revision, fields.web_address, fields.git_address, fields.path, fields.inner_path,
    ):  # fmt: skip
        try:
            parse(text)
        except ValueError:
            continue


def test_hash_of_each_spelling() -> None:
    assert fields.file_hash(f"sha256:{EMPTY}").sri == f"sha256-{SHA256}"
    assert fields.file_hash(EMPTY.upper()).sri == f"sha256-{SHA256}"
    assert fields.file_hash("md5:d41d8cd98f00b204e9800998ecf8427e").algorithm == "md5"


@pytest.mark.parametrize("text", [f"sha256:{EMPTY[1:]}", f"sha1:{EMPTY}", f"blake3:{EMPTY}", f"sha256:x{EMPTY[1:]}"])
def test_wrong_hashes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hash algorithm|digest"):
        fields.file_hash(text)


@pytest.mark.parametrize(
    ("text", "url", "had_credentials"),
    [
        ("https://example.org/simple/", "https://example.org/simple/", False),
        ("https://user:secret@example.org:8443/simple", "https://example.org:8443/simple", True),
        ("https://token@example.org/a.whl#sha256=00", "https://example.org/a.whl", True),
        ("https://example.org/a%2Bb.whl?x=1", "https://example.org/a%2Bb.whl?x=1", False),
        ("file:///srv/index", "file:///srv/index", False),
    ],
)
def test_web_addresses_lose_their_credentials(text: str, url: str, had_credentials: bool) -> None:  # noqa: FBT001
    assert fields.web_address(text) == (url, had_credentials)


@pytest.mark.parametrize(
    ("text", "url", "had_credentials"),
    [
        ("https://github.com/a/b.git", "https://github.com/a/b.git", False),
        ("git+https://x:secret@github.com/a/b", "https://github.com/a/b", True),
        ("git@github.com:a/b.git", "ssh://git@github.com/a/b.git", False),
        ("ssh://git:secret@example.org:22/a/b", "ssh://git@example.org:22/a/b", True),
        ("git://example.org/a", "git://example.org/a", False),
        ("/srv/git/a.git", "file:///srv/git/a.git", False),
    ],
)
def test_git_addresses_keep_only_the_user_of_ssh(text: str, url: str, had_credentials: bool) -> None:  # noqa: FBT001
    assert fields.git_address(text) == (url, had_credentials)


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "https:///path", "https://[::1", "https://a b/", 'https://a/"${x}"', "ext::sh -c x",
     "--upload", "https://example.org:port/", "../repo", "-oProxyCommand=x@host:a", "https://exämple.org/"],
)  # fmt: skip
def test_other_addresses_are_refused_without_repeating_them(text: str) -> None:
    for parse in (fields.web_address, fields.git_address):
        with pytest.raises(ValueError, match=r"^this ") as caught:
            parse(text)
        assert text not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("libs/a", "libs/a"), ("./a/", "a"), (".", "."), ("../a/../b", "../b"), ("/a//b", "/a/b"), ("//a", "/a")],
)
def test_paths_are_folded(text: str, expected: str) -> None:
    assert fields.path(text) == PurePosixPath(expected)


@pytest.mark.parametrize("text", ["/etc", "../a", "a/../../b"])
def test_inner_paths_stay_inside(text: str) -> None:
    with pytest.raises(ValueError, match="leads out of the source tree"):
        fields.inner_path(text)


@pytest.mark.parametrize(
    "name",
    ["a-1.0-py3-none-any.whl", "a-1.0+cu121-cp312-cp312-linux_x86_64.whl", "a-1!1.0.tar.gz", "A.b_c-1.zip",
     "a-1.0.win32-py2.7.exe"],
)  # fmt: skip
def test_file_names_of_all_times_pass(name: str) -> None:
    assert fields.file_name(name) == name


def test_revision_is_full() -> None:
    assert fields.revision("A" * 40) == "a" * 40
    assert fields.revision("0" * 64) == "0" * 64
    with pytest.raises(ValueError, match='"main" is not a full git revision'):
        fields.revision("main")
