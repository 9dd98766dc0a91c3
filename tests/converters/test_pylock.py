"""What is read from a pylock.toml (PEP 751)."""

from pathlib import Path, PurePosixPath

import pytest

from lock2nix.converters import detect, pylock
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import (
    DirectorySource,
    FileSource,
    GitSource,
    IndexSource,
    SourceFile,
    UrlSource,
)

HASH = f'hashes = {{ sha256 = "{"0" * 64}" }}'
HEAD = 'lock-version = "1.0"\ncreated-by = "test"\n'
PROJECT = '[project]\nname = "Tide.Tables"\nversion = "2"\n[build-system]\nrequires = []\n'


def read(text: str, project: str | None = None, name: str = "pylock.toml") -> Lock:
    beside = SourceFile(path=Path("pyproject.toml"), content=(project or "").encode())
    source = SourceFile(path=Path(name), content=(HEAD + text).encode())
    return pylock.read(source, {} if project is None else {"pyproject.toml": beside})


def package(name: str, more: str = "", version: str = "1.0") -> str:
    files = f'sdist = {{ url = "https://x.org/{name}-{version}.tar.gz", {HASH} }}'
    return f'[[packages]]\nname = "{name}"\nversion = "{version}"\n{files}\n{more}\n'


def roots(lock: Lock) -> dict[str, list[tuple[str, str]]]:
    """Return the packages of each group and extra, with their conditions."""
    named = {group.name: group.dependencies for group in lock.groups} | dict(lock.extras)
    return {name: [(d.name, str(d.marker or "")) for d in dependencies] for name, dependencies in named.items()}


def test_every_package_is_a_root_where_its_marker_holds() -> None:
    lock = read(package("a") + package("b", "marker = \"sys_platform == 'linux'\""))
    assert roots(lock) == {"main": [("a", ""), ("b", 'sys_platform == "linux"')]}
    assert [str(p.marker or "") for p in lock.packages] == ["", 'sys_platform == "linux"']
    assert [group.optional for group in lock.groups] == [False]


def test_groups_and_extras_have_what_their_markers_admit() -> None:
    lock = read(
        'extras = ["fast"]\ndependency-groups = ["dev", "Docs"]\ndefault-groups = ["default"]\n'
        + package("a", "marker = \"'default' in dependency_groups\"")
        + package("b", "marker = \"'dev' in dependency_groups and os_name == 'posix'\"")
        + package("c", "marker = \"'fast' in extras or 'docs' in dependency_groups\"")
        + package("d")
        + package("e", "marker = \"'fast' not in extras\"")
    )
    everywhere = [("d", ""), ("e", "")]
    assert roots(lock) == {
        "main": [("a", ""), *everywhere],
        "dev": [("b", 'os_name == "posix"'), *everywhere],
        "docs": [("c", ""), *everywhere],
        "fast": [("c", "")],
    }
    assert {group.name: group.optional for group in lock.groups} == {"main": False, "dev": True, "docs": True}
    assert [str(p.marker or "") for p in lock.packages] == ["", 'os_name == "posix"', "", "", ""]


def test_several_default_groups_make_one() -> None:
    lock = read(
        'dependency-groups = ["test"]\ndefault-groups = ["project", "dev"]\n'
        + package("a", "marker = \"'project' in dependency_groups and os_name == 'nt'\"")
        + package("b", "marker = \"'dev' in dependency_groups or 'test' in dependency_groups\"")
    )
    assert roots(lock) == {"main": [("a", 'os_name == "nt"'), ("b", "")], "test": [("b", "")]}


def test_default_groups_that_are_declared_keep_their_names() -> None:
    lock = read(
        'dependency-groups = ["dev", "docs"]\ndefault-groups = ["dev", "main"]\n'
        + package("a", "marker = \"'main' in dependency_groups\"")
        + package("b", "marker = \"'dev' in dependency_groups\"")
    )
    assert roots(lock) == {"main": [("a", "")], "dev": [("b", "")], "docs": []}
    assert {group.name: group.optional for group in lock.groups} == {"main": False, "dev": False, "docs": True}


def test_first_default_group_is_main_where_all_are_declared() -> None:
    lock = read(
        'dependency-groups = ["default", "dev"]\ndefault-groups = ["default"]\nextras = ["fast"]\n'
        + package("a", "marker = \"'default' in dependency_groups\"")
        + package("b", "marker = \"'default' in dependency_groups or 'fast' in extras\"")
        + package("c", "marker = \"'fast' in extras\"")
    )
    assert roots(lock) == {"main": [("a", ""), ("b", "")], "dev": [], "fast": [("c", "")]}


def test_two_versions_are_told_apart_by_their_markers() -> None:
    lock = read(
        package("a", "marker = \"python_version < '3.12'\"")
        + package("a", "marker = \"python_version >= '3.12'\"", "2")
    )
    assert [(str(p.version), str(p.marker)) for p in lock.packages] == [
        ("1.0", 'python_version < "3.12"'),
        ("2", 'python_version >= "3.12"'),
    ]
    assert [[str(v) for v in d.versions] for d in lock.groups[0].dependencies] == [["===1.0"], ["===2"]]


