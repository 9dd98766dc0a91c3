"""Who asks for the packages of a pylock.toml: the groups and extras that its markers name.

A package stands for itself: it is installed wherever its marker holds, and no dependency is followed. So each is a
root of every group and extra that its marker admits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.markers import NEVER, assume_selected, disjunction
from lock2nix.schemas.lock import Dependency, Group, Package

from .fields import group_name
from .pylock_file import PylockFile

MAIN = canonicalize_name("main")

_Names = frozenset[NormalizedName]
_NONE: _Names = frozenset()


@dataclass(frozen=True, slots=True)
class _Selection:
    """What an installer can be asked for."""

    groups: _Names
    extras: _Names = _NONE


class Roots:
    """The groups and extras of a file.

    Default groups that cannot be asked for by name are what the project itself needs: our group `main`. A tool that
    declares all of its groups has that first.
    """

    def __init__(self, file: PylockFile) -> None:
        self._file = file
        content = file.content
        default = tuple(self._names("default-groups", content.default_groups or ()))
        declared = tuple(self._names("dependency-groups", content.dependency_groups or ()))
        main = frozenset(default) - frozenset(declared) or frozenset(default[:1])
        if MAIN in declared:
            main |= {MAIN}
        self._default = frozenset((MAIN, *default))
        self._groups = {MAIN: _Selection(main)}
        self._groups |= {name: _Selection(frozenset((name,))) for name in declared if name not in main}
        self._extras = {name: _Selection(main, frozenset((name,))) for name in content.extras or ()}

    def markers(self) -> list[Marker | None]:
        """Return for each package of the file where it is installed at all."""
        return [self._anywhere(at) for at, _ in enumerate(self._file.content.packages)]

    def groups(self, packages: Mapping[int, Package]) -> tuple[Group, ...]:
        """Return the groups of those packages, which are keyed by their place in the file."""
        return tuple(
            Group(name=name, dependencies=tuple(self._roots(selection, packages)), optional=name not in self._default)
            for name, selection in self._groups.items()
        )

    def extras(self, packages: Mapping[int, Package]) -> dict[NormalizedName, tuple[Dependency, ...]]:
        """Return what each extra adds to `main`."""
        in_main = frozenset(self._roots(self._groups[MAIN], packages))
        return {
            name: tuple(root for root in self._roots(selection, packages) if root not in in_main)
            for name, selection in self._extras.items()
        }

    def _roots(self, selection: _Selection, packages: Mapping[int, Package]) -> Iterator[Dependency]:
        for at, package in packages.items():
            condition = self._condition(at, selection)
            if condition is not NEVER:
                pin = SpecifierSet(f"==={package.version}", prereleases=True)
                yield Dependency(name=package.name, versions=(pin,), marker=condition)

    def _anywhere(self, at: int) -> Marker | None:
        found = [self._condition(at, selection) for selection in (*self._groups.values(), *self._extras.values())]
        return disjunction(*(condition for condition in found if condition is not NEVER))

    def _condition(self, at: int, selection: _Selection) -> Marker | None:
        try:
            return assume_selected(self._file.content.packages[at].marker, selection.extras, selection.groups)
        except ValueError as error:
            raise self._file.error(str(error), "packages", at, "marker") from None

    def _names(self, key: str, names: object) -> Iterator[NormalizedName]:
        for at, name in enumerate(names if isinstance(names, list | tuple) else ()):
            yield self._file.checked(group_name, name, key, at)
