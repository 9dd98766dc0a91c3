"""Which extras of its packages a lock asks for."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from packaging.utils import NormalizedName

from lock2nix.schemas.lock import Dependency, Lock, Package


def wanted_extras(lock: Lock) -> Mapping[NormalizedName, AbstractSet[NormalizedName]]:
    """Return the extras of each package that some edge wants, on whatever target."""
    packages: dict[NormalizedName, list[Package]] = defaultdict(list)
    for package in lock.packages:
        packages[package.name].append(package)
    pending: list[Dependency] = [edge for group in lock.groups for edge in (*group.dependencies, *group.members)]
    pending += [edge for some in lock.extras.values() for edge in some]
    pending += [edge for package in lock.packages for edge in package.dependencies or ()]
    wanted: dict[NormalizedName, set[NormalizedName]] = defaultdict(set)
    while pending:
        edge = pending.pop()
        new = edge.extras - wanted[edge.name]
        wanted[edge.name] |= new
        pending += [d for extra in new for package in packages[edge.name] for d in package.extras.get(extra, ())]
    return wanted
