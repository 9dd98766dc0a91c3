"""Which targets a plan is made for: those asked for, else nixpkgs' current ones that the lock admits (design.md §3)."""

import itertools
import re
from collections.abc import Iterable, Sequence

from packaging.specifiers import SpecifierSet

from lock2nix.errors import PlanError, UsageError
from lock2nix.nixpkgs import tables
from lock2nix.schemas.target import System, Target

_ID = re.compile(
    r"(?P<interpreter>(?:cp|pp)\d+t?)?-?(?P<system>(?:x86_64|aarch64)-(?:linux|darwin))?(?P<musl>-musl)?"
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


def admitted(
    targets: Sequence[Target], requires_python: Sequence[SpecifierSet], *, were_asked: bool
) -> tuple[Target, ...]:
    """Return the targets whose Python the project allows; `requires_python` are alternatives, empty allows all.

    Raises PlanError if one was asked for that is not allowed, or if none remains.
    """
    good = tuple(t for t in targets if admits(requires_python, t.full_version))
    if not good or (were_asked and len(good) < len(targets)):
        wanted = " || ".join(str(s) for s in requires_python)
        bad = ", ".join(dict.fromkeys(t.interpreter for t in targets if t not in good))
        fitting = [row for row in tables.interpreters() if admits(requires_python, row.full_version)]
        would_do = ", ".join(row.attribute for row in fitting if row.implementation == "cpython")
        message = f"the project requires Python {wanted}, which leaves out {bad}"
        hint = (
            f"of nixpkgs' interpreters these would do: {would_do}"
            if would_do
            else "no interpreter of a current nixpkgs would do; lock the project for a newer Python"
        )
        raise PlanError(message, hint=hint)
    return good


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
