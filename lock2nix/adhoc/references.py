"""Which nixpkgs is meant: what people write, as Nix's search path has it in every release.

https://nix.dev/manual/nix/2.18/command-ref/env-common#env-NIX_PATH. Flake references
(https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake) want experimental features; the archives that they
stand for do not.
"""

import re
from pathlib import Path

from lock2nix.errors import UsageError

_WORD = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_CHANNEL = re.compile(r"(?:nixos|nixpkgs)-(?:unstable|[0-9]{2}\.[0-9]{2})(?:-small|-darwin)?")
_REGISTRY = re.compile(rf"(?:flake:)?nixpkgs(?:/(?P<ref>{_WORD}(?:/{_WORD})*))?")
_GITHUB = re.compile(rf"github:(?P<owner>{_WORD})/(?P<repository>{_WORD})(?:/(?P<ref>{_WORD}(?:/{_WORD})*))?")
_WEB = re.compile(r"https?://[^\s]+")
_USUAL = "nixpkgs-unstable"  # what the flake registry says that nixpkgs is
_HINT = (
    "a path, the address of an archive, a channel (nixos-25.05), nixpkgs/nixos-25.05, or github:OWNER/REPOSITORY/REF"
)


def place(reference: str) -> str:
    """Return the path or the address of an archive that a reference to a nixpkgs means. Raises UsageError."""
    if _WEB.fullmatch(reference):
        return reference
    if _CHANNEL.fullmatch(reference):
        return f"https://channels.nixos.org/{reference}/nixexprs.tar.xz"
    if found := _REGISTRY.fullmatch(reference):
        return _archive("NixOS", "nixpkgs", found["ref"] or _USUAL)
    if found := _GITHUB.fullmatch(reference):
        return _archive(found["owner"], found["repository"], found["ref"] or "HEAD")
    path = Path(reference.removeprefix("path:")).expanduser().absolute()
    if not reference or not path.exists():
        raise UsageError("this is no nixpkgs that there is", place=reference, hint=f"name {_HINT}")
    return str(path)


def _archive(owner: str, repository: str, ref: str) -> str:
    return f"https://github.com/{owner}/{repository}/archive/{ref}.tar.gz"
