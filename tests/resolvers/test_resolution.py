"""What is not pinned is resolved once: real uv asks an index on loopback, and the result stands beside the input."""

from dataclasses import replace
from pathlib import Path

import pytest

from lock2nix.converters import requirements
from lock2nix.errors import InputError, OutputError, PlanError
from lock2nix.pipeline import Conversion, Converted, convert
from lock2nix.resolution import Resolution
from tests.indexes.server import Server
from tests.indexes.wheelhouse import Wheelhouse

RESULT = "pylock.requirements.toml"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")


@pytest.fixture
def house(server: Server) -> Wheelhouse:
    house = Wheelhouse(server)
    house.wheel("boat", "1.0", ["anchor>=1"])
    house.wheel("boat", "2.0", ["anchor>=1", "oar; extra == 'rowing'"])
    house.wheel("anchor", "1.5")
    house.wheel("oar", "3.0")
    house.wheel("gauge", "0.1", ["anchor"])
    return house


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "requirements.txt").write_text("boat\n", encoding="utf-8")
    (folder / "requirements-dev.txt").write_text("-r requirements.txt\ngauge\n", encoding="utf-8")
    return folder


def asked(project: Path, house: Wheelhouse, *more: str, said: Resolution | None = None) -> Conversion:
    return Conversion(
        format=requirements.FORMAT,
        lock=project / "requirements.txt",
        more=tuple(project / name for name in more),
        index_url=house.address,
        resolution=said or Resolution(),
    )


def versions(found: Converted) -> dict[str, str]:
    return {package.name: package.variants[0].version for package in found.plan.packages}


def test_what_is_open_is_resolved_beside_the_input(project: Path, house: Wheelhouse) -> None:
    found = convert(asked(project, house))
    assert versions(found) == {"anchor": "1.5", "boat": "2.0"}
    text = (project / RESULT).read_text(encoding="utf-8")
    assert text.startswith("# lock2nix: resolved ")
    assert 'lock-version = "1.0"' in text
    assert sorted(path.name for path in project.iterdir()) == [
        RESULT,
        "requirements-dev.txt",
        "requirements.nix",
        "requirements.txt",
    ]


def test_the_result_stays_until_the_requirements_change(project: Path, house: Wheelhouse, server: Server) -> None:
    first = convert(asked(project, house))
    house.wheel("boat", "3.0")
    house.wheel("anchor", "2.0")
    server.asked.clear()
    again = convert(asked(project, house, said=Resolution(is_locked=True)))
    assert again.text == first.text
    assert server.asked == []
    (project / "requirements.txt").write_text("# a comment\n\nboat>=1\noar\n", encoding="utf-8")
    changed = convert(asked(project, house))
    # What still fits stays.
    assert versions(changed) == {"anchor": "1.5", "boat": "2.0", "oar": "3.0"}


def test_a_line_that_moves_changes_nothing(project: Path, house: Wheelhouse) -> None:
    convert(asked(project, house))
    before = (project / RESULT).read_bytes()
    (project / "requirements.txt").write_text("# a comment\n\nboat  # as before\n", encoding="utf-8")
    convert(asked(project, house, said=Resolution(is_locked=True)))
    assert (project / RESULT).read_bytes() == before


def test_each_group_has_what_its_own_wishes_need(project: Path, house: Wheelhouse) -> None:
    found = convert(asked(project, house, "requirements-dev.txt"))
    groups = {group.name: [edge.name for edge in group.members] for group in found.plan.groups}
    assert groups == {"main": ["anchor", "boat"], "dev": ["anchor", "boat", "gauge"]}


def test_a_fresh_clone_without_cache_or_network_gives_the_same(
    project: Path, house: Wheelhouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = convert(asked(project, house, "requirements-dev.txt"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    again = convert(replace(asked(project, house, "requirements-dev.txt"), offline=True))
    assert again.text == first.text
    assert not again.changed


@pytest.mark.parametrize("option", ["--offline", "--locked"])
def test_nothing_is_resolved_where_that_is_forbidden(
    project: Path, house: Wheelhouse, server: Server, option: str
) -> None:
    forbidden = replace(
        asked(project, house, said=Resolution(is_locked=option == "--locked")), offline=option == "--offline"
    )
    with pytest.raises(InputError, match=f"with {option} nothing is resolved:\n.*requirements.txt:1: .boat.") as caught:
        convert(forbidden)
    assert "run once" in (caught.value.hint or "")
    assert server.asked == []
    assert not (project / RESULT).exists()


def test_overrides_and_more_requirements_join(project: Path, house: Wheelhouse) -> None:
    (project / "own.txt").write_text("# ours\nanchor==1.0  # older than boat wants\n", encoding="utf-8")
    house.wheel("anchor", "1.0")
    said = Resolution(overrides=(project / "own.txt",), added=("oar<4",))
    found = convert(asked(project, house, said=said))
    assert versions(found) == {"anchor": "1.0", "boat": "2.0", "oar": "3.0"}


def test_sdists_that_are_insisted_on_want_a_build(project: Path, house: Wheelhouse) -> None:
    (project / "requirements.txt").write_text("--no-binary boat\nboat\n", encoding="utf-8")
    with pytest.raises(PlanError, match="wheels of a package are ruled out") as raised:
        convert(asked(project, house))
    assert "--allow-build" in str(raised.value)


def test_constraints_count(project: Path, house: Wheelhouse) -> None:
    (project / "requirements.txt").write_text("-c limits.txt\nboat\n", encoding="utf-8")
    (project / "limits.txt").write_text("boat<2\n", encoding="utf-8")
    assert versions(convert(asked(project, house))) == {"anchor": "1.5", "boat": "1.0"}


def test_extras_are_resolved(project: Path, house: Wheelhouse) -> None:
    (project / "requirements.txt").write_text("boat[rowing]\n", encoding="utf-8")
    assert versions(convert(asked(project, house))) == {"anchor": "1.5", "boat": "2.0", "oar": "3.0"}


def test_what_cannot_be_had_together_is_uvs_to_explain(project: Path, house: Wheelhouse) -> None:
    (project / "requirements.txt").write_text("boat>2\n", encoding="utf-8")
    with pytest.raises(PlanError, match=r"no versions fulfil these wishes together:\n.*\n.*boat") as caught:
        convert(asked(project, house))
    assert "--allow-build" in (caught.value.hint or "")
    assert sorted(path.name for path in project.iterdir()) == ["requirements-dev.txt", "requirements.txt"]


def test_a_pylock_of_somebody_else_is_kept(project: Path, house: Wheelhouse) -> None:
    (project / RESULT).write_text('lock-version = "1.0"\ncreated-by = "me"\n', encoding="utf-8")
    with pytest.raises(OutputError, match="lock2nix did not write it"):
        convert(asked(project, house))
    assert "me" in (project / RESULT).read_text(encoding="utf-8")


def test_to_stdout_writes_no_result(project: Path, house: Wheelhouse) -> None:
    found = convert(replace(asked(project, house), to_stdout=True))
    assert versions(found) == {"anchor": "1.5", "boat": "2.0"}
    assert sorted(path.name for path in project.iterdir()) == ["requirements-dev.txt", "requirements.txt"]
