"""The packages of a pdm.lock: sources, files, edges, and tables that say what an extra adds."""

from pathlib import PurePosixPath

import pytest

from lock2nix.schemas.lock import UNKNOWN_VERSION, Dependency, Package
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, UrlSource

from .pdm_locks import ZEROS, only, package, read, refusal, walked

COMMIT = "a" * 40
HASH = f'hash = "sha256:{ZEROS}"'


def written(edges: tuple[Dependency, ...] | None) -> list[str]:
    return [
        edge.name
        + (f"[{','.join(sorted(edge.extras))}]" if edge.extras else "")
        + "||".join(map(str, edge.versions))
        + (f"; {edge.marker}" if edge.marker else "")
        for edge in edges or ()
    ]


def extras(found: Package) -> dict[str, list[str]]:
    return {extra: written(edges) for extra, edges in found.extras.items()}


def test_files_are_named_and_without_address() -> None:
    files = f'files = [{{ file = "a-1.0-py3-none-any.whl", {HASH} }}, {{ file = "a-1.0.tar.gz", {HASH} }}]'
    found = only(read(package("a", files)))
    assert found.source == IndexSource()
    assert [(a.filename, a.url, len(a.hashes)) for a in found.artifacts] == [
        ("a-1.0-py3-none-any.whl", None, 1),
        ("a-1.0.tar.gz", None, 1),
    ]


def test_static_urls_are_addresses_of_files() -> None:
    files = f'files = [{{ url = "https://x.org/a-1.0%2Bcpu-py3-none-any.whl", {HASH} }}]'
    (artifact,) = only(read(package("a", files), head='strategy = ["static_urls"]')).artifacts
    assert (artifact.filename, artifact.url) == (
        "a-1.0+cpu-py3-none-any.whl",
        "https://x.org/a-1.0%2Bcpu-py3-none-any.whl",
    )


@pytest.mark.parametrize("version", ["2", "3.1", "4.1"])
def test_files_of_older_versions_stand_in_the_metadata(version: str) -> None:
    files = f'[metadata.files]\n"A_b 1.0" = [{{ file = "A_b-1.0.tar.gz", {HASH} }}]\n"b 1.0" = []\n'
    found = only(read(files + package("A_b"), version=version))
    assert (found.name, found.pname) == ("a-b", "A_b")
    assert [artifact.filename for artifact in found.artifacts] == ["A_b-1.0.tar.gz"]


def test_hashes_of_one_file_are_joined() -> None:
    md5 = f'hash = "md5:{"1" * 32}"'
    files = f'files = [{{ file = "a-1.0.tar.gz", {md5} }}, {{ file = "a-1.0.tar.gz", {HASH} }}]'
    (artifact,) = only(read(package("a", files))).artifacts
    assert [found.algorithm for found in artifact.hashes] == ["md5", "sha256"]


@pytest.mark.parametrize("name", ["a-1.0-py2.7.egg", "a-1.0.win32-py2.7.exe", "a-1.0.rpm", "a-1.0.whl", "a-1.0.deb"])
def test_eggs_and_installers_are_left_out(name: str) -> None:
    files = f'files = [{{ file = "{name}", {HASH} }}, {{ file = "a-1.0.zip", {HASH} }}]'
    assert [artifact.filename for artifact in only(read(package("a", files))).artifacts] == ["a-1.0.zip"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            f'git = "https://x.org/r.git"\nref = "v1"\nrevision = "{COMMIT}"\nsubdirectory = "in/side"',
            GitSource(
                url="https://x.org/r.git", revision=COMMIT, reference="v1", subdirectory=PurePosixPath("in/side")
            ),
        ),
        (f'git = "git@x.org:r"\nrevision = "{COMMIT}"', GitSource(url="ssh://git@x.org/r", revision=COMMIT)),
        (
            f'git = "https://x.org/r"\nref = ""\nrevision = "{COMMIT.upper()}"\neditable = true',
            GitSource(url="https://x.org/r", revision=COMMIT),
        ),
        (
            'url = "https://x.org/a-1.0.zip"\nsubdirectory = "in"',
            UrlSource(url="https://x.org/a-1.0.zip", subdirectory=PurePosixPath("in")),
        ),
        ('path = "./libs/a"', DirectorySource(path=PurePosixPath("libs/a"))),
        ('path = "../a"\neditable = true', DirectorySource(path=PurePosixPath("../a"), editable=True)),
        ('path = "./a-1.0.tar.gz"', FileSource(path=PurePosixPath("a-1.0.tar.gz"))),
        ('url = "file:///${PROJECT_ROOT}/libs/a%20b"', DirectorySource(path=PurePosixPath("libs/a b"))),
        ('url = "file:///${PROJECT_ROOT}/../a"', DirectorySource(path=PurePosixPath("../a"))),
        ('url = "file:///${PROJECT_ROOT}/"', DirectorySource(path=PurePosixPath())),
        ('path = "${PROJECT_ROOT}/libs/a"', DirectorySource(path=PurePosixPath("libs/a"))),
        (
            'url = "file:///${PROJECT_ROOT}/a-1.0-py3-none-any.whl"',
            FileSource(path=PurePosixPath("a-1.0-py3-none-any.whl")),
        ),
        ('url = "file:///opt/a"', DirectorySource(path=PurePosixPath("/opt/a"))),
        # where both are written, the path is relative to the project, and the url to a machine
        ('path = "libs/a"\nurl = "file:///home/me/libs/a"', DirectorySource(path=PurePosixPath("libs/a"))),
    ],
)
def test_sources(source: str, expected: object) -> None:
    assert only(read(package("a", source))).source == expected


