from pathlib import Path, PurePosixPath

import pytest

from lock2nix import nixgen
from lock2nix.planner import plan
from lock2nix.schemas.lock import Lock, Selectable
from tests.nix_runner import Nix
from tests.planner.locks import lock, name, package
from tests.prelude.plans import TARGETS
from tests.prelude.theme import Theme

OLD, NEW = '"old" in extras', '"new" in extras'
LEGACY = '"legacy" in dependency_groups'
NEITHER = '"old" not in extras and "legacy" not in dependency_groups'


def exclusive(*labels: str) -> tuple[Selectable, ...]:
    words = [label.split() for label in labels]
    return tuple(Selectable(kind="extra" if kind == "extra" else "group", name=name(word)) for kind, word in words)


def demo() -> Lock:
    """One package that others need, at three versions: by the extra `old`, by the group `legacy`, and else."""
    found = lock(
        package("app", needs=[f"core===3 ; {NEITHER}", f"core===2 ; {OLD}", f"core===1 ; {LEGACY}"]),
        package("core", "3"),
        package("core", "2", needs=["shim"]),
        package("core", "1"),
        package("shim"),
        package("plain"),
        main=["app"],
        optional_groups={"legacy": [f"core===1 ; {LEGACY}"], "docs": ["plain"]},
        extras={
            "old": [f"core===2 ; {OLD}"],
            "new": [f"core===3 ; {NEW}", f'plain ; python_version < "3.12" and {NEW}'],
            "fog": ["plain"],
        },
    )
    return found.model_copy(update={"conflicts": (exclusive("extra old", "extra new", "group legacy"),)})


def overlay() -> str:
    """Return the text that a lock becomes."""
    header = nixgen.Header(source="uv.lock", command="lock2nix uv uv.lock", inputs={})
    return nixgen.write(plan(demo(), TARGETS, name="demo", were_asked=True), header, root=PurePosixPath())


@pytest.fixture
def theme(nix: Nix, tmp_path: Path) -> Theme:
    path = tmp_path / "demo.nix"
    path.write_text(overlay(), encoding="utf-8")
    return Theme(nix, "forks.nix", {"demo": path})


def test_each_fork_is_a_set_of_its_own(theme: Theme) -> None:
    theme.assert_holds()


def test_what_excludes_each_other_is_refused_by_name(theme: Theme) -> None:
    theme.assert_refuses()


def test_only_what_differs_asks_for_the_fork() -> None:
    text = overlay()
    contents = text[text.index("      packages = {") :]
    assert contents.count("fork") == 2
    assert 'if builtins.elem fork [ "" "extra new" ] then' in contents
    assert 'else if fork == "extra old" then' in contents
