from collections.abc import Callable
from pathlib import Path

import pytest

from lock2nix.converters import detect, poetry
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile

FIXTURES = Path(__file__).parents[2] / "fixtures" / "poetry"
ZEROS, ONES = "0" * 64, "1" * 64

NEWEST = f"""
    [[package]]
    name = "Foo.Bar"
    version = "1.0.0-beta1"
    description = "…"
    optional = false
    python-versions = "!=3.0.*,>=2.7 || ^3.9"
    groups = ["main", "dev"]
    markers = {{ main = "os_name == 'posix'", Dev = "python_version < '3.12'" }}
    files = [
        {{ file = "foo_bar-1.0b1-py3-none-any.whl", hash = "sha256:{ZEROS}" }},
        {{ file = "foo_bar-1.0b1.tar.gz", hash = "sha256:{ONES}" }},
        {{ file = "foo_bar-1.0b1-py2.7.egg", hash = "sha256:{ONES}" }},
    ]
    [package.dependencies]
    Baz = ">=1,<2 || >2"
    win = {{ version = "*", markers = "sys_platform == 'win32'" }}
    socks = {{ version = "*", optional = true, markers = "extra == \\"socks\\"" }}
    [package.extras]
    Socks = ["socks (>=1 || <0)"]
    nothing_here = ["elsewhere"]
    [metadata]
    lock-version = "2.1"
    python-versions = ">=3.9"
    content-hash = "made by hand"
"""


def test_newest_format(read: Callable[..., Lock]) -> None:
    lock = read(NEWEST)
    (package,) = lock.packages
    assert (package.name, package.pname, str(package.version)) == ("foo-bar", "Foo.Bar", "1.0.0b1")
    assert [(artifact.filename, artifact.hashes[0].digest, artifact.url) for artifact in package.artifacts] == [
        ("foo_bar-1.0b1-py3-none-any.whl", ZEROS, None),
        ("foo_bar-1.0b1.tar.gz", ONES, None),
    ]
    assert package.dependencies is not None
    assert [(edge.name, len(edge.versions), str(edge.marker)) for edge in package.dependencies] == [
        ("baz", 2, "None"),
        ("win", 0, 'sys_platform == "win32"'),
    ]
    assert {name: [edge.name for edge in edges] for name, edges in package.extras.items()} == {
        "socks": ["socks"],
        "nothing-here": [],
    }
    assert len(package.requires_python) == 2
    assert package.marker is None
    assert {name: str(marker) for name, marker in package.group_markers.items()} == {
        "main": 'os_name == "posix"',
        "dev": 'python_version < "3.12"',
    }
    assert [str(one) for one in lock.requires_python] == [">=3.9"]


def test_group_without_a_marker_has_the_package_everywhere(read: Callable[..., Lock]) -> None:
    table = 'groups = ["main", "dev"]\nmarkers = { dev = "os_name == \'nt\'" }'
    lock = read(f'[[package]]\nname = "a"\nversion = "1"\n{table}\n[metadata]\nlock-version = "2.1"')
    assert {name: str(marker) for name, marker in lock.packages[0].group_markers.items()} == {
        "main": 'python_version >= "0"',
        "dev": 'os_name == "nt"',
    }


def test_marker_for_all_groups_keeps_the_project_s_extras(read: Callable[..., Lock]) -> None:
    lock = read('[[package]]\nname = "a"\nversion = "1"\nmarkers = "extra == \'X\'"\n[metadata]\nlock-version = "2.1"')
    assert str(lock.packages[0].marker) == 'extra == "x"'


BY_NAME = f"""
    [[package]]
    name = "a"
    version = "1.0"
    category = "main"
    marker = "python_version < '3' or extra == 'other'"
    [[package]]
    name = "a"
    version = "2.0"
    marker = "python_version >= '3' and extra == 'other'"
    [[package]]
    name = "B_b"
    version = "1"
    [[package]]
    name = "c"
    version = "1"
    [metadata]
    lock-version = "1.0"
    [metadata.files]
    A = [
        {{ file = "a-1.0.zip", hash = "sha256:{ZEROS}" }},
        {{ file = "a-2.0-py3-none-any.whl", hash = "sha256:{ONES}" }},
        {{ file = "a-3.0.tar.gz", hash = "sha256:{ONES}" }},
    ]
    b-b = [{{ file = "b_b-1.0.tar.gz", hash = "md5:{ZEROS[:32]}" }}]
"""


def test_files_by_name_go_to_their_versions(read: Callable[..., Lock]) -> None:
    assert [[artifact.filename for artifact in package.artifacts] for package in read(BY_NAME).packages] == [
        ["a-1.0.zip"],
        ["a-2.0-py3-none-any.whl"],
        ["b_b-1.0.tar.gz"],
        [],
    ]


def test_old_marker_is_kept_but_for_extras_of_other_packages(read: Callable[..., Lock]) -> None:
    assert [str(package.marker) for package in read(BY_NAME).packages] == [
        "None",
        'python_version >= "3"',
        "None",
        "None",
    ]


