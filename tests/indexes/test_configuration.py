import os
from pathlib import Path

import pytest

from lock2nix.errors import InputError, UsageError
from lock2nix.indexes.addresses import Login
from lock2nix.indexes.configuration import (
    Index,
    Indexes,
    Level,
    from_command_line,
    from_environment,
    joined,
    read_index,
)
from lock2nix.indexes.configuration_files import from_files
from lock2nix.indexes.pypi import SIMPLE


def indexes(tmp_path: Path, **environment: str) -> Indexes:
    """Return what environment and files come to, with `tmp_path` as home and as root of the disk."""
    given = {"HOME": str(tmp_path / "home"), **environment}
    return joined([*from_environment(given), *from_files(given, tmp_path / "project", tmp_path)], (), given)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("https://x.org/simple/", Index(url="https://x.org/simple")),
        (" corp=https://x.org/simple#frag", Index(url="https://x.org/simple", name="corp")),
        ("https://me:p%40ss@x.org:8/s", Index(url="https://x.org:8/s", login=Login("me", "p@ss"))),
        ("https://token@x.org/s", Index(url="https://x.org/s", login=Login("token", ""))),
    ],
)
def test_index(text: str, index: Index) -> None:
    assert read_index(text) == index
    assert "p@ss" not in repr(index)


@pytest.mark.parametrize(
    "text",
    ["", "pypi", "file:///x", "https://", "https://me:s3cret@x.org/?a=b", "ftp://me:s3cret@x", "https://[s3cret"],
)
def test_what_is_no_index_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="starts with https://") as caught:
        read_index(text)
    assert "s3cret" not in str(caught.value)


def test_without_anything_it_is_pypi(tmp_path: Path) -> None:
    found = indexes(tmp_path)
    assert (found.default, found.extras) == (SIMPLE, ())


def test_command_line_over_environment_over_files(tmp_path: Path) -> None:
    write(tmp_path / "home/.config/uv/uv.toml", 'index-url = "https://uv-file.org"')
    write(tmp_path / "etc/pip.conf", "[global]\nindex-url = https://pip-file.org\nextra-index-url = https://e5.org")
    assert indexes(tmp_path).default == "https://uv-file.org"
    assert indexes(tmp_path, UV_NO_CONFIG="1").default == "https://pip-file.org"
    assert indexes(tmp_path, PIP_INDEX_URL="https://pip.org/").default == "https://pip.org"
    assert indexes(tmp_path, PIP_INDEX_URL="https://pip.org", UV_INDEX_URL="https://uv.org").default == "https://uv.org"
    environment = {
        "UV_DEFAULT_INDEX": "corp=https://uv.org",
        "UV_INDEX_URL": "https://older.org",
        "UV_INDEX": "a=https://e1.org https://e2.org",
        "UV_EXTRA_INDEX_URL": "https://e2.org",
        "PIP_EXTRA_INDEX_URL": "https://e3.org\n https://e4.org/ ",
    }
    found = indexes(tmp_path, **environment)
    assert found.default == "https://uv.org"
    assert found.extras == ("https://e1.org", "https://e2.org", "https://e3.org", "https://e4.org", "https://e5.org")
    chosen = from_command_line("https://cli.org", ["https://e4.org", "https://cli.org"])
    both = joined([chosen, *from_environment(environment)])
    assert both.default == "https://cli.org"
    assert both.extras == ("https://e4.org", "https://e1.org", "https://e2.org", "https://e3.org")


