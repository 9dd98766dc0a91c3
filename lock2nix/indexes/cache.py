"""Answers kept between runs and projects, under `$XDG_CACHE_HOME/lock2nix`.

Each answer is one file named by the sha256 of its kind and key: a line of JSON, in some with a content behind it, or
Nix alone. It is written beside and renamed: several processes may use the cache at once, and a killed one leaves
nothing half written.
A cache that cannot be read or written is as good as none.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread

from lock2nix.errors import OutputError

from .upkeep import ANSWER, CONTENT, NIX, mark_used

_FORMAT = "1"
_MOST_WAITING = 128  # answers that are held in memory until they are written


class Cache:
    """A folder of answers; some have a content besides."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / _FORMAT
        self._behind: _Writer | None = None

    @contextlib.contextmanager
    def writing_behind(self) -> Iterator[None]:
        """Let nobody wait for the disk: a thread writes what is kept from now on, all of it before this ends."""
        self._behind = writer = _Writer()
        try:
            yield
        finally:
            self._behind = None
            writer.close()

    def get(self, kind: str, key: str) -> object | None:
        """Return the answer kept for the key, None if there is none that can be read."""
        return self._read(self._path(kind, key, ANSWER), kind, key)[0]

    def put(self, kind: str, key: str, answer: object) -> None:
        """Keep an answer; where that is not possible, nothing happens."""
        self._write(self._path(kind, key, ANSWER), _head(kind, key, answer))

    def get_content(self, kind: str, key: str) -> tuple[object | None, bytes]:
        """Return what `put_content` kept for the key, None and nothing if there is none that can be read."""
        return self._read(self._path(kind, key, CONTENT), kind, key)

    def put_content(self, kind: str, key: str, answer: object, content: bytes) -> None:
        """Keep an answer and a content in one; where that is not possible, nothing happens."""
        self._write(self._path(kind, key, CONTENT), b"%b\n%b" % (_head(kind, key, answer), content))

    def get_nix(self, kind: str, key: str) -> Path | None:
        """Return the file of Nix that `put_nix` kept for the key, None if there is none."""
        path = self._path(kind, key, NIX)
        if not os.path.isfile(path):  # noqa: PTH113 - Path's raises OSError
            return None
        mark_used(path)
        return path

    def put_nix(self, kind: str, key: str, text: str) -> Path:
        """Keep Nix in a file of its own, for Nix to read, and return it. Raises OutputError."""
        path = self._path(kind, key, NIX)
        _write(path, text.encode())
        if not os.path.isfile(path):  # noqa: PTH113
            raise OutputError("nothing can be kept there", place=self._folder, hint="XDG_CACHE_HOME names another")
        return path

    def _path(self, kind: str, key: str, suffix: str) -> Path:
        digest = hashlib.sha256(f"{kind}\0{key}".encode()).hexdigest()
        return self._folder / digest[:2] / f"{digest[2:]}{suffix}"

    def _write(self, path: Path, content: bytes) -> None:
        behind = self._behind
        if behind is None:
            _write(path, content)
        else:
            behind.write(path, content)

    def _read(self, path: Path, kind: str, key: str) -> tuple[object | None, bytes]:
        behind = self._behind
        waiting = None if behind is None else behind.waiting.get(path)
        try:
            head, _, content = (path.read_bytes() if waiting is None else waiting).partition(b"\n")
            kept = json.loads(head)
        except (OSError, ValueError, RecursionError):
            return None, b""
        # The key stands in the file too: a file that was put under another name answers nothing.
        if not isinstance(kept, dict) or kept.get("kind") != kind or kept.get("key") != key:
            return None, b""
        mark_used(path)
        return kept.get("answer"), content


class _Writer:
    """A thread that writes files; `waiting` are those that are still to be written."""

    def __init__(self) -> None:
        self.waiting: dict[Path, bytes] = {}
        self._lock = Lock()
        self._paths: SimpleQueue[Path | None] = SimpleQueue()
        self._thread: Thread | None = None

    def write(self, path: Path, content: bytes) -> None:
        """Have a file written, or write it at once if too many are waiting."""
        with self._lock:
            may_wait = path in self.waiting or len(self.waiting) < _MOST_WAITING
            if may_wait:
                self.waiting[path] = content
                self._paths.put(path)
            if self._thread is None:
                self._thread = Thread(target=self._work, name="lock2nix-cache", daemon=True)
                self._thread.start()
        if not may_wait:
            _write(path, content)

    def close(self) -> None:
        """Return when all is written."""
        if self._thread is not None:
            self._paths.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (path := self._paths.get()) is not None:
            content = self.waiting.get(path)
            if content is None:  # it was kept twice, and the last one is written
                continue
            _write(path, content)
            with self._lock:
                if self.waiting[path] is content:
                    del self.waiting[path]


def _head(kind: str, key: str, answer: object) -> bytes:
    return json.dumps({"kind": kind, "key": key, "answer": answer}, sort_keys=True).encode()


def _write(path: Path, content: bytes) -> None:
    temporary = None
    try:
        try:
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def default_folder() -> Path:
    """Return the user's cache folder (XDG Base Directory Specification); without a home, one that cannot be made."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():
        return base / "lock2nix"
    try:
        return Path.home() / ".cache" / "lock2nix"
    except RuntimeError:
        return Path(os.devnull) / "lock2nix"
