"""The fixtures as the golden tests see them: a lock, its golden, and what a real environment of it must hold."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from fixtures.git_repository import make_repository
from fixtures.package_index import serve_folder
from lock2nix.converters import FORMATS
from lock2nix.pipeline import Conversion, Converted, convert
from lock2nix.schemas.config import Prefer

ROOT = Path(__file__).parents[2] / "fixtures"
GIT_HOST = "https://git.example.org/lock2nix/"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a fixture is converted with, where it is not the command's default."""

    prefer: Prefer = "wheel"


OPTIONS: Mapping[str, Options] = {
    "sdists": Options(prefer="sdist"),
}

# Modules that no process can import alone, whoever installed them: fixture → names.
NOT_IMPORTED: Mapping[str, list[str]] = {}
SCRIPTS: Mapping[str, list[str]] = {
    "cycle": ["sphinx-build --version"],
    # setup.py of these builds on without its C where a compiler fails
    "sdists": ["sqlformat --version", "python -c 'import markupsafe._speedups, wrapt._wrappers'"],
    "web": ["flask --version", "pytest --version"],
    "bootstrap": ["pip --version", "pyproject-build --version"],
}


def names(format_name: str) -> list[str]:
    """Return the names of the fixtures of a format."""
    return sorted(path.name for path in (ROOT / format_name).iterdir() if path.is_dir())


def folder(format_name: str, name: str) -> Path:
    """Return the folder of a fixture."""
    return ROOT / format_name / name


def copied(format_name: str, name: str, into: Path) -> Path:
    """Copy a fixture and its golden, and return the copy's folder."""
    return Path(shutil.copytree(folder(format_name, name), into / name))


def regenerate(format_name: str, project: Path, *, offline: bool) -> Converted:
    """Convert the lock in a folder, over the golden beside it if there is one."""
    known = next(known for known in FORMATS if known.name == format_name)
    options = OPTIONS.get(project.name, Options())
    lock = project / known.file_names[0]
    return convert(Conversion(format=known, lock=lock, prefer=options.prefer, offline=offline))


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


def expected(converted: Converted, target: str, fixture: str) -> str:
    """Return what `environment.py` wants to know: the versions of the default groups' members on the target."""
    plan = converted.plan
    bit = 1 << [t.id for t in plan.targets].index(target)
    wanted = {e.name for g in plan.groups if g.name in plan.default_groups for e in g.members if e.where & bit}
    versions = {
        canonicalize_name(package.name): variant.version
        for package in plan.packages
        for variant in package.variants
        if package.name in wanted and variant.where & bit
    }
    return json.dumps({"versions": versions, "not_imported": NOT_IMPORTED.get(fixture, [])})


def locked_versions(lock_text: str) -> set[tuple[str, str]]:
    """Return every (name, version) that a poetry.lock names, read without any of our own code."""
    pairs = re.findall(r"^\[\[package\]\]\n((?:[^\[\n].*\n|\n(?!\[))*)", lock_text, re.MULTILINE)
    found: set[tuple[str, str]] = set()
    for table in pairs:
        fields = dict(re.findall(r'^(name|version) = "(.*)"$', table, re.MULTILINE))
        found.add((canonicalize_name(fields["name"]), fields["version"]))
    return found
