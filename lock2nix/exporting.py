"""The other line: a lock file → a Lock → its files found → another format → one atomic write."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from packaging.pylock import is_valid_pylock_path
from packaging.utils import canonicalize_name

from lock2nix import enrichers, exports, files, inputs, nixgen
from lock2nix.converters import detect
from lock2nix.errors import InputError, OutputError, PlanError, UsageError
from lock2nix.pipeline import Progress
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import SourceFile
from lock2nix.schemas.wishes import Wishes

ExportFormat = Literal["pylock", "requirements", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is to be exported, and how; `output` is None for standard output.

    A requirements.txt has the packages of these `groups`, the default ones if none is named, and `extras`; the other
    formats have all of them, and leave the choice to who reads them.
    """

    lock: Path
    output: Path | None = None
    format: ExportFormat = "pylock"
    groups: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    offline: bool = False
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    certificates: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The text, whether writing it changed the file, and what a person should know."""

    export: Export
    text: str
    changed: bool
    notices: tuple[Notice, ...]


def export(asked: Export, progress: Progress | None = None) -> Exported:
    """Read the lock, whatever its format, find its files, and write the other format. Raises Lock2nixError."""
    _refuse_unsaid(asked)
    known = detect(files.read(asked.lock))
    found = inputs.gathered(known, [asked.lock])
    earlier = _earlier(asked, found.all.values())
    lock = inputs.read(known, found)
    if isinstance(lock, Wishes):
        hint = f"convert it: `lock2nix {known.name}` resolves it and writes the pylock.toml beside it"
        raise InputError("not every version in it is pinned", place=asked.lock, hint=hint)
    located = _located(lock, asked, progress)
    try:
        text = _text(located, asked)
    except PlanError as error:
        raise PlanError(error.message, place=error.place or asked.lock, hint=error.hint) from None
    changed = asked.output is not None and text != earlier and files.write(asked.output, text)
    return Exported(export=asked, text=text, changed=changed, notices=located.notices)


def _text(lock: Lock, asked: Export) -> str:
    root = _way_back(asked)
    if asked.format == "pylock":
        return exports.pylock(lock, root=root)
    if asked.format == "json":
        return exports.document(lock, root=root)
    groups, extras = map(canonicalize_name, asked.groups), map(canonicalize_name, asked.extras)
    return exports.requirements(lock, groups=frozenset(groups), extras=frozenset(extras), root=root)


def _located(lock: Lock, asked: Export, progress: Progress | None) -> Lock:
    beside = files.read_text(asked.lock.with_suffix(".nix"))
    return enrichers.locate(
        lock,
        answers=nixgen.read_answers(beside if beside and nixgen.is_generated(beside) else ""),
        root=asked.lock.parent,
        index_url=asked.index_url,
        extra_index_urls=asked.extra_index_urls,
        certificates=asked.certificates,
        offline=asked.offline,
        progress=progress,
    )


def _refuse_unsaid(asked: Export) -> None:
    """Refuse what the format cannot say, before anything is read."""
    if asked.format != "requirements" and (asked.groups or asked.extras):
        hint = "whoever reads it chooses among them; or export with --format requirements"
        raise UsageError(f"the format {asked.format} holds all groups and extras", hint=hint)
    if asked.format == "pylock" and asked.output is not None and not is_valid_pylock_path(asked.output):
        hint = "PEP 751 has these names, and installers go by them"
        raise UsageError("the file must be called pylock.toml or pylock.NAME.toml", place=asked.output, hint=hint)


def _earlier(asked: Export, files_read: Iterable[SourceFile]) -> str | None:
    """Return what an earlier export has written. Raises UsageError or OutputError for what is somebody else's."""
    if asked.output is None or not os.path.exists(asked.output):  # noqa: PTH110 - Path's raises OSError
        return None
    for source in files_read:
        if source.path.samefile(asked.output):
            raise UsageError("this is what is to be exported", place=source.path, hint="choose another file with -o")
    earlier = files.read_text(asked.output)
    if earlier and not exports.is_exported(earlier):
        hint = "remove it, or choose another file with -o"
        raise OutputError("this file is there, and lock2nix did not write it", place=asked.output, hint=hint)
    return earlier


def _way_back(asked: Export) -> PurePosixPath:
    """Return the way from the folder of the output to that of the lock: paths in the output are relative to it."""
    if asked.output is None:
        return PurePosixPath()
    there, here = os.path.realpath(asked.lock.parent), Path(os.path.realpath(asked.output)).parent
    return PurePosixPath(os.path.relpath(there, here))
