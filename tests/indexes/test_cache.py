import errno
import json
import os
import signal
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from lock2nix.indexes.cache import Cache, default_folder


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("answer", ["text", {"a": [1, None, {"b": "ü\u2028"}]}, [], "\ud800"])
def test_round_trip(tmp_path: Path, answer: object) -> None:
    Cache(tmp_path / "new" / "folder").put("url", "key", answer)
    assert Cache(tmp_path / "new" / "folder").get("url", "key") == answer


def test_last_answer_counts(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("url", "key", 1)
    cache.put("url", "key", 2)
    assert cache.get("url", "key") == 2
    assert len(entries(tmp_path)) == 1


def test_kinds_and_keys_are_apart(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("url", "key", 1)
    assert cache.get("url", "other") is None
    assert cache.get("hash", "key") is None
    assert cache.get("url", "../../key") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"kind": "url", "key": "other", "answer": 1}',
        b'{"kind": "hash", "key": "key", "answer": 1}',
        b'{"answer": 1}',
    ],
)
def test_what_is_not_our_entry_is_a_miss(tmp_path: Path, content: bytes) -> None:
    cache = Cache(tmp_path)
    cache.put("url", "key", 1)
    (entry,) = entries(tmp_path)
    entry.write_bytes(content)
    assert cache.get("url", "key") is None
    cache.put("url", "key", 2)
    assert cache.get("url", "key") == 2


def test_entry_that_is_a_folder_is_a_miss(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("url", "key", 1)
    (entry,) = entries(tmp_path)
    entry.unlink()
    entry.mkdir()
    assert cache.get("url", "key") is None
    cache.put("url", "key", 2)
    assert entries(tmp_path) == []


def test_folder_that_cannot_be_made_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("url", "key", 1)
    assert cache.get("url", "key") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission_is_no_cache(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    Cache(tmp_path).put("url", "key", 1)
    tmp_path.chmod(0o700)
    assert entries(tmp_path) == []


@pytest.mark.parametrize("step", ["fdopen", "replace"])
def test_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    cache = Cache(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(*(("os.fdopen", full) if step == "fdopen" else ("pathlib.Path.replace", full)))
        cache.put("url", "key", 1)
    assert entries(tmp_path) == []
    assert cache.get("url", "key") is None


def test_what_is_written_behind_is_known_at_once_and_there_at_the_end(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    with cache.writing_behind():
        for number in range(1000):  # more than may wait
            cache.put("url", f"key {number % 300}", number)
            assert cache.get("url", f"key {number % 300}") == number
    assert [Cache(tmp_path).get("url", f"key {number}") for number in (0, 99, 100, 299)] == [900, 999, 700, 899]
    assert len(entries(tmp_path)) == 300
    cache.put("url", "key 0", 0)
    assert Cache(tmp_path).get("url", "key 0") == 0


def test_what_is_written_behind_outlives_an_error(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def fail() -> None:
        cache.put("url", "key", 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), cache.writing_behind():
        fail()
    assert Cache(tmp_path).get("url", "key") == 1


def _write(folder: Path, writer: int) -> None:
    cache = Cache(folder)
    for round_ in range(40):
        cache.put("url", f"key {round_ % 5}", {"writer": writer, "text": "x" * 20_000})
        kept = cache.get("url", f"key {round_ % 5}")
        if not (isinstance(kept, dict) and len(kept["text"]) == 20_000):
            os._exit(1)


def test_processes_do_not_disturb_each_other(tmp_path: Path) -> None:
    context = get_context("spawn")
    writers = [context.Process(target=_write, args=(tmp_path, n)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * 4
    assert len(entries(tmp_path)) == 5


def test_killed_writer_leaves_no_half(tmp_path: Path) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from lock2nix.indexes.cache import Cache
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
Cache(Path(sys.argv[1])).put("url", "key", "x" * 100_000)
"""
    Cache(tmp_path).put("url", "key", "before")
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert Cache(tmp_path).get("url", "key") == "before"


def test_entries_say_what_they_are(tmp_path: Path) -> None:
    Cache(tmp_path).put("url", "sha256-x", "https://x.org/")
    (entry,) = entries(tmp_path)
    assert json.loads(entry.read_bytes()) == {"kind": "url", "key": "sha256-x", "answer": "https://x.org/"}


def test_default_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "lock2nix"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/me")
    assert default_folder() == Path("/home/me/.cache/lock2nix")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_folder() == Path("/home/me/.cache/lock2nix")


def test_nobody_without_a_home_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    cache = Cache(default_folder())
    cache.put("url", "key", 1)
    assert cache.get("url", "key") is None
