"""Hands over to Nix: the process becomes Nix's own, so that Ctrl-C, output and exit code are.

Nothing but strings is given to it, and only what every Nix since 2.8 has is used.
"""

import os
import shutil
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import NoReturn

from lock2nix.errors import UsageError

from .overlays import NAME, Kept
from .references import place


def enter(kept: Kept, *, nixpkgs: str | None, command: str | None) -> NoReturn:
    """Become a shell with the environment, or a command in it. Raises UsageError."""
    _become("nix-shell", kept, nixpkgs, ["-A", "shell", *([] if command is None else ["--run", command])])


def build(kept: Kept, *, nixpkgs: str | None, link: Path | None) -> NoReturn:
    """Become the build of the environment, which prints its store path. Raises UsageError."""
    kept_by = ["--no-out-link"] if link is None else ["--out-link", str(link)]
    _become("nix-build", kept, nixpkgs, ["-A", "environment", *kept_by])


def require(*, nixpkgs: str | None) -> None:
    """Raise UsageError where there is no Nix, or no such nixpkgs: before anything is resolved."""
    if nixpkgs is not None:
        place(nixpkgs)
    if shutil.which("nix-build") is None:
        hint = "install Nix (https://nixos.org/download), or convert a file: lock2nix requirements"
        raise UsageError("there is no nix-build on PATH: this needs Nix", hint=hint)


def _become(program: str, kept: Kept, nixpkgs: str | None, arguments: Sequence[str]) -> NoReturn:
    given = ["--argstr", "overlay", str(kept.path), "--argstr", "name", NAME]
    where = [] if nixpkgs is None else ["-I", f"nixpkgs={place(nixpkgs)}"]
    with as_file(files(__package__).joinpath("environment.nix")) as expression:
        try:
            os.execvp(program, [program, str(expression), *given, *where, *arguments])  # noqa: S606 - no shell
        except OSError as error:
            raise UsageError(f"{program} cannot be started: {error.strerror}", hint="this needs Nix") from None
