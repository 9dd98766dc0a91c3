"""A private index from end to end: pages and files want a login, which then is nowhere to be found."""

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.enrichers.locks import sha256
from tests.indexes.archive_files import PYPROJECT, sdist
from tests.indexes.server import Server, behind_login, json_page, page, serve
from tests.nix_runner import HERE, Nix

from .conftest import command

USER, PASSWORD = "me@corp", "s3/cret-pass:word"
SECRETS = (PASSWORD, quote(PASSWORD, safe=""), base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())
WHEEL, SDIST = "secretive-1.0-py3-none-any.whl", "built-1.0.tar.gz"
NONCE = uuid4().hex  # or Nix would have the wheel from the last run
PROJECT = '[tool.poetry]\nname = "small"\nversion = "1"\n[tool.poetry.dependencies]\nsecretive = "*"\nbuilt = "*"\n'


def wheel() -> bytes:
    info = "secretive-1.0.dist-info"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in {
            "secretive.py": f"nonce = '{NONCE}'\n",
            f"{info}/METADATA": "Metadata-Version: 2.1\nName: secretive\nVersion: 1.0\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": "",
        }.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


@dataclass(frozen=True)
class Private:
    server: Server
    folder: Path

    def address(self, login: str = "") -> str:
        return self.server.address.replace("://", f"://{login}@" if login else "://") + "/team/simple"

    def texts(self, cache: Path) -> str:
        """Return everything that was written below the project and the cache."""
        return "\n".join(
            path.read_text(encoding="utf-8")
            for folder in (self.folder, cache)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        )


