"""All that a set of requirements files asks for, and what each line of it amounts to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.schemas.lock import Dependency
from lock2nix.schemas.source import SourceFile

from .requirements_asked import Asked, asked
from .requirements_files import RequirementsFiles, Role
from .requirements_groups import group_names
from .requirements_pins import Constraints, Open, Pin
from .requirements_settings import Settings

Outcome = tuple[Pin, ...] | Open

# What pip-compile leaves out unless it is told otherwise; every environment has them.
_INSTALLERS = frozenset(map(canonicalize_name, ("distribute", "pip", "setuptools", "wheel")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What files ask for by group, in the order of their lines; their constraints; and what their options say.

    `outcomes` has for each line, by its place, the pins that it amounts to: none for the project itself. `spare` are
    pins of packages that no line asks for, but that others may need.
    """

    groups: Mapping[NormalizedName, tuple[Asked, ...]]
    constraints: tuple[Asked, ...]
    settings: Settings
    outcomes: Mapping[str, Outcome]
    spare: tuple[Pin, ...]

    @property
    def is_open(self) -> bool:
        """Whether something is left to be resolved."""
        return any(isinstance(outcome, Open) for outcome in self.outcomes.values())

    def pins(self, one: Asked) -> tuple[Pin, ...]:
        """Return what a line amounts to; of one that is open, nothing."""
        outcome = self.outcomes[one.place]
        return () if isinstance(outcome, Open) else outcome


def asking(sources: Mapping[str, SourceFile], others: Mapping[str, SourceFile]) -> Asking:
    """Return what files ask for that are installed together; all files are by their paths. Raises InputError."""
    files = {**others, **sources}
    reader = RequirementsFiles(files)
    walked = {name: tuple(reader.walk(name)) for name in sources}
    settings = Settings({s.place: s for lines in walked.values() for s, _ in lines}.values())
    known: dict[str, Asked] = {}

    def of(name: str, role: Role) -> Iterator[Asked]:
        for statement, its_role in walked[name]:
            if its_role is role and statement.entry is not None:
                if statement.place not in known:
                    known[statement.place] = asked(statement, statement.entry, files)
                yield known[statement.place]

    names = group_names(list(sources.items()))
    groups = {group: tuple(of(name, Role.REQUIREMENTS)) for group, name in zip(names, sources, strict=True)}
    constraints = tuple({one.place: one for name in sources for one in of(name, Role.CONSTRAINTS)}.values())
    constrained = Constraints(constraints)
    lines = {one.place: one for found in groups.values() for one in found}
    wanted = frozenset(one.entry.name for one in lines.values() if one.entry.name is not None)
    spare = tuple(constrained.others(wanted))
    outcomes = {place: _outcome(one, constrained) for place, one in lines.items()}
    covered = wanted | _INSTALLERS | {pin.name for pin in spare}
    for place, one in lines.items():
        if missing := sorted(set(_needed(one)) - covered):
            outcomes[place] = Open(f"it needs {', '.join(missing)}, which no line pins")
    return Asking(groups=groups, constraints=constraints, settings=settings, outcomes=outcomes, spare=spare)


def needed(one: Asked) -> Iterator[Dependency]:
    """Yield what the folder of a line says that it depends on, with the extras that are asked for."""
    if one.folder is not None:
        yield from one.folder.dependencies or ()
        for extra in sorted(one.entry.extras):
            yield from one.folder.extras.get(extra, ())


def _outcome(one: Asked, constraints: Constraints) -> Outcome:
    return () if one.is_project and one.folder is not None else constraints.pins(one)


def _needed(one: Asked) -> Iterable[NormalizedName]:
    """Yield what is needed for certain: what has a marker may be for other systems than the file is."""
    return (dependency.name for dependency in needed(one) if dependency.marker is None)
