"""The line: a lock file → a Lock → its gaps filled → a Plan → Nix → one atomic write (design.md §1)."""

import os
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lock2nix import enrichers, files, inputs, nixgen, planner
from lock2nix.converters import fields
from lock2nix.converters.interface import Format
from lock2nix.errors import OutputError, PlanError, UsageError
from lock2nix.nixgen import printer
from lock2nix.nixpkgs import checkout
from lock2nix.resolution import Asking, Resolution, settled
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.plan import Plan
from lock2nix.schemas.source import SourceFile
from lock2nix.schemas.target import Target
from lock2nix.schemas.wishes import Wishes

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What is to be converted, and how.

    `more` are files that make one lock with the first. `output` is None for the file beside the first that has its stem
    and the suffix `.nix`; `to_stdout` writes nothing.
    `name` is like a project's, None for that of the project or else the lock's stem.
    `index_url` and `extra_index_urls` may have logins; `certificates` are the authorities to trust.
    `nixpkgs` is one to be looked at beforehand: its path, or a name on Nix's search path.
    `targets` are names as `planner.targets.asked` knows them; none means nixpkgs' current ones.
    """

    format: Format
    lock: Path
    more: tuple[Path, ...] = ()
    output: Path | None = None
    to_stdout: bool = False
    name: str | None = None
    targets: tuple[str, ...] = ()
    prefer: Prefer = "wheel"
    offline: bool = False
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    certificates: Path | None = None
    nixpkgs: str | None = None
    resolution: Resolution = field(default_factory=Resolution)

    @property
    def destination(self) -> Path:
        """Where the overlay goes, or would go."""
        return self.output or self.lock.with_suffix(".nix")


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The overlay's text, the plan it says, and whether writing it changed the file."""

    conversion: Conversion
    plan: Plan
    text: str
    changed: bool

    @property
    def attribute(self) -> str:
        """How a Nix expression names the environment, given `pkgs`."""
        return f"pkgs.lock2nix.{printer.attribute(self.plan.name)}"


def convert(conversion: Conversion, progress: Progress | None = None) -> Converted:
    """Read the lock, fill its gaps, plan, and write the overlay. Raises Lock2nixError; then nothing was written."""
    found = inputs.gathered(conversion.format, [conversion.lock, *conversion.more])
    root = _way_back(conversion)
    _keep_inputs(conversion, found.all.values())
    read = inputs.read(conversion.format, found)
    try:
        lock, found = (read, found) if isinstance(read, Lock) else _resolved(read, found, conversion)
        filled, plan = _planned(lock, conversion, progress)
    except PlanError as error:
        raise PlanError(error.message, place=error.place or conversion.lock, hint=error.hint) from None
    header = _header(conversion, found, plan)
    if conversion.nixpkgs is not None:
        seen = checkout.notices(plan, conversion.nixpkgs)
        plan = plan.model_copy(update={"notices": (*plan.notices, *seen)})
    text = nixgen.write(plan, header, root=root, answers=_kept(filled))
    changed = False if conversion.to_stdout else _written(conversion.destination, text)
    return Converted(conversion=conversion, plan=plan, text=text, changed=changed)


def _resolved(wishes: Wishes, found: inputs.Inputs, conversion: Conversion) -> tuple[Lock, inputs.Inputs]:
    asked = planner.targets.asked(conversion.targets)
    targets, _ = planner.targets.admitted(
        asked or planner.targets.default(), wishes.requires_python, were_asked=bool(asked)
    )
    asking = Asking(
        beside=conversion.lock,
        targets=targets,
        index_url=conversion.index_url,
        extra_index_urls=conversion.extra_index_urls,
        certificates=conversion.certificates,
        offline=conversion.offline,
        keeps_result=not conversion.to_stdout,
    )
    lock, result = settled(wishes, conversion.resolution, asking)
    return lock, found.with_companion(result.path.name, result)