def test_edges_are_unknown_where_no_package_has_any() -> None:
    assert [p.dependencies for p in read(package("a") + package("b")).packages] == [None, None]


def test_edges_are_read_where_some_package_has_them() -> None:
    lock = read(package("a", 'dependencies = [{ name = "B_b" }, { name = "c", version = "1.0" }]') + package("c"))
    edges = lock.packages[0].dependencies
    assert edges is not None
    assert [(d.name, [str(v) for v in d.versions]) for d in edges] == [("b-b", []), ("c", ["===1.0"])]
    assert lock.packages[1].dependencies == ()


def test_files_have_names_addresses_and_hashes() -> None:
    lock = read(
        f"""
        [[packages]]
        name = "a"
        index = "https://me:secret@x.org/simple/"
        requires-python = ">=3.8"
        sdist = {{ name = "a-1.0.tar.gz", url = "https://x.org/f?download=1", size = 3, {HASH} }}
        wheels = [
          {{ url = "https://x.org/a-1.0%2Bcpu-py3-none-any.whl", hashes = {{ md5 = "{"1" * 32}", blake2b = "2" }} }},
        ]
        """
    )
    found = lock.packages[0]
    assert [(a.filename, a.url) for a in found.artifacts] == [
        ("a-1.0.tar.gz", "https://x.org/f?download=1"),
        ("a-1.0+cpu-py3-none-any.whl", "https://x.org/a-1.0%2Bcpu-py3-none-any.whl"),
    ]
    assert [[h.algorithm for h in a.hashes] for a in found.artifacts] == [["sha256"], ["md5"]]
    assert found.source == IndexSource(url="https://x.org/simple")
    assert str(found.version) == "1.0"
    assert [str(s) for s in found.requires_python] == [">=3.8"]
    assert [notice.kind for notice in lock.notices] == ["left-out"]
    assert "secret" not in lock.model_dump_json()


def test_pypi_is_the_index_of_those_that_name_none() -> None:
    lock = read(package("a", 'index = "https://pypi.org/simple/"') + package("b"))
    assert [p.source for p in lock.packages] == [IndexSource(), IndexSource()]


def test_sources_of_all_kinds() -> None:
    lock = read(
        f"""
        [[packages]]
        name = "git"
        [packages.vcs]
        type = "git"
        url = "https://x.org/git.git"
        requested-revision = "main"
        commit-id = "{"a" * 40}"
        subdirectory = "b"
        [[packages]]
        name = "tree"
        directory = {{ path = "../tree", editable = true, subdirectory = "c" }}
        [[packages]]
        name = "zip"
        archive = {{ url = "https://x.org/zip-2.zip", subdirectory = "d", {HASH} }}
        [[packages]]
        name = "disk"
        archive = {{ path = "./disk.tar.gz", {HASH} }}
        [[packages]]
        name = "wheel"
        wheels = [{{ path = "/w/wheel-3-py3-none-any.whl", {HASH} }}]
        [[packages]]
        name = "pip"
        wheels = [{{ url = "file:///w/pip-4%2B1-py3-none-any.whl", {HASH} }}]
        [[packages]]
        name = "both"
        wheels = [{{ path = "w/both-5-py3-none-any.whl", url = "https://x.org/both-5-py3-none-any.whl", {HASH} }}]
        """
    )
    assert [p.source for p in lock.packages] == [
        GitSource(url="https://x.org/git.git", revision="a" * 40, reference="main", subdirectory=PurePosixPath("b")),
        DirectorySource(path=PurePosixPath("../tree"), editable=True, subdirectory=PurePosixPath("c")),
        UrlSource(url="https://x.org/zip-2.zip", subdirectory=PurePosixPath("d")),
        FileSource(path=PurePosixPath("disk.tar.gz")),
        FileSource(path=PurePosixPath("/w/wheel-3-py3-none-any.whl")),
        FileSource(path=PurePosixPath("/w/pip-4+1-py3-none-any.whl")),
        IndexSource(),
    ]
    assert [str(p.version) for p in lock.packages] == ["0", "0", "2", "0", "3", "4+1", "5"]
    assert [a.url for p in lock.packages for a in p.artifacts] == [
        "https://x.org/zip-2.zip",
        *(None, None, None),
        "https://x.org/both-5-py3-none-any.whl",
    ]
    assert [(n.kind, n.subject) for n in lock.notices] == [("choice", "wheel"), ("choice", "pip")]


def test_project_in_place_is_that_of_the_shell() -> None:
    here = '[[packages]]\nname = "tide-tables"\ndirectory = { path = ".", editable = true }\n'
    lock = read(here + package("a"), PROJECT)
    assert lock.name == "tide-tables"
    assert lock.project is not None
    assert [p.name for p in lock.packages] == ["a"]
    assert roots(lock) == {"main": [("a", "")]}


@pytest.mark.parametrize("project", [PROJECT, None])
def test_project_that_is_to_be_built_is_a_package(project: str | None) -> None:
    lock = read('[[packages]]\nname = "tide-tables"\ndirectory = { path = "." }\n' + package("a"), project)
    assert [p.name for p in lock.packages] == ["tide-tables", "a"]
    assert lock.project is None


