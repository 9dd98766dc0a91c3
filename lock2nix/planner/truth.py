"""Markers and versions as truth tables over the targets: bit i is the answer for `targets[i]`.

Markers: https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers. They are
evaluated by `packaging`, against the targets and never against the interpreter that runs lock2nix.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

from lock2nix.schemas.plan import Fork, TargetSet
from lock2nix.schemas.target import Target

from .forks import selected
from .targets import admits

# What no lock can know of the machine it will run on: values that a current kernel reports.
_LINUX_RELEASE, _DARWIN_RELEASE = "6.12.0", "23.0.0"
_VARIABLE = re.compile(r"\b[a-z]+_[a-z_]+\b|\bextras?\b")
_EXTRA = re.compile(r"\bextra\b")

Environment = Mapping[str, str | AbstractSet[str]]
"""The values of marker variables: those of `extras` and `dependency_groups` are sets (PEP 751)."""


def marker_environment(target: Target) -> dict[str, str]:
    """Return the values of all marker variables (PEP 508) on the target, but for `extra`."""
    darwin = target.is_darwin
    machine = target.system.split("-", maxsplit=1)[0]
    cpython = target.implementation == "cpython"
    return {
        "implementation_name": target.implementation,
        "implementation_version": target.full_version if cpython else "7.3.20",
        "os_name": "posix",
        "platform_machine": "arm64" if darwin and machine == "aarch64" else machine,
        "platform_python_implementation": "CPython" if cpython else "PyPy",
        "platform_release": _DARWIN_RELEASE if darwin else _LINUX_RELEASE,
        "platform_system": "Darwin" if darwin else "Linux",
        "platform_version": "",
        "python_full_version": target.full_version,
        "python_version": f"{target.minor[0]}.{target.minor[1]}",
        "sys_platform": "darwin" if darwin else "linux",
    }


class Truth:
    """The answers of markers and Python versions for a fixed sequence of environments (all variables but `extra`)."""

    def __init__(self, environments: Iterable[Environment]) -> None:
        self._environments = tuple(environments)
        self._tables: dict[tuple[str, str], TargetSet] = {}
        self._texts: dict[int, tuple[Marker, str, bool]] = {}

    @cached_property
    def everywhere(self) -> TargetSet:
        """The table that is true for every target."""
        return (1 << len(self._environments)) - 1

    def of_marker(self, marker: Marker | None, extra: str = "") -> TargetSet:
        """Return where the marker holds while `extra` is asked for; no marker holds everywhere."""
        if marker is None:
            return self.everywhere
        text, asks = self._text(marker)
        key = (text, extra if asks else "")
        if (table := self._tables.get(key)) is None:
            table = self._tables[key] = self._evaluate(marker, text, extra)
        return table

    def of_any_extra(self, marker: Marker | None, extras: Iterable[str]) -> TargetSet:
        """Return where the marker holds for at least one of the extras, or for none of them."""
        table = self.of_marker(marker)
        if marker is None or not self._text(marker)[1]:
            return table
        for extra in extras:
            table |= self.of_marker(marker, extra)
        return table

    def of_python(self, alternatives: Sequence[SpecifierSet]) -> TargetSet:
        """Return where one of the version specifiers admits the target's Python."""
        if not alternatives:
            return self.everywhere
        versions = {str(environment["python_full_version"]) for environment in self._environments}
        admitted = {version for version in versions if admits(alternatives, version)}
        return self._bits(environment["python_full_version"] in admitted for environment in self._environments)

    def _evaluate(self, marker: Marker, text: str, extra: str) -> TargetSet:
        # Few of the targets differ in the variables that a marker looks at: one evaluation serves all that agree.
        variables = [name for name in dict.fromkeys(_VARIABLE.findall(text)) if name in self._environments[0]]
        verdicts: dict[tuple[str | AbstractSet[str], ...], bool] = {}

        def verdict(environment: Environment) -> bool:
            key = tuple(environment[name] for name in variables)
            if (known := verdicts.get(key)) is None:
                known = verdicts[key] = marker.evaluate({**environment, "extra": extra})
            return known

        return self._bits(verdict(environment) for environment in self._environments)

    def _text(self, marker: Marker) -> tuple[str, bool]:
        """Return the marker's text, and whether it asks for `extra`."""
        # str(marker) walks the whole expression; the marker is kept so that its id stays its own.
        if (kept := self._texts.get(id(marker))) is None:
            text = str(marker)
            kept = self._texts[id(marker)] = (marker, text, _EXTRA.search(text) is not None)
        return kept[1:]

    @staticmethod
    def _bits(answers: Iterable[bool]) -> TargetSet:
        return sum(1 << i for i, yes in enumerate(answers) if yes)


class TruthTables(Truth):
    """The answers for a fixed sequence of targets, in each of these forks."""

    def __init__(self, targets: Sequence[Target], forks: Sequence[Fork] = ((),)) -> None:
        super().__init__({**marker_environment(target), **selected(fork)} for fork in forks for target in targets)
