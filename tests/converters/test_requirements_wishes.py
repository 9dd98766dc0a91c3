"""Files that leave something open: what, why, and what a resolver is told."""

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from lock2nix.schemas.lock import Lock, LockIndexes
from lock2nix.schemas.wishes import Pins, Wish, Wishes

from .requirements_read import REVISION, A, read, read_all, reasons


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a", "any version would do"),
        ("a>=1", "several versions may be >=1"),
        ("a==1.*", "several versions may be ==1.*"),
        ("a~=1.0", "several versions may be ~=1.0"),
        ("git+https://x.org/a#egg=a", "it names no revision"),
        ("git+https://x.org/a@v1#egg=a", '"v1" is no full revision (40 hex digits), but a branch, a tag or short'),
        (f"git+https://x.org/a@{REVISION[:7]}#egg=a", "is no full revision"),
        (f"git+https://x.org/a@{REVISION}", "its name is not said: write `NAME @ …`, or #egg=NAME behind it"),
        ("https://x.org/v1.zip", "its name is not said"),
        ("./a", "no pyproject.toml, setup.cfg or setup.py there, or above, says its name"),
        ("-e .", "no pyproject.toml, setup.cfg or setup.py there, or above, says its name"),
    ],
)
def test_why_a_line_is_no_pin(text: str, reason: str) -> None:
    (found,) = reasons(f"b==1\n{text}").values()
    assert found is not None
    assert reason in found


def test_constraints_that_leave_it_open() -> None:
    assert reasons("-c c.txt\na", {"c.txt": "a<2"}) == {"a": "any version would do"}
    assert reasons("-c c.txt\na", {"c.txt": "a==2 ; os_name == 'x'\na<2"}) == {"a": "any version would do"}


def test_what_the_project_needs_is_pinned_by_lines() -> None:
    project = {"pyproject.toml": "[project]\nname = 'p'\ndependencies = ['a', 'b ; os_name == \"x\"', 'setuptools']"}
    project["pyproject.toml"] += "\n[project.optional-dependencies]\nfast = ['c']"
    assert reasons("-e .[fast]\na==1", project) == {"p[fast] @ .": "it needs c, which no line pins"}
    assert reasons("./.\nc==1", project) == {"p @ .": "it needs a, which no line pins"}
    assert reasons("-c c.txt\n-e .[fast]\nc>=0", {**project, "c.txt": "a==1"}) == {
        "c>=0": "several versions may be >=0"
    }


def test_all_that_a_resolver_needs() -> None:
    project = {"pyproject.toml": "[project]\nname = 'p'\nrequires-python = '>=3.9'\ndependencies = ['a']"}
    base = f"-i https://x.org/s\n--pre\n--no-binary a,b\n--only-binary :all:\n--no-binary c\na==1 --hash={A}\n-e .\n"
    found = read_all(
        {"requirements.txt": base, "dev.txt": "-c c.txt\nb<2 ; os_name == 'x'"}, {**project, "c.txt": "a<9"}
    )
    assert isinstance(found, Wishes)
    main, dev = found.groups
    assert (main.name, main.optional, dev.name, dev.optional) == ("main", False, "dev", True)
    pinned, itself = main.wishes
    assert (pinned.place, pinned.requirement, pinned.unpinned) == ("requirements.txt:6", "a==1", None)
    assert [one.digest for one in pinned.hashes] == ["a" * 64]
    assert itself == Wish(place="requirements.txt:7", requirement="p @ .", editable=True)
    assert found.unpinned == dev.wishes
    assert dev.wishes[0].requirement == 'b<2 ; os_name == "x"'
    assert found.constraints == (Wish(place="c.txt:1", requirement="a<9"),)
    assert found.requires_python == (SpecifierSet(">=3.9"),)
    assert found.indexes == LockIndexes(default="https://x.org/s")
    assert found.prereleases
    assert found.other_kinds == frozenset({"wheel"})
    assert found.kinds == {canonicalize_name("c"): frozenset({"sdist"})}


def test_line_of_two_groups_is_open_once() -> None:
    found = read_all({"requirements.txt": "a", "dev.txt": "-r requirements.txt\n"})
    assert isinstance(found, Wishes)
    assert [wish.place for wish in found.unpinned] == ["requirements.txt:1"]


def test_empty_file_is_a_lock() -> None:
    assert not isinstance(read("# nothing\n"), Wishes)


@pytest.mark.parametrize(("text", "is_hashed"), [(f"a==1 --hash={A}", True), (f"a==1 --hash={A}\nb==1", False)])
def test_pins_are_a_question_too_that_is_not_written_down(text: str, *, is_hashed: bool) -> None:
    found = read(text)
    assert isinstance(found, Pins)
    assert found.is_hashed is is_hashed
    assert [wish.requirement for wish in found.wishes.groups[0].wishes] == ["a==1", "b==1"][: len(found.packages)]
    assert found.wishes.unpinned == ()
    assert set(found.model_dump()) == set(Lock.model_fields)
