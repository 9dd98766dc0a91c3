"""Every Pipfile.lock of the corpus: read, or refused for a reason that is right about the file; and what is written
evaluates, as far as it can without an index: a Pipfile.lock has no file names.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from lock2nix import files
from lock2nix.converters import pipenv
from lock2nix.errors import InputError

from .evaluation import UNSERVED, evaluate
from .walk import ARCHIVE, SYSTEMS, Walked, names, report, stand_ins, unpacked, walk

KIND = "pipfile"
# A revision that is none: pipenv of 2018 kept what the Pipfile said.
UNREADABLE = {
    "saleor__saleor@c9c97e65/Pipfile.lock": (
        'develop.pylint-django: "3884b9e" is not a full git revision (40 or 64 hex digits)'
    )
}
# Made for Pythons that no current nixpkgs has.
OLD_PYTHON = {
    "anchore__syft__syft__pkg__cataloger__python__test-fixtures__pipfile-lock/Pipfile.lock": "3.8",
    "anchore__syft__syft__pkg__cataloger__python__testdata__pipfile-lock/Pipfile.lock": "3.8",
    "anchore__syft__syft__pkg__cataloger__python__testdata__pypi-remote/Pipfile.lock": "3.7",
    "google__osv-scalibr__extractor__filesystem__language__python__pipfilelock__testdata/empty.json": "3.8",
    "google__osv-scalibr__extractor__filesystem__language__python__pipfilelock__testdata@2b42bb52"
    "/no-version.json": "3.8",
    "google__osv-scalibr__extractor__filesystem__language__python__pipfilelock__testdata@2b42bb52"
    "_multiple_packages_json/multiple-packages.json": "3.8",
    "jupyterhub__repo2docker__tests__pipfile__py2-with-server-and-kernel-req/Pipfile.lock": "2.7",
    "jupyterhub__repo2docker__tests__pipfile__py36/Pipfile.lock": "3.6",
    "opendatahub-io__notebooks__codeserver__ubi9-python-3.9/Pipfile.lock": "3.9",
    "opendatahub-io__notebooks__jupyter__minimal__ubi8-python-3.8/Pipfile.lock": "3.8",
    "opendatahub-io__notebooks__jupyter__pytorch__ubi8-python-3.8/Pipfile.lock": "3.8",
    "saleor__saleor/Pipfile.lock": "3.7",
    "thoth-station__adviser__tests__data__pipfiles/Pipfile_provenance2.lock": "3.6",
    "thoth-station__adviser__tests__data__projects/Pipfile.lock": "3.6",
    "thoth-station__adviser__tests__data__projects__dev/Pipfile.lock": "3.9",
    "thoth-station__user-api/Pipfile.lock": "3.6",
}
# Older than the Pipfile beside them.
OUTDATED = {
    "jupyterhub__repo2docker__tests__pipfile__pipfile-lock/Pipfile.lock": "numpy",
    "jupyterhub__repo2docker__tests__venv__pipfile__pipfile-lock/Pipfile.lock": "numpy",
}
REFUSED = {
    **{name: (3, reason) for name, reason in UNREADABLE.items()},
    **{name: (4, f"the project requires Python =={version}.*") for name, version in OLD_PYTHON.items()},
    **{name: (4, f"  {wanted}, wanted by the project") for name, wanted in OUTDATED.items()},
}
# What evaluation may throw: what only an index could tell.
THROWN = (
    UNSERVED,
    r"\S+ \S+ cannot be had here: the lock has hashes without file names \(an index would tell: run once .*",
    r"\S+ \S+ cannot be had here: the lock has no wheel or sdist for it",
    r"[\w.-]+: what builds \S+ \S+ is not known; run `lock2nix pipenv [\w.-]+` once without --offline",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(tmp_path_factory)


@pytest.fixture(scope="module")
def walked(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(corpus, "pipenv", tmp_path_factory.mktemp("empty-cache"), KIND)


def test_every_lock_is_read_or_rightly_refused(corpus: Path) -> None:
    packages, kinds = 0, Counter[str]()
    for name in names(corpus, KIND):
        path = corpus / KIND / name
        beside = {known: files.read_beside(path, known) for known in pipenv.FORMAT.companions}
        companions = {known: file for known, file in beside.items() if file is not None}
        if name in UNREADABLE:
            with pytest.raises(InputError, match=re.escape(UNREADABLE[name])):
                pipenv.read(files.read(path), companions)
            continue
        lock = pipenv.read(files.read(path), companions)
        packages += len(lock.packages)
        kinds.update(package.source.kind for package in lock.packages)
    report(f"{packages} packages read: {dict(kinds)}")


def test_every_lock_is_converted_or_rightly_refused(walked: Walked) -> None:
    total = len(walked.converted) + len(walked.refused)
    report(f"{len(walked.converted)} of {total} locks converted")
    assert total >= 42
    assert set(walked.refused) == set(REFUSED), {name: str(error) for name, error in walked.refused.items()}
    for name, (code, reason) in REFUSED.items():
        assert walked.refused[name].exit_code == code
        assert reason in str(walked.refused[name])


@pytest.mark.usefixtures("nix")
def test_every_environment_evaluates(walked: Walked) -> None:
    for converted in walked.converted.values():
        list(stand_ins(converted))
    overlays = [(converted.conversion.destination, converted.plan.name) for converted in walked.converted.values()]
    reasons: Counter[str] = Counter()
    for (path, _), found in zip(overlays, evaluate(overlays, SYSTEMS), strict=True):
        for reason in found.reasons:
            pattern = next((pattern for pattern in THROWN if re.fullmatch(pattern, reason)), None)
            assert pattern is not None, f"{path}: {reason}"
            reasons[pattern] += 1
    report(f"{len(overlays)} overlays evaluate")
    for pattern, count in reasons.items():
        report(f"{count:5} times {pattern}")
