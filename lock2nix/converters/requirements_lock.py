"""The lock that requirements amount to where every line is a pin."""

from collections.abc import Iterable, Iterator

from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from lock2nix.errors import InputError
from lock2nix.schemas.lock import Dependency, Group
from lock2nix.schemas.notice import Notice
from lock2nix.schemas.source import IndexSource
from lock2nix.schemas.wishes import Pins

from .requirements_asked import Asked
from .requirements_asking import Asking, needed
from .requirements_groups import MAIN
from .requirements_packages import Packages
from .requirements_pins import Pin
from .requirements_wishes import wishes

_MOST_PLACES = 10


def lock(found: Asking) -> Pins:
    """Return the lock of requirements that leave nothing open; every line is a root of its group.

    For which systems a tool wrote a file, it does not say: it may be one alone. The project itself, installed in place,
    is no package: what it depends on are roots. Raises InputError for lines that cannot both be had, or that lack a
    hash where all need one.
    """
    lines = {one.place: one for group in found.groups.values() for one in group}
    pins = [pin for one in lines.values() for pin in found.pins(one)]
    _refuse_unhashed(found)
    packages = Packages(pins, found.spare)
    project = next((one.folder for one in lines.values() if one.is_project and one.folder is not None), None)
    return Pins(
        name=canonicalize_name(project.pname) if project is not None and project.pname else None,
        requires_python=() if project is None else project.requires_python,
        one_environment=True,
        groups=tuple(
            Group(
                name=name,
                dependencies=tuple(dict.fromkeys(_roots(found, group))),
                members=tuple(_edge(pin) for pin in found.spare),
                optional=name != MAIN,
            )
            for name, group in found.groups.items()
        ),
        packages=packages.packages(found.settings.kinds),
        project=None if project is None else project.project,
        indexes=found.settings.indexes,
        notices=(*found.settings.notices, *packages.notices(), *_unknown_needs(lines.values())),
        wishes=wishes(found),
        is_hashed=_is_hashed(found, pins),
    )


def _roots(found: Asking, group: Iterable[Asked]) -> Iterator[Dependency]:
    for one in group:
        if one.is_project:
            yield from needed(one)
        yield from (_edge(pin, one.entry.extras) for pin in found.pins(one))


def _edge(pin: Pin, extras: frozenset[NormalizedName] = frozenset()) -> Dependency:
    version = SpecifierSet(f"==={pin.version}", prereleases=True)
    return Dependency(name=pin.name, extras=extras, versions=(version,), marker=pin.marker)


def _is_hashed(found: Asking, pins: Iterable[Pin]) -> bool:
    of_index = [pin for pin in pins if isinstance(pin.source, IndexSource)]
    return found.settings.requires_hashes is not None or (bool(of_index) and all(pin.hashes for pin in of_index))


def _refuse_unhashed(found: Asking) -> None:
    if found.settings.requires_hashes is None:
        return
    lines = (one for group in found.groups.values() for one in group)
    bare = list(dict.fromkeys(one.place for one in lines if any(not pin.hashes for pin in found.pins(one))))
    if bare:
        more = f" and {len(bare) - _MOST_PLACES} more" if len(bare) > _MOST_PLACES else ""
        message = f"--require-hashes wants a hash of every file, and these have none: {', '.join(bare[:_MOST_PLACES])}"
        raise InputError(message + more, place=found.settings.requires_hashes)


def _unknown_needs(lines: Iterable[Asked]) -> Iterator[Notice]:
    for one in lines:
        if one.is_project and one.folder is not None and one.folder.dependencies is None:
            message = f"{one.place}: what the project depends on is known to its build only; the lines count"
            yield Notice(kind="missing-data", subject=one.place, message=message)
