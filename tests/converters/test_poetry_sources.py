from pathlib import PurePosixPath

import pytest
from pydantic import TypeAdapter, ValidationError

from lock2nix.converters.poetry_sources import SourceTable, had_credentials, on_disk, source
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, Source, UrlSource

TABLE: TypeAdapter[SourceTable] = TypeAdapter(SourceTable)
SHA = "0123456789abcdef0123456789abcdef01234567"


def table(**keys: str) -> SourceTable:
    return TABLE.validate_python(keys, strict=True)


def read(**keys: str) -> Source:
    return source(table(**keys), editable=False)


def test_without_a_table_it_is_the_default_index() -> None:
    assert source(None, editable=True) == IndexSource()


def test_index() -> None:
    x = IndexSource(url="https://x.org/simple", name="x")
    assert read(type="legacy", url="https://x.org/simple/", reference="x") == x
    assert read(type="legacy", url="https://pypi.org/simple/", reference="y") == IndexSource()
    assert read(type="pypi") == IndexSource()


def test_git() -> None:
    found = read(type="git", url="git@x.org:a/b", reference="v1", resolved_reference=SHA, subdirectory="sub")
    assert found == GitSource(
        url="ssh://git@x.org/a/b", revision=SHA, reference="v1", subdirectory=PurePosixPath("sub")
    )


def test_git_of_the_first_files_has_its_revision_as_reference() -> None:
    assert read(type="git", url="https://x.org/a", reference=SHA) == GitSource(
        url="https://x.org/a", revision=SHA, reference=SHA
    )


@pytest.mark.parametrize("resolved", ["", "main", SHA[:7]])
def test_git_without_a_full_revision_is_refused(resolved: str) -> None:
    with pytest.raises(ValueError, match="is not a full git revision"):
        read(type="git", url="https://x.org/a", reference="main", resolved_reference=resolved)


def test_url_and_disk() -> None:
    assert read(type="url", url="https://x.org/a.zip", subdirectory="b/./c") == UrlSource(
        url="https://x.org/a.zip", subdirectory=PurePosixPath("b/c")
    )
    assert read(type="file", url="../dist/a-1.tar.gz") == FileSource(path=PurePosixPath("../dist/a-1.tar.gz"))
    editable = source(table(type="directory", url="libs/../a", reference=""), editable=True)
    assert editable == DirectorySource(path=PurePosixPath("a"), editable=True)
    assert on_disk(table(type="directory", url="/srv/a")) == PurePosixPath("/srv/a")


def test_credentials_are_noticed_and_left_out() -> None:
    secret = table(type="legacy", url="https://me:secret@x.org/simple")
    assert had_credentials(secret)
    assert "secret" not in str(source(secret, editable=False))
    assert not had_credentials(table(type="pypi"))
    assert not had_credentials(None)


@pytest.mark.parametrize(
    "keys",
    [
        {"type": "hg", "url": "https://x.org"},
        {"type": "git"},
        {"url": "https://x.org"},
        {"type": "url", "url": "file.whl"},
        {"type": "url", "url": "https://x.org/a.zip", "subdirectory": "../../etc"},
        {"type": "directory", "url": "a\x00b"},
        {"type": "directory", "url": ""},
    ],
)
def test_other_tables_are_refused(keys: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        table(**keys)
