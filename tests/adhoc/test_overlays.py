"""What is named is resolved once, by real uv against an index on loopback, and kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from lock2nix.adhoc import AdHoc, Kept, overlay
from lock2nix.errors import InputError, OutputError, PlanError, UsageError
from lock2nix.indexes import upkeep
from lock2nix.indexes.cache import default_folder
from tests.indexes.server import Server
from tests.indexes.wheelhouse import Wheelhouse


def asked(house: Wheelhouse, *wishes: str) -> AdHoc:
    return AdHoc(wishes=wishes, index_url=house.address)


def versions(kept: Kept) -> dict[str, str]:
    assert kept.plan is not None
    return {package.name: package.variants[0].version for package in kept.plan.packages}


def test_what_is_named_is_resolved_and_kept(house: Wheelhouse, server: Server) -> None:
    first = overlay(asked(house, "boat>=1", "flag"))
    assert versions(first) == {"anchor": "1.5", "boat": "2.0", "flag": "1.0"}
    house.wheel("boat", "3.0")
    server.asked.clear()
    again = overlay(replace(asked(house, "flag", "boat >= 1"), offline=True))
    assert server.asked == []
    assert again == Kept(first.path)
    text = first.path.read_text(encoding="utf-8")
    assert text.startswith("# Made from 'boat>=1' flag by `lock2nix env 'boat>=1' flag`")
    assert str(default_folder()) not in text


def test_other_questions_have_other_answers(house: Wheelhouse) -> None:
    plain = asked(house, "boat")
    others = [
        plain,
        asked(house, "boat<2"),
        replace(plain, python="3.12"),
        replace(plain, exclude_newer="2020-01-01"),
        replace(plain, may_build=True),
        replace(plain, extra_index_urls=(f"{house.address}/../other",)),
    ]
    found = []
    for other in others:
        try:
            found.append(overlay(other).path)
        except PlanError:  # nothing is as old as that
            assert other.exclude_newer is not None
    assert len(set(found)) == len(found) == len(others) - 1


def test_a_python_is_that_of_the_overlay(house: Wheelhouse) -> None:
    kept = overlay(replace(asked(house, "boat"), python="3.12"))
    assert kept.plan is not None
    (target,) = kept.plan.targets
    assert target.interpreter == "cp312"
    with pytest.raises(PlanError, match=r"no wheels with a matching Python version tag \(e\.g\., `cp312`\)"):
        overlay(replace(asked(house, "flag"), python="3.12"))


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("boat==", '"boat==" is no requirement (PEP 508)'),
        ("./boat", '"./boat" is no requirement (PEP 508)'),
        ("boat @ file:///boat-1.0-py3-none-any.whl", "is not on the web"),
        ("boat @ https://me:s3cret@example.org/boat-1.0-py3-none-any.whl", "holds a login"),
        ("boat\n-r x", "is no requirement (PEP 508)"),
    ],
)
def test_wishes_that_are_none_are_refused(house: Wheelhouse, server: Server, wish: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        overlay(asked(house, wish))
    assert said in caught.value.message
    assert "s3cret" not in str(caught.value)
    assert server.asked == []


@pytest.mark.parametrize("python", ["3", "3.1.2", "three", "3.99", "2.7"])
def test_pythons_that_there_are_not_are_refused(house: Wheelhouse, python: str) -> None:
    with pytest.raises(UsageError, match=r"is no Python|nixpkgs has no Python") as caught:
        overlay(replace(asked(house, "boat"), python=python))
    assert caught.value.hint


def test_what_nobody_has_is_said_without_our_own_files(house: Wheelhouse) -> None:
    with pytest.raises(PlanError, match="no versions fulfil these wishes together") as caught:
        overlay(asked(house, "boat>2", "anchor"))
    assert caught.value.place == "'boat>2' anchor"
    assert "ad-hoc" not in str(caught.value)


def test_offline_only_what_was_asked_for_before(house: Wheelhouse, server: Server) -> None:
    with pytest.raises(InputError, match="not asked for before") as caught:
        overlay(replace(asked(house, "boat"), offline=True))
    assert caught.value.hint == "run once without --offline"
    assert server.asked == []


def test_the_cache_is_tidied_of_overlays(house: Wheelhouse) -> None:
    kept = overlay(asked(house, "boat"))
    assert upkeep.amount(default_folder()).size >= kept.path.stat().st_size
    upkeep.clear(default_folder())
    assert not kept.path.exists()
    assert not default_folder().exists()


def test_where_nothing_can_be_kept_that_is_said(
    house: Wheelhouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="nothing can be kept there"):
        overlay(asked(house, "boat"))