@pytest.fixture
def private(tmp_path: Path) -> Iterator[Private]:
    """Serve an index behind a login, and make a project whose lock names it."""
    with serve() as server:
        files = {WHEEL: wheel(), SDIST: sdist(".tar.gz", ("built-1.0/pyproject.toml", PYPROJECT))}
        for name, content in files.items():
            listed = {"filename": name, "url": f"../../files/{name}", "hashes": {"sha256": sha256(content).digest}}
            project = name.split("-", maxsplit=1)[0]
            server.on(f"/team/simple/{project}/", behind_login((USER, PASSWORD), json_page(listed)))
            server.on(f"/team/files/{name}", behind_login((USER, PASSWORD), page(content)))
        private = Private(server, tmp_path / "project")
        private.folder.mkdir()
        (private.folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
        tables = [
            f"""
            [[package]]
            name = "{name.split("-", maxsplit=1)[0]}"
            version = "1.0"
            optional = false
            python-versions = "*"
            files = [{{ file = "{name}", hash = "sha256:{sha256(content).digest}" }}]
            source = {{ type = "legacy", url = "{private.address()}", reference = "my-corp" }}
            """
            for name, content in files.items()
        ]
        end = '[metadata]\nlock-version = "2.0"\npython-versions = ">=3.8"\ncontent-hash = "made by hand"\n'
        (private.folder / "poetry.lock").write_text("".join(tables) + end, encoding="utf-8")
        yield private


def assert_kept_secret(private: Private, cache: Path, *said: bytes) -> None:
    for text in (private.texts(cache), *(one.decode() for one in said)):
        assert not [secret for secret in SECRETS if secret in text]


def ways(private: Private, folder: Path) -> Mapping[str, tuple[list[str], dict[str, str]]]:
    """Return arguments and environment of each way to give the login."""
    login = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
    (folder / "netrc").write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n", encoding="utf-8")
    (folder / "pip.conf").write_text(f"[global]\nextra-index-url = {private.address(login)}\n", encoding="utf-8")
    uv = f'[[index]]\nname = "corp"\nurl = "{private.address(login)}"\nexplicit = true\n'
    (folder / "uv.toml").write_text(uv, encoding="utf-8")
    return {
        "netrc": ([], {"NETRC": str(folder / "netrc")}),
        "poetry": ([], {"POETRY_HTTP_BASIC_MY_CORP_USERNAME": USER, "POETRY_HTTP_BASIC_MY_CORP_PASSWORD": PASSWORD}),
        "uv": ([], {"UV_INDEX_MY_CORP_USERNAME": USER, "UV_INDEX_MY_CORP_PASSWORD": PASSWORD}),
        "uv index": ([], {"UV_INDEX": f"corp={private.address(login)}"}),
        "uv.toml": ([], {"UV_NO_CONFIG": "", "UV_CONFIG_FILE": str(folder / "uv.toml")}),
        "pip": ([], {"PIP_EXTRA_INDEX_URL": private.address(login)}),
        "pip.conf": ([], {"PIP_CONFIG_FILE": str(folder / "pip.conf")}),
        "option": (["--index-url", private.address(login)], {}),
        "extra option": (["--extra-index-url", private.address(login)], {}),
    }


@pytest.mark.parametrize(
    "way", ["netrc", "poetry", "uv", "uv index", "uv.toml", "pip", "pip.conf", "option", "extra option"]
)
def test_every_way_to_give_a_login(private: Private, tmp_path: Path, way: str) -> None:
    arguments, environment = ways(private, tmp_path)[way]
    cache = tmp_path / "cache"
    done = command("poetry", "--verbose", *arguments, cwd=private.folder, XDG_CACHE_HOME=str(cache), **environment)
    assert done.returncode == 0, done.stderr
    text = (private.folder / "poetry.nix").read_text(encoding="utf-8")
    for name in (WHEEL, SDIST):
        assert f'url = "{private.server.address}/team/files/{name}"' in text
    assert "hatchling" in text
    assert len(list(cache.rglob("*.json"))) == 3
    assert_kept_secret(private, cache, done.stdout, done.stderr)
    header = json.loads(text.split("\n", 2)[1].removeprefix("# lock2nix: "))
    expected = {argument.removeprefix("--"): [private.address()] for argument in arguments[:1]}
    assert header["options"] == expected
    # Whoever has the output needs no login to make it again, and gets the same bytes.
    asked = len(private.server.asked)
    plain = [
        part.replace(private.address(part.partition("://")[2].rpartition("@")[0]), private.address())
        for part in arguments
    ]
    again = command("poetry", *plain, cwd=private.folder, XDG_CACHE_HOME=str(tmp_path / "fresh"))
    assert again.returncode == 0, again.stderr
    assert (private.folder / "poetry.nix").read_text(encoding="utf-8") == text
    assert len(private.server.asked) == asked


@pytest.mark.parametrize("password", ["", "wr0ng-" + PASSWORD])
def test_refusal_names_packages_and_no_secret(private: Private, tmp_path: Path, password: str) -> None:
    environment = {"UV_INDEX_MY_CORP_USERNAME": USER, "UV_INDEX_MY_CORP_PASSWORD": password} if password else {}
    done = command("poetry", "-v", cwd=private.folder, XDG_CACHE_HOME=str(tmp_path / "cache"), **environment)
    assert done.returncode == 5
    assert b"built 1.0, secretive 1.0: " in done.stderr
    assert b"401" in done.stderr
    assert b"docs/private-indexes.md" in done.stderr
    assert_kept_secret(private, tmp_path / "cache", done.stdout, done.stderr)


def test_configuration_is_read_only_where_an_index_is_needed(private: Private, tmp_path: Path) -> None:
    environment, broken = dict(ways(private, tmp_path)["netrc"][1]), {"PIP_CONFIG_FILE": str(tmp_path / "broken.conf")}
    environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    (tmp_path / "broken.conf").write_text(f"index-url = {PASSWORD}", encoding="utf-8")
    done = command("poetry", cwd=private.folder, **environment, **broken)
    assert done.returncode == 3
    assert done.stderr.decode() == f"lock2nix: {tmp_path}/broken.conf: this is not what pip reads\n"
    assert private.server.asked == []
    assert command("poetry", cwd=private.folder, **environment).returncode == 0
    text = (private.folder / "poetry.nix").read_text(encoding="utf-8")
    for arguments in ([], ["--offline"]):
        assert command("poetry", *arguments, cwd=private.folder, **environment, **broken).returncode == 0
    # Nothing of the environment is in the output.
    others = {"PIP_INDEX_URL": "https://other.invalid/simple", "UV_INDEX": "https://extra.invalid/simple"}
    assert command("poetry", cwd=private.folder, **environment, **others).returncode == 0
    assert (private.folder / "poetry.nix").read_text(encoding="utf-8") == text


def test_nix_downloads_with_its_own_netrc(private: Private, tmp_path: Path, nix: Nix) -> None:
    """The output says where the file is; Nix's `netrc-file` has the login."""
    login = {"POETRY_HTTP_BASIC_MY_CORP_USERNAME": USER, "POETRY_HTTP_BASIC_MY_CORP_PASSWORD": PASSWORD}
    done = command("poetry", cwd=private.folder, XDG_CACHE_HOME=str(tmp_path / "cache"), **login)
    assert done.returncode == 0, done.stderr
    netrc = tmp_path / "nix-netrc"
    netrc.write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n", encoding="utf-8")
    expression = f"""
      let
        pkgs = import {HERE}/nix/hostpkgs.nix {{ overlays = [ (import {private.folder}/poetry.nix) ]; }};
      in
      pkgs.lock2nix.small.python.pkgs.secretive.src
    """
    (tmp_path / "default.nix").write_text(expression, encoding="utf-8")
    with pytest.raises(pytest.fail.Exception, match="401"):
        Nix(env={"NIX_CONFIG": f"netrc-file = {tmp_path}/absent"}).build(tmp_path / "default.nix", {})
    asked = len(private.server.asked)
    source = Nix(env={"NIX_CONFIG": f"netrc-file = {netrc}"}).build(tmp_path / "default.nix", {})
    assert source.read_bytes() == wheel()
    assert re.fullmatch(r"[0-9a-z]{32}-" + re.escape(WHEEL), source.name)
    assert private.server.asked[asked:] == [f"/team/files/{WHEEL}"]
    drv = Path(str(nix.evaluate(f"({expression}).drvPath")))
    assert not [secret for secret in SECRETS if secret in drv.read_text(encoding="utf-8")]
