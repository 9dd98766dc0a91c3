"""Every poetry.lock of the corpus: converted offline, or refused for a reason that is right about the file; and what is
written evaluates.
"""

import re
from collections import Counter

import pytest

from .evaluation import UNSERVED, evaluate
from .walk import ARCHIVE, SYSTEMS, Walked, report, stand_ins, unpacked, walk

# Poetry could install neither: hashes that are no hashes, and a lock-version that does not exist.
REFUSED = {
    "anchore__syft__syft__pkg__cataloger__python__testdata__poetry__case-sensitivity/poetry.lock": (
        'package[0] "django": files[0].hash: "example1" is not a sha256 digest of 64 hex digits'
    ),
    "python-poetry__poetry__tests__fixtures__incompatible_lock/poetry.lock": (
        'metadata.lock-version: lock-version "999.0" is not supported'
    ),
}
# What evaluation may throw: what only an index could tell, and this corpus is converted without one.
THROWN = (
    UNSERVED,
    r"[\w.-]+\.lock: what builds \S+ \S+ is not known; run `lock2nix poetry [\w.-]+\.lock` once without --offline",
    r"[\w.-]+\.lock: \S+ \S+ has neither a wheel for cp\d+-[\w-]+ nor an sdist, but wheels for .*",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(unpacked(tmp_path_factory), "poetry", tmp_path_factory.mktemp("empty-cache"))


def test_every_lock_is_converted_or_rightly_refused(walked: Walked) -> None:
    total = len(walked.converted) + len(walked.refused)
    kinds = Counter(notice.kind for converted in walked.converted.values() for notice in converted.plan.notices)
    packages = sum(len(converted.plan.packages) for converted in walked.converted.values())
    report(f"{len(walked.converted)} of {total} locks converted, {packages} packages; notices: {dict(kinds)}")
    assert total >= 84
    assert set(walked.refused) == set(REFUSED), {name: str(error) for name, error in walked.refused.items()}
    for name, reason in REFUSED.items():
        assert reason in str(walked.refused[name])
        assert walked.refused[name].exit_code == 3


@pytest.mark.usefixtures("nix")
def test_every_environment_evaluates(walked: Walked) -> None:
    absent = Counter(name for name, converted in walked.converted.items() for _ in stand_ins(converted))
    report(f"stand-ins for sources on disk that the corpus lacks: {dict(absent)}")
    overlays = [(converted.conversion.destination, converted.plan.name) for converted in walked.converted.values()]
    reasons: Counter[str] = Counter()
    complete = derivations = 0
    for name, found in zip(walked.converted, evaluate(overlays, SYSTEMS), strict=True):
        for reason in found.reasons:
            pattern = next((pattern for pattern in THROWN if re.fullmatch(pattern, reason)), None)
            assert pattern is not None, f"{name}: {reason}"
            reasons[pattern] += 1
        for paths in found.drv_paths.values():
            assert all(paths.values()), f"{name}: {paths}"
            derivations += len(paths)
        complete += not found.reasons
    report(f"{len(overlays)} overlays evaluate to {derivations} derivations; {complete} of them without stand-ins")
    for pattern, count in reasons.items():
        report(f"{count:5} times {pattern}")
