"""Locks that say which environments they are for."""

import pytest
from packaging.markers import Marker

from lock2nix.errors import PlanError
from lock2nix.planner import supported, targets

from .locks import on

LINUX, MACOS, WINDOWS = (Marker(f"sys_platform == '{name}'") for name in ("linux", "darwin", "win32"))


def test_lock_that_says_nothing_is_for_all() -> None:
    assert supported(targets.default(), (), were_asked=True) == targets.default()


def test_targets_of_other_environments_are_not_served() -> None:
    found = supported(on("cp312", "cp313"), (MACOS, WINDOWS), were_asked=False)
    assert found == on("cp312-aarch64-darwin", "cp313-aarch64-darwin")


def test_one_environment_is_enough() -> None:
    asked = on("cp312", "cp313")
    older, newer = Marker("python_version < '3.13'"), Marker("python_version >= '3.13' and sys_platform == 'linux'")
    assert supported(asked, (older, newer), were_asked=False) == tuple(
        target for target in asked if target.id != "cp313-aarch64-darwin"
    )


def test_target_that_was_asked_for_must_be_served() -> None:
    with pytest.raises(PlanError) as caught:
        supported(on("cp312-x86_64-linux", "cp312-aarch64-darwin"), (LINUX, WINDOWS), were_asked=True)
    assert str(caught.value) == (
        "the lock is not made for cp312-aarch64-darwin, but for these environments:\n"
        '  sys_platform == "linux"\n  sys_platform == "win32"\n'
        "hint: ask for other targets, or lock for these environments, too"
    )


def test_lock_for_windows_alone_serves_nothing() -> None:
    with pytest.raises(PlanError, match="the lock is not made for cp311, cp312"):
        supported(targets.default(), (WINDOWS,), were_asked=False)
