"""What is planned of a poetry.lock is what Poetry itself exports: name and version of every package, on six targets.

Poetry is asked for the groups that it installs by default, and for everything: all groups with all extras.
"""

from pathlib import Path

import pytest

from lock2nix.pipeline import Converted
from tests.goldens import fixtures_of

from .fidelity import Compared, Export, by_default, compare, everything
from .poetry_exports import Asked, exports
from .walk import ARCHIVE, Walked, report, stand_ins, unpacked, walk

_CAMEL, _CREW = "camel-ai__camel/poetry.lock", "crewAIInc__crewAI/poetry.lock"
_ANDROID = "mozilla__experimenter__experimenter__tests__integration__nimbus__android/poetry.lock"
_MOLECULE = "nix-community__poetry2nix__tests__ansible-molecule/poetry.lock"
_OPTIONAL = """\
python-poetry/poetry#7747, "Optional dependencies get included as non-optional in the lock file when also specified as \
a dev dependency": the lock cannot tell, its pyproject.toml can (https://python-poetry.org/docs/pyproject/#extras)"""
_BY_RANGE = """\
the exporter takes what an extra brings only where its range is spelled as in the extra's list (walker.py: `require in \
locked_package.extras.get(feature, ())`), and != is not; `poetry install` goes by the name and installs it \
(provider.py: `dep.name not in optional_dependencies`)"""
_ALL_VERSIONS = "Poetry 1.0 lists every version of the lock, and not for which Python it is"

EXPLAINED = {
    **{
        (_CAMEL, name): _OPTIONAL
        for name in (
            *("beautifulsoup4", "iniconfig", "jupyter-client", "jupyter-core", "mock", "packaging", "platformdirs"),
            *("pluggy", "pydub", "pytest", "pytest-asyncio", "python-dateutil", "pyyaml", "pyzmq", "six", "soupsieve"),
            *("tornado", "traitlets"),
        )
    },
    (_ANDROID, "pysocks"): _BY_RANGE,
    (_CREW, "uvloop"): _BY_RANGE,
    (_MOLECULE, "cfgv"): _ALL_VERSIONS,
}
# Locks of which Poetry tells nothing, and why.
NOT_TOLD = {
    "nix-community__poetry2nix__pkgs__poetry/poetry.lock": _ALL_VERSIONS,
    "python-poetry__poetry/poetry.lock": _ALL_VERSIONS,
    "python-poetry__poetry__tests__fixtures__outdated_lock/poetry.lock": "it lacks what its project pins",
}
# What Poetry says instead of exporting; the last two are for want of what the corpus does not have.
REFUSED = {
    _CAMEL: "Dependency walk failed at torch (>=1.10.0)",
    "nix-community__poetry2nix__tests__closure-size/poetry.lock": "does not seem to be a Python package",
    "nix-community__poetry2nix__tests__path-deps-level2/poetry.lock": "does not seem to be a Python package",
}
# The one release that a project is for: it is planned with nixpkgs' of that minor, and says so.
PYTHON = {"snyk__snyk-python-plugin__test__workspaces__poetry-app-optional-dependencies/poetry.lock": "3.12.1"}

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
    found = {name: converted for name, converted in walked.converted.items() if name not in NOT_TOLD}
    for fixture in fixtures_of.fixtures():
        if fixture.known.name == "poetry":
            copy = fixtures_of.copied(fixture, tmp_path_factory.mktemp("fixtures"))
            found[f"fixtures/{fixture.name}"] = fixtures_of.regenerate(copy, offline=True)
    for converted in found.values():
        list(stand_ins(converted))
    return {name: one for name, one in found.items() if one.conversion.lock.with_name("pyproject.toml").exists()}


def test_the_plan_is_what_poetry_installs(locks: dict[str, Converted], tmp_path: Path) -> None:
    compared = Compared(EXPLAINED)
    for number, (asking, environments) in enumerate(((_asked_by_default, by_default), (_asked_for_all, everything))):
        answers = exports([asking(converted) for converted in locks.values()], tmp_path / str(number))
        for (name, converted), answer in zip(locks.items(), answers, strict=True):
            if answer.refusal:
                assert REFUSED.get(name, "nothing of it is known") in answer.refusal, f"{name}: {answer.refusal}"
                continue
            plan = converted.plan
            if environments is everything and plan.conflicts:
                continue  # what excludes each other cannot be asked for together
            compare(compared, name, plan, environments(plan), Export(answer.rows, PYTHON.get(name)))
    report("\n".join(compared.lines()))
    assert len(compared.locks) >= 70
    compared.check()


def _asked_by_default(converted: Converted) -> Asked:
    plan = converted.plan
    groups = ",".join(group for group in plan.default_groups if group != "main")
    # Where a name has a comma in it, all can be asked for at once only.
    is_all = len(plan.default_groups) == len(plan.groups)
    words = ("--all-groups",) if is_all else ("--with", groups) if groups else ()
    return Asked(folder=converted.conversion.lock.parent, words=words, old_words=("--dev",))


def _asked_for_all(converted: Converted) -> Asked:
    extras = [word for extra in converted.plan.extras for word in ("-E", extra.name)]
    folder = converted.conversion.lock.parent
    return Asked(folder=folder, words=("--all-groups", "--all-extras"), old_words=("--dev", *extras))
