"""From wishes to versions: uv decides, universally, and says so as a pylock.toml (PEP 751).

https://docs.astral.sh/uv/pip/compile/. Nothing of a package is run, unless the user lets it: what has sdists only
cannot be chosen then. The answer is that of the indexes: neither uv's own settings nor its cache, where things lie that
it has built, count.
"""

import json
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
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from lock2nix.errors import IndexFault, OutputError, PlanError
from lock2nix.indexes.addresses import encoded, masked, without_login
from lock2nix.indexes.configuration import Indexes
from lock2nix.indexes.connections import authorities
from lock2nix.indexes.find_links import is_flat
from lock2nix.schemas.wishes import Stated

from .sdists import as_settings, options_without_builds

# uv tells the two apart by their words alone.
_UNSOLVABLE, _REFUSAL = "No solution found", re.compile(r"\b(?:401 Unauthorized|403 Forbidden)\b")
_ADDRESS = re.compile(r"https?://[^\s`'\"<>()]+")
_FILE = re.compile(rb'\burl = "(file:///[^"\\\n]*)"')
_ORNAMENT = re.compile(r"^\W*(?:error: |cause: )?")
# Of uv's own variables those about the machine; what they say of indexes and versions, we say.
_PASSED_ON = frozenset({"UV_HTTP_RETRIES", "UV_HTTP_TIMEOUT", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS"})
_NO_WRAPPING = "10000"  # what uv says is told on in lines of our own
_NETWORK_HINT = "is the network there? --offline does without it"
_LOGIN_HINT = "does the index want a login? docs/private-indexes.md has all ways"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is wished for: lines of a requirements file, for `python` (such as `3.11`) and newer, on every system.

    Constraints and overrides are such lines, too. `options` are uv's own for the rest. Paths are relative to the
    `folder`, and so will be those of the answer. `earlier` is an answer whose versions stay where they can.
    Sdists do not count, but for those whose metadata are `stated`, unless uv `may_build`.
    """

    requirements: tuple[str, ...]
    python: str
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    folder: Path | None = None
    earlier: bytes | None = None
    may_build: bool = False
    stated: tuple[Stated, ...] = ()


def resolve(question: Question, indexes: Indexes, certificates: Path | None = None) -> bytes:
    """Return a pylock.toml of versions that fulfil the wishes together, with all that they need.

    Raises PlanError with uv's explanation where there are none, IndexFault where an index cannot be asked, UsageError
    where a variable is missing that would say which, and OutputError where the folder cannot be written to.
    """
    if not (question.may_build or question.stated) and "--no-binary" in question.options:
        raise PlanError("wheels of a package are ruled out (--no-binary), and what its sdist needs only a build says")
    asked = _asked(indexes)
    while True:
        done, answer = _run(question, _environment(os.environ, asked, indexes, certificates))
        if done.returncode == 0:
            return answer
        is_refused = _REFUSAL.search(done.stderr) is not None
        # uv asks no keyring of itself.
        refused = (*asked, *indexes.links) if is_refused else ()
        others = [indexes.logins.after_refusal(url, indexes.logins.of(url)) for url in refused]
        if not any(others):
            break
    said = _explanation(done.stderr)
    if _UNSOLVABLE in done.stderr and not is_refused:
        raise PlanError(f"no versions fulfil these wishes together:\n  {said}")
    hint = _LOGIN_HINT if is_refused else _NETWORK_HINT
    raise IndexFault(f"uv could not ask for versions:\n  {said}", hint=hint)


def as_answer(versions: Mapping[str, str]) -> bytes:
    """Return versions by name as if uv had answered with them, so that it keeps them where it can."""
    packages = "".join(f'[[packages]]\nname = "{name}"\nversion = "{version}"\n' for name, version in versions.items())
    return f'lock-version = "1.0"\ncreated-by = "lock2nix"\n{packages}'.encode()


def _asked(indexes: Indexes) -> Sequence[str]:
    """Return the indexes that can be asked for one project after the other, in their order."""
    indexes.refuse_unset(indexes.default)
    for url in indexes.links:
        indexes.refuse_unset(url)
    found = [url for url in indexes.serving(None) if url not in indexes.unset and not is_flat(url)]
    if not found:
        raise PlanError("none of the indexes has a page for each project")
    return found


def _run(question: Question, environment: Mapping[str, str]) -> tuple[subprocess.CompletedProcess[str], bytes]:
    with tempfile.TemporaryDirectory(prefix="lock2nix-") as made:
        aside = Path(made)
        folder = (question.folder or aside).resolve()
        with _answer(folder, question.earlier) as answer:
            done = subprocess.run(  # noqa: S603 - uv's own binary, and no shell
                [*_command(question, aside), "--output-file", answer.name, "-"],
                input=_text(question.requirements),
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
                cwd=folder,
                env=environment,
            )
            return done, _relative(answer.read_bytes(), folder) if done.returncode == 0 else b""


def _relative(answer: bytes, folder: Path) -> bytes:
    """Return the answer with paths from the folder for files on disk, which uv gives the addresses of this machine."""

    def path(found: re.Match[bytes]) -> bytes:
        there = unquote(urlsplit(found[1].decode("utf-8")).path)
        shares_a_folder = len(Path(os.path.commonpath([there, folder])).parts) > 1
        shown = Path(os.path.relpath(there, folder)).as_posix() if shares_a_folder else there
        return b"path = %b" % json.dumps(shown, ensure_ascii=False).encode("utf-8")

    return _FILE.sub(path, answer)


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
        *(
            "--no-cache",
            "--color",
            "never",
            "--python",
            sys.executable,
            "--python-version",
            question.python,
            *question.options,
        ),
    ]
    if question.stated:
        settings = aside / "uv.toml"
        settings.write_text(as_settings(question.stated), encoding="utf-8")
        command += ["--config-file", str(settings)]
    else:
        command.append("--no-config")
    if not question.may_build:
        command += options_without_builds(question.stated)
    for option, lines in (("--constraints", question.constraints), ("--overrides", question.overrides)):
        if lines:
            file = aside / f"{option.removeprefix('--')}.txt"
            file.write_text(_text(lines), encoding="utf-8")
            command += [option, str(file)]
    return command


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _environment(
    environment: Mapping[str, str], asked: Sequence[str], indexes: Indexes, certificates: Path | None
) -> Mapping[str, str]:
    """Return what uv is told by variables: there, unlike among arguments, logins are nobody else's to see."""
    passed = {name: value for name, value in environment.items() if not name.startswith("UV_") or name in _PASSED_ON}
    # uv asks its default index last, and a package is the first one's that has it: as with us (enrichers/pages.py).
    *first, last = (_with_login(url, indexes) for url in asked)
    passed |= {"UV_DEFAULT_INDEX": last, "UV_PYTHON_DOWNLOADS": "never", "COLUMNS": _NO_WRAPPING}
    if first:
        passed["UV_INDEX"] = " ".join(first)
    if indexes.links:
        passed["UV_FIND_LINKS"] = ",".join(_with_login(url, indexes).replace(",", "%2C") for url in indexes.links)
    if (trusted := authorities(certificates)) is not None:
        passed["SSL_CERT_DIR" if Path(trusted).is_dir() else "SSL_CERT_FILE"] = trusted
    return passed


def _with_login(url: str, indexes: Indexes) -> str:
    found = indexes.logins.of(url)
    parts = urlsplit(encoded(without_login(url)))
    if found is None:
        return urlunsplit(parts)
    user = ":".join(quote(part, safe="") for part in found)
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc}"))


def _explanation(stderr: str) -> str:
    """Return what uv says, without ornaments and without what may be secret in addresses."""
    lines = [_ORNAMENT.sub("", line.rstrip()) for line in stderr.splitlines()]
    shown = [_ADDRESS.sub(lambda found: masked(found[0]), line) for line in lines if line]
    return "\n  ".join(shown) or "it said nothing"
