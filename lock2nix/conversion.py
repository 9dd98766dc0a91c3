"""What the user asks of a conversion."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lock2nix.converters.interface import Format
from lock2nix.resolution import Resolution
from lock2nix.schemas.config import Prefer

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What is to be converted, and how.

    `more` are files that make one lock with the first. `output` is None for the file beside the first that has its stem
    and the suffix `.nix`; `to_stdout` writes nothing.
    `name` is like a project's, None for that of the project or else the lock's stem.
    `index_url` and `extra_index_urls` may have logins; `certificates` are the authorities to trust.
    `nixpkgs` is one to be looked at beforehand: its path, or a name on Nix's search path.
    `targets` are names as `planner.targets.asked` knows them; none means nixpkgs' current ones.
    """

    format: Format
    lock: Path
    more: tuple[Path, ...] = ()
    output: Path | None = None
    to_stdout: bool = False
    name: str | None = None
    targets: tuple[str, ...] = ()
    prefer: Prefer = "wheel"
    offline: bool = False
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    certificates: Path | None = None
    nixpkgs: str | None = None
    resolution: Resolution = field(default_factory=Resolution)

    @property
    def destination(self) -> Path:
        """Where the overlay goes, or would go."""
        return self.output or self.lock.with_suffix(".nix")
