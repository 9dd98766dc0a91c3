import os
import time
from multiprocessing import get_context
from pathlib import Path

import pytest

from lock2nix.indexes import upkeep
from lock2nix.indexes.cache import Cache

DAY = upkeep.DAY


def filled(folder: Path, *ages: float) -> Cache:
    """Return a cache with an answer for each age in days, of a bit more than a thousand bytes."""
    cache = Cache(folder)
    for number, age in enumerate(ages):
        before = set(folder.rglob("*.json"))
        cache.put("url", str(number), "x" * 1000)
        (new,) = set(folder.rglob("*.json")) - before
        os.utime(new, (time.time() - age * DAY,) * 2)
    return cache


def kept(cache: Cache, count: int) -> list[int]:
    return [number for number in range(count) if cache.get("url", str(number)) is not None]


def test_amount(tmp_path: Path) -> None:
    assert upkeep.amount(tmp_path / "absent") == (0, 0)
    filled(tmp_path, 0, 1)
    files = list(tmp_path.rglob("*.json"))
    assert upkeep.amount(tmp_path) == (2, sum(path.stat().st_size for path in files))


def test_prune_by_age(tmp_path: Path) -> None:
    cache = filled(tmp_path, 10, 200, 181, 0)
    assert upkeep.prune(tmp_path).answers == 2
    assert kept(cache, 4) == [0, 3]


def test_prune_by_size_starts_with_what_was_not_used_longest(tmp_path: Path) -> None:
    cache = filled(tmp_path, 3, 1, 2, 0)
    upkeep.prune(tmp_path, most_bytes=2200)
    assert kept(cache, 4) == [1, 3]
    assert upkeep.prune(tmp_path, most_bytes=0).answers == 2
    assert upkeep.amount(tmp_path) == (0, 0)


def test_use_keeps_an_answer(tmp_path: Path) -> None:
    cache = filled(tmp_path, 200, 200)
    assert cache.get("url", "1")
    upkeep.prune(tmp_path)
    assert kept(cache, 2) == [1]


def test_what_killed_writers_left_goes_too(tmp_path: Path) -> None:
    filled(tmp_path, 0)
    group = next(tmp_path.rglob("*.json")).parent
    old, new = group / ".abcd1234", group / ".efgh5678"
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    upkeep.prune(tmp_path)
    assert (old.exists(), new.exists()) == (False, True)


def test_clear_leaves_nothing_of_ours_and_everything_else(tmp_path: Path) -> None:
    filled(tmp_path / "mine", 0, 1)
    upkeep.prune_daily(tmp_path / "mine")
    assert upkeep.clear(tmp_path / "mine").answers == 2
    assert not (tmp_path / "mine").exists()
    filled(tmp_path / "shared", 0)
    foreign = [tmp_path / "shared" / "notes.txt", next((tmp_path / "shared").rglob("*.json")).with_name("other.json")]
    for path in foreign:
        path.touch()
    (tmp_path / "elsewhere" / "ab").mkdir(parents=True)
    precious = tmp_path / "elsewhere" / "ab" / f"{'0' * 62}.json"
    precious.touch()
    (tmp_path / "shared" / "7").symlink_to(tmp_path / "elsewhere")
    assert upkeep.clear(tmp_path / "shared").answers == 1
    assert all(path.exists() for path in (*foreign, precious))
    assert upkeep.clear(tmp_path / "absent") == (0, 0)


def test_conversions_prune_once_a_day(tmp_path: Path) -> None:
    cache = filled(tmp_path, 200)
    upkeep.prune_daily(tmp_path)
    assert kept(cache, 1) == []
    filled(tmp_path, 200)
    upkeep.prune_daily(tmp_path)
    assert upkeep.amount(tmp_path).answers == 1
    os.utime(tmp_path / "pruned", (time.time() - 2 * DAY,) * 2)
    upkeep.prune_daily(tmp_path)
    assert upkeep.amount(tmp_path).answers == 0
    upkeep.prune_daily(tmp_path / "absent")
    assert not (tmp_path / "absent").exists()


def test_folder_that_cannot_be_read_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "deeper"):
        upkeep.prune_daily(folder)
        assert upkeep.amount(folder) == upkeep.prune(folder) == upkeep.clear(folder) == (0, 0)


def _work(folder: Path, worker: int) -> None:
    cache = Cache(folder)
    for turn in range(60):
        cache.put("url", str(turn % 7), "x" * 5000)
        if cache.get("url", str(turn % 7)) not in {None, "x" * 5000}:
            os._exit(1)
        if turn % 5 == worker:
            upkeep.prune(folder, most_bytes=10_000)
        if turn % 20 == worker:
            upkeep.clear(folder)


@pytest.mark.parametrize("workers", [4])
def test_processes_do_not_disturb_each_other(tmp_path: Path, workers: int) -> None:
    context = get_context("spawn")
    processes = [context.Process(target=_work, args=(tmp_path / "cache", n)) for n in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * workers
    cache = Cache(tmp_path / "cache")
    cache.put("url", "after", 1)
    assert cache.get("url", "after") == 1
