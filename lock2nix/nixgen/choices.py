"""Which source a target takes, under the names by which a file of Nix looks for it."""

from collections.abc import Sequence

from lock2nix.schemas.plan import Origin, Sourced, TargetSet
from lock2nix.schemas.target import Target


def by_target(sources: Sequence[Sourced], targets: Sequence[Target], where: TargetSet) -> dict[str, Origin]:
    """Return sources by target; by system where all of a system's Pythons among `where` take the same."""
    rows: dict[str, Origin] = {}
    for system in dict.fromkeys(target.system for target in targets):
        of_system = [i for i, target in enumerate(targets) if target.system == system]
        table = sum(1 << i for i in of_system) & where
        whole = next((s for s in sources if table and s.where & table == table), None)
        if whole is not None:
            rows[system] = whole.origin
            continue
        for i in of_system:
            chosen = next((s for s in sources if s.where >> i & 1), None)
            if chosen is not None:
                rows[targets[i].id] = chosen.origin
    return rows