def test_oldest_format_has_hashes_only(read: Callable[..., Lock]) -> None:
    metadata = f'[metadata]\ncontent-hash = "0"\n[metadata.hashes]\nA = ["{ZEROS}", "{ONES}"]'
    lock = read(f'[[package]]\nname = "a"\nversion = "1"\n{metadata}')
    (package,) = lock.packages
    assert package.artifacts == ()
    assert [entry.digest for entry in package.loose_hashes] == [ZEROS, ONES]


def _extras(read: Callable[..., Lock], tables: str) -> dict[str, list[str]]:
    lock = read(f'[[package]]\nname = "Own.Name"\nversion = "1"\n{tables}\n[metadata]\nlock-version = "2.1"')
    return {
        extra: [f"{edge.name}{sorted(edge.extras)}; {edge.marker}" for edge in edges]
        for extra, edges in lock.packages[0].extras.items()
    }


def test_extra_that_names_its_own_package_implies_other_extras(read: Callable[..., Lock]) -> None:
    assert _extras(
        read,
        """
        [package.dependencies]
        lz = { version = "*", optional = true, markers = "extra == 'complete'" }
        np = { version = "*", optional = true, markers = "extra == 'array'" }
        [package.extras]
        array = ["np (>=1)"]
        complete = ["own-name[array, Data_Frame] ; python_version < '3'", "own_name[more]", "lz", "np[array]"]
        """,
    ) == {
        "array": ["np[]; None"],
        "complete": ["own-name['array', 'data-frame', 'more']; None", "lz[]; None"],
    }


def test_extras_that_imply_each_other_or_nothing(read: Callable[..., Lock]) -> None:
    tables = """
        [package.extras]
        a = ["Own.Name[b]"]
        b = ["Own.Name[a]"]
        itself = ["Own.Name[itself]"]
        bare = ["Own.Name (>=1)", "Own.Name[]"]
    """
    assert _extras(read, tables) == {
        "a": ["own-name['b']; None"],
        "b": ["own-name['a']; None"],
        "itself": [],
        "bare": [],
    }


def test_project_beside_it(read: Callable[..., Lock]) -> None:
    lock = read(NEWEST, '[tool.poetry]\nname = "X_y"\n[tool.poetry.dependencies]\npython = "<3.13"\n"foo.bar" = "*"')
    assert lock.name == "x-y"
    assert [set(map(str, one)) for one in lock.requires_python] == [{">=3.9", "<3.13"}]
    assert [edge.name for edge in lock.groups[0].dependencies] == ["foo-bar"]
    assert lock.notices == ()


@pytest.mark.parametrize("version", ["3.0", "999.0", "0.9", "new"])
def test_other_major_versions_are_refused(read: Callable[..., Lock], version: str) -> None:
    with pytest.raises(InputError) as caught:
        read(f'package = 3\n[metadata]\nlock-version = "{version}"')
    assert str(caught.value) == (
        f'poetry.lock: metadata.lock-version: lock-version "{version}" is not supported\n'
        "hint: lock again with `poetry lock` of a Poetry that lock2nix knows (lock-version 1.0 to 2.1)"
    )


def test_newer_minor_version_is_a_notice(read: Callable[..., Lock]) -> None:
    notices = read('[metadata]\nlock-version = "2.7"').notices
    assert notices[0].message == "lock-version 2.7 is newer than lock2nix knows; read as 2.1"


def test_credentials_and_absolute_paths_are_noticed(read: Callable[..., Lock]) -> None:
    lock = read("""
        [[package]]
        name = "private"
        version = "1"
        source = { type = "legacy", url = "https://me:secret@x.org/simple", reference = "x" }
        [[package]]
        name = "local"
        version = "1"
        source = { type = "directory", url = "/home/me/local" }
        [metadata]
        lock-version = "2.0"
    """)
    assert "secret" not in lock.model_dump_json()
    assert [(notice.kind, notice.subject) for notice in lock.notices[:2]] == [
        ("left-out", "private"),
        ("choice", "local"),
    ]


def test_same_version_from_two_places_is_no_duplicate(read: Callable[..., Lock]) -> None:
    first = '[[package]]\nname = "a"\nversion = "1.0"\n'
    other = '[[package]]\nname = "A"\nversion = "1"\nsource = { type = "legacy", url = "https://x.org/simple" }\n'
    assert len(read(f"{first}{other}[metadata]\nlock-version = '2.0'").packages) == 2


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in FIXTURES.glob("*/poetry.lock")), ids=lambda folder: folder.name
)
def test_fixtures_are_read_whole(folder: Path) -> None:
    source = SourceFile(path=folder / "poetry.lock", content=(folder / "poetry.lock").read_bytes())
    companions = {
        path.name: SourceFile(path=path, content=path.read_bytes())
        for path in (folder / "pyproject.toml",)
        if path.exists()
    }
    assert detect(source) is poetry.FORMAT
    lock = poetry.read(source, companions)
    locked = {package.name for package in lock.packages}
    assert len(lock.packages) == source.content.count(b"[[package]]")
    assert all(edge.name in locked for group in lock.groups for edge in group.dependencies)
    assert (lock.project is None or lock.name is not None) == (lock.project is None or bool(companions))
