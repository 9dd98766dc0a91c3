"""Asks Poetry itself what a poetry.lock installs: by `poetry export`, of a Poetry that can read it.

Since 2.0 that is a plugin; it refuses a lock whose project has changed, and here is told that it has not. What came
before lock-version 1.1, and the markers there, Poetry 1.0 reads.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import tomli
from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from fixtures import make_poetry
from fixtures.make_poetry import clean_environment
from fixtures.make_requirements import POETRY, tool_folder

from .fidelity import Row

OLD = make_poetry.FIXTURES["old-1-0"]

# One process for all locks: starting Poetry takes longer than what is asked of it.
_EXPORTER = """
import json, os, sys
from cleo.io.inputs.argv_input import ArgvInput
from cleo.io.outputs.buffered_output import BufferedOutput
from poetry.console.application import Application
from poetry.packages.locker import Locker
Locker.is_fresh = lambda self: True
found = []
for folder, arguments in json.load(sys.stdin):
    os.chdir(folder)
    application, output, errors = Application(), BufferedOutput(), BufferedOutput()
    application.auto_exits(False)
    code = application.run(ArgvInput(["poetry", *arguments]), output, errors)
    found.append([code, output.fetch() + errors.fetch()])
json.dump(found, sys.stdout)
"""
_OUTPUT = "exported.txt"
_COMMAND = ("export", "--no-interaction", "--without-hashes", "--format", "requirements.txt", "--output", _OUTPUT)
_ON_DISK = re.compile(r"(?:-e |[\w.\[\]-]+ @ )(?:file://)?(?P<path>/\S+)")
_IN_GIT = re.compile(r"-e git\+\S+#egg=(?P<name>\S+)")


@dataclass(frozen=True)
class Asked:
    """An export of the lock in a folder, with what is asked for in the words of each Poetry."""

    folder: Path
    words: Sequence[str]
    old_words: Sequence[str]


@dataclass(frozen=True)
class Answer:
    """What Poetry exports, or why it does not."""

    rows: tuple[Row, ...] = ()
    refusal: str = ""


def exports(questions: Sequence[Asked], home: Path) -> list[Answer]:
    """Return the answers to the questions, in their order."""
    home.mkdir(exist_ok=True)
    old = [_is_old(asked.folder) for asked in questions]
    new = iter(_by_plugin([asked for asked, is_old in zip(questions, old, strict=True) if not is_old], home))
    return [_by_old(asked, home) if is_old else next(new) for asked, is_old in zip(questions, old, strict=True)]


def _is_old(folder: Path) -> bool:
    metadata = tomli.loads((folder / "poetry.lock").read_text(encoding="utf-8"))["metadata"]
    return bool(metadata.get("lock-version", "1.0") == "1.0")


def _by_plugin(questions: Sequence[Asked], home: Path) -> list[Answer]:
    jobs = [(str(asked.folder), (*_COMMAND, "--without-urls", *asked.words)) for asked in questions]
    done = subprocess.run(
        [tool_folder(POETRY) / "python", "-c", _EXPORTER],
        env=_environment(home),
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = zip(questions, json.loads(done.stdout), strict=True)
    return [_answer(asked, code, said) for asked, (code, said) in answers]


def _by_old(asked: Asked, home: Path) -> Answer:
    poetry = make_poetry.poetry_python(OLD).with_name("poetry")
    command = [str(poetry), *_COMMAND, *asked.old_words]
    done = subprocess.run(
        command, cwd=asked.folder, env=_environment(home), capture_output=True, text=True, check=False
    )
    return _answer(asked, done.returncode, done.stdout + done.stderr)


def _environment(home: Path) -> dict[str, str]:
    return clean_environment(
        {
            "HOME": str(home),
            "POETRY_CACHE_DIR": str(home / "cache"),
            "POETRY_VIRTUALENVS_CREATE": "false",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
    )


def _answer(asked: Asked, code: int, said: str) -> Answer:
    if code:
        return Answer(refusal=said.strip().rpartition("\n")[2])
    return Answer(rows=tuple(_rows(asked.folder, (asked.folder / _OUTPUT).read_text(encoding="utf-8"))))


def _rows(folder: Path, text: str) -> Iterator[Row]:
    """Read a requirements.txt as Poetry writes it: what is on disk may have a path for a name."""
    on_disk = _names_on_disk(folder)
    for line in text.splitlines():
        wanted, _, condition = (part.strip() for part in line.partition(";"))
        marker = Marker(condition) if condition else None
        if place := _ON_DISK.fullmatch(wanted):
            name, version = on_disk[Path(unquote(place["path"])).resolve()]
            yield Row(canonicalize_name(name), version, marker)
        elif place := _IN_GIT.fullmatch(wanted):
            yield Row(canonicalize_name(place["name"]), None, marker)
        elif wanted:
            yield _row(wanted, marker)


def _row(wanted: str, marker: Marker | None) -> Row:
    try:
        requirement = Requirement(wanted)
    except InvalidRequirement:
        raise AssertionError(wanted) from None
    version = None if requirement.url else str(requirement.specifier).removeprefix("==")
    return Row(canonicalize_name(requirement.name), version, marker)


def _names_on_disk(folder: Path) -> dict[Path, tuple[str, str]]:
    found = {}
    for package in tomli.loads((folder / "poetry.lock").read_text(encoding="utf-8")).get("package", []):
        source = package.get("source", {})
        if source.get("type") in {"directory", "file"}:
            found[(folder / source["url"]).resolve()] = package["name"], package["version"]
    return found
