import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest
from packaging.utils import canonicalize_name

from fixtures.git_repository import make_repository
from fixtures.package_index import serve_folder
from lock2nix.errors import IndexFault
from lock2nix.indexes.git import Repositories
from lock2nix.schemas.lock import BuildSystem
from lock2nix.schemas.metadata import CoreMetadata
from lock2nix.schemas.source import GitSource

from .server import Server, status

X = canonicalize_name("x")
GREETER = BuildSystem(requires=("poetry-core>=1.0",), backend="poetry.core.masonry.api")
EXTRAS = BuildSystem(requires=("setuptools>=61",), backend="setuptools.build_meta")


def build_system_of_git(source: GitSource) -> BuildSystem:
    return Repositories().build_system(source)


def git(*arguments: str, in_: Path) -> str:
    who = ["-c", "user.name=me", "-c", "user.email=me@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, *arguments], cwd=in_, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def repository(folder: Path, files: Mapping[str, str], links: Mapping[str, str] | None = None) -> GitSource:
    folder.mkdir()
    git("init", "--quiet", in_=folder)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for name, target in (links or {}).items():
        (folder / name).symlink_to(target)
    git("add", ".", in_=folder)
    git("commit", "--quiet", "--message=all", in_=folder)
    return GitSource(url=f"file://{folder}", revision=git("rev-parse", "HEAD", in_=folder))


def inside(source: GitSource, subdirectory: str) -> GitSource:
    return source.model_copy(update={"subdirectory": PurePosixPath(subdirectory)})


@pytest.fixture
def greeter(tmp_path: Path) -> GitSource:
    revision = make_repository(tmp_path / "greeter.git")
    return GitSource(url=f"file://{tmp_path}/greeter.git", revision=revision)


def refused(source: GitSource) -> IndexFault:
    with pytest.raises(IndexFault) as caught:
        build_system_of_git(source)
    assert caught.value.place is not None
    return caught.value


def test_root_and_subdirectory(greeter: GitSource) -> None:
    assert build_system_of_git(greeter) == GREETER
    assert build_system_of_git(inside(greeter, "extras")) == EXTRAS


def test_one_visit_answers_everything(tmp_path: Path) -> None:
    pyproject = '[build-system]\nrequires = ["a"]\n[project]\nname = "x"\ndependencies = ["b"]\n'
    source = repository(tmp_path / "r", {"pyproject.toml": pyproject, "sub/PKG-INFO": "nonsense", "sub/setup.py": ""})
    inner = inside(source, "sub")
    repositories = Repositories()
    assert repositories.metadata(source, X) == CoreMetadata(name=X, requires=("b",))
    assert repositories.metadata(inner, X) == CoreMetadata(name=X, requires=None)
    shutil.rmtree(tmp_path / "r")
    assert repositories.build_system(source).requires == ("a",)
    assert repositories.build_system(inner).requires == ("setuptools", "wheel")


def test_metadata_of_what_cannot_be_had(greeter: GitSource) -> None:
    with pytest.raises(IndexFault):
        Repositories().metadata(inside(greeter, "none"), X)


def test_plain_files_over_http(greeter: GitSource, tmp_path: Path) -> None:
    with serve_folder(tmp_path) as address:
        assert build_system_of_git(greeter.model_copy(update={"url": f"{address}/greeter.git"})) == GREETER


def test_commit_that_no_branch_has(tmp_path: Path) -> None:
    first = repository(tmp_path / "r", {"setup.py": ""})
    (tmp_path / "r" / "setup.py").unlink()
    git("commit", "--quiet", "--all", "--message=without", in_=tmp_path / "r")
    assert build_system_of_git(first).requires == ("setuptools", "wheel")


def test_repository_with_sha256(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    git("init", "--quiet", "--object-format=sha256", in_=folder)
    (folder / "setup.py").write_text("", encoding="utf-8")
    git("add", ".", in_=folder)
    git("commit", "--quiet", "--message=all", in_=folder)
    revision = git("rev-parse", "HEAD", in_=folder)
    assert len(revision) == 64
    assert build_system_of_git(GitSource(url=f"file://{folder}", revision=revision)).requires[0] == "setuptools"


def test_missing_revision(greeter: GitSource) -> None:
    missing = greeter.model_copy(update={"revision": "0" * 40})
    assert refused(missing).place == greeter.url


def test_repository_that_wants_a_password(server: Server) -> None:
    server.on("/r.git/info/refs?service=git-upload-pack", status(401, WWW_Authenticate='Basic realm="git"'))
    fault = refused(GitSource(url=f"{server.address}/r.git", revision="0" * 40))
    assert "could not read Username" in fault.message


def test_missing_repository_and_folder(greeter: GitSource, tmp_path: Path) -> None:
    refused(GitSource(url=f"file://{tmp_path}/none", revision="0" * 40))
    assert "no such folder" in refused(inside(greeter, "none")).message
    assert "neither" in refused(inside(greeter, "greeter")).message


@pytest.mark.parametrize("target", ["/", "..", "../..", "/etc"])
def test_folder_that_leads_out(tmp_path: Path, target: str) -> None:
    source = repository(tmp_path / "r", {"setup.py": ""}, {"out": target})
    # Nothing of it is even looked through: what lies there is none of ours, and may go at any moment.
    assert "its folder is outside of it" in refused(inside(source, "out")).message


def test_pyproject_that_leads_out(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret", encoding="utf-8")
    source = repository(tmp_path / "r", {"setup.py": ""}, {"pyproject.toml": str(tmp_path / "secret")})
    fault = refused(source)
    assert "outside of it" in fault.message
    assert "a secret" not in str(fault)


def test_links_within_are_followed(tmp_path: Path) -> None:
    source = repository(tmp_path / "r", {"a/setup.py": ""}, {"b": "a"})
    assert build_system_of_git(inside(source, "b")).requires[0] == "setuptools"


def test_huge_pyproject(tmp_path: Path) -> None:
    source = repository(tmp_path / "r", {"pyproject.toml": "#" * (2 << 20)})
    assert "larger than 1 MB" in refused(source).message


def test_nothing_of_the_repository_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "init.templateDir")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(tmp_path / "template"))
    (tmp_path / "template" / "hooks").mkdir(parents=True)
    files = {"setup.py": f"open({str(ran)!r}, 'w')", ".gitattributes": "* filter=evil diff=evil\n"}
    files |= {".gitmodules": '[submodule "m"]\n  path = m\n  url = ext::sh -c "touch ran"\n', ".gitconfig": ""}
    source = repository(tmp_path / "r", files)
    git("config", "filter.evil.smudge", f"touch {ran}", in_=tmp_path / "r")
    for hooks in (tmp_path / "r" / ".git" / "hooks", tmp_path / "template" / "hooks"):
        for name in ("post-checkout", "reference-transaction", "post-index-change"):
            hooks.mkdir(exist_ok=True)
            (hooks / name).write_text(f"#!/bin/sh\ntouch {ran}\n", encoding="utf-8")
            (hooks / name).chmod(0o755)
    assert build_system_of_git(source).requires[0] == "setuptools"
    assert not ran.exists()


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"])
def test_repository_whose_hook_runs_us_is_left_alone(
    greeter: GitSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    repository(tmp_path / "mine", {"mine.txt": "mine"})
    before = sorted(path for path in (tmp_path / "mine").rglob("*"))
    values = {"GIT_WORK_TREE": "", "GIT_INDEX_FILE": ".git/index", "GIT_OBJECT_DIRECTORY": ".git/objects"}
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "mine" / ".git"))
    monkeypatch.setenv(variable, str(tmp_path / "mine" / values.get(variable, ".git")))
    assert build_system_of_git(greeter) == GREETER
    assert sorted(path for path in (tmp_path / "mine").rglob("*")) == before


@pytest.mark.parametrize(
    "url", ["--upload-pack=touch ran", "-x", "ext::sh -c 'touch ran'", "fd::3", "ssh://-oProxyCommand=touch%20ran/x"]
)
def test_addresses_that_would_be_options_or_commands(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "ext:fd")
    refused(GitSource(url=url, revision="0" * 40))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("revision", ["--upload-pack=touch ran", "-f", "main", "", "0" * 39, "HEAD:setup.py"])
def test_revisions_that_are_none(greeter: GitSource, revision: str) -> None:
    assert "not a full one" in refused(greeter.model_copy(update={"revision": revision})).message


def test_secrets_are_in_no_message() -> None:
    fault = refused(GitSource(url="http://user:s3cret@127.0.0.1:9/r.git", revision="0" * 40))
    assert "s3cret" not in str(fault) + repr(fault.__cause__)


def test_without_git(greeter: GitSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "git" in refused(greeter).message


def test_nothing_is_left_behind(greeter: GitSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    build_system_of_git(greeter)
    refused(inside(greeter, "none"))
    assert list((tmp_path / "tmp").iterdir()) == []
