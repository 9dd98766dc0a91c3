"""Folders: what their files say of the project in them, where they are, and the project itself."""

from pathlib import PurePosixPath

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from lock2nix.errors import InputError
from lock2nix.schemas.lock import UNKNOWN_VERSION, Project
from lock2nix.schemas.source import DirectorySource

from .requirements_read import locked, package

PYPROJECT = """
[project]
name = "My.Lib"
version = "1.2"
requires-python = ">=3.9"
dependencies = ["idna>=3", "tomli ; python_version < '3.11'"]
[project.optional-dependencies]
fast = ["ujson==5 ; os_name == 'posix'"]
[project.scripts]
tool = "my.lib:main"
"""
POETRY = """
[tool.poetry]
name = "lib"
version = "0.3"
[tool.poetry.dependencies]
python = "^3.9"
idna = "^3"
"""


def test_folder_with_a_pyproject() -> None:
    found = locked("./lib[fast]\nidna==3.7", {"lib/pyproject.toml": PYPROJECT}).packages[0]
    assert (found.name, found.pname, found.version) == ("my-lib", "My.Lib", Version("1.2"))
    assert found.source == DirectorySource(path=PurePosixPath("lib"))
    assert found.requires_python == (SpecifierSet(">=3.9"),)
    assert [d.name for d in found.dependencies or ()] == ["idna", "tomli"]
    assert [d.name for d in found.extras["fast"]] == ["ujson"]  # type: ignore[index]


def test_folder_of_poetry() -> None:
    found = locked("-e ./lib\nidna==3.7", {"lib/pyproject.toml": POETRY}).packages[0]
    assert (found.name, found.version) == ("lib", Version("0.3"))
    assert found.source == DirectorySource(path=PurePosixPath("lib"), editable=True)
    assert [d.name for d in found.dependencies or ()] == ["idna"]


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"setup.cfg": "[metadata]\nname = lib\nversion = 1.0\n"}, "1.0"),
        ({"setup.cfg": "[metadata]\nname = lib\nversion = attr: lib.__version__\n"}, "0"),
        ({"setup.py": "import setuptools\nV = '1'\nsetuptools.setup(version=V, name='lib')"}, "0"),
        ({"setup.py": "from setuptools import setup\nsetup(name='lib', version='2.0', x='\\d')"}, "2.0"),
        ({"pyproject.toml": "[build-system]\nrequires = []", "setup.py": "setup(name='lib')"}, "0"),
        ({"setup.cfg": "[metadata]\nname = lib", "setup.py": "setup(name='other', version='3.0')"}, "3.0"),
        ({"pyproject.toml": "[project]\nname = 'lib'\ndynamic = ['version', 'dependencies']"}, "0"),
        ({"setup.cfg": "broken", "setup.py": "setup(name='lib')"}, "0"),
    ],
)
def test_folder_with_other_files(files: dict[str, str], version: str) -> None:
    found = package("./lib", {f"lib/{name}": text for name, text in files.items()})
    assert (found.name, found.version, found.dependencies) == ("lib", Version(version), None)
    assert (found.version == UNKNOWN_VERSION) == (version == "0")


def test_line_may_say_the_name_itself() -> None:
    found = package("Lib @ file:./lib", {"lib/setup.py": "import os\nsetup(name=os.environ['X'])"})
    assert (found.pname, found.version) == ("Lib", UNKNOWN_VERSION)
    assert package("-e file:./lib#egg=lib&subdirectory=inner").source == DirectorySource(
        path=PurePosixPath("lib"), editable=True, subdirectory=PurePosixPath("inner")
    )


@pytest.mark.parametrize("found_in", ["lib", "../lib", "../../lib"])
def test_folder_is_looked_for_above_as_pip_is_called_there(found_in: str) -> None:
    files = {f"{found_in}/setup.py": "setup(name='lib')", "../../../lib/setup.py": "setup(name='far')"}
    assert package("-e lib", files).source == DirectorySource(path=PurePosixPath(found_in), editable=True)


def test_nearest_folder_counts() -> None:
    assert package("./lib", {"lib/setup.py": "setup(name='a')", "../lib/setup.py": "setup(name='b')"}).name == "a"


def test_broken_pyproject_is_refused_in_its_place() -> None:
    with pytest.raises(InputError, match=r"^lib/pyproject\.toml:1:1: not TOML"):
        locked("./lib", {"lib/pyproject.toml": "="})


# The project itself


def test_project_in_place_is_no_package() -> None:
    lock = locked("-e .[fast]\nidna==3.7\nujson==5", {"pyproject.toml": PYPROJECT})
    assert lock.name == "my-lib"
    assert lock.requires_python == (SpecifierSet(">=3.9"),)
    assert [p.name for p in lock.packages] == ["idna", "ujson"]
    assert [(d.name, d.versions == ()) for d in lock.groups[0].dependencies] == [
        ("idna", False),
        ("tomli", True),
        ("ujson", False),
        ("idna", False),
        ("ujson", False),
    ]
    assert lock.project == Project(
        version="1.2", import_roots=(PurePosixPath("src"), PurePosixPath()), scripts={"tool": "my.lib:main"}
    )


def test_project_above_the_file() -> None:
    lock = locked("-e .", {"../setup.py": "setup(name='app')"})
    assert (lock.name, lock.packages) == ("app", ())
    assert lock.project == Project(import_roots=(PurePosixPath("../src"), PurePosixPath("..")))
    assert [(n.kind, n.message) for n in lock.notices] == [
        ("missing-data", "requirements.txt:1: what the project depends on is known to its build only; the lines count")
    ]


def test_project_that_is_not_in_place_is_a_package() -> None:
    lock = locked(".", {"setup.py": "setup(name='app')"})
    assert [p.source for p in lock.packages] == [DirectorySource(path=PurePosixPath())]
    assert (lock.name, lock.project) == (None, None)
