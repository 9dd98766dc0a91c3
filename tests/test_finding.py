from pathlib import Path

import pytest

from lock2nix.errors import UsageError
from lock2nix.finding import only_lock


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (["poetry.lock", "pyproject.toml", "README.md"], "poetry.lock"),
        (["requirements.txt"], "requirements.txt"),
        (["requirements.txt", "uv.lock"], "uv.lock"),
        (["requirements.txt", "pylock.requirements.toml"], "requirements.txt"),
        (["pylock.dev.toml"], "pylock.dev.toml"),
        (["Pipfile", "Pipfile.lock", "requirements.txt"], "Pipfile.lock"),
    ],
)
def test_the_one_lock_of_a_folder(tmp_path: Path, there: list[str], found: str) -> None:
    for name in there:
        (tmp_path / name).touch()
    assert only_lock(tmp_path) == tmp_path / found


@pytest.mark.parametrize(
    "there", [[], ["pyproject.toml"], ["poetry.lock", "uv.lock"], ["pylock.toml", "pylock.dev.toml"]]
)
def test_none_or_several(tmp_path: Path, there: list[str]) -> None:
    for name in there:
        (tmp_path / name).touch()
    with pytest.raises(UsageError):
        only_lock(tmp_path)
