"""A Pipfile.lock whose source wants a login that only the environment has, from end to end."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.enrichers.locks import sha256
from tests.indexes.server import Server, behind_login, json_page, page, serve
from tests.indexes.wheel_files import wheel

from .conftest import command

USER, PASSWORD = "me@corp", "s3/cret-pass:word"
SECRETS = (PASSWORD, quote(PASSWORD, safe=""), base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())
NAME = "x-1-py3-none-any.whl"
WHEEL = wheel(b"Metadata-Version: 2.1\nName: x\nVersion: 1\n")


@dataclass(frozen=True)
class Project:
    folder: Path
    server: Server

    def convert(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Return the exit code, and everything that was said or written."""
        cache = self.folder.parent / "cache"
        done = command("pipenv", "-v", *arguments, cwd=self.folder, XDG_CACHE_HOME=str(cache), **environment)
        files = [path for folder in (self.folder, cache) for path in sorted(folder.rglob("*")) if path.is_file()]
        written = [path.read_text(encoding="utf-8") for path in files]
        return done.returncode, "\n".join([done.stdout.decode(), done.stderr.decode(), *written])


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with serve() as server:
        listed = {"filename": NAME, "url": f"/files/{NAME}", "hashes": {"sha256": sha256(WHEEL).digest}}
        server.on("/simple/x/", behind_login((USER, PASSWORD), json_page(listed)))
        server.on(f"/files/{NAME}", behind_login((USER, PASSWORD), page(WHEEL)))
        url = server.address.replace("://", "://${CORP_USER}:$CORP_PASSWORD@") + "/simple"
        meta = {"pipfile-spec": 6, "requires": {}, "sources": [{"name": "corp", "url": url, "verify_ssl": True}]}
        entry = {"version": "==1", "hashes": [f"sha256:{sha256(WHEEL).digest}"]}
        folder = tmp_path / "project"
        folder.mkdir()
        text = json.dumps({"_meta": meta, "default": {"x": entry}, "develop": {}})
        (folder / "Pipfile.lock").write_text(text, encoding="utf-8")
        (folder / "Pipfile").write_text("[packages]\nx = '*'\n", encoding="utf-8")
        yield Project(folder, server)


@pytest.mark.parametrize(
    "environment",
    [
        {"CORP_USER": USER, "CORP_PASSWORD": PASSWORD},
        {"CORP_USER": quote(USER, safe=""), "CORP_PASSWORD": quote(PASSWORD, safe="")},
    ],
)
def test_login_is_filled_in_and_never_written(project: Project, environment: Mapping[str, str]) -> None:
    code, text = project.convert(**environment)
    assert code == 0, text
    assert f'url = "{project.server.address}/files/{NAME}"' in text
    assert not [secret for secret in SECRETS if secret in text]
    # Whoever has the output needs no login to make it again.
    asked = len(project.server.asked)
    output = (project.folder / "Pipfile.nix").read_bytes()
    for arguments in ([], ["--offline"]):
        assert project.convert(*arguments)[0] == 0
        assert (project.folder / "Pipfile.nix").read_bytes() == output
    assert len(project.server.asked) == asked


def test_missing_variable_is_named(project: Project) -> None:
    code, text = project.convert(CORP_USER=USER)
    assert code == 2
    assert f"the lock wants the variable CORP_PASSWORD for {project.server.address}/simple, and it is not set" in text
    assert project.server.asked == []


def test_wrong_login_is_refused_and_not_repeated(project: Project) -> None:
    code, text = project.convert(CORP_USER=USER, CORP_PASSWORD=f"wr0ng-{PASSWORD}")
    assert code == 5
    assert "x 1: " in text
    assert "401" in text
    assert not [secret for secret in SECRETS if secret in text]


def test_option_is_nearer(project: Project) -> None:
    login = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@"
    code, text = project.convert("--index-url", project.server.address.replace("://", f"://{login}") + "/simple")
    assert code == 0, text
    assert not [secret for secret in SECRETS if secret in text]
