"""Every pylock.toml of the corpus: converted offline, or refused for a reason that is right about the file; what is
written evaluates; and all that can be read exports to itself.
"""

import re
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest
import tomli
from packaging.pylock import Pylock

from lock2nix import exports, files
from lock2nix.converters import pylock
from lock2nix.errors import InputError
from lock2nix.pipeline import Converted
from lock2nix.schemas.source import SourceFile

from .evaluation import UNSERVED, evaluate
from .walk import ARCHIVE, SYSTEMS, Walked, names, report, stand_ins, unpacked, walk

# Two that no installer reads, as the specification demands a place and a date there, and one for a Python of 2016.
REFUSED = {
    "google__osv-scalibr__extractor__filesystem__language__python__pylock__testdata/pdm-full.toml": (
        3,
        'packages[0] "certifi": sdist: path or url must be provided',
    ),
    "pypa__pipenv__examples/pylock.toml": (
        3,
        'packages[0] "requests": wheels[0] "requests-2.28.1-py3-none-any.whl": upload-time: Unexpected type str',
    ),
    "pypa__pip__tests__data__lockfiles@9de4c4a6/pylock.oldpython.toml": (4, "the project requires Python ==3.6.*"),
}
# What evaluation may throw: what only an index could tell, and what these locks lack.
THROWN = (
    UNSERVED,
    r"[\w.-]+\.toml: what builds \S+ \S+ is not known; run `lock2nix pylock [\w.-]+\.toml` once without --offline",
    r"[\w.-]+\.toml: \S+ \S+ has neither a wheel for cp\d+-[\w-]+ nor an sdist, but wheels for .*",
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
    return walk(corpus, "pylock", tmp_path_factory.mktemp("empty-cache"))


def test_every_lock_is_converted_or_rightly_refused(walked: Walked) -> None:
    total = len(walked.converted) + len(walked.refused)
    kinds = Counter(notice.kind for converted in walked.converted.values() for notice in converted.plan.notices)
    packages = sum(len(converted.plan.packages) for converted in walked.converted.values())
    report(f"{len(walked.converted)} of {total} locks converted, {packages} packages; notices: {dict(kinds)}")
    assert total >= 29
    assert set(walked.refused) == set(REFUSED), {name: str(error) for name, error in walked.refused.items()}
    for name, (code, reason) in REFUSED.items():
        assert walked.refused[name].exit_code == code
        assert reason in str(walked.refused[name])


@pytest.mark.usefixtures("nix")
def test_every_environment_evaluates(walked: Walked) -> None:
    absent = Counter(name for name, converted in walked.converted.items() for _ in stand_ins(converted))
    report(f"stand-ins for sources on disk that the corpus lacks: {dict(absent)}")
    reasons: Counter[str] = Counter()
    derivations = 0
    # Some are for Linux alone, and say so by `environments`.
    for systems, chosen in _by_systems(walked).items():
        overlays = [(converted.conversion.destination, converted.plan.name) for converted in chosen]
        for (path, _), found in zip(overlays, evaluate(overlays, systems), strict=True):
            for reason in found.reasons:
                pattern = next((pattern for pattern in THROWN if re.fullmatch(pattern, reason)), None)
                assert pattern is not None, f"{path}: {reason}"
                reasons[pattern] += 1
            for paths in found.drv_paths.values():
                assert all(paths.values()), f"{path}: {paths}"
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


def test_every_lock_exports_to_itself(corpus: Path) -> None:
    exported = 0
    for name in names(corpus, "pylock"):
        path = corpus / "pylock" / name
        try:
            lock = pylock.read(files.read(path), {})
        except InputError:
            assert name in REFUSED
            continue
        if name in REFUSED:
            continue
        text = exports.pylock(lock, root=PurePosixPath())
        Pylock.from_dict(tomli.loads(text)).validate()
        again = pylock.read(SourceFile(path=path, content=text.encode()), {})
        assert exports.pylock(again, root=PurePosixPath()) == text, name
        exported += 1
    report(f"{exported} locks export to themselves")
