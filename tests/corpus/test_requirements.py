"""Every requirements file of the corpus: a lock, wishes, or refused for a reason that is right about the file; and what
is written for the locks evaluates, as far as it can without an index.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from lock2nix import inputs
from lock2nix.converters import requirements
from lock2nix.converters.interface import Read
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.wishes import Wishes

from .evaluation import UNSERVED, evaluate
from .walk import ARCHIVE, SYSTEMS, names, report, stand_ins, unpacked, walk

KIND = "requirements"
# Beginning of a path → what is wrong with the file. First those that pip refuses, too.
NOT_PIPS = {
    # conda's own
    "ESMValGroup__ESMValCore/": "this is a package of conda's, and none of pip's: \"basemap=1.0.8.dev0=np110py27_1\"",
    "SciTools__iris/": "this is a package of conda's, and none of pip's: \"matplotlib=1.3.1\"",
    "conda__conda-libmamba-solver__dev/": '"conda-forge::libmamba>=2.0.0"',
    "PBarde__moma-ppo/": "conda installed this, and built it in a folder that nobody else has",
    "sferics__obs-processing/": "conda installed this, and built it in a folder that nobody else has",
    "sferics__obs-processing@": "conda installed this, and built it in a folder that nobody else has",
    # what pip would refuse
    "CycloneDX__cyclonedx-python__tests___data__": '"idna.whl" is not the name of a wheel',
    "CycloneDX__cyclonedx-python__tests__fixtures/": '"idna.whl" is not the name of a wheel',
    "anchore__syft__syft__pkg__cataloger__python__test-fixtures__": "only a folder or a repository",
    "anchore__syft__syft__pkg__cataloger__python__testdata__": "only a folder or a repository",
    "camel-ai__camel/": r'"transformers[\"agent\"]" is not a requirement (PEP 508)',
    "openedx__course-discovery__requirements@": "this is newrelic 4.8.0.110, but ",
}
# pip takes these: it asks the server what the file is called.
OURS = {
    "datalad__datalad/": "the address does not end in the name of a file",
    "mne-tools__mne-python/": "the address does not end in the name of a file",
}
# Files that the corpus does not have, and what only the environment says.
ABSENT = {
    "conda__conda-build/": 'there is no file "requirements.txt"',
    "google__osv-scalibr__extractor__filesystem__language__python__requirements__testdata/": (
        'there is no file "constraints.txt"'
    ),
    "google__osv-scalibr__extractor__filesystem__language__python__requirements__testdata@": "${MY_VARIABLE_1} stands",
}
REFUSED = {**NOT_PIPS, **OURS, **ABSENT}
# What evaluation may throw: what only an index could tell.
THROWN = (
    UNSERVED,
    r"\S+ \S+ cannot be had here: the lock has (a version without files|hashes without file names) \(an index .*",
    r"[\w.-]+: what builds \S+ \S+ is not known; run `lock2nix requirements [\w.-]+` once without --offline",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(tmp_path_factory)


def _read(path: Path) -> Read | InputError:
    try:
        found = inputs.gathered(requirements.FORMAT, [path])
        return requirements.read_several(found.locks, found.companions)
    except InputError as error:
        return error


def test_every_file_is_a_lock_or_wishes_or_rightly_refused(corpus: Path) -> None:
    found = {name: _read(corpus / KIND / name) for name in names(corpus, KIND)}
    locks = {name: one for name, one in found.items() if isinstance(one, Lock)}
    wishes = {name: one for name, one in found.items() if isinstance(one, Wishes)}
    refused = {name: str(one) for name, one in found.items() if isinstance(one, InputError)}
    report(f"{len(locks)} locks of {sum(len(lock.packages) for lock in locks.values())} packages")
    report(f"{len(wishes)} wishes with {sum(len(one.unpinned) for one in wishes.values())} open lines")
    report(f"{len(refused)} refused")
    assert len(locks) >= 76
    assert len(wishes) >= 18
    assert len(refused) == len(REFUSED), refused
    assert len(OURS) <= 0.02 * len(found)
    for beginning, reason in REFUSED.items():
        (said,) = (error for name, error in refused.items() if name.startswith(beginning))
        assert reason in said
        assert said.startswith(str(corpus / KIND))
    for name, lock in locks.items():
        assert requirements.recognises((corpus / KIND / name).read_bytes()) or not lock.packages, name


@pytest.mark.usefixtures("nix")
def test_every_lock_is_converted_and_evaluates(corpus: Path, tmp_path: Path) -> None:
    walked = walk(corpus, "requirements", tmp_path)
    assert len(walked.converted) >= 76
    assert all(isinstance(error, InputError) for error in walked.refused.values())
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
