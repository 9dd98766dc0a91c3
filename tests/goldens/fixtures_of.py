"""The fixtures as the golden tests see them: a lock, its golden, and what a real environment of it must hold."""

import json
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

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
    """What a fixture is converted with, where it is not the command's default.

    `more` are the files that make one lock with the first; `environment` is what asking its indexes wants.
    """

    more: tuple[str, ...] = ()
    prefer: Prefer = "wheel"
    environment: Mapping[str, str] = field(default_factory=dict)


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
    "pipenv/mirror": Options(environment={"MIRROR": "https://pypi.org/simple"}),
    "poetry/sdists": Options(prefer="sdist"),
    "requirements/several": Options(more=("requirements-dev.txt", "test-requirements.txt")),
}

# What has extras or groups that exclude each other: nobody can have all at once.
EXCLUSIVE = {"poetry/exclusive", "uv/conflicts"}

SAME: Mapping[str, str] = {
    "pdm": "pdm",
    "pdm-export": "pylock",
    "pip-compile": "requirements",
    "pipenv": "pipenv",
    "poetry": "poetry",
    "uv": "uv",
    "uv-compile": "requirements",
}
"""The folders of `fixtures/same`, and the formats of their locks."""

# Modules that no process can import alone, whoever installed them: fixture → names.
NOT_IMPORTED: Mapping[str, list[str]] = {
    # imports matplotlib, which it does not ask for
    "requirements/compiled": ["matplotlib_inline"],
    "requirements/universal": ["matplotlib_inline"],
}
SCRIPTS: Mapping[str, list[str]] = {
    "pdm/harbour": [
        "uvicorn --version",
        "python -c 'import anchor, docopt, h2, httpx, socksio, uvloop; print(anchor.DEPTH)'",
    ],
    "pdm/oldest": ["flask --version"],
    "pdm/targets": ["python -c 'import markupsafe._speedups, numpy; print(numpy.arange(3).sum())'"],
    "pdm/walked": ["pytest --version", "python -c 'import docopt, requests, socks'"],
    "pipenv/extras": ["uvicorn --version", "jsonschema --version"],
    "pipenv/science": ["python -c 'import docopt, numpy, pandas; print(pandas.Series(numpy.arange(3)).sum())'"],
    "pipenv/sources": ["python -c 'import ferry, greeter, greeter_extras, landing, parcel; print(greeter.greet(1))'"],
    "pipenv/web": ["flask --version"],
    "poetry/cycle": ["sphinx-build --version"],
    # setup.py of these builds on without its C where a compiler fails
    "poetry/sdists": ["sqlformat --version", "python -c 'import markupsafe._speedups, wrapt._wrappers'"],
    "poetry/web": ["flask --version", "pytest --version"],
    "poetry/bootstrap": ["pip --version", "pyproject-build --version"],
    "pylock/shop": ["flask --version"],
    "pylock/tools": ["sphinx-build --version"],
    "requirements/by-hand": ["python -c 'import greeter_extras, paint, parcel; print(paint.COLOURS)'"],
    "requirements/compiled": ["flask --version", "ipython --version"],
    "requirements/exported": ["python -c 'import greeter, requests, sqlalchemy; print(greeter.greet(1))'"],
    "requirements/frozen": ["python -c 'import docopt, greeter, jinja2; print(greeter.greet(1))'"],
    "requirements/plone": [
        "python -W ignore -c 'import Products.CMFPlone, Products.GenericSetup, plone.app.content, plone.dexterity'",
        "python -W ignore -c 'import z3c.form, zope.component, zope.interface'",
        "mkwsgiinstance --help",
    ],
    "requirements/universal": ["uvicorn --version", "python -c 'import docopt, numpy; print(numpy.arange(3).sum())'"],
    "requirements/workspace": ["python -c 'import anchor, greeter; print(greeter.greet(anchor.DEPTH))'"],
    "uv/simple": ["flask --version", "python -c 'import docopt, kettle, parcel; print(kettle.boil(parcel.unpack()))'"],
    "uv/virtual": ["python -c 'import docopt, plane, saw; assert plane.SHARP and saw.SHARP'"],
    "uv/workspace": ["python -c 'import crane, greeter, numpy; print(greeter.greet(crane.lift(numpy.float64(1))))'"],
}
# What sources say of themselves where the lock does not.
VERSIONS: Mapping[str, Mapping[str, str]] = {
    "pipenv/sources": {
        "ferry": "0.2.0",
        "greeter": "1.2.0",
        "greeter-extras": "0.3.0",
        "landing": "0.1.0",
        "iniconfig": "2.1.0",
        "parcel": "1.0.2+local.1",  # files, which tell it by their names
    },
    "pylock/dock": {"crane": "0.9.0", "editables": "0.5", "greeter": "1.2.0"},
    "requirements/by-hand": {
        "greeter-extras": "0.3.0",
        "paint": "0.2",
        "parcel": "1.0.2+local.1",  # files, which tell it by their names
        "six": "1.17.0",
    },
    "requirements/exported": {"greeter": "1.2.0"},
    "requirements/frozen": {"greeter": "1.2.0"},
    "requirements/workspace": {"anchor": "0.4.0", "greeter": "1.2.0"},
    "uv/simple": {"cup": "1.1"},
}
# Whose dependencies nobody says: sdists that leave them to their build.
UNKNOWN: Mapping[str, set[str]] = {
    "pipenv/science": {"docopt"},
    "pipenv/sources": {"docopt"},
    "pylock/dock": {"editables"},
    "pylock/shop": {"docopt"},
    "requirements/by-hand": {"paint"},
    "requirements/compiled": {"comments"},
    "requirements/frozen": {"docopt"},
    "requirements/universal": {"comments"},
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


def same() -> list[Fixture]:
    """Return the locks of one project by several tools: compared with each other, in `test_same_project.py`."""
    formats = {known.name: known for known in FORMATS}
    return [Fixture(formats[known], f"same-{tool}", ROOT / "same" / tool) for tool, known in SAME.items()]


def fixture_called(key: str) -> Fixture:
    """Return the fixture of this key."""
    return next(fixture for fixture in fixtures() if fixture.key == key)


def copied(fixture: Fixture, into: Path) -> Fixture:
    """Copy a fixture and its golden, and return the copy."""
    return replace(fixture, folder=Path(shutil.copytree(fixture.folder, into / fixture.name)))


def regenerate(fixture: Fixture, *, offline: bool) -> Converted:
    """Convert the lock of a fixture, over the golden beside it if there is one."""
    chosen = options(fixture)
    conversion = Conversion(
        format=fixture.known,
        lock=fixture.lock,
        more=tuple(fixture.folder / name for name in chosen.more),
        prefer=chosen.prefer,
        offline=offline,
    )
    return convert(conversion)


def options(fixture: Fixture) -> Options:
    """Return what a fixture is converted with."""
    return OPTIONS.get(fixture.key, Options())


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
    text = fixture.lock.read_text(encoding="utf-8")
    found: set[tuple[str, str | None]]
    if fixture.lock.suffix == ".txt":
        found = set(_of_lines(text))
    else:
        found = set(_of_json(json.loads(text)) if text.startswith("{") else _of_toml(tomllib.loads(text)))
    named = {(canonicalize_name(name), version) for name, version in found if version is not None}
    return named | set(VERSIONS.get(fixture.key, {}).items())


def _of_toml(data: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield the packages of a poetry.lock or pylock.toml."""
    for package in data.get("package", data.get("packages", [])):
        yield package["name"], package.get("version")


def _of_lines(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield the packages of a requirements file."""
    yield from re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[.*?\])? *===? *([^\s;]+)", text, re.MULTILINE)


def _of_json(data: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield the packages of a Pipfile.lock."""
    for category, entries in data.items():
        for name, entry in entries.items() if category != "_meta" else ():
            yield name, entry["version"].removeprefix("==") if "version" in entry else None
