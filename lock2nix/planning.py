"""The middle of the line: what was read → a Lock with its gaps filled → a Plan."""

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lock2nix import enrichers, files, nixgen, planner
from lock2nix.conversion import Conversion, Progress
from lock2nix.converters.interface import Read
from lock2nix.errors import PlanError
from lock2nix.inputs import Inputs
from lock2nix.planner import Incomplete
from lock2nix.resolution import Asking, earlier, informed, refusal, settled
from lock2nix.schemas.base import Specifiers
from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.plan import Plan
from lock2nix.schemas.source import SourceFile
from lock2nix.schemas.target import Target
from lock2nix.schemas.wishes import Pins, Wishes

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_HASHED = "pip refuses it, too, where all have hashes; pip-compile and uv pip compile write the whole list"

_Check = Callable[[Lock, Sequence[Target]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, the lock that it is of, and the files that say so."""

    lock: Lock
    plan: Plan
    found: Inputs


def planned(read: Read, found: Inputs, conversion: Conversion, progress: Progress | None) -> Planned:
    """Return the plan of what was read. What is not pinned, or needs more than is pinned, is resolved.

    Raises PlanError, InputError for what may not be resolved, and what asking indexes and writing the result raise.
    """
    planning = _Planning(found, conversion, progress)
    match read:
        case Wishes():
            return planning.of_wishes(read)
        case Pins() if conversion.resolution.overrides or conversion.resolution.added:
            return planning.of_wishes(read.wishes)
        case Pins(is_hashed=True):
            return planning.of_lock(read, _refuse_addition)
        case Pins():
            return planning.of_pins(read)
        case Lock():
            return planning.of_lock(read)


def _admit(_lock: Lock, _targets: Sequence[Target]) -> None:
    """Leave it to the planner what is not in a lock."""


def _refuse_addition(lock: Lock, targets: Sequence[Target]) -> None:
    try:
        planner.refuse_incomplete(lock, targets)
    except Incomplete as short:
        if short.is_everywhere:
            raise PlanError(short.message, hint=_HASHED) from None


class _Checked(planner.OnTargets):
    """Looks at the lock when files and edges are known as far as they can be."""

    def __init__(self, targets: Sequence[Target], prefer: Prefer, check: _Check) -> None:
        super().__init__(targets, prefer)
        self._look: Callable[[Lock], None] = lambda lock: check(lock, targets)

    def settle(self, lock: Lock) -> Lock:
        """Return what is left of the lock, if the check lets it pass."""
        self._look(lock)
        return super().settle(lock)


@dataclass(frozen=True, slots=True)
class _Planning:
    found: Inputs
    conversion: Conversion
    progress: Progress | None

    def of_wishes(self, wishes: Wishes, lacking: Sequence[str] = ()) -> Planned:
        """Resolve, unless that was done; `lacking` is what the wishes do not say themselves."""
        return self._beside(*settled(wishes, self.conversion.resolution, self._asking(wishes), lacking))

    def of_pins(self, pins: Pins) -> Planned:
        """Take the pins as they are, if that is all that is needed; else resolve what they lack."""
        known = earlier(pins.wishes, self.conversion.resolution, self._asking(pins.wishes))
        if known is not None:
            return self._beside(*known)
        try:
            return self.of_lock(pins, planner.refuse_incomplete)
        except Incomplete as short:
            return self._of_short(pins, short)

    def of_lock(self, lock: Lock, check: _Check = _admit) -> Planned:
        """Fill the gaps and plan; `check` looks at the lock as soon as it is known what its packages need."""
        targets, notices = self._targets(lock.requires_python)
        were_asked, prefer = bool(self.conversion.targets), self.conversion.prefer
        targets = planner.supported(targets, lock.environments, were_asked=were_asked)
        lock = lock.model_copy(update={"notices": (*lock.notices, *notices)})
        check(lock, targets)
        narrowed = planner.narrow(lock, targets, prefer=prefer)
        filled = self._filled(narrowed, targets, _Checked(targets, prefer, check))
        plan = planner.plan(filled, targets, name=self._name(lock), were_asked=were_asked, prefer=prefer)
        return Planned(lock=filled, plan=plan, found=self.found)

    def _of_short(self, pins: Pins, short: Incomplete) -> Planned:
        """Resolve what the pins lack. Where only default targets lack it and nobody can, these are left without."""
        must_serve = short.is_everywhere or bool(self.conversion.targets)
        if not must_serve and (why := self._known_refusal(pins)) is not None:
            return self._without(pins, short, why)
        try:
            return self.of_wishes(informed(pins.wishes, short.lock), short.lacking)
        except PlanError as error:
            if must_serve:
                raise PlanError(f"{short.message}\n{error.message}", place=error.place, hint=error.hint) from None
            return self._without(pins, short, error.message)

    def _known_refusal(self, pins: Pins) -> str | None:
        """Return why it is no use to ask for what the pins lack, None if it is to be asked or to be an error."""
        said = self.conversion.resolution
        if said.is_locked:
            return None
        if self.conversion.offline:
            return "a run without --offline resolves it"
        return refusal(pins.wishes, said, self._asking(pins.wishes))

    def _without(self, pins: Pins, short: Incomplete, why: str) -> Planned:
        name = self.conversion.lock.name
        notice = Notice(
            kind="left-out", subject=name, message=f"not in {name}: {'; '.join(short.lacking)}: {' '.join(why.split())}"
        )
        return self.of_lock(pins.model_copy(update={"notices": (*pins.notices, notice)}))

    def _beside(self, lock: Lock, result: SourceFile) -> Planned:
        return replace(self, found=self.found.with_companion(result.path.name, result)).of_lock(lock)

    def _asking(self, wishes: Wishes) -> Asking:
        conversion = self.conversion
        return Asking(
            beside=conversion.lock,
            command=shlex.join(["lock2nix", conversion.format.name, *self.found.locks]),
            targets=self._targets(wishes.requires_python)[0],
            index_url=conversion.index_url,
            extra_index_urls=conversion.extra_index_urls,
            certificates=conversion.certificates,
            offline=conversion.offline,
            keeps_result=not conversion.to_stdout,
            heard=self.progress,
        )

    def _targets(self, requires_python: Sequence[Specifiers]) -> tuple[tuple[Target, ...], tuple[Notice, ...]]:
        asked = planner.targets.asked(self.conversion.targets)
        targets = asked or planner.targets.default()
        return planner.targets.admitted(targets, requires_python, were_asked=bool(asked))

    def _filled(self, lock: Lock, targets: Sequence[Target], on_targets: planner.OnTargets) -> Lock:
        conversion = self.conversion
        # What goes elsewhere may be known from the file beside the lock.
        places = [] if conversion.to_stdout else [conversion.destination]
        outputs = (files.read_text(place) for place in (*places, conversion.lock.with_suffix(".nix")))
        return enrichers.enrich(
            lock,
            answers=nixgen.read_answers(next((text for text in outputs if text and nixgen.is_generated(text)), "")),
            root=conversion.lock.parent,
            index_url=conversion.index_url,
            extra_index_urls=conversion.extra_index_urls,
            certificates=conversion.certificates,
            targets=targets,
            prefer=conversion.prefer,
            on_targets=on_targets,
            offline=conversion.offline,
            progress=self.progress,
        )

    def _name(self, lock: Lock) -> str:
        stem = _NOT_IN_NAMES.sub("-", self.conversion.lock.stem).strip("-._")
        return self.conversion.name or lock.name or stem or "lock"
