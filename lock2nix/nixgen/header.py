"""The head of a generated file: what it was made from, for people and for the tools that keep it in step.

The second line is for programs: `# lock2nix: ` and one JSON object with sorted keys.
"""

import json
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from lock2nix import __version__
from lock2nix.schemas.base import Model

MARK = "# lock2nix: "
"""What begins a line for programs."""


class Header(Model):
    """What went into a file: the lock's name, the command, and the sha256 of each input in hexadecimal.

    `options` are the choices that change the result; `predicted` counts the addresses that no index has confirmed.
    """

    source: str
    command: str
    inputs: Mapping[str, str]
    options: Mapping[str, Sequence[str]] = {}
    predicted: int = 0
    version: str = __version__

    def text(self) -> str:
        """Return the header's two lines."""
        data = json.dumps(self.model_dump(), sort_keys=True, ensure_ascii=True)
        people = f"# Made from {self.source} by `{self.command}`: change that file and run the command again."
        # A comment ends with its line, and file names may contain line ends.
        return f"{' '.join(people.splitlines())}\n{MARK}{data}\n"


def is_generated(text: str) -> bool:
    """Return whether a file is one of ours, so that it may be replaced: whatever version wrote it, merged or not."""
    return f"\n{MARK}" in text


def read_header(text: str) -> Header | None:
    """Return the header of a generated file, or None if it is not one of ours."""
    lines = text.split("\n", 2)
    if len(lines) < 2 or not lines[1].startswith(MARK):  # noqa: PLR2004 - the header's two lines
        return None
    try:
        return Header.model_validate_json(lines[1].removeprefix(MARK))
    except ValidationError:
        return None
