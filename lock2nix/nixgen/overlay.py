"""The generated file: a plan's contents, handed to the prelude (design.md §4)."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.nixpkgs import tables
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.plan import Plan
from lock2nix.schemas.target import Target

from .expr import AttrSet, Expr, Function, Let, Str, Var, Verbatim, apply, listed
from .header import Header
from .kept import kept_lines
from .packages import PackageWriter, build_tools_of
from .printer import render

# What `contents` is given by the prelude; every file names all of them, so that it does not change with its packages.
_HELPERS = (
    "build",
    "directory",
    "fetch",
    "fork",
    "git",
    "lib",
    "py",
    "pypi",
    "pythonAtLeast",
    "pythonOlder",
    "sdist",
    "stdenv",
    "target",
    "tree",
    "wheel",
    "wheels",
)


def write(plan: Plan, header: Header, *, root: PurePosixPath, answers: Answers | None = None) -> str:
    """Return the text of the overlay for the plan; `root` is the way from where it is written to the lock's folder.

    `answers` are what the next run would have to ask for again, as the Nix does not say it.
    """
    built = [v for package in (*plan.packages, *plan.tools) for v in package.variants]
    needed: set[str] = {tool for variant in built for s in variant.sources for tool in build_tools_of(s.origin)}
    needed |= {edge.name for tool in plan.tools for variant in tool.variants for edge in variant.dependencies}
    tools = sorted(needed)
    locked = {package.name for package in plan.packages}
    wanted = {edge.name for e in (*plan.groups, *plan.extras) for edge in e.members}
    wanted |= {edge.name for p in plan.packages for v in p.variants for edge in v.dependencies}
    bindings: dict[str, Expr] = {
        "name": Str(plan.name),
        "source": Str(header.source),
        "command": Str(header.command),
        "targets": _strings([target.id for target in plan.targets]),
        "interpreters": _strings(_interpreters(plan.targets)),
        "defaultGroups": _strings(plan.default_groups),
        "buildTools": _strings(tools),
        "lockedBuildTools": _strings([tool for tool in tools if tool in locked]),
        "borrowed": _strings(sorted(wanted - locked)),
        "reserved": _strings(sorted(locked & tables.reserved())),
        "cycles": listed([_strings(members) for members in plan.cycles]),
    }
    if plan.conflicts:
        bindings["conflicts"] = listed([_strings([one.label for one in conflict]) for conflict in plan.conflicts])
    if (project := _project(plan)) is not None:
        bindings["project"] = project
    bindings["contents"] = Function(_HELPERS, _contents(plan, root))
    body = apply(Var("lock2nix"), AttrSet(bindings))
    text = header.text() + render(Let({"lock2nix": Verbatim(_prelude())}, body))
    return text if answers is None else text + kept_lines(answers)


def _contents(plan: Plan, root: PurePosixPath) -> AttrSet:
    writer = PackageWriter(plan, root)
    parts = {
        "groups": AttrSet({group.name: writer.members(group, "group") for group in plan.groups}),
        "extras": AttrSet({extra.name: writer.members(extra, "extra") for extra in plan.extras}),
        "packages": AttrSet({package.name: writer.package(package) for package in plan.packages}),
    }
    if plan.tools:
        apart = PackageWriter(plan, root, scope="build", forks=((),))
        parts["tools"] = AttrSet({tool.name: apart.package(tool) for tool in plan.tools})
    return AttrSet(parts)


def _interpreters(targets: Sequence[Target]) -> list[str]:
    wanted = {target.interpreter for target in targets}
    rows = [row for row in tables.interpreters() if row.short in wanted]
    # CPython with its lock first: the others are there for those who name them.
    ordered = sorted(rows, key=lambda r: (r.implementation == "cpython" and not r.free_threaded, r.minor), reverse=True)
    return [row.attribute for row in ordered]


def _project(plan: Plan) -> AttrSet | None:
    """Return what the development shell needs to offer the project in place."""
    if plan.project is None or not plan.project.import_roots:
        return None
    roots = [str(root) for root in plan.project.import_roots]
    # One line that `site` executes; what it assigns, no function or comprehension in it would see.
    pth = (
        "import os, sys; "
        "'LOCK2NIX_ROOT' in os.environ and sys.path.extend(map(os.path.normpath, "
        f"map(os.path.join, [os.environ['LOCK2NIX_ROOT']] * {len(roots)}, {roots!r})))"
    )
    scripts: dict[str, Expr] = {}
    for name, entry in plan.project.scripts.items():
        module, function = entry.split(":", 1)
        scripts[name] = AttrSet({"module": Str(module), "function": Str(function)})
    return AttrSet(
        {
            "pname": Str(canonicalize_name(plan.name)),
            "version": Str(plan.project.version),
            "pth": Str(pth),
            "scripts": AttrSet(scripts),
        }
    )


def _strings(texts: Sequence[str | NormalizedName]) -> Expr:
    return listed([Str(text) for text in texts])


@cache
def _prelude() -> str:
    return files(__package__).joinpath("prelude.nix").read_text(encoding="utf-8")
