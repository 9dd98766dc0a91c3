"""Evaluates many generated overlays in one call of Nix."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.nix_runner import to_nix

UNSERVED = (
    r"\S+ \S+ cannot be had here: (.* \(an index would tell: run once without --offline\)"
    r"|the lock has no sdist, and wheels only for .*|the lock has no wheel or sdist for it|it requires Python .*)"
)
"""What a row of the table says that no file serves."""

_HERE = Path(__file__).parent
_TRACE = "trace: reason: "


@dataclass(frozen=True)
class Evaluated:
    """What came of one overlay: by system and attribute the derivation, None if it throws; and every reason thrown."""

    drv_paths: Mapping[str, Mapping[str, str | None]]
    reasons: frozenset[str]


def evaluate(overlays: Sequence[tuple[Path, str]], systems: Sequence[str]) -> list[Evaluated]:
    """Evaluate overlays, given by path and project, as `evaluate.nix` says; errors that are not thrown fail."""
    listed = [{"path": str(path), "name": name} for path, name in overlays]
    expression = f"import {to_nix(_HERE / 'evaluate.nix')} {to_nix({'overlays': listed, 'systems': list(systems)})}"
    command = ["nix-instantiate", "--eval", "--strict", "--json", "-"]
    done = subprocess.run(command, input=expression, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, _errors(done.stderr)
    reasons: dict[str, set[str]] = {str(path): set() for path, _ in overlays}
    for path, reason in _reasons(done.stderr):
        reasons[path].add(reason)
    found = json.loads(done.stdout)
    return [
        Evaluated(drv_paths=paths, reasons=frozenset(reasons[str(path)]))
        for (path, _), paths in zip(overlays, found, strict=True)
    ]


def _reasons(stderr: str) -> Iterator[tuple[str, str]]:
    for line in stderr.splitlines():
        if line.startswith(_TRACE):
            told = json.loads(line.removeprefix(_TRACE))
            yield told["path"], told["reason"]


def _errors(stderr: str) -> str:
    return "\n".join(line for line in stderr.splitlines() if not line.startswith(_TRACE))[-6000:]
