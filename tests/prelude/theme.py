"""A theme: a Nix file beside this one that says what overlays must do, as `holds`, `refuses` and `builds`.

holds:    true, by evaluation alone; what differs is shown
refuses:  does not evaluate, and says the one sentence given
builds:   derivations that check something and build
"""

import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.goldens import fixtures_of
from tests.nix_runner import Nix, pythons

_HERE = Path(__file__).parent
_PART = "{ file, arguments, part }: (import file arguments).${part}"
_SAYS = "{ file, arguments, part }: builtins.mapAttrs (_: case: case.says) (import file arguments).${part}"
_CASE = "{ file, arguments, part, name }: (import file arguments).${part}.${name}.value"


@dataclass(frozen=True)
class Theme:
    """One Nix file and the overlays it speaks of, by name."""

    nix: Nix
    file: str
    overlays: Mapping[str, object] = field(default_factory=dict)

    def assert_holds(self) -> None:
        """Evaluate everything that must hold, in one call."""
        found = self.nix.evaluate(_PART, self._arguments("holds"))
        assert isinstance(found, dict)
        assert found
        wrong = {name: value for name, value in found.items() if value is not True}
        if wrong:
            pytest.fail(json.dumps(wrong, indent=2), pytrace=False)

    def assert_refuses(self) -> None:
        """Evaluate each thing that must not, and look for its sentence among the lines that Nix prints."""
        says = self.nix.evaluate(_SAYS, self._arguments("refuses"))
        assert isinstance(says, dict)
        assert says
        with ThreadPoolExecutor() as pool:
            heard = dict(zip(says, pool.map(self._refusal, says), strict=True))
        wrong = {name: text for name, text in heard.items() if f"error: {says[name]}" not in _lines(text)}
        if wrong:
            pytest.fail(
                "\n".join(f"{name}\nwanted: {says[name]}\n{text}" for name, text in wrong.items()), pytrace=False
            )

    def _refusal(self, name: str) -> str:
        try:
            return self.nix.fails(_CASE, {**self._arguments("refuses"), "name": name})
        except AssertionError as evaluated:
            return str(evaluated)

    def assert_builds(self) -> None:
        """Build everything that must."""
        self.nix.build(_HERE / "builds.nix", self._arguments("builds"))

    def _arguments(self, part: str) -> dict[str, object]:
        return {
            "file": _HERE / self.file,
            "part": part,
            "arguments": {"pythons": pythons(), "python": default_python(), "overlays": self.overlays},
        }


def golden(fixture: str) -> dict[str, object]:
    """Return a fixture's overlay and the name it goes by, for a theme."""
    file = fixtures_of.fixture_called(f"poetry/{fixture}").golden
    name = re.search(r'^  name = "(.*)";$', file.read_text(encoding="utf-8"), re.MULTILINE)
    assert name is not None
    return {"overlay": file, "name": name[1]}


def default_python() -> str:
    """Return the attribute of the interpreter that the cases use: the oldest of this machine, as the goldens do."""
    return "python" + min(pythons()).replace(".", "")


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines()}
