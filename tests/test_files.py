import errno
import os
import posixpath
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lock2nix import files
from lock2nix.errors import InputError, OutputError
from lock2nix.schemas.source import Reference, SourceFile


def test_reads_the_bytes_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"\xff\r\n\0")
    source = files.read(tmp_path / "lock")
    assert (source.path, source.content) == (tmp_path / "lock", b"\xff\r\n\0")


def test_unreadable_files_are_input_errors(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "file").touch()
    for name, message in {
        "absent": "there is no such file",
        ".": "this is a directory",
        "circle": "cannot be read: Too many levels of symbolic links",
        "file/inner": "cannot be read: Not a directory",
        "n" * 300: "cannot be read: File name too long",
    }.items():
        with pytest.raises(InputError, match=message) as caught:
            files.read(tmp_path / name)
        assert caught.value.place == str(tmp_path / name)


def test_reading_ends(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is larger than 64 MB"):
        files.read(Path("/dev/zero"))
    (tmp_path / "large").touch()
    os.truncate(tmp_path / "large", (64 << 20) + 1)
    with pytest.raises(InputError, match="this is larger than 64 MB"):
        files.read(tmp_path / "large")


def test_companion_is_read_if_there_is_one(tmp_path: Path) -> None:
    lock = tmp_path / "poetry.lock"
    assert files.read_beside(lock, "pyproject.toml") is None
    (tmp_path / "pyproject.toml").write_bytes(b"x")
    found = files.read_beside(lock, "pyproject.toml")
    assert found is not None
    assert (found.path, found.content) == (tmp_path / "pyproject.toml", b"x")


def test_companion_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken").symlink_to("nowhere")
    (tmp_path / "folder").mkdir()
    for name in ("broken", "folder"):
        with pytest.raises(InputError):
            files.read_beside(tmp_path / "poetry.lock", name)


def test_earlier_result_is_text_or_none(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("ü\n", encoding="utf-8")
    (tmp_path / "bytes").write_bytes(b"\xff")
    (tmp_path / "circle").symlink_to("circle")
    os.mkfifo(tmp_path / "pipe")
    assert files.read_text(tmp_path / "text") == "ü\n"
    for name in ("bytes", "circle", "pipe", ".", "absent", "text/inner"):
        assert files.read_text(tmp_path / name) is None
    assert files.read_text(Path("/dev/zero")) is None


def test_writes_and_says_whether_that_changed_anything(tmp_path: Path) -> None:
    path = tmp_path / "out.nix"
    assert files.write(path, "ü\n")
    assert path.read_bytes() == "ü\n".encode()
    before = path.stat()
    assert not files.write(path, "ü\n")
    assert path.stat() == before
    assert files.write(path, "other\r\n")
    assert path.read_bytes() == b"other\r\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_new_file_obeys_the_mask(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        files.write(tmp_path / "out.nix", "x")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out.nix").stat().st_mode) == mode


def test_old_file_keeps_its_mode_and_is_never_half_written(tmp_path: Path) -> None:
    path = tmp_path / "out.nix"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    with path.open(encoding="utf-8") as reader:
        files.write(path, "new")
        assert reader.read() == "old"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "one.nix").symlink_to("two.nix")
    (tmp_path / "two.nix").symlink_to("kept/real.nix")
    for text in ("first", "second"):
        assert files.write(tmp_path / "one.nix", text)
        assert (tmp_path / "kept" / "real.nix").read_text(encoding="utf-8") == text
    assert (tmp_path / "one.nix").is_symlink()
    assert (tmp_path / "two.nix").is_symlink()


def test_longest_name_can_be_written(tmp_path: Path) -> None:
    assert files.write(tmp_path / ("n" * 255), "x")


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "folder", tmp_path / "circle", tmp_path / "pipe", Path("/dev/null"), Path("/dev/full")):
        before = path.lstat().st_mode
        with pytest.raises(OutputError, match="cannot be written: it is ") as caught:
            files.write(path, "x")
        assert caught.value.place == str(path)
        assert path.lstat().st_mode == before


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_failure_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    path = tmp_path / "out.nix"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(os, step, fail)
    with pytest.raises((OutputError, KeyboardInterrupt)):
        files.write(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_writers_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "out.nix"
    texts = [letter * 100_000 for letter in "abcdefgh"]
    threads = [threading.Thread(target=files.write, args=(path, text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text(encoding="utf-8") in texts
    assert list(tmp_path.iterdir()) == [path]


def _references(name: str, source: SourceFile) -> Iterator[Reference]:
    """Read `a b` as a reference to two files, `a b @ x y` as one to those in the first folder of two."""
    for line in source.content.decode().splitlines():
        names, _, folders = line.partition(" @ ")
        inner = posixpath.dirname(name)
        yield Reference(
            names=tuple(posixpath.join(inner, one) for one in names.split()), folders=tuple(folders.split()) or ("",)
        )


def _gathered(folder: Path, *names: str) -> dict[str, bytes]:
    asked = {name: files.read(folder / name) for name in names}
    return {name: source.content for name, source in files.gather(folder, asked, _references).items()}


def test_what_a_file_refers_to_is_read_with_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "main").write_text("sub/a\nabsent\nsub\n", encoding="utf-8")
    (tmp_path / "sub" / "a").write_text("../main\n../b\na\n", encoding="utf-8")
    (tmp_path / "b").write_bytes(b"")
    assert _gathered(tmp_path, "main") == {"sub/a": b"../main\n../b\na\n", "b": b""}
    assert files.gather(tmp_path, {"main": files.read(tmp_path / "main")}, _references)["b"].path == tmp_path / "b"


def test_first_folder_that_has_any_counts(tmp_path: Path) -> None:
    for place in ("two/x", "two/y", "three/x", "main"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).touch()
    (tmp_path / "main").write_text("x y z @ one two three", encoding="utf-8")
    assert sorted(_gathered(tmp_path, "main")) == ["two/x", "two/y"]


def test_only_files_are_read_with_another(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "main").write_text(f"pipe circle {'n' * 300} ../../../../../../../../dev/zero", encoding="utf-8")
    assert _gathered(tmp_path, "main") == {}
