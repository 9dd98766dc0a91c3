import pytest

from lock2nix.errors import UsageError
from lock2nix.indexes.addresses import Login
from lock2nix.indexes.configuration import Indexes, from_command_line, from_environment, joined
from lock2nix.indexes.pypi import SIMPLE
from lock2nix.indexes.variables import filled, from_lock
from lock2nix.schemas.lock import LockIndexes

HOME = "https://x.org/simple"


def indexes(said: LockIndexes, *named: str, option: str | None = None, **environment: str) -> Indexes:
    levels = [from_command_line(option, ()), from_lock(said, named, environment), *from_environment(environment)]
    return joined(levels, (), environment)


def test_command_line_over_lock_over_environment() -> None:
    said = LockIndexes(default="https://lock.org/simple/", extras=("https://e1.org", "https://cli.org"))
    pip = {"PIP_INDEX_URL": "https://pip.org", "PIP_EXTRA_INDEX_URL": "https://e2.org"}
    found = indexes(said, **pip)
    assert (found.default, found.extras) == (
        "https://lock.org/simple",
        ("https://e1.org", "https://cli.org", "https://e2.org"),
    )
    found = indexes(said, option="https://cli.org", **pip)
    assert (found.default, found.extras) == ("https://cli.org", ("https://e1.org", "https://e2.org"))
    assert indexes(LockIndexes(), **pip).default == "https://pip.org"
    assert indexes(LockIndexes()).default == SIMPLE


@pytest.mark.parametrize(
    ("spelt", "login"),
    [
        ("me:pass", Login("me", "pass")),
        ("m%65:p%40ss:x", Login("me", "p@ss:x")),
        ("${USER_1}:${TOKEN}", Login("me", "t0k/en@")),
        ("${USER_1}:prefix-${TOKEN}", Login("me", "prefix-t0k/en@")),
        ("${BOTH}", Login("me", "p w")),
        ("${EMPTY}", Login("", "")),
        ("${TOKEN}:", Login("t0k/en@", "")),
        ("$TOKEN:${not a name}", Login("$TOKEN", "${not a name}")),
    ],
)
def test_login(spelt: str, login: Login) -> None:
    environment = {"USER_1": "me", "TOKEN": "t0k/en@", "BOTH": "me:p%20w", "EMPTY": ""}
    found = indexes(LockIndexes(default=HOME, logins={HOME: spelt}), **environment)
    assert found.default == HOME
    assert found.logins.of(f"{HOME}/p/") == login
    assert found.logins.of("https://y.org/simple/p/") is None
    found.refuse_unset(HOME)


def test_login_of_an_index_that_only_packages_name() -> None:
    said = LockIndexes(logins={HOME: "me:${TOKEN}"})
    found = indexes(said, HOME, TOKEN="t")  # noqa: S106 - made up
    assert (found.default, found.extras, found.serving(HOME)) == (SIMPLE, (), (HOME,))
    assert found.logins.of(f"{HOME}/p/") == Login("me", "t")


def test_variable_that_is_not_set_is_named_and_only_where_it_is_wanted() -> None:
    found = indexes(LockIndexes(default=HOME, logins={HOME: "me:${TOKEN}-${OTHER}"}), OTHER="s3cret")
    found.refuse_unset("https://y.org/simple")
    assert found.logins.of(HOME) is None
    with pytest.raises(UsageError, match=r"variable TOKEN for https://x.org/simple") as caught:
        found.refuse_unset(HOME)
    assert "s3cret" not in str(caught.value)


def test_other_login_for_the_same_index_makes_up_for_it() -> None:
    said = LockIndexes(default=HOME, logins={HOME: "me:${TOKEN}"})
    found = indexes(said, option="https://a:b@x.org/simple")
    found.refuse_unset(HOME)
    assert found.logins.of(HOME) == Login("a", "b")


def test_user_s_own_login_is_nearer_than_the_lock_s() -> None:
    said = LockIndexes(default=HOME, logins={HOME: "me:theirs"})
    assert indexes(said, PIP_INDEX_URL="https://me:mine@x.org/simple").logins.of(HOME) == Login("me", "mine")


@pytest.mark.parametrize(
    ("spelt", "address"),
    [
        ("https://${HOST}/simple", "https://x.org/simple"),
        ("${URL}/simple/", "https://x.org/s/simple"),
        ("https://x.org/${NONE}", "https://x.org/${NONE}"),
    ],
)
def test_variables_elsewhere_in_the_address(spelt: str, address: str) -> None:
    environment = {"HOST": "x.org", "URL": "https://me:p@x.org/s"}
    for found in (indexes(LockIndexes(default=spelt), **environment), indexes(LockIndexes(), spelt, **environment)):
        assert found.serving(None if found.default == address else spelt) == (address,)
    assert indexes(LockIndexes(), "${URL}", **environment).logins.of("https://x.org/s/p") == Login("me", "p")
    assert filled(spelt, environment).rstrip("/") == address.replace("https://x.org/s/", "https://me:p@x.org/s/")


def test_address_of_a_variable_that_is_not_set_cannot_be_asked() -> None:
    found = indexes(LockIndexes(default="https://${HOST}/simple", extras=("${URL}",)), URL="s3cret: no address")
    assert found.extras == ("${URL}",)
    with pytest.raises(UsageError, match="HOST"):
        found.refuse_unset(found.default)
