"""From wishes to versions: uv decides, universally, and says so as a pylock.toml (PEP 751).

https://docs.astral.sh/uv/pip/compile/. Nothing of a package is run: what has no wheels and no metadata that stands on
its own cannot be chosen.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from lock2nix.converters import pylock
from lock2nix.errors import IndexFault, PlanError
from lock2nix.indexes.addresses import without_login
from lock2nix.indexes.configuration import Indexes
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile

_UNSOLVABLE = 1
_LOGIN = re.compile(r"//[^/\s@]*@")
# Of uv's own variables those about the machine; what they say of indexes and versions, we say.
_PASSED_ON = frozenset({"UV_CACHE_DIR", "UV_HTTP_TIMEOUT", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is wished for: PEP 508 requirements, for `python` (such as `3.11`) and newer, on every system."""

    requirements: tuple[str, ...]
    python: str


def resolve(question: Question, indexes: Indexes, certificates: Path | None = None) -> Lock:
    """Return versions that fulfil the wishes together, with all that they need.

    Raises PlanError with uv's explanation where there are none, and IndexFault where an index cannot be asked.
    """
    with tempfile.TemporaryDirectory(prefix="lock2nix-") as folder:
        wishes = Path(folder) / "wishes.in"
        wishes.write_text("".join(f"{wish}\n" for wish in question.requirements), encoding="utf-8")
        answer = Path(folder) / "pylock.toml"
        done = subprocess.run(  # noqa: S603 - uv's own binary, and no shell
            [*_command(question), "--output-file", answer, wishes],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            env=_environment(os.environ, indexes, certificates),
        )
        if done.returncode == 0:
            found = SourceFile(path=Path(answer.name), content=answer.read_bytes())
            return pylock.read(found, {})
    said = _explanation(done.stderr)
    if done.returncode == _UNSOLVABLE:
        raise PlanError(f"no versions fulfil these wishes together:\n  {said}")
    raise IndexFault(f"uv could not ask the index:\n  {said}", hint="is the network there? --offline does without it")


def _command(question: Question) -> Sequence[str]:
    from uv import find_uv_bin  # noqa: PLC0415 - most runs resolve nothing

    return [
        *(find_uv_bin(), "pip", "compile", "--universal", "--format", "pylock.toml", "--no-header", "--quiet"),
        *("--no-build", "--no-config", "--python", sys.executable),
        *("--python-version", question.python),
    ]


def _environment(environment: Mapping[str, str], indexes: Indexes, certificates: Path | None) -> Mapping[str, str]:
    """Return what uv is told by variables: there, unlike among arguments, logins are nobody else's to see."""
    passed = {name: value for name, value in environment.items() if not name.startswith("UV_") or name in _PASSED_ON}
    # uv asks its default index last, and a package is the first one's that has it: as with us (enrichers/pages.py).
    *first, last = (_with_login(url, indexes) for url in (indexes.default, *indexes.extras))
    passed |= {"UV_INDEX": " ".join(first), "UV_DEFAULT_INDEX": last, "UV_PYTHON_DOWNLOADS": "never"}
    if certificates is not None:
        passed["SSL_CERT_FILE"] = str(certificates)
    return passed


def _with_login(url: str, indexes: Indexes) -> str:
    found = indexes.logins.of(url)
    parts = urlsplit(without_login(url))
    if found is None:
        return urlunsplit(parts)
    user = ":".join(quote(part, safe="") for part in found)
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc}"))


def _explanation(stderr: str) -> str:
    """Return what uv says, without its mark of an error and without logins."""
    lines = [_LOGIN.sub("//", line.strip()) for line in stderr.strip().splitlines() if line.strip()]
    return "\n  ".join(line.removeprefix("error: ") for line in lines) or "it said nothing"
