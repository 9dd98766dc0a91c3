"""Every fixture of every format as pylock.toml: valid, the same lock, and written again the same bytes."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.pylock import Pylock
from packaging.utils import NormalizedName

from lock2nix import enrichers, exports, inputs, nixgen, planner
from lock2nix.converters import pylock
from lock2nix.planner import targets
from lock2nix.planner.memberships import Members
from lock2nix.planner.selection import Selection, select
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.source import DirectorySource, GitSource, SourceFile
from lock2nix.schemas.target import Target
from lock2nix.schemas.wishes import Pins
from tests.goldens.fixtures_of import EXCLUSIVE, Fixture, fixtures, options
from tests.planner.locks import artifact, located
from tests.planner.random_locks import forked_locks, locks

ROOT = PurePosixPath()
FIXTURES = [pytest.param(fixture, id=fixture.key) for fixture in fixtures()]
SAID = [pytest.param(fixture, id=fixture.key) for fixture in fixtures() if fixture.key not in EXCLUSIVE]


def read(fixture: Fixture) -> Lock:
    """Return the lock of a fixture, with what its golden knows and an address for every file."""
    paths = [fixture.lock, *(fixture.folder / name for name in options(fixture).more)]
    found = inputs.read(fixture.known, inputs.gathered(fixture.known, paths))
    assert isinstance(found, Lock)
    found = found.as_it_stands if isinstance(found, Pins) else found
    filled = enrichers.enrich(
        found,
        answers=nixgen.read_answers(fixture.golden.read_text(encoding="utf-8")),
        root=fixture.folder,
        targets=served(found),
        prefer=options(fixture).prefer,
        offline=True,
    )
    hashed = enrichers.locate(filled, answers=Answers(), root=fixture.folder, offline=True)
    return located(with_files(hashed))


def with_files(lock: Lock) -> Lock:
    """Return the lock with a file for every package: of what no target needs, a golden knows none."""

    def with_file(package: Package) -> Package:
        if package.artifacts or isinstance(package.source, GitSource | DirectorySource):
            return package
        return package.model_copy(update={"artifacts": (artifact(f"{package.name}-{package.version}.tar.gz"),)})

    return lock.model_copy(update={"packages": tuple(map(with_file, lock.packages))})


def served(lock: Lock) -> tuple[Target, ...]:
    return targets.admitted(targets.default(), lock.requires_python, were_asked=False)[0]


def read_back(text: str) -> Lock:
    return pylock.read(SourceFile(path=Path("pylock.toml"), content=text.encode()), {})


@pytest.mark.parametrize("fixture", SAID)
def test_export_is_valid_and_exports_to_itself(fixture: Fixture) -> None:
    text = exports.pylock(read(fixture), root=ROOT)
    Pylock.from_dict(tomli.loads(text)).validate()
    assert exports.is_exported(text)
    assert exports.pylock(read_back(text), root=ROOT) == text


@pytest.mark.parametrize("fixture", SAID)
def test_export_installs_what_the_lock_does(fixture: Fixture) -> None:
    assert_same(read(fixture))


@settings(deadline=None, max_examples=25)
@given(st.one_of(locks(), forked_locks()))
def test_export_of_any_lock_installs_what_it_does_and_exports_to_itself(found: Lock) -> None:
    lock = with_files(found)
    text = exports.pylock(lock, root=ROOT)
    assert exports.pylock(read_back(text), root=ROOT) == text
    assert_same(lock)


def assert_same(lock: Lock) -> None:
    """Check that a lock and its export are the same to the planner."""
    exported = read_back(exports.pylock(lock, root=ROOT))
    # A lock that lacks what some environments need is exported for the others.
    chosen = planner.supported(served(lock), exported.environments, were_asked=False)
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
