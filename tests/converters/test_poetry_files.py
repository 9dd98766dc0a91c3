from pathlib import PurePosixPath

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from lock2nix.converters.poetry_files import LockedFile, artifacts, belongs, is_usable
from lock2nix.schemas.source import FileSource, IndexSource, UrlSource


def file(name: str, digit: str = "0") -> LockedFile:
    return LockedFile.model_validate({"file": name, "hash": f"sha256:{digit * 64}"})


@pytest.mark.parametrize(
    ("filename", "name", "version"),
    [
        ("foo_bar-1.0-py3-none-any.whl", "foo-bar", "1.0"),
        ("foo_bar-1.0-2build-py3-none-any.whl", "foo-bar", "1"),
        ("torch-2.2.1+cu121-cp312-cp312-linux_x86_64.whl", "torch", "2.2.1+cu121"),
        ("foo-bar-1.0.tar.gz", "foo-bar", "1.0"),
        ("Foo.Bar-1.0.zip", "foo-bar", "1.0"),
        ("foo-bar-1.0.post1.tar.bz2", "foo-bar", "1.0.post1"),
        ("foo-bar-1.0-1.tar.gz", "foo-bar", "1.0.post1"),
        ("foo-1.0-alpha2.tgz", "foo", "1.0a2"),
        ("foo-2.0.tar.xz", "foo", "2"),
        ("Foo.Bar-1.0-py3-none-any.whl", "foo-bar", "1.0"),
    ],
)
def test_file_belongs_to_its_version_only(filename: str, name: str, version: str) -> None:
    assert belongs(filename, canonicalize_name(name), Version(version))
    assert not belongs(filename, canonicalize_name(name), Version("7.7"))
    assert not belongs(filename, canonicalize_name("other"), Version(version))


def test_eggs_and_windows_installers_are_dropped() -> None:
    dropped = ["a-1.0-py2.7.egg", "a-1.0.win32-py2.7.exe", "a-1.0.msi", "a-1.0-1.noarch.rpm", "a-1.0.whl", "a-1.0.deb"]
    assert not any(map(is_usable, dropped))
    kept = [artifact.filename for artifact in artifacts(map(file, [*dropped, "a-1.0.zip"]), IndexSource())]
    assert kept == ["a-1.0.zip"]


def test_hashes_of_one_file_are_gathered() -> None:
    entries = [file("a-1.tar.gz", "0"), file("a-1.tar.gz", "1"), file("a-1.tar.gz", "0")]
    (artifact,) = artifacts(entries, IndexSource())
    assert [entry.digest[0] for entry in artifact.hashes] == ["0", "1"]


def test_url_of_a_url_source_is_its_file_s() -> None:
    source = UrlSource(url="https://x.org/a-1%2Bcpu-py3-none-any.whl")
    (locked,) = artifacts([file("a-1+cpu-py3-none-any.whl")], source)
    assert (locked.url, len(locked.hashes)) == (source.url, 1)
    (unhashed,) = artifacts([], source)
    assert (unhashed.filename, unhashed.url, unhashed.hashes) == ("a-1+cpu-py3-none-any.whl", source.url, ())
    assert artifacts([], UrlSource(url="https://x.org/")) == ()


def test_file_source_is_one_file() -> None:
    source = FileSource(path=PurePosixPath("dist/a-1.tar.gz"))
    (artifact,) = artifacts([file("a-1.tar.gz"), file("a-1-py3-none-any.whl")], source)
    assert (artifact.filename, len(artifact.hashes)) == ("a-1.tar.gz", 1)
    assert artifacts([], source)[0].hashes == ()
