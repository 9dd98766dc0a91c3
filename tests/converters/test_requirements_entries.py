"""What a line asks for: a name, a url, a repository, a path."""

from pathlib import PurePosixPath

import pytest

from lock2nix.converters.requirements_entries import editable, requirement
from lock2nix.converters.requirements_places import Place, Repository
from lock2nix.schemas.source import DirectorySource, FileSource, UrlSource

from .requirements_read import REVISION


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("flask", "flask"),
        ("Flask [Async, dot_env] == 2.0", "Flask[async,dot-env]==2.0"),
        ("a (>=1)", "a>=1"),
        ("a>=1,<2;python_version<'3'", 'a<2,>=1 ; python_version < "3"'),
        ("a; sys.platform == 'win32'", 'a ; sys_platform == "win32"'),
        ("a @ https://x.org/a-1.0.zip", "a @ https://x.org/a-1.0.zip"),
        ("a[b]@https://x.org/a.zip ; os_name == 'nt'", 'a[b] @ https://x.org/a.zip ; os_name == "nt"'),
        ("https://x.org/a-1.0-py3-none-any.whl; os_name=='nt'", "a @ https://x.org/a-1.0-py3-none-any.whl"),
        ("git+https://x.org/a;b@v1#egg=a", "a @ git+https://x.org/a;b@v1"),
        ("./x;os_name=='nt'", './x ; os_name == "nt"'),
        ("./x[a,b]", "./x[a,b]"),
        ("x/y", "./x/y"),
        (".", "."),
        ("../a-1.0.tar.gz", "a @ ../a-1.0.tar.gz"),
        ("a @ file:///srv/a", "a @ /srv/a"),
    ],
)
def test_requirements_and_their_own_spelling(line: str, text: str) -> None:
    assert requirement(line).text.startswith(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("git+https://x.org/a", Repository(url="https://x.org/a")),
        ("git+https://x.org/a.git@v1/2", Repository(url="https://x.org/a.git", reference="v1/2")),
        ("git+https://x.org/a@b%20c", Repository(url="https://x.org/a", reference="b c")),
        (f"git+ssh://git@x.org/a@{REVISION}", Repository(url="ssh://git@x.org/a", reference=REVISION)),
        ("git+ssh://git:secret@x.org/a@v1", Repository(url="ssh://git@x.org/a", reference="v1")),
        ("git+git@x.org:a/b.git@v1", Repository(url="ssh://git@x.org/a/b.git", reference="v1")),
        ("git+file:///srv/a@v1", Repository(url="file:///srv/a", reference="v1")),
        ("git+https://${TOKEN}@x.org/a@v1", Repository(url="https://x.org/a", reference="v1")),
        (
            "git+https://x.org/a#egg=a&subdirectory=b/c",
            Repository(url="https://x.org/a", subdirectory=PurePosixPath("b/c")),
        ),
        ("https://me:${SECRET}@x.org/a.zip#egg=a", UrlSource(url="https://x.org/a.zip")),
        ("https://x.org/a.zip#subdirectory=b", UrlSource(url="https://x.org/a.zip", subdirectory=PurePosixPath("b"))),
        ("./x/../a-1.0.zip", FileSource(path=PurePosixPath("a-1.0.zip"))),
        ("a-1.0.zip", FileSource(path=PurePosixPath("a-1.0.zip"))),
        ("file:a-1.0.zip", FileSource(path=PurePosixPath("a-1.0.zip"))),
        ("file://localhost/srv/a%20b", DirectorySource(path=PurePosixPath("/srv/a b"))),
        ("file://../a", DirectorySource(path=PurePosixPath("../a"))),
        ("file:///${PROJECT_ROOT}/a", DirectorySource(path=PurePosixPath("a"))),
        ("file://${PROJECT_ROOT}", DirectorySource(path=PurePosixPath())),
    ],
)
def test_places(text: str, place: Place) -> None:
    assert requirement(text).place == place


def test_name_is_said_by_the_line_the_fragment_or_the_file() -> None:
    sha = "a" * 64
    found = requirement(f"https://x.org/My_Pkg-1.0-py3-none-any.whl#sha256={sha}&egg=my.pkg[x]")
    assert (found.pname, found.name, sorted(found.extras)) == ("my.pkg", "my-pkg", ["x"])
    assert str(found.version) == "1.0"
    assert [one.digest for one in found.hashes] == [sha]
    assert requirement("./dist/my_pkg-1.0.tar.gz").name == "my-pkg"
    assert requirement("https://x.org/v1.0.zip").pname is None
    archive = requirement("urllib3 @ https://x.org/urllib3/archive/refs/tags/foo-1.26.8.zip")
    assert (archive.pname, archive.version) == ("urllib3", None)


def test_login_is_left_out_and_noticed() -> None:
    for text in (
        "a @ https://me:secret@x.org/a.zip",
        "git+https://${T}@x.org/a#egg=a",
        "git+https://t:x@x.org/a#egg=a",
    ):
        assert requirement(text).had_login
        assert "secret" not in requirement(text).text
    assert not requirement("git+ssh://git@x.org/a#egg=a").had_login


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (".", DirectorySource(path=PurePosixPath(), editable=True)),
        ("./my dir[a, b] ; os_name == 'nt'", DirectorySource(path=PurePosixPath("my dir"), editable=True)),
        ("folder", DirectorySource(path=PurePosixPath("folder"), editable=True)),
        ("a @ file:///srv/a", DirectorySource(path=PurePosixPath("/srv/a"), editable=True)),
        ("git://x.org/a@v1#egg=a", Repository(url="git://x.org/a", reference="v1")),
        ("a @ git+https://x.org/a", Repository(url="https://x.org/a")),
    ],
)
def test_editable(line: str, place: Place) -> None:
    assert editable(line).place == place
