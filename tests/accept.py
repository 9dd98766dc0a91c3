"""Accept what the goldens have become: converts fixtures over their goldens. `git diff` then shows what changed.

usage: python -m tests.accept [--online] [FORMAT/NAME…]; offline every answer is taken from the golden itself.
"""

import os
import sys
import tempfile
from pathlib import Path

from tests.goldens import fixtures_of


def main() -> None:
    """Convert the fixtures, all without a name, and say which goldens changed."""
    offline = "--online" not in sys.argv[1:]
    keys = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    with tempfile.TemporaryDirectory() as made, fixtures_of.git_environment(Path(made)) as environment:
        os.environ.update(environment)
        everything = (*fixtures_of.fixtures(), *fixtures_of.same())
        for fixture in (one for one in everything if not keys or one.key in keys):
            os.environ.update(fixtures_of.options(fixture).environment)
            converted = fixtures_of.regenerate(fixture, offline=offline)
            sys.stderr.write(f"{fixture.key}: {'changed' if converted.changed else 'unchanged'}\n")


if __name__ == "__main__":
    main()
