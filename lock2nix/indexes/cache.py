"""Answers kept between runs and projects, under `$XDG_CACHE_HOME/lock2nix`.

Each answer is one small file named by the sha256 of its kind and key, written beside and renamed: several processes may
use it at once, and a killed one leaves nothing half written. A cache that cannot be read or written is as good as none.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path

from .upkeep import mark_used

_FORMAT = "1"


class Cache:
    """A folder of answers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / _FORMAT

    def get(self, kind: str, key: str) -> object | None:
        """Return the answer kept for the key, None if there is none that can be read."""
        path = self._path(kind, key)
        try:
            kept = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        # The key stands in the file too: a file that was put under another name answers nothing.
        if not isinstance(kept, dict) or kept.get("kind") != kind or kept.get("key") != key:
            return None
        mark_used(path)
        return kept.get("answer")

    def put(self, kind: str, key: str, answer: object) -> None:
        """Keep an answer; where that is not possible, nothing happens."""
        path = self._path(kind, key)
        content = json.dumps({"kind": kind, "key": key, "answer": answer}, sort_keys=True)
        temporary = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(content)
            Path(temporary).replace(path)
        except OSError:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()

    def _path(self, kind: str, key: str) -> Path:
        digest = hashlib.sha256(f"{kind}\0{key}".encode()).hexdigest()
        return self._folder / digest[:2] / f"{digest[2:]}.json"


def default_folder() -> Path:
    """Return the user's cache folder (XDG Base Directory Specification); without a home, one that cannot be made."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():
        return base / "lock2nix"
    try:
        return Path.home() / ".cache" / "lock2nix"
    except RuntimeError:
        return Path(os.devnull) / "lock2nix"
