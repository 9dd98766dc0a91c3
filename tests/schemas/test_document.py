import hashlib
import json
from pathlib import Path

from lock2nix.schemas.document import VERSION, json_schema
from lock2nix.schemas.lock import LockIndexes

PUBLISHED = Path(__file__).parents[2] / "docs" / "lock.schema.json"

# A schema that has been published under a version is never another one: raise the version and add a row.
DIGESTS = {1: "d84fd85863b1eec9d126477d53f1f7e5884e873bc1d28002643dd20ff2e7d657"}


def test_a_schema_does_not_change_without_its_version() -> None:
    text = json.dumps(json_schema(), sort_keys=True)
    assert {VERSION: hashlib.sha256(text.encode()).hexdigest()} == {VERSION: DIGESTS[VERSION]}
    assert max(DIGESTS) == VERSION


def test_the_published_schema_is_the_one_that_counts() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json_schema()


def test_everything_in_it_is_explained() -> None:
    schema = json_schema()
    assert schema["properties"]["version"]["const"] == VERSION
    assert [name for name, part in schema["$defs"].items() if not part.get("description")] == []


def test_logins_are_for_no_text() -> None:
    assert "secret" not in repr(LockIndexes(logins={"https://example.org/simple": "user:secret"}))
