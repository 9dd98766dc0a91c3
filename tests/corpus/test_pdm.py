"""Every pdm.lock of the corpus: converted offline, or refused for a reason that is right about the file; and what is
written evaluates.
"""

import re
from collections import Counter

import pytest

from .evaluation import UNSERVED, evaluate
from .walk import ARCHIVE, SYSTEMS, Walked, report, stand_ins, unpacked, walk

# Its project asks for what this lock, made for some groups only and before the project changed, does not have.
REFUSED = {"bentoml__BentoML@9d236213/pdm.ionext.lock": "nvidia-ml-py, wanted by the project"}
# What evaluation may throw: what only an index could tell, and this corpus is converted without one.
THROWN = (
    UNSERVED,
    r"[\w.-]+\.(lock|toml): what builds \S+ \S+ is not known; run `lock2nix pdm [\w.-]+` once without --offline",
    r"[\w.-]+\.(lock|toml): \S+ \S+ has neither a wheel for cp\d+-[\w-]+ nor an sdist, but wheels for .*",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(unpacked(tmp_path_factory), "pdm", tmp_path_factory.mktemp("empty-cache"))


def test_every_lock_is_converted_or_rightly_refused(walked: Walked) -> None:
    total = len(walked.converted) + len(walked.refused)
    kinds = Counter(notice.kind for converted in walked.converted.values() for notice in converted.plan.notices)
    packages = sum(len(converted.plan.packages) for converted in walked.converted.values())
    report(f"{len(walked.converted)} of {total} locks converted, {packages} packages; notices: {dict(kinds)}")
    assert total >= 29
    assert set(walked.refused) == set(REFUSED), {name: str(error) for name, error in walked.refused.items()}
    for name, reason in REFUSED.items():
        assert reason in str(walked.refused[name])
        assert walked.refused[name].exit_code == 4


@pytest.mark.usefixtures("nix")
def test_every_environment_evaluates(walked: Walked) -> None:
    absent = Counter(name for name, converted in walked.converted.items() for _ in stand_ins(converted))
    report(f"stand-ins for sources on disk that the corpus lacks: {dict(absent)}")
    overlays = [(converted.conversion.destination, converted.plan.name) for converted in walked.converted.values()]
    reasons: Counter[str] = Counter()
    derivations = 0
    for (path, _), found in zip(overlays, evaluate(overlays, SYSTEMS), strict=True):
        for reason in found.reasons:
            pattern = next((pattern for pattern in THROWN if re.fullmatch(pattern, reason)), None)
            assert pattern is not None, f"{path}: {reason}"
            reasons[pattern] += 1
        for paths in found.drv_paths.values():
            assert all(paths.values()), f"{path}: {paths}"
            derivations += len(paths)
    report(f"{len(overlays)} overlays evaluate to {derivations} derivations")
    for pattern, count in reasons.items():
        report(f"{count:5} times {pattern}")
