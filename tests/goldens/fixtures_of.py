"""The fixtures as the golden tests see them: a lock, its golden, and what a real environment of it must hold."""

import json
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import canonicalize_name

from fixtures.git_repository import make_repository
from fixtures.package_index import serve_folder
from lock2nix.converters import FORMATS
from lock2nix.converters.interface import Format
from lock2nix.pipeline import Conversion, Converted, convert
from lock2nix.schemas.config import Prefer

ROOT = Path(__file__).parents[2] / "fixtures"
GIT_HOST = "https://git.example.org/lock2nix/"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a fixture is converted with, where it is not the command's default."""

    prefer: Prefer = "wheel"


@dataclass(frozen=True)
class Fixture:
    """A folder of `fixtures`, by its format and name."""

    known: Format
    name: str
    folder: Path

    @property
    def key(self) -> str:
        """What it is called in tests and tables."""
        return f"{self.known.name}/{self.name}"

    @property
    def lock(self) -> Path:
        """The lock in it."""
        files = sorted(path for path in self.folder.iterdir() if path.is_file())
        named = (path for path in files if path.name in self.known.file_names)
        return next(named, None) or next(path for path in files if self.known.recognises(path.read_bytes()))

    @property
    def golden(self) -> Path:
        """What it is converted to."""
        return self.lock.with_suffix(".nix")


OPTIONS: Mapping[str, Options] = {
    "poetry/sdists": Options(prefer="sdist"),
}

# Modules that no process can import alone, whoever installed them: fixture → names.
NOT_IMPORTED: Mapping[str, list[str]] = {}
SCRIPTS: Mapping[str, list[str]] = {
    "poetry/cycle": ["sphinx-build --version"],
    # setup.py of these builds on without its C where a compiler fails
    "poetry/sdists": ["sqlformat --version", "python -c 'import markupsafe._speedups, wrapt._wrappers'"],
    "poetry/web": ["flask --version", "pytest --version"],
    "poetry/bootstrap": ["pip --version", "pyproject-build --version"],
    "pylock/shop": ["flask --version"],
    "pylock/tools": ["sphinx-build --version"],
}
# What sources say of themselves where the lock does not.
VERSIONS: Mapping[str, Mapping[str, str]] = {
    "pylock/dock": {"crane": "0.9.0", "editables": "0.5", "greeter": "1.2.0"},
}
# Whose dependencies nobody says: trees, and sdists that leave them to their build.
UNKNOWN: Mapping[str, set[str]] = {
    "pylock/dock": {"crane", "editables", "greeter"},
    "pylock/forge": {"greeter-extras"},
    "pylock/shop": {"docopt", "greeter"},
}


def fixtures() -> list[Fixture]:
    """Return the fixtures of all formats."""
    return [
        Fixture(known, path.name, path)
        for known in FORMATS
        if (ROOT / known.name).is_dir()
        for path in sorted((ROOT / known.name).iterdir())
        if path.is_dir()
    ]


def fixture_called(key: str) -> Fixture:
    """Return the fixture of this key."""
    return next(fixture for fixture in fixtures() if fixture.key == key)


def copied(fixture: Fixture, into: Path) -> Fixture:
    """Copy a fixture and its golden, and return the copy."""
    return replace(fixture, folder=Path(shutil.copytree(fixture.folder, into / fixture.name)))


def regenerate(fixture: Fixture, *, offline: bool) -> Converted:
    """Convert the lock of a fixture, over the golden beside it if there is one."""
    options = OPTIONS.get(fixture.key, Options())
    conversion = Conversion(format=fixture.known, lock=fixture.lock, prefer=options.prefer, offline=offline)
    return convert(conversion)


@contextmanager
def git_environment(made_in: Path) -> Iterator[dict[str, str]]:
    """Serve the fixtures' git repository on loopback, and give the environment that leads git there."""
    make_repository(made_in / "git" / "greeter.git")
    with serve_folder(made_in / "git") as address:
        yield {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{address}/.insteadOf",
            "GIT_CONFIG_VALUE_0": GIT_HOST,
        }


def expected(converted: Converted, target: str, fixture: Fixture) -> str:
    """Return what `environment.py` wants to know: the versions of the default groups' members on the target."""
    plan = converted.plan
    bit = 1 << [t.id for t in plan.targets].index(target)
    wanted = {e.name for g in plan.groups if g.name in plan.default_groups for e in g.members if e.where & bit}
    versions: dict[str, str] = {
        canonicalize_name(package.name): variant.version
        for package in plan.packages
        for variant in package.variants
        if package.name in wanted and variant.where & bit
    }
    versions.update(VERSIONS.get(fixture.key, {}))
    return json.dumps({"versions": versions, "not_imported": NOT_IMPORTED.get(fixture.key, [])})


def locked_versions(fixture: Fixture) -> set[tuple[str, str]]:
    """Return every (name, version) that a lock names, read without any of our own code."""
    data = tomllib.loads(fixture.lock.read_text(encoding="utf-8"))
    packages = data.get("package", data.get("packages", []))
    found = {(canonicalize_name(package["name"]), package.get("version")) for package in packages}
    named = {(name, version) for name, version in found if version is not None}
    return named | set(VERSIONS.get(fixture.key, {}).items())
