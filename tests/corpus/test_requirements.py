"""Every requirements file of the corpus: a lock, wishes, or refused for a reason that is right about the file; and the
overlays of those that are locks evaluate.

The corpus lies beside the checkout, at ../shared/corpus/public.tar.xz.
"""

import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lock2nix import inputs
from lock2nix.converters import requirements
from lock2nix.errors import InputError
from lock2nix.pipeline import Conversion, Converted, convert
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.wishes import Wishes

from .evaluation import evaluate

ARCHIVE = Path(__file__).parents[3] / "shared" / "corpus" / "public.tar.xz"
SYSTEMS = ("x86_64-linux", "aarch64-linux", "aarch64-darwin")

# Part of a path → what is wrong with the file.
REFUSED = {
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
    # an address without the name of a file
    "datalad__datalad/": "the address does not end in the name of a file",
    "mne-tools__mne-python/": "the address does not end in the name of a file",
    # files that the corpus does not have
    "conda__conda-build/": 'there is no file "requirements.txt"',
    "google__osv-scalibr__extractor__filesystem__language__python__requirements__testdata/": (
        'there is no file "constraints.txt"'
    ),
    # what only the environment decides
    "google__osv-scalibr__extractor__filesystem__language__python__requirements__testdata@": "${MY_VARIABLE_1} stands",
}
# What evaluation may throw: what only an index could tell, and this corpus is converted without one.
THROWN = (
    r"[\w.-]+: \S+ \S+ has neither a wheel for cp\d+-[\w-]+ nor an sdist.*",
    r"[\w.-]+: what builds \S+ \S+ is not known; run `lock2nix requirements [\w.-]+` once without --offline",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
]


@dataclass(frozen=True)
class Walked:
    """What came of the corpus's files, by their paths in it."""

    locks: dict[str, Lock]
    wishes: dict[str, Wishes]
    refused: dict[str, InputError]
    folder: Path


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    # Deep enough for `../..` of a file to stay in our own folder.
    folder = tmp_path_factory.mktemp("corpus") / "a" / "b" / "c" / "d" / "e"
    with tarfile.open(ARCHIVE) as archive:
        # Python 3.11.2, as Debian 12 has it, knows no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        archive.extractall(folder)  # noqa: S202
    result = Walked({}, {}, {}, folder / "public" / "requirements")
    for name in _names(folder / "public" / "INDEX.tsv"):
        try:
            found = inputs.gathered(requirements.FORMAT, [result.folder / name])
            read = requirements.read_several(found.locks, found.companions)
        except InputError as error:
            result.refused[name] = error
            continue
        if isinstance(read, Lock):
            result.locks[name] = read
        else:
            result.wishes[name] = read
    return result


def _names(index: Path) -> Iterator[str]:
    for row in index.read_text(encoding="utf-8").splitlines():
        kind, path, *_ = row.split("\t")
        if kind == "requirements":
            yield path.removeprefix("requirements/")


def test_every_file_is_a_lock_or_wishes_or_rightly_refused(walked: Walked) -> None:
    packages = sum(len(lock.packages) for lock in walked.locks.values())
    open_ones = sum(len(wishes.unpinned) for wishes in walked.wishes.values())
    _report(f"{len(walked.locks)} locks of {packages} packages, {len(walked.wishes)} files with {open_ones} open lines")
    _report(f"{len(walked.refused)} refused")
    assert len(walked.locks) >= 76
    assert len(walked.wishes) >= 18
    assert len(walked.refused) == len(REFUSED), {name: str(error) for name, error in walked.refused.items()}
    for beginning, reason in REFUSED.items():
        (found,) = (str(error) for name, error in walked.refused.items() if name.startswith(beginning))
        assert reason in found
        assert found.startswith(str(walked.folder))


def test_every_lock_is_recognised(walked: Walked) -> None:
    for name, lock in walked.locks.items():
        assert requirements.recognises((walked.folder / name).read_bytes()) or not lock.packages, name


@pytest.mark.usefixtures("nix")
def test_every_lock_is_converted_and_evaluates(walked: Walked, tmp_path: Path) -> None:
    converted: list[Converted] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path))
        for name in walked.locks:
            conversion = Conversion(format=requirements.FORMAT, lock=walked.folder / name, offline=True)
            converted.append(convert(conversion))
    overlays = [(one.conversion.destination, one.plan.name) for one in converted]
    reasons: Counter[str] = Counter()
    for found in evaluate(overlays, SYSTEMS):
        for reason in found.reasons:
            pattern = next((pattern for pattern in THROWN if re.fullmatch(pattern, reason)), None)
            assert pattern is not None, reason
            reasons[pattern] += 1
        assert all(path for paths in found.drv_paths.values() for path in paths.values())
    _report(f"{len(overlays)} overlays evaluate; {reasons}")


def _report(line: str) -> None:
    sys.stdout.write(f"{line}\n")
