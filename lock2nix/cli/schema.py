"""`lock2nix schema`: what a lock in JSON looks like."""

import json

from .output import to_stdout


def command() -> None:
    """Print the JSON Schema of what `lock2nix export --format json` writes."""
    from lock2nix.schemas.document import json_schema  # noqa: PLC0415 - no other command needs it

    to_stdout(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