def test_pip_s_files_and_sections(tmp_path: Path) -> None:
    write(tmp_path / "etc/pip.conf", "[global]\nindex-url = https://etc.org\nextra-index-url = https://e.org")
    assert indexes(tmp_path).default == "https://etc.org"
    write(tmp_path / "home/.pip/pip.conf", "[global]\nindex_url = https://dotted.org")
    assert indexes(tmp_path).default == "https://dotted.org"
    write(tmp_path / "home/.config/pip/pip.conf", "[global]\nindex-url: https://config.org\n[install]\n")
    assert indexes(tmp_path).default == "https://config.org"
    write(tmp_path / "xdg/pip/pip.conf", "[install]\nindex-url = https://xdg.org")
    assert indexes(tmp_path, XDG_CONFIG_HOME=str(tmp_path / "xdg")).default == "https://xdg.org"
    named = write(
        tmp_path / "named.conf", "[global]\nindex-url = https://named.org\n[list]\nindex-url = https://no.org"
    )
    assert indexes(tmp_path, PIP_CONFIG_FILE=str(named)).default == "https://named.org"
    both = indexes(tmp_path, PIP_CONFIG_FILE=str(named), XDG_CONFIG_HOME=str(tmp_path / "xdg"))
    assert both.default == "https://xdg.org"  # [install] is nearer than [global] of any file
    assert both.extras == ("https://e.org",)
    none = indexes(tmp_path, PIP_CONFIG_FILE=os.devnull)
    assert (none.default, none.extras) == (SIMPLE, ())


def test_uv_s_files(tmp_path: Path) -> None:
    write(
        tmp_path / "home/.config/uv/uv.toml",
        """
        native-tls = true
        [[index]]
        name = "default"
        url = "https://d.org/simple"
        default = true
        [[index]]
        name = "corp"
        url = "https://corp.org/simple/"
        [[index]]
        name = "hidden"
        url = "https://hidden.org/simple"
        explicit = true
        [[index]]
        url = "../wheels"
        """,
    )
    found = indexes(tmp_path, UV_INDEX_HIDDEN_PASSWORD="t0ken")  # noqa: S106 - made up
    assert (found.default, found.extras) == ("https://d.org/simple", ("https://corp.org/simple",))
    assert found.logins.of("https://hidden.org/simple/p/") == Login("", "t0ken")
    write(tmp_path / "project/uv.toml", 'index-url = "https://project.org"\nextra-index-url = ["https://e.org"]')
    found = indexes(tmp_path)
    assert (found.default, found.extras) == ("https://project.org", ("https://e.org", "https://corp.org/simple"))
    named = write(tmp_path / "named.toml", "")
    assert indexes(tmp_path, UV_CONFIG_FILE=str(named)).default == SIMPLE


def test_pages_of_links_are_those_of_all_places(tmp_path: Path) -> None:
    write(tmp_path / "project" / "uv.toml", 'find-links = ["https://uv.org/toml", "./wheels"]')
    write(tmp_path / "etc" / "pip.conf", "[global]\nfind-links =\n  https://me:s3cret@pip.org/conf/\n  /wheels\n")
    found = indexes(
        tmp_path,
        UV_FIND_LINKS="https://uv.org/a%20b?c=d,wheels",
        PIP_FIND_LINKS="https://pip.org/env#x file:///wheels https://uv.org/toml",
    )
    pages = ("https://uv.org/a%20b?c=d", "https://pip.org/env", "https://uv.org/toml", "https://pip.org/conf/")
    assert found.links == pages
    assert found.logins.of("https://pip.org/conf/") == Login("me", "s3cret")


def test_folders_on_disk_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "etc/pip.conf", "[global]\nextra-index-url = file:///srv/simple https://e.org\n  /opt/more")
    assert indexes(tmp_path).extras == ("https://e.org",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("etc/pip.conf", "s3cret"),
        ("etc/pip.conf", "[global]\nindex-url = ftp://s3cret"),
        ("etc/pip.conf", "[global]\nextra-index-url = ftp://s3cret"),
        ("etc/pip.conf", "[global]\nfind-links = ftp://s3cret"),
        ("project/uv.toml", "s3cret"),
        ("project/uv.toml", "find-links = ['ftp://s3cret']"),
        ("project/uv.toml", "find-links = 's3cret'"),
        ("project/uv.toml", "index-url = ['s3cret']"),
        ("project/uv.toml", "[[index]]\nurl = 's3cret'\ndefault = true"),
        ("project/uv.toml", "[[index]]\nname = 's3cret'"),
    ],
)
def test_broken_files_are_named_and_not_repeated(tmp_path: Path, name: str, text: str) -> None:
    path = write(tmp_path / name, text)
    with pytest.raises(InputError) as caught:
        indexes(tmp_path)
    assert caught.value.place == str(path)
    assert "s3cret" not in str(caught.value)


