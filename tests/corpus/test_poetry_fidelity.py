"""What is planned of a poetry.lock is what Poetry itself exports: name and version of every package, on six targets.

Poetry is asked for the groups that it installs by default, and for everything: all groups with all extras.
"""

from collections.abc import Sequence

import pytest

from lock2nix.pipeline import Converted
from tests.goldens import fixtures_of

from .fidelity import Compared, compare, everything
from .poetry_exports import Asked, exports
from .walk import ARCHIVE, Walked, report, stand_ins, unpacked, walk

EVERYTHING = "everything"
_POETRY = "python-poetry__poetry__tests__fixtures__"

# Locks that no Poetry exports, by what it says instead.
REFUSED: dict[tuple[str, str], str] = {}
EXPLAINED: dict[tuple[str, str], str] = {}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(unpacked(tmp_path_factory), "poetry", tmp_path_factory.mktemp("empty-cache"))


@pytest.fixture(scope="module")
def locks(walked: Walked, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Converted]:
    """Return the locks that have their project: those of the corpus, and our own."""
    found = dict(walked.converted)
    for fixture in fixtures_of.fixtures():
        if fixture.known.name == "poetry":
            copy = fixtures_of.copied(fixture, tmp_path_factory.mktemp("fixtures"))
            found[f"fixtures/{fixture.name}"] = fixtures_of.regenerate(copy, offline=True)
    return {name: one for name, one in found.items() if (one.conversion.lock.with_name("pyproject.toml")).exists()}


@pytest.mark.parametrize("asked", ["default", EVERYTHING])
def test_the_plan_is_what_poetry_installs(
    asked: str, locks: dict[str, Converted], tmp_path_factory: pytest.TempPathFactory
) -> None:
    compared, refused = Compared(EXPLAINED), {}
    for converted in locks.values():
        list(stand_ins(converted))
    questions = [_question(asked, converted) for converted in locks.values()]
    answers = exports(questions, tmp_path_factory.mktemp("home"))
    for (name, converted), answer in zip(locks.items(), answers, strict=True):
        if answer.refusal:
            refused[name] = answer.refusal
            continue
        plan = converted.plan
        compare(compared, name, converted, answer.rows, everything(plan) if asked == EVERYTHING else plan.default_groups)
    report("\n".join((*compared.lines(), *(f"{name}: {why}" for name, why in refused.items()))))
    assert compared.locks >= 60
    compared.check()


def _question(asked: str, converted: Converted) -> Asked:
    plan = converted.plan
    extras = [word for extra in plan.extras for word in ("-E", extra.name)]
    words: Sequence[str]
    if asked == EVERYTHING:
        words, old_words = ("--all-groups", "--all-extras"), ("--dev", *extras)
    else:
        is_all = len(plan.default_groups) == len(plan.groups)
        groups = ",".join(group for group in plan.default_groups if group != "main")
        # Of a name with a comma Poetry can be asked only for all.
        words = ("--all-groups",) if is_all else ("--with", groups) if groups else ()
        old_words = ("--dev",)
    return Asked(folder=converted.conversion.lock.parent, words=words, old_words=old_words)
