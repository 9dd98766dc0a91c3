"""What is written of a lock as pylock.toml (PEP 751)."""

from pathlib import PurePosixPath

import pytest
import tomli
from packaging.specifiers import SpecifierSet

from lock2nix import exports
from lock2nix.errors import PlanError
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import UNKNOWN_VERSION, Lock, Package
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, UrlSource
from tests.planner.locks import SDIST, artifact, lock, package

HERE = PurePosixPath()
DIGEST = Hash(algorithm="sha256", digest="0" * 64)


def export(found: Lock, root: str = ".") -> dict[str, object]:
    return tomli.loads(exports.pylock(found, root=PurePosixPath(root)))


def exported(found: Package, root: str = ".") -> dict[str, object]:
    """Return the one package of an export."""
    (only,) = _packages(export(lock(found, main=[found.name]), root))
    return only


def _packages(content: dict[str, object]) -> list[dict[str, object]]:
    packages = content["packages"]
    assert isinstance(packages, list)
    return packages


def markers(found: Lock) -> dict[str, str | None]:
    return {str(p["name"]): p.get("marker") for p in _packages(export(found))}  # type: ignore[misc]


def test_whole_file_as_it_is_laid_out() -> None:
    found = lock(
        package("b", needs=["a ; python_version < '3.12'"], files=["cp312-cp312-win_amd64", SDIST]),
        package("a", requires_python=">=3.9"),
        main=["b ; sys_platform == 'linux'"],
    ).model_copy(update={"requires_python": (SpecifierSet(">=3.10"),)})
    a, wheel, sdist = (artifact(name) for name in _FILES)
    assert exports.pylock(found, root=HERE) == _EXPECTED.format(
        a=a.hashes[0].digest, wheel=wheel.hashes[0].digest, sdist=sdist.hashes[0].digest
    )


_FILES = ("a-1.0-py3-none-any.whl", "b-1.0-cp312-cp312-win_amd64.whl", "b-1.0.tar.gz")
_EXPECTED = """\
lock-version = "1.0"
requires-python = ">=3.10"
created-by = "lock2nix"

[[packages]]
name = "a"
version = "1.0"
marker = 'sys_platform == "linux" and python_version < "3.12"'
requires-python = ">=3.9"
wheels = [
    {{ url = "https://files.example.org/a-1.0-py3-none-any.whl", hashes = {{ sha256 = "{a}" }} }},
]

[[packages]]
name = "b"
version = "1.0"
marker = 'sys_platform == "linux"'
dependencies = [{{ name = "a" }}]
sdist = {{ url = "https://files.example.org/b-1.0.tar.gz", hashes = {{ sha256 = "{sdist}" }} }}
wheels = [
    {{ url = "https://files.example.org/b-1.0-cp312-cp312-win_amd64.whl", hashes = {{ sha256 = "{wheel}" }} }},
]
"""


def test_empty_lock() -> None:
    assert export(lock()) == {"lock-version": "1.0", "created-by": "lock2nix", "packages": []}


def test_groups_and_extras_are_asked_for_by_name() -> None:
    found = lock(
        *(package(name) for name in "abcde"),
        main=["a", "b"],
        groups={"dev": ["a", "c"]},
        optional_groups={"docs": ["a", "d ; sys_platform == 'win32'"]},
        extras={"more": ["e", "c"], "again": ["e"]},
    )
    content = export(found)
    assert content["extras"] == ["again", "more"]
    assert content["dependency-groups"] == ["dev", "docs"]
    assert content["default-groups"] == ["dev", "main"]
    assert markers(found) == {
        "a": None,
        "b": '"main" in dependency_groups',
        "c": '"dev" in dependency_groups or "more" in extras',
        "d": '"docs" in dependency_groups and sys_platform == "win32"',
        "e": '"again" in extras or "more" in extras',
    }


def test_without_other_groups_nothing_asks_for_the_main_one() -> None:
    found = lock(package("a"), package("b"), main=["a"], extras={"more": ["b"]})
    content = export(found)
    assert not {"dependency-groups", "default-groups"} & set(content)
    assert markers(found) == {"a": None, "b": '"more" in extras'}


def test_versions_exclude_each_other_even_where_only_edges_tell_them_apart() -> None:
    found = lock(
        package("lib", "1.0"),
        package("lib", "2.0"),
        package("user", needs=["lib"]),
        main=["user", "lib<2 ; python_version < '3.12'", "lib>=2 ; python_version >= '3.12'"],
    )
    rows = [(p["name"], p["version"], p.get("marker")) for p in _packages(export(found))]
    assert rows == [
        ("lib", "1.0", 'python_version < "3.12"'),
        ("lib", "2.0", 'python_version >= "3.12"'),
        ("user", "1.0", None),
    ]
    assert _packages(export(found))[2]["dependencies"] == [
        {"name": "lib", "version": "1.0"},
        {"name": "lib", "version": "2.0"},
    ]


def test_what_is_installed_nowhere_is_left_out() -> None:
    assert markers(lock(package("a"), package("b", marker="python_version < '3'"), main=["a", "b"])) == {"a": None}


def test_pythons_with_gaps_become_environments() -> None:
    found = lock(package("a"), main=["a"])
    found = found.model_copy(update={"requires_python": (SpecifierSet("<3.10"), SpecifierSet(">=3.12"))})
    content = export(found)
    assert "requires-python" not in content
    assert content["environments"] == ['python_version < "3.10" or python_version >= "3.12"']


