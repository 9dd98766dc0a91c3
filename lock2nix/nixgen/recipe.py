"""One package as an expression to paste into somebody's own Nix: `{ pkgs, python }: python.pkgs.buildPythonPackage …`.

What it depends on is that Python set's own.
"""

from collections.abc import Iterator, Mapping, Sequence

from lock2nix.errors import PlanError
from lock2nix.nixpkgs import tables
from lock2nix.schemas.lock import BuildSystem, CargoLock
from lock2nix.schemas.plan import (
    Edge,
    Origin,
    Plan,
    RemoteFile,
    SdistOrigin,
    TargetSet,
    WheelOrigin,
)

from .choices import by_target
from .conditions import Conditions
from .expr import (
    Apply,
    AttrSet,
    Expr,
    If,
    Lambda,
    Let,
    Lines,
    ListOf,
    Not,
    Operation,
    Select,
    Str,
    Var,
    Verbatim,
    apply,
    listed,
)
from .packages import build_tools_of, patch_of, store_name
from .printer import render

_PKGS, _SET = Var("pkgs"), Select(Var("python"), "pkgs")
_FETCH = Select(_PKGS, "fetchurl")
_RUST = Select(_PKGS, "rustPlatform")
_IS_LINUX = Select(Select(Var("stdenv"), "hostPlatform"), "isLinux")
_TARGET = Verbatim(
    '"${builtins.replaceStrings [ "python" "pypy" "." ] [ "cp" "pp" "" ] python.libPrefix}'
    '-${stdenv.hostPlatform.system}"'
)
_PICKED = Verbatim('srcs.${target} or srcs.${stdenv.hostPlatform.system} or (throw "there is no wheel for ${target}")')

# What an expression may use, where it does, in the order in which it is written.
_IN_SCOPE: Mapping[str, Expr] = {
    "lib": Select(_PKGS, "lib"),
    "stdenv": Select(_PKGS, "stdenv"),
    "pythonAtLeast": Select(_SET, "pythonAtLeast"),
    "pythonOlder": Select(_SET, "pythonOlder"),
    "target": _TARGET,
}
_IN_VERBATIM = {_TARGET.text: {"stdenv"}, _PICKED.text: {"srcs", "stdenv", "target"}}


def write_recipe(plan: Plan) -> str:
    """Return the expression for the one version of the one package of a plan.

    A wheel is taken where there is one. Raises PlanError where nothing can be, or only from a source that nobody knows
    how to build.
    """
    (package,) = plan.packages
    (variant,) = package.variants
    scope = dict(_IN_SCOPE)
    wheels = [sourced for sourced in variant.sources if isinstance(sourced.origin, WheelOrigin)]
    if wheels:
        found = {
            key: origin
            for key, origin in by_target(wheels, plan.targets, variant.where).items()
            if isinstance(origin, WheelOrigin)
        }
        body = _of_wheels(found, scope, is_whole=len(wheels) == 1 and wheels[0].where == variant.where)
    elif variant.sources:
        body = _of_sdist(variant.sources[0].origin)
    else:
        reasons = "; ".join(dict.fromkeys(one.reason for one in plan.unserved))
        raise PlanError(f"{package.pname} {variant.version} cannot be had: {reasons}")
    if variant.dependencies:
        body["dependencies"] = _dependencies(variant.dependencies, Conditions(plan.targets), variant.where)
    head = {"pname": Str(package.pname), "version": Str(variant.version)}
    recipe = apply(Select(_SET, "buildPythonPackage"), AttrSet({**head, **body}))
    used = set(_variables(recipe))
    while more := {name for one in used & scope.keys() for name in _variables(scope[one])} - used:
        used |= more
    known = {name: value for name, value in scope.items() if name in used}
    return render(Lambda(("pkgs", "python"), Let(known, recipe) if known else recipe))


