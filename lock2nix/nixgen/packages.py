"""One package of a plan as a Nix expression that reads like a recipe."""

import functools
import operator
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Literal, assert_never
from urllib.parse import unquote

from packaging.utils import NormalizedName

from lock2nix.nixpkgs import tables
from lock2nix.nixpkgs.build_tools import build_tools
from lock2nix.schemas.lock import BuildSystem
from lock2nix.schemas.plan import (
    Edge,
    Environment,
    Fork,
    LocalFile,
    Origin,
    Plan,
    PlannedPackage,
    RemoteFile,
    SdistOrigin,
    Sourced,
    TargetSet,
    TreeOrigin,
    Variant,
    WheelOrigin,
    in_any_fork,
)
from lock2nix.schemas.source import DirectorySource

from .choices import by_target
from .conditions import Conditions
from .expr import (
    NULL,
    Apply,
    AttrSet,
    Expr,
    If,
    Inherit,
    Lines,
    ListOf,
    Operation,
    Path,
    Select,
    Str,
    Var,
    apply,
    listed,
)
from .forked import ForkedConditions

PYPI_FILES = "https://files.pythonhosted.org/packages/"

_NOT_IN_STORE_NAMES = re.compile(r"[^0-9A-Za-z+._?=-]")
_LONGEST_STORE_NAME = 207
# Poetry's own backend before it was split off: the same code under another name.
OLD_POETRY_BACKEND, _POETRY_BACKEND = "poetry.masonry.api", "poetry.core.masonry.api"


