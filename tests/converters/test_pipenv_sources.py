import pytest

from lock2nix.schemas.lock import LockIndexes
from lock2nix.schemas.source import IndexSource

from .pipfiles import PYPI, pin, read, refusal

HOUSE = {"name": "house", "url": "https://house.org/simple/", "verify_ssl": True}


def indexes(*urls: str) -> LockIndexes:
    return read(sources=[{"name": f"s{at}", "url": url} for at, url in enumerate(urls)]).indexes


@pytest.mark.parametrize(
    "url", ["https://pypi.org/simple", "https://pypi.python.org/simple/", "http://pypi.org/simple"]
)
def test_pypi_is_left_to_the_user(url: str) -> None:
    assert indexes(url) == indexes() == LockIndexes()


def test_first_source_is_the_default() -> None:
    found = indexes("https://house.org/simple/", "https://pypi.org/simple", "https://other.org", "https://other.org/")
    assert found.default == "https://house.org/simple"
    assert found.extras == ("https://pypi.org/simple", "https://other.org")
    assert indexes("https://pypi.org/simple", "https://pypi.python.org/simple").extras == ()


def test_packages_come_from_the_source_that_they_name() -> None:
    names = {"a": None, "b": "pypi", "c": "house", "d": "https://house.org/simple"}
    lock = read({key: pin("1", index=index) for key, index in names.items()}, sources=[PYPI, HOUSE])
    house = IndexSource(url="https://house.org/simple", name="house")
    assert [package.source for package in lock.packages] == [IndexSource(), IndexSource(), house, house]


def test_pypi_that_is_not_the_first_is_named() -> None:
    lock = read({"a": pin("1", index="pypi"), "b": pin("1")}, sources=[HOUSE, PYPI])
    assert lock.packages[0].source == IndexSource(url="https://pypi.org/simple", name="pypi")
    assert lock.packages[1].source == IndexSource()


def test_source_without_a_name_is_called_by_its_host() -> None:
    lock = read({"a": pin("1", index="house.org")}, sources=[PYPI, {"url": "https://house.org/simple"}])
    assert lock.packages[0].source == IndexSource(url="https://house.org/simple", name="house.org")


def test_unknown_source() -> None:
    found = refusal({"a": pin("1", index="gone")}, sources=[PYPI, HOUSE])
    assert found == 'Pipfile.lock: default.a: there is no source "gone"; there are: "pypi", "house"'
    assert refusal({"a": pin("1", index="x")}, sources=[]).endswith("there are: none")


@pytest.mark.parametrize(
    ("url", "address", "login"),
    [
        ("https://me:p%40ss@x.org/simple", "https://x.org/simple", "me:p%40ss"),
        ("https://${USER}:${PASS}@x.org/simple/", "https://x.org/simple", "${USER}:${PASS}"),
        ("https://$USER:'${PASS}'@x.org:8/s", "https://x.org:8/s", "${USER}:${PASS}"),
        ("https://${HOST}:${PORT}/simple", "https://${HOST}:${PORT}/simple", None),
        ("$URL/simple", "${URL}/simple", None),
        ("https://a:b@pypi.org/simple", "https://pypi.org/simple", "a:b"),
    ],
)
def test_logins_and_variables(url: str, address: str, login: str | None) -> None:
    found = indexes(url)
    assert found.default == address
    assert found.logins == ({} if login is None else {address: login})
    assert "p%40ss" not in repr(found)


@pytest.mark.parametrize("url", ["", "simple", "ftp://x.org", "https://u:s3cret@", "https://x.org/{a}", "https://x y"])
def test_what_is_no_address(url: str) -> None:
    found = refusal(sources=[PYPI, {"name": "x", "url": url}])
    assert found.startswith("Pipfile.lock: _meta.sources[1].url: ")
    assert "s3cret" not in found


@pytest.mark.parametrize(
    ("url", "verify", "is_said"),
    [
        ("https://x.org", False, True),
        ("https://x.org", "false", True),
        ("https://x.org", "true", False),
        ("http://x.org", False, False),
    ],
)
def test_certificates_are_checked_whatever_the_lock_says(url: str, verify: object, is_said: bool) -> None:  # noqa: FBT001
    lock = read(sources=[{"name": "house", "url": url, "verify_ssl": verify}], pipfile="")
    message = "source house: its certificate is checked, whatever verify_ssl says; --cert names authorities of your own"
    assert [notice.message for notice in lock.notices] == ([message] if is_said else [])
