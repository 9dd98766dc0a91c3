import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lock2nix.converters import pylock
from lock2nix.errors import IndexFault, PlanError, UsageError
from lock2nix.indexes.addresses import Login
from lock2nix.indexes.configuration import Indexes
from lock2nix.indexes.logins import Logins
from lock2nix.resolvers.pypi import Question, as_answer
from lock2nix.resolvers.pypi import resolve as resolved
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile
from tests.indexes.server import Reply, Server, behind_login, page, serve, status
from tests.indexes.wheelhouse import Wheelhouse

LOGIN = Login("me", "s3cret/@:%")


def resolve(question: Question, indexes: Indexes, certificates: Path | None = None) -> Lock:
    content = resolved(question, indexes, certificates)
    return pylock.read(SourceFile(path=Path("pylock.toml"), content=content), {})


def asked(index: str, *wishes: str, extras: tuple[str, ...] = (), logins: Logins | None = None) -> Lock:
    indexes = Indexes(default=index, extras=extras, logins=logins or Logins())
    return resolve(Question(requirements=wishes, python="3.11"), indexes)


def versions(found: Lock) -> dict[str, str]:
    return {package.name: str(package.version) for package in found.packages}


def refused(index: str, *wishes: str, logins: Logins | None = None) -> str:
    with pytest.raises(PlanError) as caught:
        asked(index, *wishes, logins=logins)
    return caught.value.message


def faulty(index: str, *wishes: str, logins: Logins | None = None) -> IndexFault:
    with pytest.raises(IndexFault) as caught:
        asked(index, *wishes, logins=logins)
    return caught.value


def test_versions_with_all_that_they_need(server: Server) -> None:
    house = Wheelhouse(server)
    house.wheel("anchor", "1")
    newest = house.wheel("anchor", "2", ["buoy[light]>=1", 'colours; sys_platform == "win32"'])
    house.wheel("buoy", "1", ['lamp; extra == "light"'], said=["Provides-Extra: light"])
    house.wheel("lamp", "3")
    house.wheel("colours", "4")
    found = asked(house.address, "anchor>=1")
    assert versions(found) == {"anchor": "2", "buoy": "1", "colours": "4", "lamp": "3"}
    anchor, _, colours, _ = found.packages
    (file,) = anchor.artifacts
    assert (file.filename, file.url) == ("anchor-2-py3-none-any.whl", house.url("anchor-2-py3-none-any.whl"))
    assert [h.digest for h in file.hashes] == [newest]
    assert str(colours.marker) == 'sys_platform == "win32"'


def test_pre_releases_where_there_is_nothing_else_or_they_are_asked_for(server: Server) -> None:
    house = Wheelhouse(server)
    house.wheel("anchor", "2b1")
    assert versions(asked(house.address, "anchor")) == {"anchor": "2b1"}
    house.wheel("anchor", "1")
    assert versions(asked(house.address, "anchor")) == {"anchor": "1"}
    assert versions(asked(house.address, "anchor>=2a1")) == {"anchor": "2b1"}


def test_preferred_versions_stay_where_they_fulfil_the_wishes(server: Server) -> None:
    house = Wheelhouse(server)
    for version in ("1", "2"):
        house.wheel("anchor", version)
        house.wheel("buoy", version)
    indexes = Indexes(default=house.address)
    wishes = Question(requirements=("anchor", "buoy>1"), python="3.11", earlier=as_answer({"anchor": "1", "buoy": "1"}))
    found = resolve(wishes, indexes)
    assert versions(found) == {"anchor": "1", "buoy": "2"}
    assert [len(package.artifacts[0].hashes) for package in found.packages] == [1, 1]


def test_each_python_from_the_oldest_on_has_what_serves_it(server: Server) -> None:
    house = Wheelhouse(server)
    house.wheel("anchor", "1", said=["Requires-Python: >=3.8"])
    house.wheel("anchor", "2", said=["Requires-Python: >=3.13"])
    found = asked(house.address, "anchor")
    assert sorted((str(p.version), str(p.marker)) for p in found.packages) == [
        ("1", 'python_full_version >= "3.11" and python_full_version < "3.13"'),
        ("2", 'python_full_version >= "3.13"'),
    ]


