"""From wishes to versions: uv decides, universally, and says so as a pylock.toml (PEP 751).

https://docs.astral.sh/uv/pip/compile/. Nothing of a package is run, unless the user lets it: what has no wheels cannot
be chosen then.
"""

import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from lock2nix.errors import IndexFault, OutputError, PlanError
from lock2nix.indexes.addresses import without_login
from lock2nix.indexes.configuration import Indexes

_UNSOLVABLE = 1
_LOGIN = re.compile(r"//[^/\s@]*@")
# Of uv's own variables those about the machine; what they say of indexes and versions, we say.
_PASSED_ON = frozenset({"UV_CACHE_DIR", "UV_HTTP_TIMEOUT", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is wished for: lines of a requirements file, for `python` (such as `3.11`) and newer, on every system.

    Constraints and overrides are such lines, too. `options` are uv's own for the rest. Paths are relative to the
    `folder`, and so will be those of the answer. `earlier` is an answer whose versions stay where they can.
    """

    requirements: tuple[str, ...]
    python: str
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    folder: Path | None = None
    earlier: bytes | None = None
    may_build: bool = False


def resolve(question: Question, indexes: Indexes, certificates: Path | None = None) -> bytes:
    """Return a pylock.toml of versions that fulfil the wishes together, with all that they need.

    Raises PlanError with uv's explanation where there are none, IndexFault where an index cannot be asked, and
    OutputError where the folder cannot be written to.
    """
    with tempfile.TemporaryDirectory(prefix="lock2nix-") as made:
        aside = Path(made)
        folder = (question.folder or aside).resolve()
        with _answer(folder, question.earlier) as answer:
            done = subprocess.run(  # noqa: S603 - uv's own binary, and no shell
                [*_command(question, aside), "--output-file", answer.name, "-"],
                input=_text(question.requirements),
                capture_output=True,
                text=True,
                check=False,
                cwd=folder,
                env=_environment(os.environ, indexes, certificates),
            )
            if done.returncode == 0:
                return answer.read_bytes()
    said = _explanation(done.stderr)
    if done.returncode == _UNSOLVABLE:
        raise PlanError(f"no versions fulfil these wishes together:\n  {said}")
    raise IndexFault(f"uv could not ask the index:\n  {said}", hint="is the network there? --offline does without it")


@contextmanager
def _answer(folder: Path, earlier: bytes | None) -> Iterator[Path]:
    """Give a place for the answer: in the folder itself, as its paths count from there."""
    path = folder / f"pylock.lock2nix-{secrets.token_hex(8)}.toml"
    try:
        # uv would read an empty file, too.
        path.write_bytes(earlier or b"")
        if earlier is None:
            path.unlink()
    except OSError as error:
        raise OutputError(f"nothing can be written there: {error.strerror}", place=folder) from None
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink()


def _command(question: Question, aside: Path) -> Sequence[str]:
    from uv import find_uv_bin  # noqa: PLC0415 - most runs resolve nothing

    command = [
        *(find_uv_bin(), "pip", "compile", "--universal", "--format", "pylock.toml", "--no-header", "--quiet"),
        *("--no-config", "--python", sys.executable, "--python-version", question.python, *question.options),
    ]
    if not question.may_build:
        command.append("--no-build")
    for option, lines in (("--constraints", question.constraints), ("--overrides", question.overrides)):
        if lines:
            file = aside / f"{option.removeprefix('--')}.txt"
            file.write_text(_text(lines), encoding="utf-8")
            command += [option, str(file)]
    return command


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


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
