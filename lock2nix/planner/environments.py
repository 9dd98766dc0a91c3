"""Which targets a lock is made for, where it says so (PEP 751's `environments`)."""

from collections.abc import Sequence

from packaging.markers import Marker

from lock2nix.errors import PlanError
from lock2nix.schemas.target import Target

from .targets import names
from .truth import TruthTables


def supported(targets: Sequence[Target], environments: Sequence[Marker], *, were_asked: bool) -> tuple[Target, ...]:
    """Return the targets on which one of the environments holds; no environments hold everywhere.

    Raises PlanError if a target was asked for that the lock is not made for, or if none remains.
    """
    if not environments:
        return tuple(targets)
    truth = TruthTables(targets)
    tables = [truth.of_marker(environment) for environment in environments]
    good = tuple(target for i, target in enumerate(targets) if any(table >> i & 1 for table in tables))
    if not good or (were_asked and len(good) < len(targets)):
        bad = names([target for target in targets if target not in good])
        listed = "\n  ".join(map(str, environments))
        message = f"the lock is not made for {bad}, but for these environments:\n  {listed}"
        raise PlanError(message, hint="ask for other targets, or lock for these environments, too")
    return good
