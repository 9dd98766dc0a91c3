"""What is left of a lock, a build system or build tools on the targets: what is not worth asking for is dropped."""

from collections.abc import Collection, Sequence

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName

from lock2nix.schemas.config import Prefer
from lock2nix.schemas.lock import BuildSystem, Dependency, Group, Lock, Tool
from lock2nix.schemas.target import Target

from .memberships import MAIN
from .selection import Choice, Selection, select, settle
from .truth import TruthTables


class OnTargets:
    """Answers for one sequence of targets, and for what is preferred of the lock's files."""

    def __init__(self, targets: Sequence[Target], prefer: Prefer = "wheel") -> None:
        self._targets = targets
        self._prefer: Prefer = prefer
        self._truth = TruthTables(targets)

    def settle(self, lock: Lock) -> Lock:
        """Return the lock with only the packages, edges and files that some target uses, all being known by now."""
        return settle(lock, self._targets, prefer=self._prefer)

    def settle_without(self, lock: Lock, unlocked: Collection[str]) -> Lock:
        """Return the same where somebody else serves the `unlocked`."""
        return settle(lock, self._targets, prefer=self._prefer, unlocked=unlocked)

    def needed(self, system: BuildSystem) -> BuildSystem:
        """Return the build system with only the requirements whose markers hold on some target.

        Those of targets that take a wheel stay: the output is read again when the choice has changed.
        """
        requires = tuple(text for text in system.requires if self._truth.of_marker(_marker(text)))
        return system.model_copy(update={"requires": requires})

    def used(self, tools: Sequence[Tool]) -> tuple[Tool, ...]:
        """Return those of the tools which what they were chosen for needs, with the edges and files that count."""
        choices = {id(choice.package): choice for choice in select_tools(tools, self._targets).choices}
        return tuple(_narrowed(tool, choices[id(tool)]) for tool in tools if id(tool) in choices)


def select_tools(tools: Sequence[Tool], targets: Sequence[Target]) -> Selection:
    """Return the tools on all targets, as wheels; what they need beyond each other is nixpkgs' or locked."""
    roots = tuple(Dependency(name=name) for name in dict.fromkeys(tool.name for tool in tools if tool.wishes))
    alone = Lock(groups=(Group(name=NormalizedName(MAIN), dependencies=roots),), packages=tools)
    return select(alone, targets, unlocked={d.name for tool in tools for d in tool.dependencies or ()})


def _narrowed(tool: Tool, choice: Choice) -> Tool:
    files = tuple(artifact for artifact, _ in choice.serving.files)
    needs = tuple(d for d in tool.dependencies or () if d.name in choice.dependencies)
    # One that no target can have keeps its files: they are the reason that people are told.
    return tool.model_copy(update={"artifacts": files or tool.artifacts, "dependencies": needs})


def _marker(requirement: str) -> Marker | None:
    try:
        return Requirement(requirement).marker
    except InvalidRequirement:
        return None