class PackageWriter:
    """Writes the packages of one plan; `root` is the way from the file that is written to the lock's folder.

    `scope` is the set in which they find what they depend on. Those of a set that is the same in all forks of the plan
    have tables over the targets alone: `forks` is then the one that stands for all.
    """

    def __init__(self, plan: Plan, root: PurePosixPath, scope: str = "py", forks: Sequence[Fork] | None = None) -> None:
        self._root = root
        self._scope = Var(scope)
        self._targets = plan.targets
        self._conditions = ForkedConditions(Conditions(plan.targets), plan.forks if forks is None else forks)
        self._knots = {name: set(members) for members in plan.cycles for name in members}
        self._reasons = {(one.name, one.version): one.reason for one in plan.unserved}

    def package(self, package: PlannedPackage) -> Expr:
        """Return the package: its variants by condition, null where none of them is installed."""
        where = [variant.where for variant in package.variants]
        recipes = [self._variant(package, variant) for variant in package.variants]
        return self._by_condition(where, recipes)

    def members(self, environment: Environment, kind: Literal["group", "extra"]) -> Expr:
        """Return a closed list of packages as a set: `{ inherit (py) …; } // lib.optionalAttrs …`."""
        among = self._conditions.in_forks_with(f"{kind} {environment.name}")
        always, sometimes = _split(environment.members, among)
        parts: list[Expr] = [self._inherited(always)]
        for where, names in sometimes.items():
            condition = self._conditions.expr(where, among)
            parts.append(apply(Select(Var("lib"), "optionalAttrs"), condition, self._inherited(names)))
        return parts[0] if len(parts) == 1 else Operation("//", tuple(parts))

    def _by_condition(self, where: Sequence[TargetSet], recipes: Sequence[Expr]) -> Expr:
        # In forks where nobody needs it, it may be there all the same.
        left = self._conditions.in_forks_of(functools.reduce(operator.or_, where, 0))
        branches: list[tuple[Expr, Expr]] = []
        for table, recipe in zip(where, recipes, strict=True):
            if table == left:
                return _nested(branches, recipe)
            branches.append((self._conditions.expr(table, left), recipe))
            left &= ~table
        return _nested(branches, NULL)

    def _variant(self, package: PlannedPackage, variant: Variant) -> Expr:
        head: dict[str, Expr] = {"pname": Str(package.pname), "version": Str(variant.version)}
        if package.name in tables.attributes():
            head["recipe"] = Str(tables.attributes()[package.name])
        helper, body = self._sources(package, variant)
        dependencies = self._dependencies(package.name, variant)
        tail = {} if dependencies is None else {"dependencies": dependencies}
        return apply(Var(helper), AttrSet({**head, **body.bindings, **tail}, body.inherits))

    def _sources(self, package: PlannedPackage, variant: Variant) -> tuple[str, AttrSet]:
        """Return the helper that installs the variant's sources, and its arguments for them."""
        origins = [sourced.origin for sourced in variant.sources]
        if len(origins) == 1 and not variant.unserved:
            return origins[0].kind, self._arguments(origins[0])
        wheels = [s for s in variant.sources if isinstance(s.origin, WheelOrigin)]
        rows = self._table(wheels, variant)
        built = next((origin for origin in origins if not isinstance(origin, WheelOrigin)), None)
        if built is None:
            rows |= self._refusals(package, variant, variant.refused)
            return "wheels", AttrSet({"srcs": AttrSet(rows)})
        # What is built is for every target without a row: those that cannot have it need one.
        rows |= self._refusals(package, variant, variant.unserved)
        arguments = self._arguments(built)
        taken: dict[str, Expr] = {name: Select(i.of, name) for i in arguments.inherits for name in i.names}
        taken.update(arguments.bindings)
        bindings = {"sdist" if key == "src" else key: value for key, value in taken.items()}
        return "wheels", AttrSet({"srcs": AttrSet(rows), **bindings})

    def _refusals(self, package: PlannedPackage, variant: Variant, where: TargetSet) -> dict[str, Expr]:
        reason = self._reasons.get((package.name, variant.version), "")
        refusal = apply(Var("throw"), Str(f"{package.pname} {variant.version} cannot be had here: {reason}"))
        return dict.fromkeys(self._keys(where, variant.where), refusal)

    def _keys(self, where: TargetSet, among: TargetSet) -> Iterator[str]:
        """Yield the systems all of whose targets are meant, and else the targets."""
        here, there = in_any_fork(where, len(self._targets)), in_any_fork(among, len(self._targets))
        for system in dict.fromkeys(target.system for target in self._targets):
            of_system = [i for i, target in enumerate(self._targets) if target.system == system and there >> i & 1]
            meant = [i for i in of_system if here >> i & 1]
            yield from [system] if meant and meant == of_system else [self._targets[i].id for i in meant]

    def _table(self, sources: Sequence[Sourced], variant: Variant) -> dict[str, Expr]:
        found = by_target(sources, self._targets, variant.where)
        return {key: self._source(origin) for key, origin in found.items()}

    def _arguments(self, origin: Origin) -> AttrSet:
        if isinstance(origin, WheelOrigin):
            return AttrSet({"src": self._source(origin)})
        if isinstance(origin, TreeOrigin) and isinstance(origin.tree, DirectorySource):
            return AttrSet(_building(origin), (Inherit(self._source(origin), ("src", "stubs")),))
        return AttrSet({"src": self._source(origin), **_building(origin)})

    def _source(self, origin: Origin) -> Expr:
        match origin:
            case WheelOrigin(file=file) | SdistOrigin(file=file):
                return self._path(file.path) if isinstance(file, LocalFile) else _fetched(file)
            case TreeOrigin(tree=tree):
                if isinstance(tree, DirectorySource):
                    return apply(Var("directory"), self._path(tree.path))
                return apply(Var("git"), AttrSet({"url": Str(tree.url), "rev": Str(tree.revision)}))
            case _ as never:
                assert_never(never)

    def _path(self, path: PurePosixPath) -> Path:
        # Joining keeps an absolute path as it is.
        return Path(posixpath.normpath(self._root / path))

    def _dependencies(self, name: NormalizedName, variant: Variant) -> Expr | None:
        # Inside a cycle the edges are cut: the prelude ties its members together.
        edges = [edge for edge in variant.dependencies if edge.name not in self._knots.get(name, ())]
        always, sometimes = _split(edges, variant.where)
        parts: list[Expr] = [self._list(always)] if always else []
        for where, names in sometimes.items():
            condition = self._conditions.expr(where, variant.where)
            parts.append(apply(Select(Var("lib"), "optionals"), condition, self._list(names)))
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else Operation("++", tuple(parts))

    def _inherited(self, names: Sequence[NormalizedName]) -> AttrSet:
        return AttrSet({}, (Inherit(self._scope, tuple(names)),) if names else ())

    def _list(self, names: Sequence[NormalizedName]) -> ListOf:
        return listed([Select(self._scope, name) for name in names])


