from pathlib import Path, PurePosixPath

from lock2nix.enrichers.local_hashes import hash_local_files
from lock2nix.schemas.lock import Package
from lock2nix.schemas.source import FileSource, UrlSource

from .locks import artifact, lock, package, sha256, sources

A, B = sha256(b"a"), sha256(b"b")
SOURCE = FileSource(path=PurePosixPath("wheels/x-1.zip"))


def filled(found: Package, root: Path) -> Package:
    return hash_local_files(lock(found), sources(root, None)).packages[0]


def test_file_on_disk_is_hashed(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "x-1.zip").write_bytes(b"a")
    for found in (package("x", "1", source=SOURCE), package("x", "1", artifact("x-1.zip"), source=SOURCE)):
        (file,) = filled(found, tmp_path).artifacts
        assert (file.filename, file.hashes) == ("x-1.zip", (A,))


def test_hash_of_the_lock_stays(tmp_path: Path) -> None:
    found = package("x", "1", artifact("x-1.zip", B), source=SOURCE)
    assert filled(found, tmp_path) == found


def test_file_that_is_not_there_stays_without(tmp_path: Path) -> None:
    found = package("x", "1", source=SOURCE)
    assert filled(found, tmp_path) == found


def test_what_is_elsewhere_is_not_looked_for_on_disk(tmp_path: Path) -> None:
    found = package("x", "1", artifact("x-1.zip"), source=UrlSource(url="https://x.org/x-1.zip"))
    assert filled(found, tmp_path) == found
