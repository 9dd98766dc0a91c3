from pathlib import Path, PurePosixPath

import pytest

from lock2nix.schemas.lock import BuildSystem, CargoLock
from tests.nix_runner import Nix
from tests.prelude import plans
from tests.prelude.theme import Theme

CARGO_LOCK = "version = 3\n"
FROM_GIT = '[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "git+https://git.example.org/a#1"\n'


def building(requirement: str, cargo_lock: str | None = CARGO_LOCK, root: str = ".") -> BuildSystem:
    lock = None if cargo_lock is None else CargoLock(root=PurePosixPath(root), text=cargo_lock)
    return BuildSystem(requires=(requirement,), cargo_lock=lock)


@pytest.fixture
def theme(nix: Nix, tmp_path: Path) -> Theme:
    systems = {
        "cryptography": building("setuptools_rust>=1", root="native"),
        "fresh": building("maturin"),
        "nested": building("maturin"),
        "orjson": building("maturin"),
        "once": plans.SETUPTOOLS,
        "own": building("setuptools-rust", None),
        "pinned-by-git": building("maturin", FROM_GIT),
        "pydantic-core": building("maturin", None),
        "quiet": plans.SETUPTOOLS,
        "unlisted": building("setuptools-rust", None),
    }
    sdists = [plans.sdist(name, "99", build_system=system) for name, system in systems.items()]
    return Theme(nix, "rust.nix", {"rust": plans.overlay(tmp_path, *sdists, name="rust")})


def test_crates_and_hooks_are_the_sdists(theme: Theme) -> None:
    theme.assert_holds()


def test_what_cannot_be_built_is_one_sentence(theme: Theme) -> None:
    theme.assert_refuses()