def _of_wheels(found: Mapping[str, WheelOrigin], scope: dict[str, Expr], *, is_whole: bool) -> dict[str, Expr]:
    """Return the arguments for wheels by target; those that differ are put in the scope."""
    rows = {key: AttrSet(_fetched(origin)) for key, origin in found.items()}
    src: Expr = next(iter(rows.values()))
    if not is_whole:
        scope["srcs"] = AttrSet(rows)
        src = _PICKED
    body: dict[str, Expr] = {"format": Str("wheel"), "src": apply(_FETCH, src)}
    if not any(origin.native for origin in found.values()):
        return body
    libraries = listed([Select(Select(Select(Var("stdenv"), "cc"), "cc"), "lib"), Select(_PKGS, "zlib")])
    return {
        **body,
        "nativeBuildInputs": _on_linux(listed([Select(_PKGS, "autoPatchelfHook")])),
        "buildInputs": _on_linux(libraries),
        "dontStrip": Var("true"),
    }


def _on_linux(inputs: Expr) -> Expr:
    return apply(Select(Var("lib"), "optionals"), _IS_LINUX, inputs)


def _of_sdist(origin: Origin) -> dict[str, Expr]:
    if not isinstance(origin, SdistOrigin) or origin.build_system is None:
        raise PlanError("what builds its sdist is not known", hint="take its wheel: --prefer wheel")
    tools = [_tool(name) for name in build_tools_of(origin)]
    body: dict[str, Expr] = {
        "pyproject": Var("true"),
        "src": apply(_FETCH, AttrSet(_fetched(origin))),
        "build-system": listed(tools),
        # Tools have the versions that nixpkgs has.
        "pypaBuildFlags": listed([Str("--skip-dependency-check")]),
        **_of_rust(origin.build_system),
    }
    patch = patch_of(origin.build_system)
    return body if patch is None else {**body, "postPatch": Str(patch)}


def _tool(name: str) -> Expr:
    # No module in nixpkgs, but a hook that does what the backend would.
    return Select(_RUST, "maturinBuildHook") if name == "maturin" else Select(_SET, name)


def _of_rust(system: BuildSystem) -> dict[str, Expr]:
    match system.cargo_lock:
        case None if system.builds_rust:
            hint = "take its wheel: --prefer wheel"
            raise PlanError("it is built with Rust, and no Cargo.lock in its sdist says with which crates", hint=hint)
        case None:
            return {}
        case CargoLock(root=root, text=text):
            crates = apply(Select(_RUST, "importCargoLock"), AttrSet({"lockFileContents": Lines(text)}))
            tools = [Select(_RUST, "cargoSetupHook"), Select(_PKGS, "cargo"), Select(_PKGS, "rustc")]
            return {"cargoDeps": crates, "cargoRoot": Str(str(root)), "nativeBuildInputs": listed(tools)}


def _fetched(origin: WheelOrigin | SdistOrigin) -> dict[str, Expr]:
    file = origin.file
    if not isinstance(file, RemoteFile):
        raise AssertionError(file)  # noqa: TRY004 - whoever plans one package knows no other
    name = store_name(file.filename)
    named = {} if file.url.rsplit("/", 1)[-1] == name else {"name": Str(name)}
    return {**named, "url": Str(file.url), "hash": Str(file.hash.sri)}


def _dependencies(edges: Sequence[Edge], conditions: Conditions, among: TargetSet) -> Expr:
    by_condition: dict[TargetSet, list[Expr]] = {among: []}
    for edge in edges:
        attribute = tables.attributes().get(edge.name, edge.name)
        by_condition.setdefault(edge.where & among, []).append(Select(_SET, attribute))
    always = by_condition.pop(among)
    parts: list[Expr] = [listed(always)] if always else []
    for where, names in by_condition.items():
        parts.append(apply(Select(Var("lib"), "optionals"), conditions.expr(where, among), listed(names)))
    return parts[0] if len(parts) == 1 else Operation("++", tuple(parts))


def _variables(expr: Expr) -> Iterator[str]:
    """Yield the variables of an expression that binds none itself."""
    match expr:
        case Var(name):
            yield name
        case Verbatim(text):
            yield from _IN_VERBATIM[text]
        case Select(of, _):
            yield from _variables(of)
        case Not(operand):
            yield from _variables(operand)
        case Apply(function, arguments):
            yield from (name for part in (function, *arguments) for name in _variables(part))
        case ListOf(parts) | Operation(_, parts):
            yield from (name for part in parts for name in _variables(part))
        case AttrSet(bindings):
            yield from (name for part in bindings.values() for name in _variables(part))
        case If(condition, then, otherwise):
            yield from (name for part in (condition, then, otherwise) for name in _variables(part))
        case _:
            return
