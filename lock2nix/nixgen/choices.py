"""Which source a target takes, under the names by which a file of Nix looks for it."""

from collections.abc import Sequence

from lock2nix.schemas.plan import Origin, Sourced, TargetSet, in_any_fork
from lock2nix.schemas.target import Target


def by_target(sources: Sequence[Sourced], targets: Sequence[Target], where: TargetSet) -> dict[str, Origin]:
    """Return sources by target; by system where all of a system's Pythons among `where` take the same.

    In all forks a target takes the same.
    """
    rows: dict[str, Origin] = {}
    taken = [(sourced.origin, in_any_fork(sourced.where, len(targets))) for sourced in sources]
    for system in dict.fromkeys(target.system for target in targets):
        of_system = [i for i, target in enumerate(targets) if target.system == system]
        table = sum(1 << i for i in of_system) & in_any_fork(where, len(targets))
        whole = next((origin for origin, there in taken if table and there & table == table), None)
        if whole is not None:
            rows[system] = whole
            continue
        for i in of_system:
            chosen = next((origin for origin, there in taken if there >> i & 1), None)
            if chosen is not None:
                rows[targets[i].id] = chosen
    return rows
