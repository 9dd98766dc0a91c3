"""What is not pinned is resolved once, and the result stands beside the input: reviewable, and the same from then on.

It is a pylock.toml (PEP 751) with one line of ours at its head, which says what was asked.
"""

import hashlib
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import canonicalize_name

from lock2nix import enrichers, files
from lock2nix.errors import InputError, OutputError, PlanError, quote
from lock2nix.indexes.addresses import without_login
from lock2nix.indexes.cache import Cache, default_folder
from lock2nix.resolvers import requirements
from lock2nix.resolvers.pypi import resolve
from lock2nix.resolvers.sdists import stated
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import SourceFile
from lock2nix.schemas.target import Target
from lock2nix.schemas.wishes import Wish, Wishes, WishGroup

_MARK = "# lock2nix: resolved "
_REFUSAL = "refusal"
_DAY = 24 * 60 * 60.0
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What the user may say about resolving.

    `overrides` are files of versions that are taken whatever others ask for, `added` more requirements. No file newer
    than `exclude_newer` is taken. `is_locked` refuses to resolve, `may_build` lets uv run builds to learn what a
    package needs.
    """

    overrides: tuple[Path, ...] = ()
    added: tuple[str, ...] = ()
    exclude_newer: str | None = None
    is_locked: bool = False
    may_build: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Where a resolution takes place: beside which file, for which targets, over which indexes, or over none.

    `command` is what was called, for hints; `heard` hears that something is resolved.
    """

    beside: Path
    command: str
    targets: Sequence[Target]
    index_url: str | None = None
    extra_index_urls: Sequence[str] = ()
    certificates: Path | None = None
    offline: bool = False
    keeps_result: bool = True
    heard: Callable[[str, int, int], None] | None = None

    @property
    def destination(self) -> Path:
        """The file of the result: `pylock.requirements.toml` for `requirements.txt`."""
        stem = _NOT_IN_NAMES.sub("-", self.beside.stem).strip("-") or "requirements"
        return self.beside.with_name(f"pylock.{stem}.toml")

    @property
    def python(self) -> str:
        """The oldest Python of the targets, as `3.11`."""
        return "{}.{}".format(*min(target.minor for target in self.targets))


def earlier(wishes: Wishes, said: Resolution, asking: Asking) -> tuple[Lock, SourceFile] | None:
    """Return what these wishes came to before, and the file that says so; None if they have changed since."""
    wishes = _with_added(wishes, said)
    found = _beside(asking)
    if found is None or f"{_MARK}{_digest(wishes, said, asking)}\n".encode() not in found.content[:200]:
        return None
    return requirements.lock(found, wishes), found


def settled(wishes: Wishes, said: Resolution, asking: Asking, lacking: Sequence[str] = ()) -> tuple[Lock, SourceFile]:
    """Return the lock that the wishes come to, and the file that says so: the earlier one if nothing has changed.

    `lacking` is what they leave open without saying it, for a person. Raises PlanError or InputError where there is no
    such lock, or nobody may be asked, and IndexFault or OutputError.
    """
    if (known := earlier(wishes, said, asking)) is not None:
        return known
    wishes = _with_added(wishes, said)
    found = _beside(asking)
    _refuse_unasked(wishes, said, asking, lacking)
    if found is not None and not found.content.startswith(_MARK.encode()):
        hint = "remove it, or convert it: lock2nix pylock"
        raise OutputError("this file is there, and lock2nix did not write it", place=asking.destination, hint=hint)
    content = _resolved(wishes, said, asking, found)
    text = f"{_MARK}{_digest(wishes, said, asking)}\n{content.decode('utf-8')}"
    result = SourceFile(path=asking.destination, content=text.encode())
    lock = requirements.lock(result, wishes)
    if asking.keeps_result:
        files.write(asking.destination, text)
    where = f", and written to {asking.destination.name}" if asking.keeps_result else ""
    message = f"what {asking.beside.name} leaves open was resolved by uv{where}"
    notice = Notice(kind="choice", subject=asking.beside.name, message=message)
    return lock.model_copy(update={"notices": (*lock.notices, notice)}), result


