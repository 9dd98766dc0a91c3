"""Every poetry.lock of the corpus: converted offline, or refused for a reason that is right about the file; and what is
written evaluates.

The corpus lies beside the checkout, at ../shared/corpus/public.tar.xz.
"""

import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

from lock2nix.converters import FORMATS
from lock2nix.errors import Lock2nixError
from lock2nix.pipeline import Conversion, Converted, convert
from lock2nix.schemas.plan import LocalFile, Plan, TreeOrigin
from lock2nix.schemas.source import DirectorySource

from .evaluation import evaluate

ARCHIVE = Path(__file__).parents[3] / "shared" / "corpus" / "public.tar.xz"
SYSTEMS = ("x86_64-linux", "aarch64-linux", "aarch64-darwin")

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
    r"[\w.-]+\.lock: what builds \S+ \S+ is not known; run `lock2nix poetry [\w.-]+\.lock` once without --offline",
    r"[\w.-]+\.lock: \S+ \S+ has neither a wheel for cp\d+-[\w-]+ nor an sdist, but wheels for .*",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
]


@dataclass(frozen=True)
class Walked:
    """What came of the corpus's locks, by their paths in it."""

    converted: dict[str, Converted]
    refused: dict[str, Lock2nixError]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    # Deep enough for `../..` of a lock to stay in our own folder.
    folder = tmp_path_factory.mktemp("corpus") / "a" / "b" / "c" / "d" / "e"
    with tarfile.open(ARCHIVE) as archive:
        # Python 3.11.2, as Debian 12 has it, knows no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        archive.extractall(folder)  # noqa: S202
    result = Walked({}, {})
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("empty-cache")))
        for name in _names(folder / "public" / "INDEX.tsv"):
            lock = folder / "public" / "poetry" / name
            try:
                result.converted[name] = convert(Conversion(format=FORMATS[0], lock=lock, offline=True))
            except Lock2nixError as error:
                result.refused[name] = error
    return result


def _names(index: Path) -> Iterator[str]:
    for row in index.read_text(encoding="utf-8").splitlines():
        kind, path, *_ = row.split("\t")
        if kind == "poetry":
            yield path.removeprefix("poetry/")


def test_every_lock_is_converted_or_rightly_refused(walked: Walked) -> None:
    total = len(walked.converted) + len(walked.refused)
    kinds = Counter(notice.kind for converted in walked.converted.values() for notice in converted.plan.notices)
    packages = sum(len(converted.plan.packages) for converted in walked.converted.values())
    _report(f"{len(walked.converted)} of {total} locks converted, {packages} packages; notices: {dict(kinds)}")
    assert total >= 84
    assert set(walked.refused) == set(REFUSED), {name: str(error) for name, error in walked.refused.items()}
    for name, reason in REFUSED.items():
        assert reason in str(walked.refused[name])
        assert walked.refused[name].exit_code == 3


@pytest.mark.usefixtures("nix")
def test_every_environment_evaluates(walked: Walked) -> None:
    absent = Counter(name for name, converted in walked.converted.items() for _ in _stand_ins(converted))
    _report(f"stand-ins for sources on disk that the corpus lacks: {dict(absent)}")
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
    _report(f"{len(overlays)} overlays evaluate to {derivations} derivations; {complete} of them without stand-ins")
    for pattern, count in reasons.items():
        _report(f"{count:5} times {pattern}")


def _stand_ins(converted: Converted) -> Iterator[Path]:
    """Make, empty, the files and directories that the lock names and the corpus does not have."""
    lock = converted.conversion.lock
    for path, is_folder in _on_disk(converted.plan):
        place = lock.parent / path
        if place.exists():
            continue
        (place if is_folder else place.parent).mkdir(parents=True, exist_ok=True)
        if not is_folder:
            place.touch()
        yield place


def _on_disk(plan: Plan) -> Iterator[tuple[PurePosixPath, bool]]:
    for sourced in (s for package in plan.packages for variant in package.variants for s in variant.sources):
        origin = sourced.origin
        if isinstance(origin, TreeOrigin):
            if isinstance(origin.tree, DirectorySource):
                yield origin.tree.path, True
        elif isinstance(origin.file, LocalFile):
            yield origin.file.path, False


def _report(line: str) -> None:
    sys.stdout.write(f"{line}\n")
