"""Every uv.lock of the corpus: converted offline, or refused for a reason that is right about the file; and what is
written evaluates.
"""

import re
from collections import Counter

import pytest

from lock2nix.pipeline import Converted

from .evaluation import UNSERVED, evaluate
from .walk import ARCHIVE, SYSTEMS, Walked, report, stand_ins, unpacked, walk

# uv reads no lock without `requires-python`.
REFUSED = {
    "google__osv-scalibr__extractor__filesystem__language__python__uvlock__testdata@a6e5e281/"
    "names-outside-package-block.lock": "requires-python: this key is missing",
}
# What nobody can have at once: the environment of everything.
EXCLUSIVE = r"uv\.lock: (extra|group) \S+ and .* exclude each other; ask for one of them"
# What evaluation may throw: what only an index could tell, and this corpus is converted without one.
THROWN = (
    UNSERVED,
    r"[\w.-]+\.lock: what builds \S+ \S+ is not known; run `lock2nix uv [\w.-]+\.lock` once without --offline",
    # a member of a workspace of which the corpus has nothing but its pyproject.toml
    r"uv\.lock: rust-snuba 0\.0\.0 is built with Rust, and no Cargo\.lock in its sdist says with which crates; .*",
    # nixpkgs has it, and the stand-in for nixpkgs does not, or it would be locked by an index
    r"uv\.lock: a package is built with [\w-]+, which neither this nixpkgs nor the lock has; .*",
    r"[\w.-]+\.lock: \S+ \S+ has neither a wheel for cp\d+-[\w-]+ nor an sdist, but wheels for .*",
    EXCLUSIVE,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(unpacked(tmp_path_factory), "uv", tmp_path_factory.mktemp("empty-cache"))


def test_every_lock_is_converted_or_rightly_refused(walked: Walked) -> None:
    total = len(walked.converted) + len(walked.refused)
    kinds = Counter(notice.kind for converted in walked.converted.values() for notice in converted.plan.notices)
    packages = sum(len(converted.plan.packages) for converted in walked.converted.values())
    report(f"{len(walked.converted)} of {total} locks converted, {packages} packages; notices: {dict(kinds)}")
    assert total >= 51
    assert set(walked.refused) == set(REFUSED), {name: str(error) for name, error in walked.refused.items()}
    for name, reason in REFUSED.items():
        assert reason in str(walked.refused[name])
        assert walked.refused[name].exit_code == 3


@pytest.mark.usefixtures("nix")
def test_every_environment_evaluates(walked: Walked) -> None:
    absent = Counter(name for name, converted in walked.converted.items() for _ in stand_ins(converted))
    report(f"stand-ins for sources on disk that the corpus lacks: {dict(absent)}")
    reasons: Counter[str] = Counter()
    derivations = 0
    # Some are for Linux alone.
    for systems, chosen in _by_systems(walked).items():
        exclusive = {converted.conversion.destination for converted in chosen if converted.plan.conflicts}
        overlays = [(converted.conversion.destination, converted.plan.name) for converted in chosen]
        for (path, _), found in zip(overlays, evaluate(overlays, systems), strict=True):
            for reason in found.reasons:
                pattern = next((pattern for pattern in THROWN if re.fullmatch(pattern, reason)), None)
                assert pattern is not None, f"{path}: {reason}"
                reasons[pattern] += 1
            for paths in found.drv_paths.values():
                thrown = {name for name, drv_path in paths.items() if drv_path is None}
                assert thrown <= ({"all"} if path in exclusive else set()), f"{path}: {thrown}"
                derivations += len(paths)
    report(f"{len(walked.converted)} overlays evaluate to {derivations} derivations")
    for pattern, count in reasons.items():
        report(f"{count:5} times {pattern}")


def _by_systems(walked: Walked) -> dict[tuple[str, ...], list[Converted]]:
    found: dict[tuple[str, ...], list[Converted]] = {}
    for converted in walked.converted.values():
        served = {target.system for target in converted.plan.targets}
        found.setdefault(tuple(system for system in SYSTEMS if system in served), []).append(converted)
    return found
