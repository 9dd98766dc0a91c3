"""What is read from a uv.lock as a whole: versions and revisions, environments, the project."""

from pathlib import Path, PurePosixPath

import pytest

from lock2nix.converters import detect, uv
from lock2nix.errors import InputError
from lock2nix.schemas.source import SourceFile

from .uv_locks import package, project, read, roots

PROJECT = '[project]\nname = "App"\nversion = "2"\nscripts = { app = "app:main" }\n[build-system]\nrequires = []\n'


def test_python_and_environments_are_those_of_the_lock() -> None:
    lock = read("supported-markers = [\"sys_platform == 'linux'\", \"sys_platform == 'darwin'\"]\n" + project())
    assert [str(specifiers) for specifiers in lock.requires_python] == [">=3.11"]
    assert [str(marker) for marker in lock.environments] == ['sys_platform == "linux"', 'sys_platform == "darwin"']


def test_a_lock_for_every_environment_says_none() -> None:
    assert read("resolution-markers = [\"sys_platform == 'linux'\"]\n" + project()).environments == ()


def test_first_keys_of_the_format_are_read() -> None:
    lock = read(
        project('dependencies = [{ name = "a" }]\n[distribution.dependency-groups]\ntest = [{ name = "a" }]').replace(
            "[[package]]", "[[distribution]]"
        )
        + package("a").replace("[[package]]", "[[distribution]]")
    )
    assert [found.name for found in lock.packages] == ["a"]
    assert [group.name for group in lock.groups] == ["main", "test"]


@pytest.mark.parametrize("revision", ["", "revision = 1\n", "revision = 5\n"])
def test_known_revisions_are_read_without_a_word(revision: str) -> None:
    lock = read(revision + project(), PROJECT)
    assert lock.notices == ()


def test_newer_revision_is_read_with_a_notice() -> None:
    (notice,) = read("revision = 6\n" + project(), PROJECT).notices
    assert (notice.kind, notice.message) == (
        "missing-data",
        "revision 6 is newer than lock2nix knows; read as 5",
    )


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("version = 2\n", 'uv.lock: version: "2" is not supported: lock2nix knows version 1'),
        ('version = "1"\n', 'uv.lock: version: "1" is not supported: lock2nix knows version 1'),
        ("version = true\n", 'uv.lock: version: "True" is not supported: lock2nix knows version 1'),
        ("", "uv.lock: version: a file without a version is not supported: lock2nix knows version 1"),
    ],
)
def test_other_versions_are_refused(head: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read("", head=head)
    assert str(caught.value) == f"{message}\nhint: lock again with `uv lock` of a uv that writes version 1"


def test_project_is_for_the_shell_and_gives_the_name() -> None:
    lock = read(project('dependencies = [{ name = "a" }]') + package("a"), PROJECT)
    assert lock.name == "app"
    assert lock.project is not None
    assert lock.project.scripts == {"app": "app:main"}
    assert lock.project.import_roots == (PurePosixPath("src"), PurePosixPath())
    assert [found.name for found in lock.packages] == ["a"]


def test_virtual_project_is_nothing_to_install() -> None:
    assert read(project(source='virtual = "."'), PROJECT).project is None


def test_a_lock_alone_says_what_it_lacks() -> None:
    (notice,) = read(project()).notices
    assert (notice.kind, notice.subject) == ("no-project", "uv.lock")


def test_a_script_has_its_requirements_as_roots() -> None:
    lock = read('[manifest]\nrequirements = [{ name = "a", extras = ["x"], specifier = ">=1" }]\n' + package("a"))
    assert lock.name is None
    assert roots(lock) == {"main": ["a[x]"]}


@pytest.mark.parametrize(
    "content",
    [
        b'version = 1\nrequires-python = ">=3.8"\n',
        b'version = 1\nrevision = 3\nrequires-python = ">=3.8"\n[[package]]\nname = "a"\n',
    ],
)
def test_content_is_recognised(content: bytes) -> None:
    assert uv.recognises(content)


@pytest.mark.parametrize(
    "content",
    [
        b'version = 4\n\n[[package]]\nname = "a"\nrequires-python = "x"\n',  # Cargo.lock
        b'lock-version = "1.0"\nrequires-python = ">=3.8"\ncreated-by = "x"\n',
    ],
)
def test_other_content_is_not(content: bytes) -> None:
    assert not uv.recognises(content)


def test_script_locks_are_detected() -> None:
    source = SourceFile(path=Path("tool.py.lock"), content=b'version = 1\nrequires-python = ">=3.8"\n')
    assert detect(source) is uv.FORMAT
