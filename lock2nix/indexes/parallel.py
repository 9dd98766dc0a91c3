"""Asks many questions at once, a few at a time."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Generic, TypeVar

from lock2nix.errors import IndexFault

Key = TypeVar("Key")
Value = TypeVar("Value")

WORKERS = 8
_TICK = 0.2  # seconds


@dataclass(frozen=True, slots=True)
class Batch(Generic[Key, Value]):
    """The answers to a batch of questions, and a fault for each question that has none; in the order of asking.

    Both travel together, so that what was found can be kept before the faults are raised.
    """

    answers: Mapping[Key, Value]
    faults: Mapping[Key, IndexFault]


def in_parallel(
    keys: Iterable[Key], ask: Callable[[Key], Value], heard: Callable[[int, int], None] | None = None
) -> Batch[Key, Value]:
    """Return what `ask` says for each different key; `heard` is told how many are done, and of how many.

    An IndexFault is an answer like another. Anything else ends the batch at once, and nobody waits for the questions
    under way: the threads are daemons, because those of `concurrent.futures` keep an interrupted process until the
    slowest server has answered.
    """
    futures: dict[Key, Future[Value]] = {key: Future() for key in keys}
    todo: SimpleQueue[Key] = SimpleQueue()
    done: SimpleQueue[Key] = SimpleQueue()
    for key in futures:
        todo.put(key)
    stop = Event()

    def work() -> None:
        while not stop.is_set():
            try:
                key = todo.get_nowait()
            except Empty:
                return
            try:
                futures[key].set_result(ask(key))
            except BaseException as error:  # noqa: BLE001 - it is raised again where the answer is taken
                futures[key].set_exception(error)
            done.put(key)

    for number in range(min(WORKERS, len(futures))):
        Thread(target=work, name=f"lock2nix-{number}", daemon=True).start()
    try:
        for count in range(1, len(futures) + 1):
            error = futures[_next(done)].exception()
            if error is not None and not isinstance(error, IndexFault):
                raise error
            if heard is not None:
                heard(count, len(futures))
    finally:
        stop.set()
    return _gathered(futures)


def _next(done: SimpleQueue[Key]) -> Key:
    """Return the next key, and let Ctrl-C in: one that comes just before the wait begins does not end the wait."""
    while True:
        with suppress(Empty):
            return done.get(timeout=_TICK)


def _gathered(futures: Mapping[Key, Future[Value]]) -> Batch[Key, Value]:
    answers: dict[Key, Value] = {}
    faults: dict[Key, IndexFault] = {}
    for key, future in futures.items():
        try:
            answers[key] = future.result()
        except IndexFault as fault:
            faults[key] = fault
    return Batch(answers=answers, faults=faults)
