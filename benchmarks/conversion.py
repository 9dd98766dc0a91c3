"""How long a conversion takes, and where the time goes.

usage: python -m benchmarks.conversion [LOCK]

Converts a poetry.lock offline, for all default targets, in processes of its own and with an empty cache, and compares
with `python -c pass` in the same run: the ratio holds where seconds do not. Then one conversion is profiled, and the
time counted by room of lock2nix and by library. LOCK is the largest fixture unless named.
"""

import cProfile
import os
import pstats
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_RUNS = 7
_MEGABYTE = 1 << 20


def main() -> None:
    """Measure and print."""
    locks = [Path(sys.argv[1])] if len(sys.argv) > 1 else sorted(_ROOT.glob("fixtures/poetry/*/poetry.lock"))
    lock = max(locks, key=lambda path: path.stat().st_size)
    print(f"{lock.parent.name}/{lock.name}, {lock.stat().st_size / 1000:.0f} kB, median of {_RUNS} runs")
    with tempfile.TemporaryDirectory() as folder:
        convert = [sys.executable, "-m", "lock2nix", "poetry", str(lock), "--offline", "-o", f"{folder}/out.nix", "-q"]
        environment = {**os.environ, "XDG_CACHE_HOME": folder, "PYTHONDONTWRITEBYTECODE": ""}
        ours = [_seconds(convert, environment) for _ in range(_RUNS)]
        empty = [_seconds([sys.executable, "-c", "pass"], environment) for _ in range(_RUNS)]
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / _MEGABYTE
        ratio = statistics.median(o / e for o, e in zip(ours, empty, strict=True))
        print(f"  {statistics.median(ours):.2f} s wall, {ratio:.0f} x python -c pass, peak {peak:.0f} MB")
        _profile(lock, Path(folder))


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment)
    return time.perf_counter() - start


def _profile(lock: Path, folder: Path) -> None:
    profile = cProfile.Profile()
    os.environ["XDG_CACHE_HOME"] = str(folder)
    profile.enable()
    # Imported under the profiler: start-up is part of what a user waits for.
    from lock2nix.converters import FORMATS  # noqa: PLC0415
    from lock2nix.pipeline import Conversion, convert  # noqa: PLC0415

    convert(Conversion(format=FORMATS[0], lock=lock, output=folder / "profiled.nix", offline=True))
    profile.disable()
    rooms: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        rooms[_room(file, name)] += own
    whole = sum(rooms.values())
    print("  where the time goes (under a profiler, which slows Python down more than C):")
    for room, seconds in rooms.most_common(14):
        print(f"    {seconds / whole:5.0%}  {room}")


def _room(file: str, name: str) -> str:
    path = Path(file)
    if path.is_relative_to(_ROOT / "lock2nix"):
        return f"lock2nix/{path.relative_to(_ROOT / 'lock2nix').parts[0]}"
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1]
    if file == "~":
        known = next(
            (part for part in ("pydantic_core", "tomli", "isinstance", "compile", "marshal") if part in name), ""
        )
        return {"compile": "imports", "marshal": "imports"}.get(known, known or "built-in functions")
    return "importlib" if "importlib" in file else "standard library"


if __name__ == "__main__":
    main()
