"""What is written of a lock as requirements.txt."""

from pathlib import Path, PurePosixPath

import pytest
from packaging.utils import NormalizedName

from lock2nix import exports
from lock2nix.errors import PlanError, UsageError
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import Lock, Selectable
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, Source, UrlSource
from tests.planner.locks import SDIST, artifact, lock, name, package

DIGEST = Hash(algorithm="sha256", digest="0" * 64)
HEAD = "# Written by lock2nix export.\n"


def export(found: Lock, *groups: str, extras: tuple[str, ...] = (), root: str = ".") -> str:
    chosen: frozenset[NormalizedName] = frozenset(map(name, groups))
    return exports.requirements(found, groups=chosen, extras=frozenset(map(name, extras)), root=PurePosixPath(root))


def pins(text: str) -> list[str]:
    return [line.removesuffix(" \\") for line in text.splitlines() if not line.startswith((" ", "#", "--"))]


def test_every_file_has_a_hash() -> None:
    digests = sorted(artifact(f).hashes[0].digest for f in ("a-1.0.tar.gz", "a-1.0-py3-none-any.whl"))
    text = export(lock(package("a", files=[SDIST, "py3-none-any"]), main=["a ; sys_platform == 'win32'"]))
    one, other = (f"    --hash=sha256:{digest}" for digest in digests)
    assert text == f'{HEAD}a==1.0 ; sys_platform == "win32" \\\n{one} \\\n{other}\n'
    assert exports.is_exported(text)


LOCK = lock(
    *(package(name) for name in "abcd"),
    main=["a"],
    groups={"dev": ["b"]},
    optional_groups={"docs": ["c"]},
    extras={"more": ["d", "c ; os_name == 'nt'"]},
)


@pytest.mark.parametrize(
    ("groups", "extras", "expected"),
    [
        ((), (), ["a==1.0", "b==1.0"]),
        (("docs",), (), ["c==1.0"]),
        (("main", "docs"), (), ["a==1.0", "c==1.0"]),
        (("main",), ("more",), ["a==1.0", 'c==1.0 ; sys_platform == "win32"', "d==1.0"]),
    ],
)
def test_groups_and_extras_are_chosen(groups: tuple[str, ...], extras: tuple[str, ...], expected: list[str]) -> None:
    assert pins(export(LOCK, *groups, extras=extras)) == expected


def test_unknown_groups_and_extras_are_refused() -> None:
    with pytest.raises(UsageError, match="the lock has no group nope, test\nhint: it has dev, docs, main"):
        export(LOCK, "test", "nope", "dev")
    with pytest.raises(UsageError, match="the lock has no extra nope\nhint: it has none"):
        export(lock(package("a"), main=["a"]), extras=("nope",))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            GitSource(url="https://x.org/a", revision="a" * 40, subdirectory=PurePosixPath("b")),
            f"a @ git+https://x.org/a@{'a' * 40}#subdirectory=b",
        ),
        (UrlSource(url="https://x.org/a.zip"), f"a @ https://x.org/a.zip \\\n    --hash=sha256:{'0' * 64}"),
        (FileSource(path=PurePosixPath("a.zip")), f"./lib/a.zip \\\n    --hash=sha256:{'0' * 64}"),
        (DirectorySource(path=PurePosixPath("a"), subdirectory=PurePosixPath("b")), "./lib/a/b"),
        (DirectorySource(path=PurePosixPath("../.."), editable=True), "-e ./.."),
    ],
)
def test_sources_of_all_kinds(source: Source, expected: str) -> None:
    found = package("a", source=source).model_copy(
        update={"artifacts": (Artifact(filename="a.zip", hashes=(DIGEST,)),)}
    )
    assert export(lock(found, main=["a"]), root="lib") == f"{HEAD}{expected}\n"


def test_what_has_a_condition_is_not_installed_in_place() -> None:
    found = package("a", source=DirectorySource(path=PurePosixPath("a"), editable=True))
    assert pins(export(lock(found, main=["a ; os_name == 'nt'"]))) == ['./a ; sys_platform == "win32"']


def test_indexes_of_the_lock_are_named() -> None:
    found = package("a", source=IndexSource(url="https://x.org/simple"))
    assert export(lock(found, main=["a"])).splitlines()[1] == "--extra-index-url https://x.org/simple"


@pytest.mark.parametrize("hashes", [(), (Hash(algorithm="md5", digest="0" * 32),)])
def test_files_without_a_strong_hash_are_refused(hashes: tuple[Hash, ...]) -> None:
    files = (Artifact(filename="a-1.0.tar.gz", url="https://x.org/a-1.0.tar.gz", hashes=hashes),)
    with pytest.raises(PlanError, match=r"a 1\.0 cannot be exported: a-1\.0\.tar\.gz has no hash that pip would take"):
        export(lock(package("a").model_copy(update={"artifacts": files}), main=["a"]))


def test_texts_of_others_are_not_taken_for_ours(tmp_path: Path) -> None:
    assert not exports.is_exported("a==1.0\n")
    assert not exports.is_exported('lock-version = "1.0"\ncreated-by = "uv"\n')
    assert not exports.is_exported(str(tmp_path))


def exclusive() -> Lock:
    found = lock(
        *(package("core", version) for version in "12"),
        main=['core===2 ; "old" not in extras and "museum" not in dependency_groups'],
        optional_groups={"museum": ['core===1 ; "museum" in dependency_groups']},
        extras={"old": ['core===1 ; "old" in extras']},
    )
    old, museum = Selectable(kind="extra", name=name("old")), Selectable(kind="group", name=name("museum"))
    return found.model_copy(update={"conflicts": ((old, museum),)})


def test_what_excludes_others_decides_about_versions() -> None:
    assert pins(export(exclusive())) == ["core==2"]
    assert pins(export(exclusive(), extras=("old",))) == ["core==1"]
    assert pins(export(exclusive(), "museum")) == ["core==1"]


def test_what_excludes_each_other_is_not_exported_together() -> None:
    with pytest.raises(UsageError) as caught:
        export(exclusive(), "museum", extras=("old",))
    assert str(caught.value) == "extra old and group museum exclude each other\nhint: ask for one of them"
    with pytest.raises(PlanError, match=r"exclude each other, which one pylock\.toml cannot say"):
        exports.pylock(exclusive(), root=PurePosixPath())