def test_files_that_are_not_text(tmp_path: Path) -> None:
    write(tmp_path / "etc/pip.conf", "").write_bytes(b"\xff")
    with pytest.raises(InputError, match="not UTF-8"):
        indexes(tmp_path)


@pytest.mark.parametrize(
    "name", ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX", "UV_DEFAULT_INDEX", "PIP_FIND_LINKS", "UV_FIND_LINKS"]
)
def test_broken_variables_are_named_and_not_repeated(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name}: ") as caught:
        list(from_environment({name: "ftp://me:s3cret@x.org"}))
    assert "s3cret" not in str(caught.value)


def test_empty_variables_are_as_good_as_none() -> None:
    names = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
    assert set(from_environment(dict.fromkeys(names, " "))) == {Level()}


def test_option_that_is_no_index() -> None:
    with pytest.raises(UsageError, match="--index-url"):
        from_command_line("https://me:s3cret@x.org?", [])


@pytest.mark.parametrize(
    ("name", "variables", "login"),
    [
        ("corp", {"UV_INDEX_CORP_USERNAME": "me", "UV_INDEX_CORP_PASSWORD": "p"}, Login("me", "p")),
        ("my-corp.eu", {"POETRY_HTTP_BASIC_MY_CORP_EU_PASSWORD": "p"}, Login("", "p")),
        ("Corp", {"POETRY_HTTP_BASIC_CORP_USERNAME": "token"}, Login("token", "")),
        ("corp", {"POETRY_HTTP_BASIC_OTHER_USERNAME": "me", "POETRY_HTTP_BASIC_CORP_USERNAME": ""}, None),
    ],
)
def test_logins_by_the_name_of_an_index(name: str, variables: dict[str, str], login: Login | None) -> None:
    found = joined([], [(name, "https://x.org/simple")], variables)
    assert found.logins.of("https://x.org/simple/p/") == login
    assert found.logins.of("https://y.org/simple/p/") is None


@pytest.mark.parametrize("name", ["corp", "CORP", "Corp"])
def test_lock_cannot_take_a_name_that_the_user_s_configuration_gives_to_another_address(name: str) -> None:
    variables = {"UV_INDEX": "corp=https://corp.org/simple", "UV_INDEX_CORP_PASSWORD": "p"}
    found = joined(from_environment(variables), [(name, "https://evil.org/simple")], variables)
    assert found.logins.of("https://evil.org/simple/p/") is None
    assert found.logins.of("https://corp.org/simple/p/") == Login("", "p")


def test_project_s_uv_toml_cannot_either(tmp_path: Path) -> None:
    table = '[[index]]\nname = "{}"\nurl = "https://{}.org/simple"\n'
    write(tmp_path / "project/uv.toml", table.format("Corp", "evil"))
    assert indexes(tmp_path, UV_INDEX_CORP_PASSWORD="p").logins.of("https://evil.org/simple") == Login("", "p")  # noqa: S106
    write(tmp_path / "home/.config/uv/uv.toml", table.format("corp", "corp"))
    found = indexes(tmp_path, UV_INDEX_CORP_PASSWORD="p")  # noqa: S106
    assert found.logins.of("https://evil.org/simple") is None
    assert found.logins.of("https://corp.org/simple") == Login("", "p")


def test_name_of_two_addresses_has_no_login() -> None:
    named = [("corp", "https://corp.org/simple"), ("Corp", "https://evil.org/simple")]
    found = joined([], named, {"UV_INDEX_CORP_PASSWORD": "p"})
    assert found.logins.of("https://corp.org/simple") is found.logins.of("https://evil.org/simple") is None


def test_login_in_an_address_is_nearer_than_one_by_name() -> None:
    variables = {"UV_INDEX": "corp=https://a:b@corp.org/simple", "UV_INDEX_CORP_PASSWORD": "p"}
    found = joined(from_environment(variables), (), variables)
    assert found.extras == ("https://corp.org/simple",)
    assert found.logins.of("https://corp.org/simple/p/") == Login("a", "b")
