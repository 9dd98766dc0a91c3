"""The unified lock as a JSON document for other tools: its version, and its JSON Schema."""

from typing import Any, Final, Literal

from .base import Model
from .lock import Lock

VERSION: Final = 1
"""What tells readers that the schema has changed; tests/schemas/test_document.py keeps count."""


class LockDocument(Model):
    """A lock in the words of lock2nix, whatever its format was.

    Paths are relative to the folder of this document. Logins are never in it, and neither is what was only noticed on
    the way.
    """

    format: Literal["lock2nix"] = "lock2nix"
    version: Literal[1] = VERSION
    lock: Lock


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **LockDocument.model_json_schema()}
