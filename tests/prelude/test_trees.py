from collections.abc import Callable
from pathlib import Path

import pytest

from lock2nix.schemas.lock import BuildSystem
from tests.nix_runner import Nix
from tests.prelude import plans
from tests.prelude.theme import Theme

PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "ferry"
version = "1"
readme = "README.md"
license = { file = "LICENSE" }
"""
HATCHLING = BuildSystem(requires=("hatchling",), backend="hatchling.build")


@pytest.fixture
def theme(nix: Nix, tmp_path: Path) -> Theme:
    def lock(name: str, edit: Callable[[Path], object]) -> Path:
        folder = tmp_path / name / "ferry"
        (folder / "ferry").mkdir(parents=True)
        (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
        (folder / "ferry" / "__init__.py").write_text("STOPS = 3\n", encoding="utf-8")
        for prose in ("README.md", "LICENSE", "CHANGES.rst"):
            (folder / prose).write_text("as it was\n", encoding="utf-8")
        edit(folder)
        return plans.overlay(tmp_path / name, plans.tree("ferry", "1", "ferry", HATCHLING))

    def leave_debris(folder: Path) -> None:
        (folder / "result").symlink_to("/nix/store")
        (folder / ".venv").mkdir()
        (folder / "ferry" / "__pycache__").mkdir()
        (folder / "ferry" / "__pycache__" / "ferry.pyc").write_bytes(b"compiled")
        (folder / "shell.nix").write_text("{ }", encoding="utf-8")

    def edit_prose(folder: Path) -> None:
        for prose in ("README.md", "LICENSE", "CHANGES.rst"):
            (folder / prose).write_text("as it is now\n", encoding="utf-8")

    overlays = {
        "before": lock("before", lambda _: None),
        "prose": lock("prose", edit_prose),
        "code": lock("code", lambda folder: (folder / "ferry" / "__init__.py").write_text("STOPS = 4\n")),
        "debris": lock("debris", leave_debris),
    }
    return Theme(nix, "trees.nix", overlays)


def test_what_of_a_directory_counts(theme: Theme) -> None:
    theme.assert_holds()


@pytest.mark.slow
def test_directories_are_built_without_their_prose(theme: Theme) -> None:
    theme.assert_builds()
