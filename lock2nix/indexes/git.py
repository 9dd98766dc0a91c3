"""Looks into git repositories for what builds them: one commit, into a folder that is gone afterwards."""

import os
import subprocess
import tempfile
from pathlib import Path

from lock2nix.errors import IndexFault
from lock2nix.schemas.lock import BuildSystem
from lock2nix.schemas.source import GitSource

from .archives import build_system_of_tree
from .http import masked

_TIMEOUT = 300  # seconds for one git command
_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", "-c", "advice.detachedHead=false")


def build_system_of_git(source: GitSource) -> BuildSystem:
    """Return the build system of a repository at its locked revision. Raises IndexFault."""
    try:
        with tempfile.TemporaryDirectory(prefix="lock2nix-") as folder:
            _git(folder, "init", "--quiet")
            _fetch(folder, source)
            _git(folder, "checkout", "--quiet", source.revision)
            return build_system_of_tree(_inside(Path(folder), source))
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()[-1:] or ["git failed"]
        raise IndexFault(said[0].replace(source.url, masked(source.url)), place=masked(source.url)) from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise IndexFault(f"cannot be looked into: {error}", place=masked(source.url)) from None


def _fetch(folder: str, source: GitSource) -> None:
    try:
        _git(folder, "fetch", "--quiet", "--depth=1", "--", source.url, source.revision)
    except subprocess.CalledProcessError:
        # Not every server gives a commit by its name, and the plainest give nothing shallow.
        _git(folder, "fetch", "--quiet", "--tags", "--", source.url, "+refs/*:refs/lock2nix/*")


def _inside(folder: Path, source: GitSource) -> Path:
    tree = folder if source.subdirectory is None else folder / source.subdirectory
    if not tree.resolve().is_relative_to(folder.resolve()):
        raise ValueError("its subdirectory leads out of it")
    return tree


def _git(folder: str, *arguments: str) -> None:
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}
    subprocess.run(  # noqa: S603 - our own arguments, and an address after `--`
        ["git", "-C", folder, *_QUIET, *arguments],  # noqa: S607 - the user's own git
        check=True,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        env=environment,
    )