def build_tools_of(origin: Origin) -> Mapping[str, str]:
    """Return the build tools that an origin needs, with their bounds."""
    if isinstance(origin, WheelOrigin) or origin.build_system is None:
        return {}
    return build_tools(origin.build_system)


def _building(origin: SdistOrigin | TreeOrigin) -> dict[str, Expr]:
    arguments: dict[str, Expr] = {}
    subdirectory = origin.subdirectory if isinstance(origin, SdistOrigin) else origin.tree.subdirectory
    if subdirectory is not None:
        arguments["subdirectory"] = Str(str(subdirectory))
    if (system := origin.build_system) is not None:
        arguments["build-system"] = AttrSet({name: Str(bounds) for name, bounds in build_tools(system).items()})
        if (cargo := system.cargo_lock) is not None:
            arguments["cargoLock"] = AttrSet({"root": Str(str(cargo.root)), "text": Lines(cargo.text)})
        elif system.builds_rust:
            arguments["cargoLock"] = NULL
        if (patch := patch_of(system)) is not None:
            arguments["postPatch"] = Str(patch)
    return arguments


def patch_of(system: BuildSystem) -> str | None:
    """Return what is to be done to a source tree before its build system can be had from nixpkgs."""
    if system.backend != OLD_POETRY_BACKEND:
        return None
    return f"substituteInPlace pyproject.toml --replace-fail {OLD_POETRY_BACKEND} {_POETRY_BACKEND}\n"


def _fetched(file: RemoteFile) -> Apply:
    known = file.url.startswith(PYPI_FILES)
    where = {"path": Str(file.url.removeprefix(PYPI_FILES))} if known else {"url": Str(file.url)}
    name = store_name(file.filename)
    named = {} if file.url.rsplit("/", 1)[-1] == name else {"name": Str(name)}
    hashes = {"hash": Str(file.hash.sri)} | ({} if file.locked is None else {"locked": Str(file.locked.sri)})
    return apply(Var("pypi" if known else "fetch"), AttrSet({**where, **named, **hashes}))


def store_name(filename: str) -> str:
    """Return the file's name as the Nix store allows it; the ending is kept, as hooks look at it."""
    name = _NOT_IN_STORE_NAMES.sub("_", unquote(filename)).lstrip(".")
    if len(name) <= _LONGEST_STORE_NAME:
        return name
    ending = ".whl" if name.endswith(".whl") else ""
    return name[: _LONGEST_STORE_NAME - len(ending)] + ending


def _split(
    edges: Iterable[Edge], among: TargetSet
) -> tuple[list[NormalizedName], dict[TargetSet, list[NormalizedName]]]:
    always: list[NormalizedName] = []
    sometimes: dict[TargetSet, list[NormalizedName]] = {}
    for edge in edges:
        where = edge.where & among
        if where == among:
            always.append(edge.name)
        elif where:
            sometimes.setdefault(where, []).append(edge.name)
    return always, sometimes


def _nested(branches: Sequence[tuple[Expr, Expr]], otherwise: Expr) -> Expr:
    for condition, recipe in reversed(branches):
        otherwise = If(condition, recipe, otherwise)
    return otherwise
