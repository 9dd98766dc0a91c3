"""Asks a nixpkgs on disk what it has of the tools that a lock's builds want; Nix itself evaluates it.

The generated file decides the same when it is evaluated: this only says so beforehand.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from lock2nix.errors import UsageError
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.plan import Plan, WheelOrigin
from lock2nix.schemas.target import Target

from . import tables
from .build_tools import build_tools

_HOOKS = frozenset({"maturin"})  # no module of nixpkgs' Python set: a hook of rustPlatform's does its work
_OLDER = {"cython": "cython_0"}  # what the prelude falls back on
_ON_SEARCH_PATH = re.compile(r"<[A-Za-z0-9._+-][A-Za-z0-9._+/-]*>")


def notices(plan: Plan, nixpkgs: str) -> Iterator[Notice]:
    """Yield what the nixpkgs lacks, or has in other versions than the builds of the plan ask for.

    It is a path, or a name on Nix's search path such as `<nixpkgs>`. Raises UsageError where it cannot be evaluated.
    """
    wanted = list(_wanted(plan))
    tools = {tool for _, tool, _ in wanted}
    asked = sorted(tools | {_OLDER[tool] for tool in tools & _OLDER.keys()})
    found = _versions(nixpkgs, plan.targets, asked) if wanted else {}
    locked = {package.name for package in plan.packages}
    apart = {tool.name for tool in plan.tools}
    for tool in sorted(tool for tool in tools - _HOOKS if found[tool] is None):
        where = "the lock's is used" if tool in locked else "nobody has it: what it builds fails, or needs its wheel"
        said = "the one locked for building is used" if tool in apart else where
        yield Notice(kind="nixpkgs", subject=tool, message=f"{tool} is not in it: {said}")
    for package, tool, behind_name in wanted:
        version, bounds = found[tool], behind_name.rpartition("]")[2]
        older = found.get(_OLDER.get(tool, ""))
        if version and not _meets(version, bounds) and not (older and _meets(older, bounds)):
            message = f"{package} is to be built with {tool} {bounds}; it is built with {version}"
            yield Notice(kind="nixpkgs", subject=tool, message=message)


def _wanted(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield each package that is built, with a tool that it wants and what a requirement says behind its name."""
    for package in plan.packages:
        for variant in package.variants:
            for origin in (sourced.origin for sourced in variant.sources):
                system = None if isinstance(origin, WheelOrigin) else origin.build_system
                for tool, behind_name in build_tools(system).items() if system is not None else ():
                    yield f"{package.pname} {variant.version}", tool, behind_name


def _meets(version: str, bounds: str) -> bool:
    try:
        return SpecifierSet(bounds).contains(Version(version), prereleases=True)
    except InvalidVersion:
        return True


def _versions(nixpkgs: str, targets: Sequence[Target], tools: Sequence[str]) -> Mapping[str, str | None]:
    wanted = {target.interpreter for target in targets}
    rows = [row for row in reversed(tables.interpreters()) if row.short in wanted]
    given = {
        "interpreters": json.dumps([row.attribute for row in rows]),
        "minors": json.dumps(["{}.{}".format(*row.minor) for row in rows]),
        "tools": json.dumps(list(tools)),
    }
    arguments = [part for name, value in given.items() for part in ("--argstr", name, value)]
    with as_file(files(__package__).joinpath("checkout.nix")) as expression:
        command = ["nix-instantiate", "--eval", "--strict", "--json", str(expression), *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - our own expression, and arguments that are strings to Nix
                [*command, "--arg", "nixpkgs", _expression(nixpkgs)], capture_output=True, text=True, check=False
            )
        except OSError as error:
            hint = "--nixpkgs asks Nix, which must be installed for that"
            raise UsageError(f"nix-instantiate cannot be started: {error.strerror}", hint=hint) from None
    if done.returncode:
        # Newer ones put a trace between a bare `error:` and the line that says which.
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip().startswith("error: ")]
        said = lines[-1] if lines else done.stderr[-500:]
        raise UsageError(f"this nixpkgs cannot be evaluated: {said.strip()}", place=nixpkgs)
    found: Mapping[str, str | None] | None = json.loads(done.stdout)
    if found is None:
        raise UsageError("this nixpkgs has none of the Pythons that the lock is converted for", place=nixpkgs)
    return found


def _expression(nixpkgs: str) -> str:
    """Return a Nix expression for the path: text of Nix's own, as a path may have any characters."""
    if _ON_SEARCH_PATH.fullmatch(nixpkgs):
        return nixpkgs
    if not Path(nixpkgs).exists():
        hint = "name a folder with a nixpkgs in it, or '<nixpkgs>'"
        raise UsageError("there is no such path", place=nixpkgs, hint=hint)
    absolute = json.dumps(str(Path(nixpkgs).absolute()), ensure_ascii=False).replace("$", "\\$")
    return f"/. + {absolute}"
