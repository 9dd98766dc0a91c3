"""The fixtures' overlays as these tests have them written: with an address for every file, without asking anybody."""

from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath

from lock2nix.nixgen import Header, write
from lock2nix.planner import narrow, plan, targets
from lock2nix.schemas.plan import Plan
from tests.planner.locks import fixture, located

HEADER = Header(source="poetry.lock", command="lock2nix poetry poetry.lock", inputs={"poetry.lock": "00" * 32})


@cache
def planned(called: str) -> Plan:
    found = fixture(called)
    chosen, _ = targets.admitted(targets.default(), found.requires_python, were_asked=False)
    return plan(located(narrow(found, chosen)), chosen, name=called, were_asked=False)


def overlay(result: Plan, header: Header = HEADER) -> str:
    return write(result, header, root=PurePosixPath())


def body(text: str) -> str:
    """Return what a file hands to the prelude, without the prelude."""
    return text[text.rindex("\nin\nlock2nix {") + len("\nin\nlock2nix ") :]


def versions(result: Plan, bit: int) -> Mapping[str, str]:
    """Return the versions that are installed on one target."""
    return {p.name: v.version for p in result.packages for v in p.variants if v.where & bit}
