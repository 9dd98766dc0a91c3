"""Accept what the goldens have become: converts every fixture over its golden. `git diff` then shows what changed.

usage: python -m tests.accept [--online]; offline every answer is taken from the golden itself.
"""

import os
import sys
import tempfile
from pathlib import Path

from tests.goldens import fixtures_of


def main() -> None:
    """Convert all fixtures and say which goldens changed."""
    offline = "--online" not in sys.argv[1:]
    with tempfile.TemporaryDirectory() as made, fixtures_of.git_environment(Path(made)) as environment:
        os.environ.update(environment)
        for fixture in fixtures_of.fixtures():
            converted = fixtures_of.regenerate(fixture, offline=offline)
            sys.stderr.write(f"{fixture.key}: {'changed' if converted.changed else 'unchanged'}\n")


if __name__ == "__main__":
    main()