def _planned(lock: Lock, conversion: Conversion, progress: Progress | None) -> tuple[Lock, Plan]:
    asked = planner.targets.asked(conversion.targets)
    targets, notices = planner.targets.admitted(
        asked or planner.targets.default(), lock.requires_python, were_asked=bool(asked)
    )
    targets = planner.supported(targets, lock.environments, were_asked=bool(asked))
    lock = lock.model_copy(update={"notices": (*lock.notices, *notices)})
    narrowed = planner.narrow(lock, targets, prefer=conversion.prefer)
    filled = _filled(narrowed, targets, conversion, progress)
    name = _name(conversion, lock)
    return filled, planner.plan(filled, targets, name=name, were_asked=bool(asked), prefer=conversion.prefer)


def _filled(lock: Lock, targets: Sequence[Target], conversion: Conversion, progress: Progress | None) -> Lock:
    # What goes elsewhere may be known from the file beside the lock.
    places = [] if conversion.to_stdout else [conversion.destination]
    earlier = (files.read_text(place) for place in (*places, conversion.lock.with_suffix(".nix")))
    return enrichers.enrich(
        lock,
        answers=nixgen.read_answers(next((text for text in earlier if text and nixgen.is_generated(text)), "")),
        root=conversion.lock.parent,
        index_url=conversion.index_url,
        extra_index_urls=conversion.extra_index_urls,
        certificates=conversion.certificates,
        targets=targets,
        prefer=conversion.prefer,
        on_targets=planner.OnTargets(targets, conversion.prefer),
        offline=conversion.offline,
        progress=progress,
    )


def _written(destination: Path, text: str) -> bool:
    earlier = files.read_text(destination)
    if earlier and not nixgen.is_generated(earlier):
        hint = "remove it, or choose another file with -o"
        raise OutputError("this file is there, and lock2nix did not write it", place=destination, hint=hint)
    return files.write(destination, text)


def _keep_inputs(conversion: Conversion, files_read: Iterable[SourceFile]) -> None:
    if conversion.to_stdout or not os.path.exists(conversion.destination):  # noqa: PTH110 - Path's raises OSError
        return
    for source in files_read:
        if source.path.samefile(conversion.destination):
            raise UsageError("this is what is to be converted", place=source.path, hint="choose another file with -o")


def _name(conversion: Conversion, lock: Lock) -> str:
    stem = _NOT_IN_NAMES.sub("-", conversion.lock.stem).strip("-._")
    return conversion.name or lock.name or stem or "lock"


def _kept(filled: Lock) -> Answers:
    return Answers(tools=filled.tools, pinned={one.pin: one for one in filled.pinned})


def _header(conversion: Conversion, found: inputs.Inputs, plan: Plan) -> nixgen.Header:
    # Only what was said, without logins: what the environment adds is not the same on every machine.
    options: dict[str, list[str]] = {
        "add": list(conversion.resolution.added),
        "exclude-newer": [conversion.resolution.exclude_newer] if conversion.resolution.exclude_newer else [],
        "extra-index-url": [fields.index_address(url).url for url in conversion.extra_index_urls],
        "index-url": [fields.index_address(conversion.index_url).url] if conversion.index_url else [],
        "name": [conversion.name] if conversion.name else [],
        "prefer": [conversion.prefer] if conversion.prefer != "wheel" else [],
        "override": [str(path) for path in conversion.resolution.overrides],
        "target": list(conversion.targets),
    }
    words = ["lock2nix", conversion.format.name]
    words += [f"./{name}" if name.startswith("-") else name for name in found.locks]
    words += [part for option, values in options.items() for value in values for part in (f"--{option}", value)]
    return nixgen.Header(
        source=conversion.lock.name,
        command=shlex.join(words),
        inputs={name: source.digest for name, source in found.all.items()},
        options={option: values for option, values in options.items() if values},
        predicted=sum(notice.kind == "predicted-url" for notice in plan.notices),
    )


def _way_back(conversion: Conversion) -> PurePosixPath:
    """Return the way from the folder of the output to that of the lock: paths in the output are relative to it.

    Raises UsageError for names that a Nix file could not say, such as those that are not UTF-8.
    """
    # Nix, too, follows a link to the file that it imports.
    there, here = os.path.realpath(conversion.lock.parent), Path(os.path.realpath(conversion.destination)).parent
    root = "." if conversion.to_stdout else os.path.relpath(there, here)
    for name in (conversion.lock.name, root):
        if not name.isprintable():
            raise UsageError(f"the name {name!r} cannot stand in a Nix file", hint="rename the file or folder")
    return PurePosixPath(root)
