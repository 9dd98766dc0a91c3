"""Which targets a plan is made for: those asked for, else nixpkgs' current ones that the lock admits (design.md §3)."""

import itertools
import platform
import re
import sys
from collections.abc import Iterable, Sequence

from packaging.specifiers import SpecifierSet

from lock2nix.errors import PlanError, UsageError
from lock2nix.nixpkgs import tables
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.target import System, Target

_MOST_PATCHES = 40
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_FEW = 3  # targets that are named one by one
_ID = re.compile(
    r"(?P<interpreter>(?:cp|pp)\d+t?)?(?:(?:^|(?<=[0-9t])-)(?P<system>(?:x86_64|aarch64)-(?:linux|darwin)))?(?P<musl>-musl)?"
    r"(?:@(?P<libc>\d+\.\d+))?"
)


def asked(names: Iterable[str]) -> tuple[Target, ...]:
    """Return the targets that `names` stand for, in canonical order.

    A name is a whole target (`cp312-x86_64-linux`, `cp313t-aarch64-linux`, `cp312-x86_64-linux-musl`), an
    interpreter (`cp312`: on the default systems) or a system (`aarch64-darwin`: with the default interpreters). A
    suffix such as `@12.0` sets the minimum macOS version, or glibc's. Raises UsageError for anything else.
    """
    found = {target.id: target for name in names for target in _named(name)}
    return tuple(sorted(found.values(), key=_order))


def default() -> tuple[Target, ...]:
    """Return every default interpreter of nixpkgs on every default system, in canonical order."""
    pairs = itertools.product(_interpreters(None), _systems(None))
    return tuple(_target(row, system) for row, system in pairs)


def here() -> System:
    """Return the system of this machine. Raises UsageError where Nix has none of nixpkgs' systems for it."""
    machine = platform.machine().lower()
    name = f"{_MACHINES.get(machine, machine)}-{sys.platform}"
    found = next((system for system in tables.systems() if system == name), None)
    if found is None:
        raise UsageError(f"nixpkgs has no Python packages for {name}", hint="name a target of another machine")
    return found


def admitted(
    targets: Sequence[Target], requires_python: Sequence[SpecifierSet], *, were_asked: bool
) -> tuple[tuple[Target, ...], tuple[Notice, ...]]:
    """Return the targets whose Python the project allows; `requires_python` are alternatives, empty allows all.

    A project that pins a patch release is served by nixpkgs' release of that minor, with a notice. Raises PlanError if
    a target was asked for that is not allowed, or if none remains.
    """
    good = tuple(t for t in targets if admits(requires_python, t.full_version))
    notices: tuple[Notice, ...] = ()
    if not good:
        good = tuple(t for t in targets if _admits_minor(requires_python, t.minor))
        notices = tuple(_patch_notices(good, requires_python))
    if not good or (were_asked and len(good) < len(targets)):
        raise _refused([t for t in targets if t not in good], requires_python)
    return good, notices


def _refused(targets: Sequence[Target], requires_python: Sequence[SpecifierSet]) -> PlanError:
    wanted = " || ".join(str(s) for s in requires_python)
    bad = ", ".join(dict.fromkeys(t.interpreter for t in targets))
    fitting = [row.attribute for row in tables.interpreters() if _admits_minor(requires_python, row.minor)]
    hint = (
        f"of nixpkgs' interpreters these would do: {', '.join(fitting)}"
        if fitting
        else "no interpreter of a current nixpkgs would do; lock the project for a newer Python"
    )
    return PlanError(f"the project requires Python {wanted}, which leaves out {bad}", hint=hint)


def _admits_minor(alternatives: Sequence[SpecifierSet], minor: tuple[int, int]) -> bool:
    return any(admits(alternatives, f"{minor[0]}.{minor[1]}.{patch}") for patch in range(_MOST_PATCHES))


def _patch_notices(targets: Sequence[Target], requires_python: Sequence[SpecifierSet]) -> Iterable[Notice]:
    for interpreter, version in dict.fromkeys((t.interpreter, t.full_version) for t in targets):
        wanted = " || ".join(str(s) for s in requires_python)
        message = f"the project asks for Python {wanted}; nixpkgs has {version}, and {interpreter} is planned with that"
        yield Notice(kind="choice", subject=interpreter, message=message)


def names(targets: Sequence[Target]) -> str:
    """Return the targets for a person: many of them by interpreter and system, where all combinations are there."""
    by_interpreter: dict[str, list[str]] = {}
    for target in targets:
        by_interpreter.setdefault(target.interpreter, []).append(target.id.removeprefix(f"{target.interpreter}-"))
    systems = {tuple(found) for found in by_interpreter.values()}
    if len(targets) < _FEW or len(systems) > 1:
        return ", ".join(target.id for target in targets)
    return f"{', '.join(by_interpreter)} on {', '.join(systems.pop())}"


def admits(alternatives: Sequence[SpecifierSet], version: str) -> bool:
    """Return whether one of the alternatives contains the version; no alternatives contain everything."""
    return not alternatives or any(a.contains(version, prereleases=True) for a in alternatives)


def _named(name: str) -> Iterable[Target]:
    match = _ID.fullmatch(name)
    if match is None or not (match["interpreter"] or match["system"]):
        raise _unknown(name)
    rows, systems = _interpreters(match["interpreter"]), _systems(match["system"])
    musl = match["musl"] is not None
    if not rows or not systems or (musl and any(tables.systems()[s].musl is None for s in systems)):
        raise _unknown(name)
    libc = tuple(map(int, match["libc"].split("."))) if match["libc"] else None
    for row, system in itertools.product(rows, systems):
        target = _target(row, system, musl=musl)
        yield target if libc is None else target.model_copy(update={"libc": libc})


def _interpreters(short: str | None) -> list[tables.Interpreter]:
    if short is None:
        return [row for row in tables.interpreters() if row.default]
    return [row for row in tables.interpreters() if row.short == short]


def _systems(name: str | None) -> list[System]:
    return [s for s, row in tables.systems().items() if (row.default if name is None else s == name)]


def _target(row: tables.Interpreter, system: System, *, musl: bool = False) -> Target:
    libc = tables.systems()[system].musl if musl else tables.systems()[system].libc
    return Target(
        implementation=row.implementation,
        minor=row.minor,
        full_version=row.full_version,
        free_threaded=row.free_threaded,
        system=system,
        musl=musl,
        libc=libc or (0, 0),
    )


def _order(target: Target) -> tuple[object, ...]:
    systems = list(tables.systems())
    return target.implementation, target.minor, target.free_threaded, systems.index(target.system), target.musl


def _unknown(name: str) -> UsageError:
    pythons = ", ".join(row.short for row in tables.interpreters())
    hint = (
        f"a target is INTERPRETER-SYSTEM, such as cp312-x86_64-linux; interpreters: {pythons}; "
        f"systems: {', '.join(tables.systems())} (Linux also with -musl)"
    )
    return UsageError(f"unknown target {name!r}", hint=hint)
