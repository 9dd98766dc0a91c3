"""The indexes of a PDM project, and which of them its packages come from."""

import pytest

from lock2nix.schemas.lock import LockIndexes
from lock2nix.schemas.source import IndexSource

from .pdm_locks import PROJECT, package, read, refusal

HOUSE = 'name = "house"\nurl = "https://house.org/simple/"'
PUBLIC = 'name = "pypi"\nurl = "https://pypi.org/simple"'
OURS = IndexSource(url="https://house.org/simple", name="house")
DEFAULT = IndexSource()


def project(*sources: str) -> str:
    return PROJECT + "".join(f"[[tool.pdm.source]]\n{source}\n" for source in sources)


def indexes(*sources: str) -> LockIndexes:
    return read(package("a"), project(*sources)).indexes


def source(name: str, *sources: str) -> object:
    (found,) = read(package(name), project(*sources)).packages
    return found.source


@pytest.mark.parametrize("url", ["https://pypi.org/simple", "https://pypi.python.org/simple/", ""])
def test_pypi_is_left_to_the_user(url: str) -> None:
    assert indexes(f'name = "pypi"\nurl = "{url}"') == indexes() == LockIndexes()


def test_no_project_says_nothing_of_indexes() -> None:
    assert read(package("a"), None).indexes == LockIndexes()


def test_sources_stand_beside_pypi() -> None:
    found = indexes(HOUSE, 'name = "other"\nurl = "https://other.org"', HOUSE.replace("house", "again", 1))
    assert found == LockIndexes(extras=("https://house.org/simple", "https://other.org"))


def test_a_source_called_pypi_replaces_it() -> None:
    found = indexes('name = "other"\nurl = "https://other.org"', HOUSE.replace('"house"', '"pypi"'))
    assert (found.default, found.extras) == ("https://house.org/simple", ("https://other.org",))


def test_pypi_itself_under_another_name() -> None:
    public = 'name = "public"\nurl = "https://pypi.python.org/simple/"'
    assert indexes(public) == LockIndexes()
    assert indexes(HOUSE.replace('"house"', '"pypi"'), public).extras == ("https://pypi.org/simple",)


def test_pages_and_folders_of_files_are_looked_at_beside_the_indexes() -> None:
    pages = (
        'name = "page"\nurl = "https://me:x@x.org/wheels/"\ntype = "find_links"\ninclude_packages = ["foo"]',
        'name = "stable"\nurl = "https://x.org/stable.html"\ntype = "find_links"',
        'name = "here"\nurl = "file:///${PROJECT_ROOT}/my%20wheels"\ntype = "find_links"',
        'name = "disk"\nurl = "file:///opt/wheels"\ntype = "find_links"',
    )
    assert indexes(*pages) == LockIndexes(
        find_links=("https://x.org/wheels/", "https://x.org/stable.html", "my wheels", "/opt/wheels"),
        logins={"https://x.org/wheels/": "me:x"},
    )
    assert source("foo", *pages) == DEFAULT


def test_pypi_can_be_a_folder() -> None:
    found = indexes('name = "pypi"\nurl = "https://x.org/wheels"\ntype = "find_links"', HOUSE)
    assert found == LockIndexes(extras=("https://house.org/simple",), find_links=("https://x.org/wheels",))


@pytest.mark.parametrize(
    ("written", "address", "login"),
    [
        ('url = "https://me:p%40ss@x.org/simple"', "https://x.org/simple", "me:p%40ss"),
        ('url = "https://${USER}:${PASS}@x.org/simple/"', "https://x.org/simple", "${USER}:${PASS}"),
        ('url = "https://x.org"\nusername = "me"\npassword = "p%40ss"', "https://x.org", "me:p%40ss"),
        ('url = "https://a:b@x.org"\nusername = "me"\npassword = "p%40ss"', "https://x.org", "me:p%40ss"),
        ('url = "https://x.org"\nusername = "me"', "https://x.org", None),
        ('url = "https://x.org"\nverify_ssl = false\nca_certs = "a.pem"', "https://x.org", None),
    ],
)
def test_logins(written: str, address: str, login: str | None) -> None:
    found = indexes(f'name = "x"\n{written}')
    assert found.extras == (address,)
    assert found.logins == ({} if login is None else {address: login})
    assert "p%40ss" not in repr(found)


def test_a_login_for_pypi_makes_it_the_project_s() -> None:
    found = indexes('name = "pypi"\nurl = "https://pypi.org/simple"\nusername = "me"\npassword = "x"')
    assert found == LockIndexes(default="https://pypi.org/simple", logins={"https://pypi.org/simple": "me:x"})


def test_a_source_without_address_is_the_user_s_own() -> None:
    assert indexes('name = "house"\nusername = "me"\npassword = "x"') == LockIndexes()


@pytest.mark.parametrize("url", ["simple", "ftp://x.org", "https://u:s3cret@", "https://x.org/{a}", "https://x y"])
def test_what_is_no_address(url: str) -> None:
    found = refusal(package("a"), project(PUBLIC, f'name = "x"\nurl = "{url}"'))
    assert found.startswith("pyproject.toml: tool.pdm.source[1].url: ")
    assert "s3cret" not in found


@pytest.mark.parametrize(
    ("name", "expected"),
    [("foo", OURS), ("Foo_Bar", OURS), ("foo-baz", OURS), ("food", DEFAULT), ("bar", DEFAULT)],
)
def test_an_included_package_comes_from_that_index_only(name: str, expected: object) -> None:
    bound = HOUSE + '\ninclude_packages = ["foo", "Foo_*"]'
    assert source(name, bound) == expected
    assert source(name, PUBLIC, bound) == expected


def test_packages_bound_to_pypi() -> None:
    bound = PUBLIC + '\ninclude_packages = ["foo"]'
    assert source("foo", HOUSE, bound) == DEFAULT
    named = bound.replace('"pypi"', '"public"')
    private = HOUSE.replace('"house"', '"pypi"')
    assert source("foo", private, named) == IndexSource(url="https://pypi.org/simple", name="public")


def test_an_excluded_package_comes_from_the_index_that_is_left() -> None:
    off = PUBLIC + '\nexclude_packages = ["foo"]'
    assert source("foo", off, HOUSE) == OURS
    assert source("bar", off, HOUSE) == DEFAULT
    # with several left, the order of all is as good as any: the lock has hashes
    assert source("foo", off, HOUSE, 'name = "other"\nurl = "https://other.org"') == DEFAULT


def test_to_be_included_counts_before_being_excluded() -> None:
    assert source("foo-x", PUBLIC, HOUSE + '\ninclude_packages = ["foo*"]\nexclude_packages = ["*-x"]') == OURS


def test_of_several_that_include_a_package_the_first_counts() -> None:
    other = 'name = "other"\nurl = "https://other.org"\ninclude_packages = ["*"]'
    assert source("foo", HOUSE + '\ninclude_packages = ["foo"]', other) == OURS


def test_sources_on_disk_stay() -> None:
    (found,) = read(package("foo", 'path = "foo"'), project(HOUSE + '\ninclude_packages = ["foo"]')).packages
    assert found.source.kind == "directory"
