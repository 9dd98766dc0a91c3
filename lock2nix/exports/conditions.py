"""The simplest marker that has a given truth table over a universe of environments.

The same table always gives the same text: what is written does not depend on how the lock spelt its own conditions.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from lock2nix.errors import PlanError
from lock2nix.schemas.plan import TargetSet

from .universe import IMPLEMENTATIONS, PLACES, Python, Universe

_Places = int
"""Some of `PLACES`, as bits."""

_ALL_PLACES: _Places = (1 << len(PLACES)) - 1


class Conditions:
    """Markers over one universe, of which only the environments in `among` matter."""

    def __init__(self, universe: Universe, among: TargetSet) -> None:
        self._pythons = universe.pythons
        self._rows_among = self._rows(among)
        self._cared = sum(1 << i for i, row in enumerate(self._rows_among) if row)

    def marker(self, table: TargetSet) -> str | None:
        """Return a marker that holds on this table, which is not empty; None if that is everywhere."""
        by_pythons: dict[int, _Places] = {}
        for i, (row, among) in enumerate(zip(self._rows(table), self._rows_among, strict=True)):
            if row & among:
                pythons = -1 if row & among == among else row & among
                by_pythons[pythons] = by_pythons.get(pythons, 0) | 1 << i
        parts = [
            all_of(self._place(where), None if pythons == -1 else _python(pythons, self._pythons))
            for pythons, where in by_pythons.items()
        ]
        return any_of(parts)

    def _rows(self, table: TargetSet) -> list[int]:
        """Return the Pythons of each place."""
        width = len(self._pythons)
        return [table >> i * width & (1 << width) - 1 for i in range(len(PLACES))]

    def _place(self, where: _Places) -> str | None:
        if where == self._cared:
            return None
        if (simple := self._simple(where)) is not None:
            return simple
        by_platforms: dict[_Places, list[str]] = {}
        for implementation in IMPLEMENTATIONS:
            own = _bits(place.implementation == implementation for place in PLACES)
            if where & own:
                platforms = {place.platform for i, place in enumerate(PLACES) if (where & own) >> i & 1}
                smeared = _bits(place.platform in platforms for place in PLACES) & self._cared
                by_platforms.setdefault(smeared, []).append(implementation.platform_python_implementation)
        return any_of(
            all_of(self._platforms(platforms), _implementation(names)) for platforms, names in by_platforms.items()
        )

    def _platforms(self, where: _Places) -> str | None:
        return None if where == self._cared else self._simple(where) or self._by_system(where)

    def _simple(self, where: _Places) -> str | None:
        """Return one comparison, or two, or several of one variable."""
        atoms = [(text, holds & self._cared) for text, holds in _atoms()]
        for text, holds in atoms:
            if holds == where:
                return text
        for (one, left), (other, right) in itertools.combinations(atoms, 2):
            if left & right == where:
                return f"{one} and {other}"
            if left | right == where:
                return f"{one} or {other}"
        for variable in ("sys_platform", "platform_machine"):
            within = [(t, h) for t, h in atoms if t.startswith(f"{variable} ==") and h and h & where == h]
            if sum(holds for _, holds in within) == where:
                return any_of(text for text, _ in within)
        return None

    def _by_system(self, where: _Places) -> str | None:
        """Return on which machines of each system this holds, whatever the implementation."""
        parts: list[str | None] = []
        for system in dict.fromkeys(place.platform.sys_platform for place in PLACES):
            whole = _bits(place.platform.sys_platform == system for place in PLACES) & self._cared
            if where & whole:
                found = [place.platform.platform_machine for i, place in enumerate(PLACES) if (where & whole) >> i & 1]
                machines = any_of(f'platform_machine == "{machine}"' for machine in dict.fromkeys(found))
                parts.append(all_of(f'sys_platform == "{system}"', None if where & whole == whole else machines))
        return any_of(parts)


def asked(name: str, variable: str) -> str:
    """Return that an extra or group is asked for. Raises PlanError for a name that no marker can say."""
    quote = "'" if '"' in name else '"'
    if quote in name:
        raise PlanError(f"the name {name!r} cannot stand in a marker")
    return f"{quote}{name}{quote} in {variable}"


def all_of(*conditions: str | None) -> str | None:
    """Return that all of these hold."""
    parts = [condition for condition in conditions if condition is not None]
    if len(parts) > 1:
        parts = [f"({part})" if _is_choice(part) else part for part in parts]
    return " and ".join(parts) or None


def any_of(conditions: Iterable[str | None]) -> str | None:
    """Return that at least one of these holds."""
    parts = list(conditions)
    return None if None in parts else " or ".join(part for part in parts if part is not None)


def _is_choice(condition: str) -> bool:
    """Return whether the words of a condition that stand in no brackets have an `or`."""
    depth = 0
    for word in condition.split(" "):
        depth += word.count("(") - word.count(")")
        if word == "or" and not depth:
            return True
    return False


def _python(where: int, pythons: Sequence[Python]) -> str | None:
    """Return which of the Pythons these bits are, as ranges."""
    return any_of(_range(start, end, pythons) for start, end in _ranges(where, len(pythons)))


def _ranges(where: int, count: int) -> Iterator[tuple[int, int]]:
    for holds, run in itertools.groupby(range(count), key=lambda i: where >> i & 1):
        if holds:
            found = list(run)
            yield found[0], found[-1] + 1


def _range(start: int, end: int, pythons: Sequence[Python]) -> str | None:
    first = None if start == 0 else pythons[start]
    after = None if end == len(pythons) else pythons[end]
    if first and after and (first.patch, after.patch) == (0, 0) and after.minor == first.minor + 1:
        return f'python_version == "3.{first.minor}"'
    return all_of(None if first is None else _bound(">=", first), None if after is None else _bound("<", after))


def _bound(operator: str, python: Python) -> str:
    if python.patch:
        return f'python_full_version {operator} "{python.version}"'
    return f'python_version {operator} "3.{python.minor}"'


def _implementation(names: Sequence[str]) -> str | None:
    absent = [
        i.platform_python_implementation for i in IMPLEMENTATIONS if i.platform_python_implementation not in names
    ]
    if len(absent) == 1:
        return f'platform_python_implementation != "{absent[0]}"'
    return any_of(f'platform_python_implementation == "{name}"' for name in names) if absent else None


@cache
def _atoms() -> tuple[tuple[str, _Places], ...]:
    """Return the comparisons that a place is described by, the plainest first."""
    values = {
        "sys_platform": [place.platform.sys_platform for place in PLACES],
        "platform_machine": [place.platform.platform_machine for place in PLACES],
        "platform_python_implementation": [place.implementation.platform_python_implementation for place in PLACES],
    }
    atoms: list[tuple[str, _Places]] = []
    for variable, of_places in values.items():
        for value in dict.fromkeys(of_places):
            holds = _bits(own == value for own in of_places)
            atoms.append((f'{variable} == "{value}"', holds))
            atoms.append((f'{variable} != "{value}"', _ALL_PLACES & ~holds))
    return tuple(atoms)


def _bits(answers: Iterable[bool]) -> _Places:
    return sum(1 << i for i, yes in enumerate(answers) if yes)
