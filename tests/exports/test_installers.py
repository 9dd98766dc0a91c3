"""pip and uv, from an exported file: they take the versions of the lock's plan. They ask PyPI, and install nothing."""

import json
import re
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from lock2nix.exporting import Export, export
from tests.goldens import fixtures_of
from tests.goldens.fixtures_of import Fixture

PIP = "pip==26.3"  # 25.1 was the first that installs from a pylock.toml
KEYS = ["pipenv/web", "requirements/by-hand", "poetry/web", "poetry/forks", "pylock/forge", "pylock/tools"]
FIXTURES = [pytest.param(fixtures_of.fixture_called(key), id=key) for key in KEYS]
# pip verifies hashes or takes from git, and of no file both: uv's own file is refused the same.
WITH_GIT = {"pylock/forge", "requirements/by-hand"}
_WOULD_INSTALL = re.compile(r"^ \+ ([^\s=]+)(?:==(\S+)| @ \S+)$", re.MULTILINE)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment of this Python with a pip that knows the format."""
    folder = tmp_path_factory.mktemp("installer")
    venv.create(folder, with_pip=True)
    executable = folder / "bin" / "python"
    subprocess.run([executable, "-m", "pip", "install", "--quiet", PIP], check=True)
    return executable


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    with fixtures_of.git_environment(tmp_path_factory.mktemp("served")) as environment:
        yield environment


@pytest.fixture
def led_to_git(git: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in git.items():
        monkeypatch.setenv(name, value)


def planned(fixture: Fixture) -> dict[str, str]:
    """Return the versions that the golden's plan has for this machine."""
    converted = fixtures_of.regenerate(fixture, offline=True)
    target = f"cp{sys.version_info.major}{sys.version_info.minor}-x86_64-linux"
    versions = json.loads(fixtures_of.expected(converted, target, fixture))["versions"]
    return {canonicalize_name(name): version for name, version in versions.items()}


@pytest.mark.usefixtures("led_to_git")
@pytest.mark.parametrize("fixture", FIXTURES)
def test_pylock_is_installed_as_planned(fixture: Fixture, python: Path, tmp_path: Path) -> None:
    copy = fixtures_of.copied(fixture, tmp_path)
    target = copy.folder / "pylock.exported.toml"
    export(Export(lock=copy.lock, output=target))
    wanted = planned(copy)
    if fixture.key not in WITH_GIT:
        assert by_pip(python, "-r", target) == wanted
    taken = by_uv(python, "--preview-features", "pylock", target)
    assert taken == {name: version if taken.get(name) else "" for name, version in wanted.items()}


@pytest.mark.usefixtures("led_to_git")
def test_requirements_are_installed_as_planned(python: Path, tmp_path: Path) -> None:
    copy = fixtures_of.copied(fixtures_of.fixture_called("poetry/web"), tmp_path)
    target = copy.folder / "locked.txt"
    export(Export(lock=copy.lock, output=target, format="requirements"))
    wanted = planned(copy)
    assert by_pip(python, "--require-hashes", "--no-deps", "-r", target) == wanted
    assert by_uv(python, "--require-hashes", target) == wanted


def by_pip(python: Path, *arguments: str | Path) -> dict[str, str]:
    """Return what pip would install."""
    command = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--dry-run",
        "--ignore-installed",
        "--report",
        "-",
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = (item["metadata"] for item in json.loads(done.stdout)["install"])
    return {canonicalize_name(metadata["name"]): metadata["version"] for metadata in found}


def by_uv(python: Path, *arguments: str | Path) -> dict[str, str]:
    """Return what uv would install; it says no versions of what comes from elsewhere than an index."""
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "pip", "sync", *arguments, "--dry-run", "--python", python]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {canonicalize_name(name): version for name, version in _WOULD_INSTALL.findall(done.stderr)}
