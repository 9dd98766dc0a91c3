"""What a PDM project excludes: `excludes` of `[tool.pdm.resolution]`, packages that nobody gets, whoever asks for them.

https://pdm-project.org/en/latest/usage/config/#exclude-specific-packages-and-their-dependencies-from-the-lock-file
"""

from collections.abc import Collection, Mapping

from packaging.utils import NormalizedName

from lock2nix.schemas.lock import Dependency, Lock

_Edges = tuple[Dependency, ...]


def without(lock: Lock, names: Collection[NormalizedName]) -> Lock:
    """Return the lock as if nobody had asked for these packages."""
    if not names:
        return lock

    def rest(edges: _Edges) -> _Edges:
        return tuple(edge for edge in edges if edge.name not in names)

    def each(extras: Mapping[NormalizedName, _Edges]) -> Mapping[NormalizedName, _Edges]:
        return {extra: rest(edges) for extra, edges in extras.items()}

    packages = (
        package.model_copy(update={"dependencies": rest(package.dependencies or ()), "extras": each(package.extras)})
        for package in lock.packages
        if package.name not in names
    )
    groups = (group.model_copy(update={"dependencies": rest(group.dependencies)}) for group in lock.groups)
    return lock.model_copy(update={"packages": tuple(packages), "groups": tuple(groups), "extras": each(lock.extras)})