def informed(wishes: Wishes, lock: Lock) -> Wishes:
    """Return the wishes with what sdists of a lock are known to need: nobody need build these to learn it."""
    return wishes.model_copy(update={"stated": stated(lock)})


def refusal(wishes: Wishes, said: Resolution, asking: Asking) -> str | None:
    """Return why uv found no versions for these wishes within the last day, None if it did or was not asked."""
    kept = Cache(default_folder()).get(_REFUSAL, _refused_key(_with_added(wishes, said), said, asking))
    match kept:
        case {"at": int() | float() as at, "why": str(why)} if 0 <= time.time() - at < _DAY:
            return why
        case _:
            return None


def _refused_key(wishes: Wishes, said: Resolution, asking: Asking) -> str:
    addresses = (asking.index_url or "", *asking.extra_index_urls)
    return " ".join((_digest(wishes, said, asking), str(said.may_build), *map(without_login, addresses)))


def _beside(asking: Asking) -> SourceFile | None:
    return files.read_beside(asking.beside, asking.destination.name)


def _resolved(wishes: Wishes, said: Resolution, asking: Asking, found: SourceFile | None) -> bytes:
    if asking.heard is not None:
        asking.heard("resolving", 0, 1)
    root = asking.beside.parent
    options = () if said.exclude_newer is None else ("--exclude-newer", said.exclude_newer)
    question = requirements.question(
        wishes,
        python=asking.python,
        folder=root,
        earlier=None if found is None else found.content,
        options=options,
    )
    empty = Lock(groups=(), packages=(), indexes=wishes.indexes)
    indexes = enrichers.indexes_of(empty, root, index_url=asking.index_url, extra_index_urls=asking.extra_index_urls)
    try:
        return resolve(replace(question, may_build=said.may_build), indexes, asking.certificates)
    except PlanError as error:
        kept = {"at": time.time(), "why": error.message}
        Cache(default_folder()).put(_REFUSAL, _refused_key(wishes, said, asking), kept)
        hint = None if said.may_build else "uv builds nothing here, so sdists do not count; --allow-build lets it"
        raise PlanError(error.message, place=asking.beside, hint=hint) from None


def _refuse_unasked(wishes: Wishes, said: Resolution, asking: Asking, lacking: Sequence[str]) -> None:
    if not said.is_locked and not asking.offline:
        return
    option = "--locked" if said.is_locked else "--offline"
    head = f"a lock says one version of everything; this leaves some open, and with {option} nothing is resolved:"
    lines = [f"{wish.place}: {quote(_spelt(wish))}: {wish.unpinned}" for wish in wishes.unpinned]
    hint = f"run once without {option}: {asking.command}"
    raise InputError("\n  ".join([head, *lines, *lacking]), place=asking.beside if lacking else None, hint=hint)


def _spelt(wish: Wish) -> str:
    return f"-e {wish.requirement}" if wish.editable else wish.requirement


def _with_added(wishes: Wishes, said: Resolution) -> Wishes:
    overrides = [
        Wish(place=f"{path}:{number}", requirement=line.partition(" #")[0].strip())
        for path in said.overrides
        for number, line in enumerate(files.read(path).content.decode("utf-8", errors="replace").splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    added = tuple(Wish(place="--add", requirement=text, unpinned="it is asked for here") for text in said.added)
    first, *others = wishes.groups or (WishGroup(name=canonicalize_name("main"), wishes=()),)
    groups = (first.model_copy(update={"wishes": (*first.wishes, *added)}), *others)
    return wishes.model_copy(update={"groups": groups, "overrides": (*wishes.overrides, *overrides)})


def _digest(wishes: Wishes, said: Resolution, asking: Asking) -> str:
    """Return what tells whether the same was asked before: neither lines' numbers nor words about them count."""
    asked = {
        "groups": [[group.name, [_spelt(wish) for wish in group.wishes]] for group in wishes.groups],
        "constraints": [_spelt(wish) for wish in wishes.constraints],
        "overrides": [_spelt(wish) for wish in wishes.overrides],
        "rest": wishes.model_dump(mode="json", include={"indexes", "kinds", "other_kinds", "prereleases"}),
        "exclude-newer": said.exclude_newer,
        "python": asking.python,
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
