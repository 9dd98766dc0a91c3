from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from lock2nix.indexes.addresses import is_plain, login, masked, on_the_web, without_login

PIECES = ["http://", "https://", "x.org", "-", ":80", ":59999", ":65536", ":", "/", "//", "a.whl", "..", "@", "me:s3cret@", "[", "?", "#", "é", " ", "%41"]  # fmt: skip # noqa: E501


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_plain_addresses_need_no_second_look(url: str) -> None:
    if is_plain(url):
        parts = urlsplit(url)
        assert parts.scheme in {"http", "https"}
        assert parts.hostname
        assert parts.port is None or parts.port > 0
        assert url == masked(url) == without_login(url)


def test_plain_addresses() -> None:
    assert is_plain("https://files.org:8080/packages/x-1.0+cu121-py3-none-any.whl")
    assert login("https://files.org/x.whl") is None
    assert login("https://me:s%40@files.org/x.whl") == ("me", "s@")
    assert not any(
        map(is_plain, ["https://files.org", "https://me@files.org/x", "ftp://files.org/x", "https://f/../x"])
    )
    assert on_the_web("https://me@files.org/x")
