"""Which source serves a package on each target: one file, one tree, or a reason why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from lock2nix.schemas.artifact import Artifact
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import Package
from lock2nix.schemas.plan import TargetSet
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, UrlSource

from .wheels import WheelRanking, is_pure


@dataclass(frozen=True, slots=True)
class Serving:
    """What serves a package where: files by target set; `tree` for git and directories; the rest is unserved.

    Of these some are `refused`: not for want of a wheel among others, but as `reason` says.
    """

    files: tuple[tuple[Artifact, TargetSet], ...]
    tree: TargetSet
    unserved: TargetSet
    reason: str = ""
    refused: TargetSet = 0


def serve(package: Package, where: TargetSet, ranking: WheelRanking, prefer: Prefer) -> Serving:
    """Return the one source of the package for each target of `where`."""
    match package.source:
        case GitSource() | DirectorySource():
            return Serving(files=(), tree=where, unserved=0)
        case FileSource(path=path):
            local = Artifact(filename=path.name)
            return _from_files([local], where, ranking, "wheel")
        case UrlSource():
            return _from_files(package.artifacts, where, ranking, "wheel")
        case IndexSource():
            admitted = [artifact for artifact in package.artifacts if artifact.kind in package.kinds]
            return _from_files(admitted, where, ranking, prefer)
        case _ as never:
            assert_never(never)


def _from_files(artifacts: Sequence[Artifact], where: TargetSet, ranking: WheelRanking, prefer: Prefer) -> Serving:
    wheels = [a for a in artifacts if a.is_wheel]
    sdist = _best_sdist([a for a in artifacts if not a.is_wheel])
    if sdist is not None and prefer == "pure":
        wheels = [wheel for wheel in wheels if is_pure(wheel)]
    if sdist is not None and prefer == "sdist":
        wheels = []
    files: dict[str, tuple[Artifact, TargetSet]] = {}
    unserved = 0
    for i, wheel in enumerate(ranking.best(wheels)):
        bit = 1 << i
        if not where & bit:
            continue
        artifact = wheel or sdist
        if artifact is None:
            unserved |= bit
        else:
            files[artifact.filename] = artifact, files.get(artifact.filename, (artifact, 0))[1] | bit
    reason = "" if not unserved else _reason(wheels)
    refused = 0 if files else unserved
    return Serving(files=tuple(files.values()), tree=0, unserved=unserved, reason=reason, refused=refused)


def _best_sdist(sdists: Sequence[Artifact]) -> Artifact | None:
    # PEP 625 leaves one form, .tar.gz; older releases also have .zip and others of the same content.
    forms = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")
    readable = [s for s in sdists if s.filename.endswith(forms)]
    return min(readable, key=lambda s: next(i for i, f in enumerate(forms) if s.filename.endswith(f)), default=None)


def _reason(wheels: Sequence[Artifact]) -> str:
    if not wheels:
        return "the lock has no wheel or sdist for it"
    tags = sorted({"-".join(wheel.filename.removesuffix(".whl").split("-")[-3:]) for wheel in wheels})
    shown = ", ".join(tags[:4]) + (f" and {len(tags) - 4} more" if len(tags) > 4 else "")  # noqa: PLR2004
    return f"the lock has no sdist, and wheels only for {shown}"
