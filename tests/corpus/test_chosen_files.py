"""The files that are planned are those that uv and pip choose of the same pins, on six targets.

Compared are the uv.lock and poetry.lock files of the corpus and our own, in every fork. Both tools see of each pin what
the lock lists: `judges.py`. Files of what has none to choose from are not compared: `locked_files.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from lock2nix.pipeline import Converted
from lock2nix.schemas.plan import Plan, RemoteFile, TreeOrigin, Variant, in_any_fork
from lock2nix.schemas.target import Target
from tests.goldens import fixtures_of
from tests.indexes.server import serve

from .fidelity import Compared, six
from .judges import NONE_FITS, Uv, pip_choice
from .locked_files import Pin, locked_files
from .walk import ARCHIVE, report, unpacked, walk

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
]


@pytest.fixture(scope="module")
def locks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Converted]:
    corpus = unpacked(tmp_path_factory)
    found = {}
    for known in ("uv", "poetry"):
        walked = walk(corpus, known, tmp_path_factory.mktemp("empty-cache"))
        found.update({f"{known}/{name}": converted for name, converted in walked.converted.items()})
    for fixture in fixtures_of.fixtures():
        # Those that are asked for sdists have no choice.
        if fixture.known.name in {"uv", "poetry"} and fixtures_of.options(fixture).prefer == "wheel":
            copy = fixtures_of.copied(fixture, tmp_path_factory.mktemp("fixtures"))
            found[f"fixtures/{fixture.key}"] = fixtures_of.regenerate(copy, offline=True)
    return found


def test_the_planned_files_are_those_that_uv_and_pip_choose(locks: Mapping[str, Converted], tmp_path: Path) -> None:
    by_uv, by_pip = Compared(), Compared()
    with serve() as server:
        uv = Uv(server, tmp_path)
        for name, converted in locks.items():
            files = locked_files(converted.conversion.lock)
            index = uv.publish(files)
            for target in six(converted.plan.targets):
                for ours in _at_once(_planned(converted.plan, target, files)):
                    pins = {pin: files[pin] for pin in ours}
                    _compare(by_uv, name, target, ours, uv.choices(index, target, pins))
                    _compare(by_pip, name, target, ours, {p: pip_choice(target, p, tuple(f)) for p, f in pins.items()})
    for judge, compared in (("uv", by_uv), ("pip", by_pip)):
        report("\n".join(f"{judge}: {line}" for line in compared.lines()))
    assert len(by_uv.locks) >= 120
    assert by_uv.packages >= 39000
    by_uv.check()
    by_pip.check()


def _compare(compared: Compared, lock: str, target: Target, ours: Mapping[Pin, str], theirs: Mapping[Pin, str]) -> None:
    compared.locks.add(lock)
    for pin, file in ours.items():
        compared.packages += 1
        if file != theirs[pin]:
            compared.differ(lock, pin.name, f"{target.id}: {pin.name} {pin.version} {file}, not {theirs[pin]}")


def _planned(plan: Plan, target: Target, files: Mapping[Pin, Sequence[str]]) -> Iterator[tuple[Pin, str]]:
    """Yield the pins with files that are planned on a target, in any fork, and the file of each."""
    bit, targets = 1 << plan.targets.index(target), len(plan.targets)
    for package in plan.packages:
        for variant in package.variants:
            pin = Pin(package.name, variant.version)
            if pin in files and in_any_fork(variant.where, targets) & bit:
                yield pin, _file(variant, bit, targets)


def _file(variant: Variant, bit: int, targets: int) -> str:
    """Return the one file of a variant on a target; which file it is no fork changes."""
    origins = [one.origin for one in variant.sources if in_any_fork(one.where, targets) & bit]
    if not origins:
        return NONE_FITS
    (origin,) = origins
    assert not isinstance(origin, TreeOrigin), "a lock lists no files of it"
    file = origin.file
    return file.filename if isinstance(file, RemoteFile) else file.path.name


def _at_once(planned: Iterable[tuple[Pin, str]]) -> Iterator[dict[Pin, str]]:
    """Yield the pins in sets which have no name twice."""
    rounds: list[dict[Pin, str]] = []
    of_name: dict[str, int] = {}
    for pin, file in planned:
        turn = of_name.get(pin.name, 0)
        of_name[pin.name] = turn + 1
        if turn == len(rounds):
            rounds.append({})
        rounds[turn][pin] = file
    yield from rounds
