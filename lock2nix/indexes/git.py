"""Looks into git repositories for what builds them and what they need: one commit, into a folder that then is gone."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from packaging.utils import NormalizedName

from lock2nix.errors import IndexFault
from lock2nix.schemas.lock import BuildSystem
from lock2nix.schemas.metadata import CoreMetadata
from lock2nix.schemas.source import GitSource

from .addresses import masked
from .archives import build_system_of_files
from .static_metadata import metadata_of_tree
from .trees import Files, files_of_folder

_TIMEOUT = 300  # seconds for one git command
_SHA1 = 40  # letters of a revision; those of repositories with sha256 have 64
_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false")
# A hook of git's sets these for its own repository, and lock2nix may be run by one.
_ELSEWHERE = re.compile(r"GIT_(DIR|COMMON_DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_.*|NAMESPACE|PREFIX)")


class Repositories:
    """The repositories of one run: each revision is fetched once, whatever is asked of it. Both raise IndexFault."""

    def __init__(self) -> None:
        self._seen: dict[GitSource, Files] = {}

    def build_system(self, source: GitSource) -> BuildSystem:
        """Return what builds a repository at its locked revision."""
        try:
            return build_system_of_files(self._files(source))
        except ValueError as error:
            raise IndexFault(f"the repository cannot be looked into: {error}", place=masked(source.url)) from None

    def metadata(self, source: GitSource, project: NormalizedName) -> CoreMetadata:
        """Return what a repository at its locked revision says of itself without being built."""
        return metadata_of_tree(self._files(source), project)

    def _files(self, source: GitSource) -> Files:
        if source not in self._seen:
            self._seen[source] = _files(source)
        return self._seen[source]


def _files(source: GitSource) -> Files:
    shown = masked(source.url)
    if not _REVISION.fullmatch(source.revision):
        raise IndexFault("the revision is not a full one", place=shown)
    try:
        with tempfile.TemporaryDirectory(prefix="lock2nix-") as made:
            folder = Path(made)
            _git(folder, "init", "--quiet", f"--object-format={'sha1' if len(source.revision) == _SHA1 else 'sha256'}")
            _fetch(folder, source)
            _git(folder, "checkout", "--quiet", "--detach", source.revision)
            return files_of_folder(folder / (source.subdirectory or ""), within=folder)
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
