"""Options that count for all packages."""

from pathlib import PurePosixPath

import pytest

from lock2nix.schemas.artifact import FileKind
from lock2nix.schemas.lock import LockIndexes

from .requirements_read import locked


def indexes(text: str, others: dict[str, str] | None = None) -> LockIndexes:
    return locked(text, others).indexes


def test_nothing_is_said() -> None:
    assert indexes("a==1") == LockIndexes()


def test_indexes_and_their_logins() -> None:
    found = indexes(
        "-i https://pypi.org/simple/\n--extra-index-url https://me:s3cret@x.org/simple\n"
        "--extra-index-url=https://${USER}:${PASS}@${HOST}/simple/\n--extra-index-url https://x.org/simple"
    )
    assert (found.default, found.extras) == (
        "https://pypi.org/simple",
        ("https://x.org/simple", "https://${HOST}/simple"),
    )
    assert found.logins == {"https://x.org/simple": "me:s3cret", "https://${HOST}/simple": "${USER}:${PASS}"}
    assert "s3cret" not in repr(found)
    assert indexes("-i ${INDEX}").default == "${INDEX}"


def test_later_index_counts() -> None:
    assert indexes("-i https://x.org/a\n-r b.txt", {"b.txt": "-i https://x.org/b"}).default == "https://x.org/b"


def test_no_index() -> None:
    found = indexes(
        "--no-index\n-i https://x.org/a\n--extra-index-url https://x.org/b\n-f https://me:pw@x.org/links.html"
    )
    assert (found.no_index, found.default, found.extras) == (True, None, ())
    assert found.find_links == ("https://x.org/links.html",)
    assert found.logins["https://x.org/links.html"] == "me:pw"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("links", "sub/links"),
        ("../x", "x"),
        ("/srv/x", "/srv/x"),
        ("file:links", "sub/links"),
        ("file:///srv/x", "/srv/x"),
    ],
)
def test_folders_of_files_are_seen_from_the_file_that_names_them(value: str, place: str) -> None:
    assert indexes("-r sub/b.txt", {"sub/b.txt": f"--find-links {value}"}).find_links == (str(PurePosixPath(place)),)


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        ("--no-binary :all:", {"a": "sdist", "b": "sdist"}),
        ("--only-binary :all:", {"a": "wheel", "b": "wheel"}),
        ("--no-binary :all:\n--only-binary A", {"a": "wheel", "b": "sdist"}),
        ("--only-binary A\n--no-binary :all:", {"a": "sdist", "b": "sdist"}),
        ("--no-binary a,b\n--only-binary b", {"a": "sdist", "b": "wheel"}),
        ("--no-binary a\n--no-binary :none:", {"a": "both", "b": "both"}),
        ("--no-binary a,:none:,b", {"a": "both", "b": "sdist"}),
        ("--no-binary :all:,a", {"a": "sdist", "b": "sdist"}),
        ("--no-binary a,:all:,:none:,b", {"a": "both", "b": "sdist"}),
        ("--no-binary=b --only-binary=a", {"a": "wheel", "b": "sdist"}),
    ],
)
def test_kinds_of_files(options: str, kinds: dict[str, str]) -> None:
    named: dict[str, set[FileKind]] = {"sdist": {"sdist"}, "wheel": {"wheel"}, "both": {"wheel", "sdist"}}
    assert {p.name: p.kinds for p in locked(f"{options}\na==1\nb==1").packages} == {
        name: named[kind] for name, kind in kinds.items()
    }


def test_kinds_may_stand_after_a_requirement() -> None:
    assert [p.kinds for p in locked("a==1 --no-binary b\nb==1").packages] == [{"wheel", "sdist"}, {"sdist"}]


def test_what_is_left_out_is_said_once() -> None:
    text = "--trusted-host x.org\na==1 --config-settings x=y\nb==1 -C x=z\n--use-feature fast-deps\n-f ./links"
    assert [n.message for n in locked(text).notices if n.kind == "left-out"] == [
        "--trusted-host (requirements.txt:1): a host is not trusted without its certificate (--cert names authorities)",
        "--config-settings (requirements.txt:2, requirements.txt:3): what a requirement says to its build is left out",
    ]
