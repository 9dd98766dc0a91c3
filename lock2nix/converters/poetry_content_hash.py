"""Whether a poetry.lock is that of the pyproject.toml beside it, by the hash that Poetry itself compares.

Source: `Locker._get_content_hash` of https://github.com/python-poetry/poetry, `src/poetry/packages/locker.py`: up to
1.1 of four tables; from 1.2 on with `group`; from 2.0 on with `[project]`, and later with `[dependency-groups]`.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

_FIRST = ("dependencies", "source", "extras", "dev-dependencies")
_OF_PROJECT = ("requires-python", "dependencies", "optional-dependencies")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_outdated(content_hash: str, pyproject: Mapping[str, object]) -> bool:
    """Return whether no Poetry takes the lock with this hash for that of the project; False where nobody can say."""
    if _SHA256.fullmatch(content_hash) is None:
        return False
    try:
        return all(_sha256(content) != content_hash for content in _contents(pyproject))
    except (TypeError, ValueError, RecursionError):  # such as a date, of which no Poetry can make a hash
        return False


def _contents(pyproject: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Yield what the hash is made of, as one Poetry after the other has it."""
    poetry = _table(_table(pyproject, "tool"), "poetry")
    project = {key: value for key, value in _table(pyproject, "project").items() if key in _OF_PROJECT}
    yield {key: poetry.get(key) for key in _FIRST}
    for groups in (_table(pyproject, "dependency-groups"), {}):
        head = {"project": project} if project else {}
        head |= {"dependency-groups": dict(groups)} if groups else {}
        of_poetry = {key: poetry[key] for key in (*_FIRST, "group") if key in poetry}
        yield {**head, "tool": {"poetry": of_poetry}} if head else {**dict.fromkeys(_FIRST), **of_poetry}


def _table(outer: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = outer.get(key, {})
    return found if isinstance(found, dict) else {}


def _sha256(content: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
