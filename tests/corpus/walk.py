"""Walks the locks of one format in the corpus, which lies beside the checkout at ../shared/corpus/public.tar.xz."""

import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

from lock2nix.converters import FORMATS
from lock2nix.errors import Lock2nixError
from lock2nix.pipeline import Conversion, Converted, convert
from lock2nix.schemas.plan import LocalFile, Plan, TreeOrigin
from lock2nix.schemas.source import DirectorySource

ARCHIVE = Path(__file__).parents[3] / "shared" / "corpus" / "public.tar.xz"
SYSTEMS = ("x86_64-linux", "aarch64-linux", "aarch64-darwin")


@dataclass(frozen=True)
class Walked:
    """What came of a format's locks, by their paths in its folder."""

    converted: dict[str, Converted]
    refused: dict[str, Lock2nixError]


def unpacked(factory: pytest.TempPathFactory) -> Path:
    """Unpack the corpus, and return its folder."""
    # Deep enough for `../..` of a lock to stay in our own folder.
    folder = factory.mktemp("corpus") / "a" / "b" / "c" / "d" / "e"
    with tarfile.open(ARCHIVE) as archive:
        # Python 3.11.2, as Debian 12 has it, knows no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        archive.extractall(folder)  # noqa: S202
    return folder / "public"


def walk(corpus: Path, format_name: str, cache: Path, kind: str | None = None) -> Walked:
    """Convert every lock of a format offline, over an empty cache; `kind` is what the corpus calls the format."""
    known = next(known for known in FORMATS if known.name == format_name)
    result = Walked({}, {})
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(cache))
        folder = kind or format_name
        for name in names(corpus, folder):
            conversion = Conversion(format=known, lock=corpus / folder / name, offline=True)
            try:
                result.converted[name] = convert(conversion)
            except Lock2nixError as error:
                result.refused[name] = error
    return result


def names(corpus: Path, format_name: str) -> Iterator[str]:
    """Yield the paths of a format's locks in its folder."""
    for row in (corpus / "INDEX.tsv").read_text(encoding="utf-8").splitlines():
        kind, path, *_ = row.split("\t")
        if kind == format_name:
            yield path.removeprefix(f"{format_name}/")


def stand_ins(converted: Converted) -> Iterator[Path]:
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


def report(line: str) -> None:
    """Say what was counted: pytest shows it with -s."""
    sys.stdout.write(f"{line}\n")


def _on_disk(plan: Plan) -> Iterator[tuple[PurePosixPath, bool]]:
    for sourced in (s for package in plan.packages for variant in package.variants for s in variant.sources):
        origin = sourced.origin
        if isinstance(origin, TreeOrigin):
            if isinstance(origin.tree, DirectorySource):
                yield origin.tree.path, True
        elif isinstance(origin.file, LocalFile):
            yield origin.file.path, False
