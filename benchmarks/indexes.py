"""How long an index is asked for pinned requirements, against `uv pip compile --universal` in the same minute.

usage: python -m benchmarks.indexes [REQUIREMENTS [INDEX_URL]]

Without a file: 300 made-up projects of an index on loopback whose answers are 20 ms late, pages as JSON and as HTML.
With one: the index of the user's configuration, or the one named. uv and lock2nix take turns, each in processes of its
own, with an empty cache (cold) and then with what that run has left there (warm). Seconds change with the machine's
mood: the ratio of the runs that followed each other is what holds. TMPDIR says where the caches are.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lock2nix.indexes import configuration
from lock2nix.indexes.configuration_files import from_files

from . import local_index

_ROOT = Path(__file__).parents[1]
_RUNS = 5
_PROJECTS = 300
_DELAY = 0.02
_UV = ("uv", "pip", "compile", "--universal", "--no-config", "--generate-hashes", "--quiet")


@dataclass(frozen=True, slots=True)
class _Run:
    seconds: float
    processor: float
    megabytes: float
    asked: str


def main() -> None:
    """Measure and print."""
    if len(sys.argv) > 1:
        requirements, *named = sys.argv[1:]
        levels = [*configuration.from_environment(os.environ), *from_files(os.environ, Path.cwd())]
        index = named[0] if named else configuration.joined(levels).default
        print(f"{requirements}, {index}, median of {_RUNS} runs")
        _compare(Path(requirements), index, lambda: "not counted")
        return
    for form in ("json", "html"):
        with (
            tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as pins,
            local_index.serve(projects=_PROJECTS, delay=_DELAY, form=form) as served,
        ):
            pins.writelines(f"{line}\n" for line in local_index.pins(_PROJECTS))
            pins.flush()
            print(f"{_PROJECTS} made-up projects, {form}, {_DELAY * 1000:.0f} ms late, median of {_RUNS} runs")
            _compare(Path(pins.name), served.address, partial(_asked, served))


def _asked(index: local_index.LocalIndex) -> str:
    asked = index.asked()
    return f"{asked.requests} ({asked.repeated} twice) over {asked.connections} connections"


def _compare(requirements: Path, index: str, asked: Callable[[], str]) -> None:
    uv: dict[str, list[_Run]] = {"cold": [], "warm": []}
    ours: dict[str, list[_Run]] = {"cold": [], "warm": []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(_RUNS):
            caches = Path(folder, str(number))
            command = [
                *_UV,
                "--index-url",
                index,
                "--cache-dir",
                f"{caches}/uv",
                "-o",
                f"{caches}/out",
                str(requirements),
            ]
            fill = [sys.executable, "-m", "benchmarks.pins", str(requirements), index]
            caches.mkdir()
            for which in ("cold", "warm"):
                uv[which].append(_run(command, {}, asked))
                Path(caches, "out").unlink()  # uv would prefer what is in it
                ours[which].append(_run(fill, {"XDG_CACHE_HOME": f"{caches}/ours"}, asked))
    for which, theirs, own in (("cold", uv["cold"], ours["cold"]), ("warm", uv["warm"], ours["warm"])):
        ratio = statistics.median(o.seconds / t.seconds for o, t in zip(own, theirs, strict=True))
        print(f"  {which}: {ratio:.2f} x uv")
        for name, runs in (("uv", theirs), ("lock2nix", own)):
            seconds = statistics.median(run.seconds for run in runs)
            busy = statistics.median(run.processor for run in runs)
            peak = max(run.megabytes for run in runs)
            said = f"{seconds:5.2f} s ({busy:.2f} s of processors), peak {peak:3.0f} MB, requests: {runs[-1].asked}"
            print(f"    {name:9}{said}")


def _run(command: Sequence[str], environment: Mapping[str, str], asked: Callable[[], str]) -> _Run:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTHON"))}
    clean["PYTHONPATH"] = str(_ROOT)
    start = time.perf_counter()
    with subprocess.Popen(command, env={**clean, **environment}, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return _Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, asked())


if __name__ == "__main__":
    main()
