"""Asks many questions at once, a few at a time."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Generic, TypeVar

from lock2nix.errors import IndexFault

Key = TypeVar("Key")
Value = TypeVar("Value")

WORKERS = 8
"""How many files or repositories are read at once."""

QUESTIONS = 24
"""How many small answers are waited for at once, and so the most connections to one host."""

_TICK = 0.2  # seconds
_EACH = 3  # questions for one connection at least, where there are many: to open it takes as long as some answers


@dataclass(frozen=True, slots=True)
class Batch(Generic[Key, Value]):
    """The answers to a batch of questions, and a fault for each question that has none; in the order of asking.

    Both travel together, so that what was found can be kept before the faults are raised.
    """

    answers: Mapping[Key, Value]
    faults: Mapping[Key, IndexFault]


def in_parallel(
    keys: Iterable[Key],
    ask: Callable[[Key], Value],
    heard: Callable[[int, int], None] | None = None,
    at_once: int = WORKERS,
) -> Batch[Key, Value]:
    """Return what `ask` says for each different key; `heard` is told how many are done, and of how many.

    An IndexFault is an answer like another. Anything else ends the batch at once, and nobody waits for the questions
    under way: the threads are daemons, because those of `concurrent.futures` keep an interrupted process until the
    slowest server has answered.
    """
    wanted = dict.fromkeys(keys)
    todo: SimpleQueue[Key] = SimpleQueue()
    done: SimpleQueue[Key] = SimpleQueue()
    answers: dict[Key, Value] = {}
    errors: dict[Key, BaseException] = {}
    for key in wanted:
        todo.put(key)
    stop = Event()

    def work() -> None:
        while not stop.is_set():
            try:
                key = todo.get_nowait()
            except Empty:
                return
            try:
                answers[key] = ask(key)
            except BaseException as error:  # noqa: BLE001 - it is raised again where the answer is taken
                errors[key] = error
            done.put(key)

    for number in range(min(at_once, len(wanted), max(WORKERS, len(wanted) // _EACH))):
        Thread(target=work, name=f"lock2nix-{number}", daemon=True).start()
    try:
        for count in range(1, len(wanted) + 1):
            error = errors.get(_next(done))
            if error is not None and not isinstance(error, IndexFault):
                raise error
            if heard is not None:
                heard(count, len(wanted))
    finally:
        stop.set()
    return Batch(
        answers={key: answers[key] for key in wanted if key in answers},
        faults={key: error for key in wanted if isinstance(error := errors.get(key), IndexFault)},
    )


def _next(done: SimpleQueue[Key]) -> Key:
    """Return the next key, and let Ctrl-C in: one that comes just before the wait begins does not end the wait."""
    while True:
        with suppress(Empty):
            return done.get(timeout=_TICK)
