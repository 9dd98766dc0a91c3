"""lock2nix: one plain Nix overlay from the lock file a Python or conda team already has."""

__version__ = "0.1.0"
