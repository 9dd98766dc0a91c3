"""What is read from a pdm.lock as a whole: versions, strategies, the project and what stands for it."""

from pathlib import Path, PurePosixPath

import pytest

from lock2nix.converters import detect, pdm
from lock2nix.errors import InputError
from lock2nix.schemas.lock import UNKNOWN_VERSION, Lock, Package
from lock2nix.schemas.source import DirectorySource, SourceFile

from .pdm_locks import PROJECT, package, read, refusal, walked
from .uv_locks import roots

RELOCK = "\nhint: lock again with `pdm lock` of a PDM that lock2nix knows (lock_version 2 to 4.5)"


def named(lock: Lock, name: str) -> Package:
    (found,) = (package for package in lock.packages if package.name == name)
    return found


@pytest.mark.parametrize("version", ["2", "3", "3.1", "4.0", "4.1", "4.2", "4.3", "4.4", "4.4.2", "4.5.0", "4.5.1"])
def test_known_versions_are_read_without_a_word(version: str) -> None:
    lock = read(package("a"), version=version)
    assert [found.name for found in lock.packages] == ["a"]
    assert lock.notices == ()


def test_newer_version_is_read_with_a_notice() -> None:
    (notice,) = read(package("a"), version="4.6").notices
    assert (notice.kind, notice.subject, notice.message) == (
        "missing-data",
        "pdm.lock",
        "lock_version 4.6 is newer than lock2nix knows; read as 4.5.1",
    )


@pytest.mark.parametrize("version", ["1", "5", "5.0", "x", ""])
def test_other_versions_are_refused(version: str) -> None:
    assert refusal("", version=version) == (
        f'pdm.lock: metadata.lock_version: lock_version "{version}" is not supported{RELOCK}'
    )


@pytest.mark.parametrize("text", ["", "[metadata]\n", 'metadata = "x"\n', '[root]\nlock_version = "4.5"\n'])
def test_a_file_without_a_version_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        pdm.read(SourceFile(path=Path("pdm.lock"), content=text.encode()), {})
    message = "there is no lock_version in [metadata]: no pdm.lock, or one of a PDM before 1.0"
    assert str(caught.value) == f"pdm.lock: {message}{RELOCK}"


def test_a_number_is_no_version() -> None:
    with pytest.raises(InputError, match=r'metadata\.lock_version: lock_version "4\.5" is not supported'):
        pdm.read(SourceFile(path=Path("pdm.lock"), content=b"[metadata]\nlock_version = 4.5\n"), {})


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", False),
        ("cross_platform = true", False),
        ("cross_platform = false", True),
        ('strategy = ["cross_platform", "inherit_metadata"]', False),
        ('cross_platform = false\nstrategy = ["cross_platform"]', True),
        ('strategy = ["inherit_metadata"]', True),
        ("strategy = []", True),
        ('strategy = ["inherit_metadata"]\ntargets = [{ requires_python = ">=3.8" }]', False),
    ],
)
def test_a_lock_that_does_not_cross_platforms_is_for_one_environment(head: str, expected: object) -> None:
    assert read(package("a"), head=head).one_environment is expected


def test_a_lock_is_closed_where_every_package_says_its_groups() -> None:
    assert read(package("a") + package("b")).closed
    assert not read(walked("a") + package("b")).closed
    assert not read("").closed


def test_project_is_for_the_shell_and_gives_name_and_python() -> None:
    project = PROJECT + 'requires-python = ">=3.11"\nscripts = { app = "app:main" }\n[build-system]\nrequires = []\n'
    lock = read(package("a"), project)
    assert lock.name == "app"
    assert [str(specifiers) for specifiers in lock.requires_python] == [">=3.11"]
    assert lock.project is not None
    assert lock.project.scripts == {"app": "app:main"}
    assert lock.project.import_roots == (PurePosixPath("src"), PurePosixPath())


def test_a_project_that_is_not_distributed_is_nothing_to_install() -> None:
    assert read(package("a"), PROJECT + "[tool.pdm]\ndistribution = false\n").project is None


