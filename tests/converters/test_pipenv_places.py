from pathlib import PurePosixPath

import pytest

from lock2nix.schemas.lock import Package
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, UrlSource

from .pipfiles import ONE, TWO, read, refusal

REVISION = "b90f648838d01469e069971881712eb2d123bde5"


def package(**entry: object) -> Package:
    (found,) = read({"a": entry}).packages
    return found


@pytest.mark.parametrize(
    ("git", "ref", "url"),
    [
        ("https://x.org/a.git", REVISION, "https://x.org/a.git"),
        ("git+https://x.org/a.git", REVISION.upper(), "https://x.org/a.git"),
        (f"https://x.org/a.git@{REVISION}", None, "https://x.org/a.git"),
        ("https://x.org/a.git@v1", REVISION, "https://x.org/a.git"),
        (f"git+https://x.org/a.git@{REVISION}#egg=a", None, "https://x.org/a.git"),
        ("git@x.org:a/b.git", REVISION, "ssh://git@x.org/a/b.git"),
        (f"git@x.org:a/b.git@{REVISION}", None, "ssh://git@x.org/a/b.git"),
        ("git+ssh://git@x.org/a.git@v1", REVISION, "ssh://git@x.org/a.git"),
        ("/srv/a.git", REVISION, "file:///srv/a.git"),
        ("https://me:s3cret@x.org/a.git", REVISION, "https://x.org/a.git"),
        ("git+https://${TOKEN}@x.org/a.git", REVISION, "https://x.org/a.git"),
    ],
)
def test_repositories(git: str, ref: str | None, url: str) -> None:
    found = package(git=git, ref=ref)
    assert found.source == GitSource(url=url, revision=REVISION)
    assert (str(found.version), found.artifacts, found.loose_hashes) == ("0", (), ())


@pytest.mark.parametrize(
    "entry", [{"git": "https://x.org/a", "subdirectory": "x/y"}, {"git": "https://x.org/a#egg=a&subdirectory=x/y"}]
)
def test_folder_of_a_repository(entry: dict[str, object]) -> None:
    source = package(**entry, ref=REVISION).source
    assert isinstance(source, GitSource)
    assert source.subdirectory == PurePosixPath("x/y")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"git": "https://x.org/a", "ref": "main"}, '"main" is not a full git revision (40 or 64 hex digits)'),
        ({"git": "https://x.org/a@3884b9e"}, '"3884b9e" is not a full git revision (40 or 64 hex digits)'),
        ({"git": "https://x.org/a"}, "the lock names no revision (ref)"),
        ({"git": "https://${HOST}/a", "ref": REVISION}, "this url contains characters that must be percent-encoded"),
        ({"hg": "https://x.org/a", "ref": REVISION}, "repositories of hg are not supported: lock2nix knows git"),
        ({"svn": "https://x.org/a"}, "repositories of svn are not supported: lock2nix knows git"),
        ({"file": "ftp://x.org/a-1.zip"}, "this is not a url that starts with https://, http:// or file://"),
        ({"file": "https://x.org/?x=a-1.zip"}, '"" is not the name of a wheel or sdist'),
        ({"path": "file://elsewhere/a-1.zip"}, '"file://elsewhere/a-1.zip" is no path'),
        ({"path": ""}, "a path must not be empty"),
    ],
)
def test_places_that_are_none(entry: dict[str, object], message: str) -> None:
    assert refusal({"a": entry}) == f"Pipfile.lock: default.a: {message}"


def test_file_on_the_web() -> None:
    url = "https://x.org/f/a-1.2%2Blocal-py3-none-any.whl"
    found = package(file=f"{url}#egg=a", hashes=[ONE])
    (file,) = found.artifacts
    assert (found.source, str(found.version), found.loose_hashes) == (UrlSource(url=url), "1.2+local", ())
    assert (file.filename, file.url, file.hashes[0].digest) == ("a-1.2+local-py3-none-any.whl", url, "1" * 64)
    # All hashes of the version: nobody says which is the file's.
    several = package(path=url, hashes=[ONE, TWO])
    assert several.artifacts[0].hashes == ()
    assert [one.digest[0] for one in several.loose_hashes] == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("./wheels/a-1-py3-none-any.whl", "wheels/a-1-py3-none-any.whl"),
        ("../a-1-py3-none-any.whl", "../a-1-py3-none-any.whl"),
        ("file:../a-1-py3-none-any.whl", "../a-1-py3-none-any.whl"),
        ("file:///srv/a-1-py3-none-any.whl#x", "/srv/a-1-py3-none-any.whl"),
        ("file://localhost/srv/a%2D1-py3-none-any.whl", "/srv/a-1-py3-none-any.whl"),
    ],
)
@pytest.mark.parametrize("key", ["path", "file"])
def test_file_on_disk(text: str, path: str, key: str) -> None:
    found = package(**{key: text, "hashes": [ONE]})
    assert found.source == FileSource(path=PurePosixPath(path))
    assert (str(found.version), found.loose_hashes) == ("1", ())


def test_folder_on_disk() -> None:
    found = package(path="./libs/a/", editable=True, hashes=[ONE], subdirectory="x")
    assert found.source == DirectorySource(path=PurePosixPath("libs/a"), editable=True, subdirectory=PurePosixPath("x"))
    assert (str(found.version), found.loose_hashes) == ("0", ())


def test_what_a_person_should_know_of_places() -> None:
    lock = read(
        {"a": {"git": "https://me:s3cret@x.org/a", "ref": REVISION}, "b": {"path": "/srv/b"}, "c": {"path": "c"}},
        pipfile="",
    )
    assert [(notice.kind, notice.subject) for notice in lock.notices] == [("left-out", "a"), ("choice", "b")]
    assert "s3cret" not in str(lock)