@pytest.mark.parametrize("place", ['url = "https://x.org/a-1.0.tar.gz"', 'path = "a-1.0.tar.gz"'])
def test_a_file_outside_of_indexes_is_hashed(place: str) -> None:
    files = f'files = [{{ file = "a-1.0.tar.gz", {HASH} }}]'
    (artifact,) = only(read(package("a", f"{place}\n{files}"))).artifacts
    assert (artifact.filename, len(artifact.hashes)) == ("a-1.0.tar.gz", 1)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('hg = "https://x.org/r"', "hg is not supported: lock2nix knows git"),
        ('svn = "https://x.org/r"', "svn is not supported: lock2nix knows git"),
        ('bzr = "https://x.org/r"', "bzr is not supported: lock2nix knows git"),
        ('git = "https://x.org/r"\nrevision = "main"', '"main" is not a full git revision'),
        (
            'git = "https://x.org/r"\neditable = true',
            "PDM does not lock the revision of an editable repository: lock it without `editable`",
        ),
        ('url = "https://x.org/latest/"', "is not the name of a wheel or sdist"),
        ('url = "ftp://x.org/a.zip"', "this is not a url that starts with"),
        ('path = "a"\nsubdirectory = "../b"', '"../b" leads out of the source tree'),
    ],
)
def test_sources_that_cannot_be_had_are_refused(source: str, message: str) -> None:
    found = refusal(package("a", source))
    assert found.startswith('pdm.lock: package[0] "a": ')
    assert message in found


@pytest.mark.parametrize(
    "source",
    [
        'url = "https://me:s3cret@x.org/a-1.0.zip"',
        f'git = "https://me:s3cret@x.org/a"\nrevision = "{COMMIT}"',
        f'files = [{{ url = "https://me:s3cret@x.org/a-1.0.zip", {HASH} }}]',
    ],
)
def test_credentials_are_left_out_with_a_notice(source: str) -> None:
    lock = read(package("a", source))
    assert "s3cret" not in repr(lock)
    assert [(notice.kind, notice.subject) for notice in lock.notices] == [("left-out", "a")]


def test_absolute_paths_are_pointed_out() -> None:
    (notice,) = read(package("a", 'path = "/opt/a"')).notices
    assert notice.message == "comes from the absolute path /opt/a, which exists on some machines only"


def test_a_tree_without_version_has_a_stand_in() -> None:
    assert only(read('[[package]]\nname = "a"\npath = "a"\ngroups = []\n')).version == UNKNOWN_VERSION


def test_what_a_package_requires() -> None:
    bounds = 'requires_python = ">=3.5.*,!=3.7.1||>=3.9"\nmarker = "os_name == \'nt\'"'
    found = only(read(package("a", f'{bounds}\ndependencies = ["B_c>=1"]')))
    assert [sorted(map(str, alternative)) for alternative in found.requires_python] == [["!=3.7.1", ">=3.5"], [">=3.9"]]
    assert str(found.marker) == 'os_name == "nt"'
    assert written(found.dependencies) == ["b-c>=1"]


