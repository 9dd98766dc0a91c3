"""The packages of a uv.lock: sources, files, edges, and source trees that nobody installs."""

from pathlib import PurePosixPath

import pytest

from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, UrlSource

from .uv_locks import PYPI, ZEROS, package, project, read, roots

COMMIT = "a" * 40
HASH = f'hash = "sha256:{ZEROS}"'


def only(lock: Lock) -> Package:
    (found,) = lock.packages
    return found


def test_files_of_an_index_come_with_address_and_hash() -> None:
    files = (
        f'sdist = {{ url = "https://x.org/a-1.0.tar.gz", {HASH}, size = 1, upload-time = "2024-01-01T00:00:00Z" }}\n'
        f'wheels = [{{ url = "https://x.org/a-1.0%2Bcpu-py3-none-any.whl", {HASH} }}, '
        '{ url = "https://x.org/a-1.0-py2-none-any.whl" }]'
    )
    found = only(read(package("a", files)))
    assert found.source == IndexSource()
    assert [(a.filename, a.url, len(a.hashes)) for a in found.artifacts] == [
        ("a-1.0.tar.gz", "https://x.org/a-1.0.tar.gz", 1),
        ("a-1.0+cpu-py3-none-any.whl", "https://x.org/a-1.0%2Bcpu-py3-none-any.whl", 1),
        ("a-1.0-py2-none-any.whl", "https://x.org/a-1.0-py2-none-any.whl", 0),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('registry = "https://x.org/simple/"', IndexSource(url="https://x.org/simple")),
        (
            f'git = "https://x.org/r.git?subdirectory=in%2Fside&rev=v1#{COMMIT}"',
            GitSource(
                url="https://x.org/r.git", revision=COMMIT, reference="v1", subdirectory=PurePosixPath("in/side")
            ),
        ),
        (
            f'git = "ssh://git@x.org/r?branch=main#{COMMIT}"',
            GitSource(url="ssh://git@x.org/r", revision=COMMIT, reference="main"),
        ),
        (
            'url = "https://x.org/a.zip", subdirectory = "in"',
            UrlSource(url="https://x.org/a.zip", subdirectory=PurePosixPath("in")),
        ),
        ('path = "../a-1.0.tar.gz"', FileSource(path=PurePosixPath("../a-1.0.tar.gz"))),
        ('directory = "libs/a"', DirectorySource(path=PurePosixPath("libs/a"))),
        ('editable = "libs/a"', DirectorySource(path=PurePosixPath("libs/a"), editable=True)),
    ],
)
def test_sources(source: str, expected: object) -> None:
    assert only(read(package("a", source=source))).source == expected


@pytest.mark.parametrize("hashed", [f"sdist = {{ {HASH} }}", f'wheels = [{{ filename = "a.whl", {HASH} }}]'])
def test_a_file_outside_of_indexes_is_hashed(hashed: str) -> None:
    for source in ('url = "https://x.org/a-1.0.tar.gz"', 'path = "a-1.0.tar.gz"'):
        (artifact,) = only(read(package("a", hashed, source=source))).artifacts
        assert (artifact.filename, len(artifact.hashes)) == ("a-1.0.tar.gz", 1)


def test_file_of_a_flat_index_on_disk() -> None:
    found = read(package("a", 'wheels = [{ path = "a-1.0-py3-none-any.whl" }]', source='registry = "../wheels"'))
    assert only(found).source == FileSource(path=PurePosixPath("../wheels/a-1.0-py3-none-any.whl"))


