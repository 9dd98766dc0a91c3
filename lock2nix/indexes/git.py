"""Looks into git repositories for what builds them: one commit, into a folder that is gone afterwards."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from lock2nix.errors import IndexFault
from lock2nix.schemas.lock import BuildSystem
from lock2nix.schemas.source import GitSource

from .addresses import masked
from .archives import build_system_of_tree

_TIMEOUT = 300  # seconds for one git command
_SHA1 = 40  # letters of a revision; those of repositories with sha256 have 64
_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false")
# A hook of git's sets these for its own repository, and lock2nix may be run by one.
_ELSEWHERE = re.compile(r"GIT_(DIR|COMMON_DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_.*|NAMESPACE|PREFIX)")


def build_system_of_git(source: GitSource) -> BuildSystem:
    """Return the build system of a repository at its locked revision. Raises IndexFault."""
    shown = masked(source.url)
    if not _REVISION.fullmatch(source.revision):
        raise IndexFault("the revision is not a full one", place=shown)
    try:
        with tempfile.TemporaryDirectory(prefix="lock2nix-") as made:
            folder = Path(made)
            _git(folder, "init", "--quiet", f"--object-format={'sha1' if len(source.revision) == _SHA1 else 'sha256'}")
            _fetch(folder, source)
            _git(folder, "checkout", "--quiet", "--detach", source.revision)
            return build_system_of_tree(folder / (source.subdirectory or ""), within=folder)
    except subprocess.CalledProcessError as error:
        said = _said(error.stderr).replace(source.url, shown)
        raise IndexFault("".join(c for c in said if c.isprintable()), place=shown) from None
    except subprocess.TimeoutExpired:
        raise IndexFault(f"git took longer than {_TIMEOUT} seconds", place=shown) from None
    except (OSError, ValueError) as error:
        raise IndexFault(f"the repository cannot be looked into: {error}", place=shown) from None


def _said(stderr: str) -> str:
    """Return the line of git's words that says what was wrong: advice follows it."""
    lines = stderr.strip().splitlines() or ["git failed"]
    return next((line for line in lines if line.startswith(("fatal:", "error:", "ssh:"))), lines[-1])


def _fetch(folder: Path, source: GitSource) -> None:
    try:
        _git(folder, "fetch", "--quiet", "--depth=1", "--", source.url, source.revision)
    except subprocess.CalledProcessError:
        # Not every server gives a commit by its name, and the plainest give nothing shallow.
        _git(folder, "fetch", "--quiet", "--tags", "--", source.url, "+refs/*:refs/lock2nix/*")


def _git(folder: Path, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not _ELSEWHERE.fullmatch(name)}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}
    # Transports such as ext:: run commands.
    environment["GIT_ALLOW_PROTOCOL"] = "file:git:http:https:ssh"
    subprocess.run(  # noqa: S603 - our own arguments, and an address after `--`
        ["git", "-C", str(folder), *_QUIET, *arguments],  # noqa: S607 - the user's own git
        check=True,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_TIMEOUT,
        env=environment,
    )