def test_a_package_without_bounds_requires_nothing() -> None:
    found = only(read(package("a", 'requires_python = ""')))
    assert (found.requires_python, found.marker, found.dependencies) == ((), None, ())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("b", ["b"]),
        ("B[x,y]<2,>=1; os_name == 'nt'", ['b[x,y]<2,>=1; os_name == "nt"']),
        ("b @ https://x.org/b-1.0.zip", ["b"]),
        ("-e file:///${PROJECT_ROOT}/libs/b#egg=b", ["b"]),
        ("-e git+https://x.org/b.git@main#egg=b[x]&subdirectory=in", ["b[x]"]),
        ("-e git+https://x.org/b.git#subdirectory=in&egg=b ; os_name == 'nt'", ['b; os_name == "nt"']),
        ("b; extra == 'x'", []),
    ],
)
def test_dependencies(line: str, expected: list[str]) -> None:
    assert written(only(read(package("a", f'dependencies = ["{line}"]'))).dependencies) == expected


def test_dependencies_of_version_2_can_be_tables() -> None:
    text = walked(
        "a",
        'sections = ["default"]\n[package.dependencies]\nb = "*"\nC = "<2,>=1"\n'
        'd = { version = ">=1", extras = ["x"], marker = "os_name == \'nt\'" }\ne = { version = "*" }\nf = {}',
    )
    found = only(read(text, version="2"))
    assert written(found.dependencies) == ["b", "c<2,>=1", 'd[x]>=1; os_name == "nt"', "e", "f"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('["-e ../b"]', '"-e" is not a project name'),
        ("[1]", "this must be a string"),
        ("{ b = 1 }", "this must be a string"),
    ],
)
def test_what_is_no_dependency(line: str, message: str) -> None:
    found = refusal(package("a", f"dependencies = {line}"))
    assert found.startswith('pdm.lock: package[0] "a": dependencies')
    assert message in found


def test_a_table_with_an_extra_says_what_it_adds() -> None:
    lock = read(
        package("a", 'dependencies = ["b"]')
        + package("a", 'extras = ["Fast"]\ndependencies = ["a==1.0", "c; os_name == \'nt\'", "b"]')
    )
    found = only(lock)
    assert written(found.dependencies) == ["b"]
    assert extras(found) == {"fast": ['c; os_name == "nt"']}


def test_a_table_for_several_extras_speaks_for_those_without_one() -> None:
    found = only(
        read(
            package("a", 'extras = ["x", "y"]\ndependencies = ["a==1.0", "b", "c"]')
            + package("a", 'extras = ["x"]\ndependencies = ["a==1.0", "b"]')
            + package("a")
        )
    )
    assert extras(found) == {"x": ["b"], "y": ["b", "c"]}


def test_an_extra_can_ask_for_another_of_its_package() -> None:
    found = only(read(package("a") + package("a", 'extras = ["all"]\ndependencies = ["a==1.0", "a[x]==1.0"]')))
    assert extras(found) == {"all": ["a[x]==1.0"]}


def test_a_package_that_has_tables_for_its_extras_only() -> None:
    files = f'files = [{{ file = "a-1.0.tar.gz", {HASH} }}]'
    found = only(read(package("a", f'extras = ["x"]\ndependencies = ["a==1.0", "b"]\n{files}')))
    assert [artifact.filename for artifact in found.artifacts] == ["a-1.0.tar.gz"]
    assert written(found.dependencies) == ["b"]
    assert extras(found) == {"x": []}


def test_extras_belong_to_the_version_that_they_name() -> None:
    lock = read(
        package("a")
        + package("a", version="2.0")
        + package("a", 'extras = ["x"]\ndependencies = ["a==2.0", "b"]', version="2.0")
    )
    assert [(str(found.version), extras(found)) for found in lock.packages] == [("1.0", {}), ("2.0", {"x": ["b"]})]


def test_a_package_that_is_there_twice_is_refused() -> None:
    assert refusal(package("a") + package("a")) == 'pdm.lock: package[1] "a": "a" 1.0 is in the file twice'