def test_name_of_a_named_lock_is_its_own() -> None:
    assert read(package("a"), PROJECT, "pylock.Night_shift.toml").name == "night-shift"
    assert read(package("a"), name="pylock.toml").name is None


def test_lock_says_what_it_is_made_for() -> None:
    markers = "environments = [\"sys_platform == 'linux'\", \"python_version >= '3'\"]\n"
    lock = read(f'{markers}requires-python = ">=3.11"\n' + package("a"))
    assert [str(marker) for marker in lock.environments] == ['sys_platform == "linux"', 'python_version >= "3"']
    assert [str(specifiers) for specifiers in lock.requires_python] == [">=3.11"]
    assert lock.closed
    assert read(package("a")).environments == ()


def test_tool_tables_and_attestations_are_passed_over() -> None:
    more = 'attestation-identities = [{ kind = "x", y = 1 }]\n[packages.tool.uv]\nx = 1\n'
    assert read("[tool.x]\ny = 1\n" + package("a", more)).notices == ()


def test_newer_minor_version_is_read_with_a_notice(caplog: pytest.LogCaptureFixture) -> None:
    source = SourceFile(path=Path("pylock.toml"), content=b'lock-version = "1.7"\ncreated-by = "x"\npackages = []')
    assert [notice.kind for notice in pylock.read(source, {}).notices] == ["missing-data"]
    assert not caplog.records


@pytest.mark.parametrize("name", ["pylock.toml", "pylock.dev.toml", "elsewhere"])
def test_file_is_known_by_name_or_content(name: str) -> None:
    assert detect(SourceFile(path=Path(name), content=HEAD.encode())) is pylock.FORMAT


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "pylock.toml: packages: Missing required value"),
        ("packages = 1", "pylock.toml: packages: Unexpected type int (expected Sequence)"),
        (package("a").replace("0" * 64, "0"), 'packages[0] "a": sdist.hashes.sha256: "0" is not a sha256 digest of 64'),
        (package("a").replace("a-1.0", "b-1.0"), "packages[0] \"a\": sdist: Name in 'b-1.0.tar.gz' is not consistent"),
        (package("a") + package("b", 'marker = "os"'), 'packages[1] "b": marker: Expected a marker variable or quoted'),
        (package("a", "marker = \"extra == 'x'\""), 'packages[0] "a": marker: "extra == \\"x\\"" has no meaning in a'),
        (
            "environments = [\"'x' in extras\", \"extra == 'x'\"]\n" + package("a"),
            'environments[1]: "extra == \\"x\\"" has no meaning in a lock file (PEP 751)',
        ),
        (package("a", "marker = \"extras == 'x'\""), 'packages[0] "a": marker: "extras == \\"x\\"" has no meaning'),
        (
            '[[packages]]\nname = "a"\nvcs = { type = "hg", url = "https://x.org", commit-id = "1" }',
            'packages[0] "a": vcs.type: "hg" is not supported: lock2nix knows git',
        ),
        (
            '[[packages]]\nname = "a"\nvcs = { type = "git", url = "https://x.org", commit-id = "1" }',
            'packages[0] "a": vcs.commit-id: "1" is not a full git revision (40 or 64 hex digits)',
        ),
        (
            '[[packages]]\nname = "a"\nvcs = { type = "git", path = "../x", commit-id = "1" }',
            'packages[0] "a": vcs.path: a repository on disk is not supported: give its url',
        ),
        (package("a", "dependencies = [{ version = '1' }]"), 'packages[0] "a": dependencies[0]: a dependency needs'),
        (
            package("a").replace("sha256 =", "blake3 ="),
            'packages[0] "a": sdist.hashes: none of these is a hash algorithm that lock2nix knows',
        ),
    ],
)  # fmt: skip
def test_message_says_where_and_what(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value).startswith("pylock.toml: ")
    assert message in str(caught.value)


def test_files_on_disk_and_elsewhere_of_one_package() -> None:
    wheels = ", ".join(f'{{ path = "w/a-1.0-{tags}.whl", {HASH} }}' for tags in ("py3-none-any", "cp312-cp312-any"))
    (one,) = read(package("a", f"wheels = [{wheels}]")).packages
    assert one.source == IndexSource()
    assert [(a.filename, a.url, a.path) for a in one.artifacts] == [
        ("a-1.0.tar.gz", "https://x.org/a-1.0.tar.gz", None),
        ("a-1.0-py3-none-any.whl", None, PurePosixPath("w/a-1.0-py3-none-any.whl")),
        ("a-1.0-cp312-cp312-any.whl", None, PurePosixPath("w/a-1.0-cp312-cp312-any.whl")),
    ]


def test_other_major_version_is_refused() -> None:
    source = SourceFile(path=Path("pylock.toml"), content=b'lock-version = "2.0"\ncreated-by = "x"\npackages = []')
    with pytest.raises(InputError, match=r"^pylock\.toml: lock-version: pylock version 2\.0 is not supported\nhint: "):
        pylock.read(source, {})
