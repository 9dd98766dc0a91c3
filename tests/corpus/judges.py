"""Asks uv and pip which of a pin's files they would install on a target.

uv (`uv pip compile --no-deps`) asks an index on loopback that lists these files alone, and where they have no sdist a
stand-in for when none fits. It tells its choice in its log. It knows platforms up to glibc 2.40, and by
MACOSX_DEPLOYMENT_TARGET any macOS: those of our targets. pip's own evaluator is asked with the tags that its
`packaging` finds on a machine with the target's glibc. (`pip download --platform` takes names of platforms one by one,
and so does not tell what a machine is offered.)
"""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from packaging.version import Version
from pip._internal.index.package_finder import CandidateEvaluator, LinkEvaluator, LinkType
from pip._internal.models.candidate import InstallationCandidate
from pip._internal.models.link import Link
from pip._internal.models.target_python import TargetPython
from pip._vendor.packaging import tags
from uv import find_uv_bin

from lock2nix.schemas.target import Target
from tests.indexes.server import Server, json_page

from .locked_files import Pin

NONE_FITS = "-"
_SELECTED = re.compile(r"Selecting: (\S+)==\S+ \[compatible\] \((.+)\)")


class Uv:
    """uv with a cache of its own, and an index for each lock."""

    def __init__(self, server: Server, cache_folder: Path) -> None:
        self._server = server
        self._cache = cache_folder
        self._locks = 0

    def publish(self, files: Mapping[Pin, Sequence[str]]) -> str:
        """Serve these files as an index, and return its address."""
        self._locks += 1
        pages: dict[str, list[str]] = {}
        for pin, listed in files.items():
            # uv gives up where nothing fits: then it shall find this.
            pages.setdefault(pin.name, []).extend([*listed] if _has_sdist(listed) else [*listed, _stand_in(pin)])
        for name, listed in pages.items():
            rows = [{"filename": file, "url": f"/{file}", "hashes": {}} for file in dict.fromkeys(listed)]
            self._server.on(f"/{self._locks}/{name}/", json_page(*rows, Cache_Control="max-age=600"))
        return f"{self._server.address}/{self._locks}"

    def choices(self, index: str, target: Target, pins: Mapping[Pin, Sequence[str]]) -> dict[Pin, str]:
        """Return the file that uv chooses of each pin."""
        command = [find_uv_bin(), "pip", "compile", "--verbose", "--no-config", "--no-deps", "--default-index", index]
        command += ["--python", sys.executable, "--cache-dir", str(self._cache)]
        command += ["--python-version", target.full_version, "--python-platform", _platform(target), "-"]
        done = subprocess.run(
            command,
            input="".join(f"{pin.name}==={pin.version}\n" for pin in pins),
            env={"MACOSX_DEPLOYMENT_TARGET": ".".join(map(str, target.libc))},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        selected: dict[str, str] = dict(_SELECTED.findall(done.stderr))
        return {pin: _but(_stand_in(pin), selected[pin.name], listed) for pin, listed in pins.items()}


def _but(stand_in: str, chosen: str, listed: Sequence[str]) -> str:
    return NONE_FITS if chosen == stand_in and chosen not in listed else chosen


def _has_sdist(files: Sequence[str]) -> bool:
    return any(not file.endswith(".whl") for file in files)


def _stand_in(pin: Pin) -> str:
    return f"{pin.name}-{pin.version}.tar.gz"


def _platform(target: Target) -> str:
    machine = target.system.partition("-")[0]
    return f"{machine}-apple-darwin" if target.is_darwin else f"{machine}-manylinux_{'_'.join(map(str, target.libc))}"


@cache
def pip_choice(target: Target, pin: Pin, files: Sequence[str]) -> str:
    """Return the file that pip chooses of a pin."""
    python = _python(target)
    links = LinkEvaluator(pin.name, pin.name, frozenset({"binary", "source"}), python, allow_yanked=True)
    candidates = []
    for file in files:
        link = Link(f"https://x.org/{file.replace('+', '%2B')}")
        kind, version = links.evaluate_link(link)
        # Poetry's older locks list the files of all versions of a name.
        if kind is LinkType.candidate and Version(version) == Version(pin.version):
            candidates.append(InstallationCandidate(pin.name, version, link))
    evaluator = CandidateEvaluator.create(pin.name, python, allow_all_prereleases=True)
    best = evaluator.compute_best_candidate(candidates).best_candidate
    return NONE_FITS if best is None else best.link.filename


@cache
def _python(target: Target) -> TargetPython:
    return TargetPython(platforms=_platforms(target), py_version_info=target.minor, implementation="cp")


def _platforms(target: Target) -> list[str]:
    machine = target.system.partition("-")[0]
    if target.is_darwin:
        return [f"macosx_{target.libc[0]}_{target.libc[1]}_{machine.replace('aarch64', 'arm64')}"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sysconfig.get_platform", lambda: f"linux-{machine}")
        patched.setattr("pip._vendor.packaging._manylinux._get_glibc_version", lambda: target.libc)
        patched.setattr("pip._vendor.packaging._musllinux._get_musl_version", lambda _: None)
        return list(tags._linux_platforms())  # noqa: SLF001 - what pip takes for this machine's
