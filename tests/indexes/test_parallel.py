import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from lock2nix.errors import IndexFault
from lock2nix.indexes.parallel import QUESTIONS, WORKERS, in_parallel


def test_each_question_is_asked_once_and_answers_keep_their_order() -> None:
    asked: list[int] = []
    heard: list[tuple[int, int]] = []

    def ask(key: int) -> int:
        asked.append(key)
        return key * 2

    batch = in_parallel([3, 1, 3, 2, 1], ask, lambda done, total: heard.append((done, total)))
    assert list(batch.answers.items()) == [(3, 6), (1, 2), (2, 4)]
    assert sorted(asked) == [1, 2, 3]
    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_nothing_is_asked_for_nothing() -> None:
    assert not in_parallel([], str).answers


def test_faults_do_not_keep_the_others_from_being_asked() -> None:
    def ask(key: int) -> int:
        if key % 2:
            raise IndexFault(f"odd: {key}")
        return key

    batch = in_parallel(range(40), ask)
    assert list(batch.answers) == list(range(0, 40, 2))
    assert [fault.message for fault in batch.faults.values()] == [f"odd: {n}" for n in range(1, 40, 2)]


@pytest.mark.parametrize(
    ("questions", "at_once", "expected"),
    [(4 * WORKERS, WORKERS, WORKERS), (4 * QUESTIONS, QUESTIONS, QUESTIONS), (30, QUESTIONS, 10), (5, QUESTIONS, 5)],
)
def test_concurrency_is_bounded(questions: int, at_once: int, expected: int) -> None:
    busy, most, lock = 0, 0, threading.Lock()
    full = threading.Barrier(expected)

    def ask(_: int) -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        with suppress(threading.BrokenBarrierError):  # the last ones are fewer
            full.wait(0.5)
        with lock:
            busy -= 1

    in_parallel(range(questions), ask, None, at_once)
    assert most == expected


def test_other_errors_end_it_at_once() -> None:
    release = threading.Event()
    asked: list[int] = []

    def ask(key: int) -> None:
        asked.append(key)
        if key == 0:
            raise RuntimeError("a bug")
        release.wait(10)

    before = time.monotonic()
    with pytest.raises(RuntimeError, match="a bug"):
        in_parallel(range(100), ask)
    assert time.monotonic() - before < 5
    release.set()
    assert len(asked) <= WORKERS + 1


def test_interrupt_waits_for_nobody() -> None:
    release = threading.Event()

    def ask(key: int) -> None:
        if key:
            release.wait(10)

    def interrupted(_: int, __: int) -> None:
        raise KeyboardInterrupt

    before = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        in_parallel(range(100), ask, interrupted)
    assert time.monotonic() - before < 5
    release.set()


def test_interrupted_process_ends_although_servers_are_silent() -> None:
    program = """
import threading
from lock2nix.indexes.parallel import in_parallel
started = threading.Barrier(8)
def ask(_):
    if started.wait() == 0:
        print("asking", flush=True)
    threading.Event().wait(60)
in_parallel(range(100), ask)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"asking\n"
        before = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
        assert time.monotonic() - before < 5
    assert said.rstrip().endswith(b"KeyboardInterrupt")