def test_files_of_a_flat_index_on_disk() -> None:
    sdist = f'sdist = {{ path = "a-1.0.tar.gz", hash = "sha256:{ZEROS}" }}\n'
    wheels = 'wheels = [{ path = "a-1.0-py3-none-any.whl" }, { path = "more/a-1.0-cp313-none-any.whl" }]'
    found = only(read(package("a", sdist + wheels, source='registry = "../wheels"')))
    assert found.source == IndexSource()
    assert [(file.filename, str(file.path), len(file.hashes)) for file in found.artifacts] == [
        ("a-1.0.tar.gz", "../wheels/a-1.0.tar.gz", 1),
        ("a-1.0-py3-none-any.whl", "../wheels/a-1.0-py3-none-any.whl", 0),
        ("a-1.0-cp313-none-any.whl", "../wheels/more/a-1.0-cp313-none-any.whl", 0),
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('svn = "x"', "source: this is none of the sources that lock2nix knows (registry, git, url, path, "),
        ('git = "https://x.org/r#main"', '"main" is not a full git revision'),
        (f'git = "https://x.org/r?path=a.whl#{COMMIT}"', "a file within a repository is not supported"),
        (f'git = "https://x.org/r?lfs=true#{COMMIT}"', "large file storage (lfs) is not supported"),
        ('url = "https://x.org/latest/"', "is not the name of a wheel or sdist"),
        ('registry = "https://x.org/simple?token=1"', "the address of an index has no query"),
    ],
)
def test_sources_that_cannot_be_had_are_refused(source: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(package("a", source=source))
    assert str(caught.value).startswith('uv.lock: package[0] "a":')
    assert message in str(caught.value)


def test_passwords_are_left_out_with_a_notice() -> None:
    lock = read(package("a", source='registry = "https://me:secret@x.org/simple"'), "")
    assert only(lock).source == IndexSource(url="https://x.org/simple")
    assert [(notice.kind, notice.subject) for notice in lock.notices] == [("left-out", "a")]


def test_absolute_paths_are_pointed_out() -> None:
    (notice,) = read(package("a", source='directory = "/opt/a"'), "").notices
    assert notice.message == "comes from the absolute path /opt/a, which exists on some machines only"
    wheels = 'wheels = [{ path = "a-1.0-py3-none-any.whl" }, { path = "a-1.0-cp313-none-any.whl" }]'
    (notice,) = read(package("a", wheels, source='registry = "/opt"'), "").notices
    assert notice.message.startswith("comes from the absolute path /opt/a-1.0-py3-none-any.whl, which")


def test_a_tree_without_version_has_a_stand_in() -> None:
    lock = read('[[package]]\nname = "a"\nsource = { directory = "a" }\n')
    assert str(only(lock).version) == "0"


def test_a_package_that_is_there_twice_is_refused() -> None:
    with pytest.raises(InputError, match=r'package\[1\] "a": "a" 1\.0 is in the file twice'):
        read(package("a") + package("a"))


def test_edges_have_marker_extras_and_version() -> None:
    more = (
        f'dependencies = [{{ name = "b", version = "2.0+cpu", source = {{ {PYPI} }}, extra = ["x"], '
        'marker = "os_name == \'nt\'" }, { name = "c" }]\n'
        '[package.optional-dependencies]\nfast = [{ name = "d" }]'
    )
    found = only(read(package("a", more)))
    first, second = found.dependencies or ()
    assert (str(first.name), *map(str, first.extras), str(first.marker)) == ("b", "x", 'os_name == "nt"')
    assert [str(pin) for pin in first.versions] == ["===2.0+cpu"]
    assert (second.name, second.versions, second.marker) == ("c", (), None)
    assert {extra: [d.name for d in wanted] for extra, wanted in found.extras.items()} == {"fast": ["d"]}


def test_markers_of_forks_say_where_a_version_is() -> None:
    lock = read(package("a", "resolution-markers = [\"os_name == 'nt'\", \"sys_platform == 'darwin'\"]") + package("b"))
    assert [str(p.marker or "") for p in lock.packages] == ['os_name == "nt" or sys_platform == "darwin"', ""]


def test_who_needs_a_virtual_tree_needs_what_it_needs() -> None:
    lock = read(
        project('dependencies = [{ name = "v", extra = ["x"], marker = "os_name == \'posix\'" }]')
        + package(
            "v",
            'dependencies = [{ name = "a", marker = "sys_platform == \'linux\'" }, { name = "v" }]\n'
            '[package.optional-dependencies]\nx = [{ name = "b" }]\ny = [{ name = "c" }]',
            source='virtual = "v"',
        )
        + package("a")
        + package("b")
    )
    assert [found.name for found in lock.packages] == ["a", "b"]
    assert roots(lock)["main"] == [
        'a; sys_platform == "linux" and os_name == "posix"',
        'b; os_name == "posix"',
    ]


def test_a_project_that_others_need_is_a_package_to_them() -> None:
    lock = read(
        '[manifest]\nmembers = ["app", "plugin"]\n'
        + project(
            'dependencies = [{ name = "a" }]\n[package.dev-dependencies]\ndev = [{ name = "app", extra = ["x"] }]\n'
            '[package.optional-dependencies]\nx = [{ name = "b" }]'
        )
        + package("plugin", 'dependencies = [{ name = "app" }]', source='editable = "plugin"')
        + package("a")
        + package("b")
    )
    assert [found.name for found in lock.packages] == ["app", "plugin", "a", "b"]
    assert roots(lock) == {"main": ["a"], "dev": ["a", "b"], "app": ["a"], "plugin": ["plugin"], "x": ["a", "b"]}