# What cannot be


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        (("anchor>=3",), "only anchor<=2 is available and you require anchor>=3"),
        (("anchor<2", "anchor>=2"), "you require anchor<2 and anchor>=2"),
        (("nowhere",), "nowhere was not found in the package registry"),
        (("anchor", "sdist-only"), "sdist-only==1 has no usable wheels"),
    ],
)
def test_what_nobody_can_fulfil_is_said_in_uv_s_words(
    server: Server, monkeypatch: pytest.MonkeyPatch, wishes: tuple[str, ...], words: str
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    house = Wheelhouse(server)
    house.wheel("anchor", "1")
    house.wheel("anchor", "2")
    house.sdist("sdist-only", "1", ("setup.py", b"raise SystemExit"))
    message = refused(house.address, *wishes)
    assert message.startswith("no versions fulfil these wishes together:\n  ")
    assert words in " ".join(message.split())
    assert not any(mark in message for mark in ("error:", "cause:", "\N{MULTIPLICATION SIGN}", "╰", "\x1b"))


@pytest.mark.parametrize("metadata", ["2.1", "2.4"])
def test_no_code_of_a_package_is_run(server: Server, tmp_path: Path, metadata: str) -> None:
    # Not even where the metadata of an sdist stands on its own: uv would still have it built.
    written = tmp_path / "written"
    house = Wheelhouse(server)
    code = f"open({str(written)!r}, 'w').close()\nfrom setuptools import setup\nsetup(name='anchor', version='1')\n"
    info = f"Metadata-Version: {metadata}\nName: anchor\nVersion: 1\n"
    house.sdist("anchor", "1", ("setup.py", code.encode()), ("PKG-INFO", info.encode()))
    assert "no usable wheels" in " ".join(refused(house.address, "anchor").split())
    assert not written.exists()
    assert not any("anchor-1.tar.gz" in path for path in server.asked)


def test_index_that_does_not_answer_is_a_fault_without_its_login(server: Server) -> None:
    logins = Logins({"http://127.0.0.1:9/simple": LOGIN})
    fault = faulty("http://127.0.0.1:9/simple", "anchor", logins=logins)
    assert "http://127.0.0.1:9/simple/anchor/" in fault.message
    assert fault.hint is not None
    assert "--offline" in fault.hint
    assert "s3cret" not in f"{fault}{fault.hint}"
    assert server.asked == []


@pytest.mark.parametrize(
    "reply", [status(500), status(401), status(403), page("{", "application/vnd.pypi.simple.v1+json")]
)
def test_index_that_answers_badly_is_a_fault(server: Server, reply: Reply) -> None:
    server.on("/simple/anchor/", reply)
    logins = Logins({f"{server.address}/simple": LOGIN})
    assert "s3cret" not in str(faulty(f"{server.address}/simple", "anchor", logins=logins))


def test_login_that_is_wrong_is_said_to_be(server: Server) -> None:
    house = Wheelhouse(server, guard=lambda reply: behind_login(("you", "x"), reply))
    house.wheel("anchor", "1")
    fault = faulty(house.address, "anchor", logins=Logins({house.address: LOGIN}))
    assert "401" in fault.message
    assert fault.hint == "does the index want a login? docs/private-indexes.md has all ways"


def test_queries_of_addresses_are_not_repeated(server: Server) -> None:
    # A signed address is as good as a login.
    house = Wheelhouse(server)
    digest = house.wheel("anchor", "1")
    row = f'{{"filename": "anchor-1-py3-none-any.whl", "url": "/x?signature=s3cret", "hashes": {{"sha256": "{digest}"}}'
    server.on(
        "/simple/anchor/",
        page(
            f'{{"meta": {{"api-version": "1.1"}}, "name": "anchor", "files": [{row}, "core-metadata": true}}]}}',
            "application/vnd.pypi.simple.v1+json",
        ),
    )
    fault = faulty(house.address, "anchor")
    assert f"{server.address}/x" in fault.message
    assert "s3cret" not in fault.message


# Indexes and logins


def test_login_is_given_and_told_to_nobody(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    house = Wheelhouse(server, guard=lambda reply: behind_login(LOGIN, reply))
    house.wheel("anchor", "1")
    commands: list[list[str]] = []
    started = subprocess.Popen.__init__

    def listening(self: subprocess.Popen[str], args: list[object], **more: object) -> None:
        commands.append([str(arg) for arg in args])
        started(self, args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess.Popen, "__init__", listening)
    found = asked(house.address, "anchor", logins=Logins({house.address: LOGIN}))
    assert versions(found) == {"anchor": "1"}
    assert len(commands) == 1
    for secret in ("s3cret", "%2F%40%3A%25"):
        assert secret not in repr((commands, found))


def test_indexes_of_one_host_have_logins_of_their_own(server: Server) -> None:
    mine, yours = Login("me", "a"), Login("you", "b")
    first = Wheelhouse(server, "/first", lambda reply: behind_login(mine, reply))
    second = Wheelhouse(server, "/second", lambda reply: behind_login(yours, reply))
    first.wheel("anchor", "1")
    second.wheel("buoy", "1")
    logins = Logins({first.address: mine, second.address: yours})
    assert versions(asked(first.address, "anchor", "buoy", extras=(second.address,), logins=logins)) == {
        "anchor": "1",
        "buoy": "1",
    }


def test_keyring_is_asked_after_a_refusal(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    house = Wheelhouse(server, guard=lambda reply: behind_login(LOGIN, reply))
    house.wheel("anchor", "1")
    credential = SimpleNamespace(username=LOGIN.user, password=LOGIN.password)
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_credential=lambda *_: credential))
    assert versions(asked(house.address, "anchor")) == {"anchor": "1"}


def test_default_index_is_asked_before_the_others(server: Server) -> None:
    default, extra = Wheelhouse(server, "/default"), Wheelhouse(server, "/extra")
    default.wheel("anchor", "1")
    extra.wheel("anchor", "2")
    extra.wheel("buoy", "1")
    found = asked(default.address, "anchor", "buoy", extras=(extra.address,))
    assert versions(found) == {"anchor": "1", "buoy": "1"}
    assert "/extra/anchor/" not in server.asked


def test_index_without_pages_of_projects_is_passed_over(server: Server) -> None:
    house = Wheelhouse(server)
    house.wheel("anchor", "1")
    flat = f"{server.address}/all.html"
    assert versions(asked(house.address, "anchor", extras=(flat,))) == {"anchor": "1"}
    with pytest.raises(PlanError, match="none of the indexes has a page for each project"):
        asked(flat, "anchor")
    assert not any("all.html" in path for path in server.asked)


def test_missing_variable_of_the_default_index_is_said_and_of_another_one_leaves_it_out(server: Server) -> None:
    house = Wheelhouse(server)
    house.wheel("anchor", "1")
    question = Question(requirements=("anchor",), python="3.11")
    private = f"{server.address}/private"
    found = resolve(question, Indexes(default=house.address, extras=(private,), unset={private: "TOKEN"}))
    assert versions(found) == {"anchor": "1"}
    assert not any("private" in path for path in server.asked)
    with pytest.raises(UsageError, match="variable TOKEN"):
        resolve(question, Indexes(default=private, unset={private: "TOKEN"}))


@pytest.mark.parametrize("named", ["option", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_authorities_of_option_and_environment(certificate: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    with serve(certificate.with_name("both")) as secure:
        house = Wheelhouse(secure)
        house.wheel("anchor", "1")
        assert "certificate" in faulty(house.address, "anchor").message
        if named != "option":
            monkeypatch.setenv(named, str(certificate))
        trusted = certificate if named == "option" else None
        question = Question(requirements=("anchor",), python="3.11")
        assert versions(resolve(question, Indexes(default=house.address), trusted)) == {"anchor": "1"}


def test_address_with_a_space(server: Server) -> None:
    house = Wheelhouse(server, "/our%20own")
    house.wheel("anchor", "1")
    assert versions(asked(f"{server.address}/our own", "anchor")) == {"anchor": "1"}


# What must not matter


def test_uv_s_own_settings_do_not_change_the_answer(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, other = Wheelhouse(server), Wheelhouse(server, "/other")
    for version in ("1", "2"):
        house.wheel("anchor", version, ["buoy"])
    house.wheel("buoy", "1")
    other.wheel("anchor", "3")
    settings = f'resolution = "lowest"\nno-deps = true\nindex-url = "{other.address}"\n'
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").write_text(f"[pip]\n{settings}", encoding="utf-8")
    (tmp_path / "uv.toml").write_text(f"[pip]\n{settings}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UV_NO_CONFIG")
    for name, value in {
        "FORCE_COLOR": "1",
        "UV_CONFIG_FILE": str(tmp_path / "uv.toml"),
        "UV_DEFAULT_INDEX": other.address,
        "UV_EXCLUDE_NEWER": "2001-01-01",
        "UV_INDEX": other.address,
        "UV_OFFLINE": "1",
        "UV_RESOLUTION": "lowest",
        "VIRTUAL_ENV": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    assert versions(asked(house.address, "anchor")) == {"anchor": "2", "buoy": "1"}
    assert not any("other" in path for path in server.asked)


def test_uv_s_cache_neither_answers_nor_grows(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    house = Wheelhouse(server)
    house.wheel("anchor", "1")
    asked(house.address, "anchor")
    house.wheel("anchor", "2")
    assert versions(asked(house.address, "anchor")) == {"anchor": "2"}
    assert list(tmp_path.iterdir()) == []


def test_uv_is_not_loaded_at_start_up() -> None:
    code = "import sys, lock2nix.pipeline, lock2nix.cli.main; sys.exit('uv' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