def test_lock_that_lacks_packages_of_a_system_is_for_the_others() -> None:
    found = lock(package("a", needs=["colorama ; sys_platform == 'win32'"]), main=["a"])
    content = export(found)
    assert content["environments"] == ['sys_platform != "win32"']
    with pytest.raises(PlanError, match=r"packages are needed that the lock does not have:\n  x, wanted by a 1\.0"):
        export(lock(package("a", needs=["x"]), main=["a"]))


def test_closed_lock_that_contradicts_itself_is_refused() -> None:
    found = lock(package("a", "1"), package("a", "2"), main=["a===1"], extras={"new": ["a===2"]})
    with pytest.raises(PlanError, match="several versions of a package for one environment:\n  a 2, 1"):
        export(found.model_copy(update={"closed": True}))


def test_index_is_named_where_the_lock_does() -> None:
    assert "index" not in exported(package("a"))
    source = IndexSource(url="https://x.org/simple", name="x")
    assert exported(package("a", source=source))["index"] == "https://x.org/simple"
    assert "index" not in exported(package("a", source=IndexSource(url="https://${HOST}/simple")))


def test_files_have_names_where_their_addresses_end_otherwise() -> None:
    found = package("a", files=[]).model_copy(
        update={
            "artifacts": (
                Artifact(filename="a-1.0.zip", url="https://x.org/a-1.0.zip", hashes=(DIGEST,)),
                Artifact(filename="a-1.0.tar.gz", url="https://x.org/get?file=1", hashes=(DIGEST,)),
                Artifact(filename="a-1.0.tar.bz2", url="https://x.org/a-1.0.tar.bz2", hashes=(DIGEST,)),
                Artifact(
                    filename="a-1.0-py3-none-any.whl", url="https://x.org/a-1.0-py3-none-any%2Ewhl", hashes=(DIGEST,)
                ),
                Artifact(filename="b-1.0-py3-none-any.whl", url="https://x.org/b.whl", hashes=(DIGEST,)),
            )
        }
    )
    hashes = {"sha256": "0" * 64}
    content = exported(found)
    assert content["sdist"] == {"name": "a-1.0.tar.gz", "url": "https://x.org/get?file=1", "hashes": hashes}
    assert content["wheels"] == [{"url": "https://x.org/a-1.0-py3-none-any%2Ewhl", "hashes": hashes}]


def test_only_admitted_kinds_of_files_are_written() -> None:
    content = exported(package("a", files=[SDIST, "py3-none-any"]).model_copy(update={"kinds": frozenset({"sdist"})}))
    assert "wheels" not in content
    assert "sdist" in content


@pytest.mark.parametrize(
    ("source", "key", "expected"),
    [
        (
            GitSource(url="https://x.org/a", revision="a" * 40, reference="main", subdirectory=PurePosixPath("b")),
            "vcs",
            {
                "type": "git",
                "url": "https://x.org/a",
                "requested-revision": "main",
                "commit-id": "a" * 40,
                "subdirectory": "b",
            },
        ),
        (
            DirectorySource(path=PurePosixPath("../a"), editable=True),
            "directory",
            {"path": "../../a", "editable": True},
        ),
        (DirectorySource(path=PurePosixPath("/a")), "directory", {"path": "/a"}),
        (
            UrlSource(url="https://x.org/a.zip"),
            "archive",
            {"url": "https://x.org/a.zip", "hashes": {"sha256": "0" * 64}},
        ),
        (FileSource(path=PurePosixPath("a.zip")), "archive", {"path": "../a.zip", "hashes": {"sha256": "0" * 64}}),
    ],
)
def test_sources_of_all_kinds(source: IndexSource, key: str, expected: object) -> None:
    found = package("a", source=source).model_copy(
        update={"artifacts": (Artifact(filename="a.zip", hashes=(DIGEST,)),)}
    )
    content = exported(found, root="..")
    assert content[key] == expected
    # What a tree's version is may change with the tree.
    assert ("version" in content) == (key != "directory")


def test_version_that_no_lock_knows_is_not_written() -> None:
    source = GitSource(url="https://x.org/a", revision="a" * 40)
    assert "version" not in exported(package("a", str(UNKNOWN_VERSION), source=source))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"artifacts": ()}, "the lock has no wheel or sdist of it that a pylock.toml can name"),
        (
            {"artifacts": (Artifact(filename="a-1.0.tar.gz", hashes=(DIGEST,)),)},
            "the address of a-1.0.tar.gz is not known",
        ),
        (
            {"artifacts": (Artifact(filename="a-1.0.tar.gz", url="https://x.org/a-1.0.tar.gz"),)},
            "the hash of a-1.0.tar.gz is not known",
        ),
        ({"source": UrlSource(url="https://x.org/a.zip"), "artifacts": ()}, "its hash is not known"),
    ],
)
def test_what_cannot_be_said_is_refused(change: dict[str, object], message: str) -> None:
    found = package("a").model_copy(update=change)
    with pytest.raises(PlanError) as caught:
        exports.pylock(lock(found, main=["a"]), root=HERE)
    assert str(caught.value) == f"a 1.0 cannot be exported: {message}"


def test_names_that_the_format_does_not_allow_are_refused() -> None:
    with pytest.raises(PlanError, match=r"the lock cannot be said as a pylock\.toml: Name 'a b' is not normalized"):
        export(lock(package("a"), main=["a"], extras={"a b": ["a"]}))
