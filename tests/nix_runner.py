"""Runs real Nix for the tests: evaluation and building over the machine's own Pythons (design.md §9)."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
OFFLINE_STORE = (
    *("--option", "sandbox", "false"),
    *("--option", "build-users-group", ""),
    *("--option", "substituters", ""),
)


@cache
def pythons() -> Mapping[str, str]:
    """Return the CPythons of this machine by their minor version, the one that runs the tests among them."""
    found = {}
    for minor in ("3.11", "3.12", "3.13", "3.14"):
        for candidate in (shutil.which(f"python{minor}"), *_pyenv(minor)):
            if candidate is not None and minor not in found and (real := _real_interpreter(candidate, minor)):
                found[minor] = real
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    found[own] = os.path.realpath(sys.executable)  # in a venv, the interpreter that made it
    return found


@dataclass(frozen=True)
class Nix:
    """Nix on this machine; `env` is added to the environment of each call."""

    env: Mapping[str, str] = field(default_factory=dict)

    def system(self) -> str:
        """Return the system that Nix builds for here."""
        return str(self.evaluate("builtins.currentSystem"))

    def build(self, file: Path, arguments: Mapping[str, object]) -> Path:
        """Build the expression in the file and return its output; the test fails with Nix's message."""
        out = self._run(["nix-build", "--no-out-link", *OFFLINE_STORE, str(file)], arguments)
        return Path(out.strip().splitlines()[-1])

    def evaluate(self, expression: str, arguments: Mapping[str, object] | None = None) -> object:
        """Return the value of the expression, a function of the arguments if there are any."""
        command = ["nix-instantiate", "--eval", "--strict", "--json", "--expr", expression]
        return json.loads(self._run(command, arguments or {}))

    def fails(self, expression: str, arguments: Mapping[str, object] | None = None) -> str:
        """Return what Nix says when it refuses to evaluate the expression."""
        command = ["nix-instantiate", "--eval", "--strict", "--json", "--expr", expression]
        done = self._call(command, arguments or {})
        assert done.returncode != 0, f"evaluated, although it should fail: {done.stdout}"
        return done.stderr

    def warnings(self, expression: str, arguments: Mapping[str, object] | None = None) -> list[str]:
        """Return what `lib.warn` says while the expression is evaluated."""
        done = self._call(["nix-instantiate", "--eval", "--strict", "--json", "--expr", expression], arguments or {})
        assert done.returncode == 0, done.stderr
        _, *said = re.split(r"^(?:trace: )?evaluation warning: ", done.stderr, flags=re.MULTILINE)
        return [one.strip() for one in said]

    def _run(self, command: Sequence[str], arguments: Mapping[str, object]) -> str:
        done = self._call(command, arguments)
        if done.returncode:
            pytest.fail(f"{' '.join(command)}\n{done.stderr[-6000:]}", pytrace=False)
        return done.stdout

    def _call(self, command: Sequence[str], arguments: Mapping[str, object]) -> subprocess.CompletedProcess[str]:
        given = [part for name, value in arguments.items() for part in ("--arg", name, to_nix(value))]
        environment = {**os.environ, **self.env}
        return subprocess.run([*command, *given], capture_output=True, text=True, check=False, env=environment)


def to_nix(value: object) -> str:
    """Return a plain value as a Nix expression; paths become paths."""
    if isinstance(value, Path):
        return f"(/. + {to_nix(str(value))})"
    if isinstance(value, Mapping):
        return "{ " + " ".join(f"{to_nix(name)} = {to_nix(inner)};" for name, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[ " + " ".join(to_nix(item) for item in value) + " ]"
    if value is None:
        return "null"
    return json.dumps(value).replace("${", "\\${")


def _pyenv(minor: str) -> list[str]:
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    return [str(path) for path in sorted(root.glob(f"versions/{minor}.*/bin/python{minor}"))]


def _real_interpreter(candidate: str, minor: str) -> str | None:
    """Return the interpreter behind a name: pyenv's shims start whichever version is chosen, or none."""
    code = "import sys; print(sys._base_executable, '%d.%d' % sys.version_info[:2])"
    done = subprocess.run([candidate, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.strip().endswith(f" {minor}"):
        return None
    return os.path.realpath(done.stdout.rsplit(" ", 1)[0])
