"""`python -m lock2nix` is `lock2nix`."""

from lock2nix.cli.entry import run

run()
