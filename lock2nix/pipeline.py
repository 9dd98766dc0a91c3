"""The line: a lock file → a Lock → its gaps filled → a Plan → Nix → one atomic write (design.md §1)."""

import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lock2nix import files, inputs, nixgen, planning
from lock2nix.conversion import Conversion, Progress
from lock2nix.converters import fields
from lock2nix.errors import OutputError, PlanError, UsageError
from lock2nix.nixgen import printer
from lock2nix.nixpkgs import checkout
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.plan import Plan
from lock2nix.schemas.source import SourceFile

__all__ = ["Conversion", "Converted", "Progress", "convert"]


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
        planned = planning.planned(read, found, conversion, progress)
    except PlanError as error:
        raise PlanError(error.message, place=error.place or conversion.lock, hint=error.hint) from None
    plan = planned.plan
    header = _header(conversion, planned.found, plan)
    if conversion.nixpkgs is not None:
        seen = checkout.notices(plan, conversion.nixpkgs)
        plan = plan.model_copy(update={"notices": (*plan.notices, *seen)})
    text = nixgen.write(plan, header, root=root, answers=_kept(planned.lock))
    changed = False if conversion.to_stdout else _written(conversion.destination, text)
    return Converted(conversion=conversion, plan=plan, text=text, changed=changed)


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
