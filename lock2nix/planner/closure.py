"""Whether a lock has all that it needs."""

from collections.abc import Sequence

from lock2nix.errors import PlanError
from lock2nix.nixpkgs import tables
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.target import Target

from .graph import Graph
from .memberships import memberships
from .truth import TruthTables


class Incomplete(PlanError):  # noqa: N818 - it says what the lock is
    """Others are needed that the lock does not have: `lacking` says which, and who wants them.

    `is_everywhere` if one of them is needed on every target: whoever made the lock needed it, too. `lock` is what is
    known of it by now.
    """

    def __init__(self, lacking: Sequence[str], lock: Lock, *, is_everywhere: bool) -> None:
        super().__init__("packages are needed that the lock does not have:\n  " + "\n  ".join(lacking))
        self.lacking = tuple(lacking)
        self.lock = lock
        self.is_everywhere = is_everywhere


def refuse_incomplete(lock: Lock, targets: Sequence[Target]) -> None:
    """Raise Incomplete where a target needs a package that neither the lock nor every nixpkgs has (setuptools).

    What a package depends on whose dependencies nobody knows, does not count.
    """
    truth, served = TruthTables(targets), tables.unlocked()
    graph = Graph(lock, truth, served)
    memberships(lock, graph)
    missing = {one: where for one, where in graph.missing.items() if one.name not in served}
    if missing:
        lacking = sorted({f"{one.name}, wanted by {one.wanted_by}" for one in missing})
        raise Incomplete(lacking, lock, is_everywhere=truth.everywhere in missing.values())
