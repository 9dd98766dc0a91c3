"""The overlay of what is named on a command line: resolved once, and then kept in the cache under the question."""

import json
import re
import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from lock2nix import __version__, enrichers, nixgen, planner, planning
from lock2nix.conversion import Conversion, Progress
from lock2nix.converters import requirements
from lock2nix.errors import InputError, PlanError, UsageError, quote
from lock2nix.indexes.addresses import login, on_the_web, without_login
from lock2nix.indexes.cache import Cache, default_folder
from lock2nix.inputs import Inputs
from lock2nix.resolution import Resolution
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.plan import Plan
from lock2nix.schemas.wishes import Wish, Wishes, WishGroup

NAME = "ad-hoc"
"""What the environment is called in its overlay."""

_KIND = "ad hoc"
_PYTHON = re.compile(r"(?P<kind>pypy)?(?P<major>3)\.(?P<minor>[0-9]{1,2})(?P<threads>t?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdHoc:
    """What is asked for: requirements as pip takes them, and for which Python (`3.12`), None for nixpkgs' own.

    No file newer than `exclude_newer` is taken. Whatever else there is, is as in a Conversion.
    """

    wishes: tuple[str, ...]
    python: str | None = None
    exclude_newer: str | None = None
    may_build: bool = False
    offline: bool = False
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    certificates: Path | None = None

    @property
    def text(self) -> str:
        """The wishes as somebody would write them."""
        return shlex.join(self.wishes)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an overlay is, and its plan if it was made just now."""

    path: Path
    plan: Plan | None = None


def overlay(asked: AdHoc, progress: Progress | None = None) -> Kept:
    """Return the overlay of the wishes, the earlier one if they were asked for before.

    Raises UsageError for wishes that are none, InputError for what is not known offline, PlanError where no versions
    fulfil them, and IndexFault or OutputError.
    """
    targets, wishes = _targets(asked), _wishes(asked)
    cache = Cache(default_folder())
    with tempfile.TemporaryDirectory(prefix="lock2nix-") as made:
        folder = Path(made)
        key = _key(asked, targets, folder)
        if (path := cache.get_nix(_KIND, key)) is not None:
            return Kept(path)
        if asked.offline:
            message = "this was not asked for before, and with --offline nothing is resolved"
            raise InputError(message, place=asked.text, hint="run once without --offline")
        text, plan = _made(asked, targets, wishes, folder, progress)
    return Kept(cache.put_nix(_KIND, key, text), plan)


def _made(
    asked: AdHoc, targets: Sequence[str], wishes: Wishes, folder: Path, progress: Progress | None
) -> tuple[str, Plan]:
    conversion = Conversion(
        format=requirements.FORMAT,
        lock=folder / f"{NAME}.txt",
        to_stdout=True,
        name=NAME,
        targets=tuple(targets),
        index_url=asked.index_url,
        extra_index_urls=asked.extra_index_urls,
        certificates=asked.certificates,
        resolution=Resolution(exclude_newer=asked.exclude_newer, may_build=asked.may_build),
    )
    try:
        planned = planning.planned(wishes, Inputs({}, {}), conversion, progress)
    except PlanError as error:
        raise PlanError(error.message, place=asked.text, hint=error.hint) from None
    header = nixgen.Header(source=asked.text, command=f"lock2nix env {asked.text}", inputs={})
    # That there was something to resolve is nothing to say of a command that resolves.
    said = tuple(notice for notice in planned.plan.notices if notice.subject != conversion.lock.name)
    plan = planned.plan.model_copy(update={"notices": said})
    return nixgen.write(plan, header, root=PurePosixPath()), plan


def _wishes(asked: AdHoc) -> Wishes:
    wishes = tuple(Wish(place="the command line", requirement=_wish(text), unpinned="") for text in asked.wishes)
    return Wishes(groups=(WishGroup(name=canonicalize_name("main"), wishes=wishes),))


def _wish(text: str) -> str:
    hint = "name packages as pip does: requests, 'tensorflow>=2', 'httpx[http2]', 'NAME @ https://…'"
    try:
        found = Requirement(text)
    except InvalidRequirement:
        raise UsageError(f"{quote(text)} is no requirement (PEP 508)", hint=hint) from None
    url = None if found.url is None else found.url.removeprefix("git+")
    if url is not None and not on_the_web(url):
        raise UsageError(f"{quote(text)} is not on the web", hint="for what is on this machine, convert a file")
    if url is not None and login(url) is not None:
        raise UsageError(f"{quote(text)} holds a login", hint="a netrc file can have it")
    return str(found)


def _targets(asked: AdHoc) -> tuple[str, ...]:
    """Return for what the overlay is made: this system, or where that says nothing, what every lock is made for."""
    system = planner.targets.here()
    if asked.python is None:
        # A package that not every Python can have is still one for the others.
        return () if system in {target.system for target in planner.targets.default()} else (system,)
    found = _PYTHON.fullmatch(asked.python)
    if found is None:
        raise UsageError(f"{quote(asked.python)} is no Python", hint="name its version: 3.12, 3.13t or pypy3.11")
    short = "{}{}{}{}".format("pp" if found["kind"] else "cp", *found.group("major", "minor", "threads"))
    name = f"{short}-{system}"
    try:
        planner.targets.asked([name])
    except UsageError as error:
        raise UsageError(f"nixpkgs has no Python {asked.python}", hint=error.hint) from None
    return (name,)


def _key(asked: AdHoc, targets: Sequence[str], folder: Path) -> str:
    """Return all that the answer depends on, but for the day."""
    nothing = Lock(groups=(), packages=())
    found = enrichers.indexes_of(nothing, folder, index_url=asked.index_url, extra_index_urls=asked.extra_index_urls)
    question = {
        "wishes": sorted(map(_wish, asked.wishes)),
        "targets": list(targets),
        "exclude-newer": asked.exclude_newer,
        "allow-build": asked.may_build,
        "indexes": [without_login(url) for url in found.serving(None)],
        "version": __version__,
    }
    return json.dumps(question, sort_keys=True)
