"""Every fixture of every format as pylock.toml: valid, the same lock, and written again the same bytes."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest
import tomli
from packaging.pylock import Pylock
from packaging.utils import NormalizedName

from lock2nix import exports, inputs, planner
from lock2nix.converters import pylock
from lock2nix.planner import targets
from lock2nix.planner.memberships import Members
from lock2nix.planner.selection import Selection, select
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile
from tests.goldens.fixtures_of import Fixture, fixtures
from tests.planner.locks import located

ROOT = PurePosixPath()
# These do not name their files: only an index can.
NAMELESS = {"pipenv", "requirements"}
FIXTURES = [pytest.param(fixture, id=fixture.key) for fixture in fixtures() if fixture.known.name not in NAMELESS]


def read(fixture: Fixture) -> Lock:
    """Return the lock of a fixture, with an address for every file."""
    lock = inputs.read(fixture.known, inputs.gathered(fixture.known, [fixture.lock]))
    assert isinstance(lock, Lock)
    return located(lock)


def read_back(text: str) -> Lock:
    return pylock.read(SourceFile(path=Path("pylock.toml"), content=text.encode()), {})


@pytest.mark.parametrize("fixture", FIXTURES)
def test_export_is_valid_and_exports_to_itself(fixture: Fixture) -> None:
    text = exports.pylock(read(fixture), root=ROOT)
    Pylock.from_dict(tomli.loads(text)).validate()
    assert exports.is_exported(text)
    assert exports.pylock(read_back(text), root=ROOT) == text


@pytest.mark.parametrize("fixture", FIXTURES)
def test_export_installs_what_the_lock_does(fixture: Fixture) -> None:
    lock = read(fixture)
    exported = read_back(exports.pylock(lock, root=ROOT))
    chosen, _ = targets.admitted(targets.default(), lock.requires_python, were_asked=False)
    ours, theirs = (select(planner.narrow(one, chosen), chosen) for one in (lock, exported))
    locked = {package.name for package in lock.packages}

    def members(of: Mapping[NormalizedName, Members]) -> dict[str, dict[str, int]]:
        # What nixpkgs lends is in no lock.
        return {name: {n: where for n, where in found.items() if n in locked} for name, found in of.items()}

    assert members(theirs.groups) == members(ours.groups)
    assert members(theirs.extras) == members(ours.extras)
    assert {g.name: g.optional for g in exported.groups} == {g.name: g.optional for g in lock.groups}

    def files_of(selection: Selection) -> set[object]:
        return {
            (choice.package.name, choice.where, artifact.filename, where)
            for choice in selection.choices
            for artifact, where in choice.serving.files
        }

    assert files_of(theirs) == files_of(ours)