@pytest.mark.parametrize("project", [None, "", "[tool.black]\nline-length = 80\n"])
def test_a_lock_alone_says_what_it_lacks(project: str | None) -> None:
    lock = read(package("a", groups='["default", "x"]'), project)
    assert lock.name is None
    assert lock.project is None
    assert [(group.name, group.optional) for group in lock.groups] == [("main", False), ("x", True)]
    (notice,) = lock.notices
    assert (notice.kind, notice.subject) == ("no-project", "pdm.lock")


@pytest.mark.parametrize("groups", ['["default"]', None])
def test_excluded_packages_are_nobody_s(groups: str | None) -> None:
    project = PROJECT + (
        'dependencies = ["a", "Gone_by"]\n[project.optional-dependencies]\nx = ["gone-by", "c"]\n'
        '[tool.pdm.resolution]\nexcludes = ["gone.by"]\n'
    )
    lock = read(
        package("a", 'dependencies = ["b", "gone-by"]', groups=groups)
        + package("a", 'extras = ["more"]\ndependencies = ["a==1.0", "gone-by"]', groups=groups)
        + package("b", groups=groups)
        + package("gone-by", groups=groups),
        project,
    )
    assert [found.name for found in lock.packages] == ["a", "b"]
    assert [edge.name for edge in named(lock, "a").dependencies or ()] == ["b"]
    assert named(lock, "a").extras == {"more": ()}
    assert "gone-by" not in str(roots(lock))


def test_project_file_of_before_1_0_is_no_obstacle() -> None:
    project = (
        '[tool.pdm]\nname = "App"\npython_requires = ">=3.7"\n[tool.pdm.dependencies]\na = "*"\n'
        '[tool.pdm.dev-dependencies]\npytest = "*"\nb = { version = "*", marker = "x" }\n'
    )
    lock = read(walked("a", 'sections = ["default"]') + walked("b", 'sections = ["dev"]'), project, version="2")
    assert roots(lock) == {"main": ["a===1.0"], "dev": ["b===1.0"]}


def test_the_project_is_a_package_to_those_that_need_it() -> None:
    project = PROJECT + 'dependencies = ["plugin"]\n[project.optional-dependencies]\nx = ["b"]\n'
    lock = read(
        package("plugin", 'dependencies = ["app[x]"]')
        + package("b", groups='["x"]')
        + package("c", groups='["test"]')
        + package("late", 'dependencies = ["App"]', groups='["late"]'),
        project,
    )
    itself = named(lock, "app")
    assert (itself.pname, str(itself.version)) == ("App", "2")
    assert itself.source == DirectorySource(path=PurePosixPath())
    assert [edge.name for edge in itself.dependencies or ()] == ["plugin"]
    assert {extra: [edge.name for edge in edges] for extra, edges in itself.extras.items()} == {"x": ["b"]}
    assert roots(lock) == {
        "main": ["plugin===1.0", "app"],
        "x": ["b===1.0"],
        "test": ["c===1.0"],
        "late": ["late===1.0", "app"],
    }


def test_the_project_is_found_by_walking_too() -> None:
    lock = read(walked("plugin", 'dependencies = ["app"]'), '[project]\nname = "app"\ndependencies = ["plugin"]\n')
    assert named(lock, "app").version == UNKNOWN_VERSION
    assert roots(lock) == {"main": ["plugin"]}


def test_a_project_that_the_lock_has_is_there_once() -> None:
    lock = read(package("plugin", 'dependencies = ["app"]') + package("app", 'path = "."'))
    assert named(lock, "app").source == DirectorySource(path=PurePosixPath())
    assert roots(lock) == {"main": ["plugin===1.0", "app===1.0"]}


@pytest.mark.parametrize(
    "content",
    [
        b'[metadata]\nlock_version = "4.5.0"\n',
        b'[[package]]\nname = "a"\n\n[metadata]\ncontent_hash = "x"\nlock_version = "2"\n',
    ],
)
def test_content_is_recognised(content: bytes) -> None:
    assert pdm.recognises(content)
    assert detect(SourceFile(path=Path("py312.lock"), content=content)) is pdm.FORMAT


@pytest.mark.parametrize("content", [b'[metadata]\nlock-version = "2.1"\n', b'lock_version = "4.5.0"\n'])
def test_other_content_is_not(content: bytes) -> None:
    assert not pdm.recognises(content)
