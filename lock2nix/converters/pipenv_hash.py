"""Whether a Pipfile.lock is that of the Pipfile beside it, by the hash that pipenv itself compares.

Source: `Pipfile.get_hash` of https://github.com/sarugaku/plette, at first without the categories, and pipenv's own
`calculate_pipfile_hash` (https://github.com/pypa/pipenv, `project.py`), which normalises the names.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product

from packaging.utils import canonicalize_name

_KNOWN = frozenset(
    {"source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop"}
)
_DEFAULT_SOURCES = [{"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}]
_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_outdated(sha256: str, pipfile: Mapping[str, object]) -> bool:
    """Return whether no pipenv takes the lock with this hash for that of the Pipfile; False where nobody can say."""
    if _SHA256.fullmatch(sha256) is None:
        return False
    try:
        return all(_sha256(content) != sha256 for content in _contents(pipfile))
    except (TypeError, ValueError, RecursionError):  # such as a date, of which no pipenv can make a hash
        return False


def _contents(pipfile: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Yield what the hash is made of, as one pipenv after the other has it."""
    meta = {"sources": pipfile.get("source", _DEFAULT_SOURCES), "requires": pipfile.get("requires", {})}
    others = {key: value for key, value in pipfile.items() if key not in _KNOWN}
    spellings: tuple[Callable[[str], str], ...] = (canonicalize_name, str)
    for names, categories in product(spellings, (others, {})):
        packages = {"default": pipfile.get("packages", {}), "develop": pipfile.get("dev-packages", {}), **categories}
        yield {"_meta": meta, **{key: _named(value, names) for key, value in packages.items()}}


def _named(packages: object, spell: Callable[[str], str]) -> object:
    return {spell(key): value for key, value in packages.items()} if isinstance(packages, dict) else packages


def _sha256(content: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
