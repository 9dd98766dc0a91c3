"""The wishes of requirements that leave something open."""

from lock2nix.schemas.wishes import Wish, Wishes, WishGroup

from .requirements_asked import Asked
from .requirements_asking import Asking
from .requirements_groups import MAIN
from .requirements_pins import Open


def wishes(found: Asking) -> Wishes:
    """Return all that is asked for, with what is open about it."""
    kinds = found.settings.kinds
    projects = (one.folder for group in found.groups.values() for one in group if one.is_project)
    return Wishes(
        groups=tuple(
            WishGroup(name=name, wishes=tuple(_wish(found, one) for one in group), optional=name != MAIN)
            for name, group in found.groups.items()
        ),
        constraints=tuple(_plain(one) for one in found.constraints),
        requires_python=next((folder.requires_python for folder in projects if folder is not None), ()),
        indexes=found.settings.indexes,
        kinds=kinds.named,
        other_kinds=kinds.of_others,
        prereleases=found.settings.prereleases,
        notices=found.settings.notices,
    )


def _wish(found: Asking, one: Asked) -> Wish:
    outcome = found.outcomes[one.place]
    return _plain(one).model_copy(update={"unpinned": outcome.reason if isinstance(outcome, Open) else None})


def _plain(one: Asked) -> Wish:
    return Wish(place=one.place, requirement=one.entry.text, editable=one.is_editable, hashes=one.entry.hashes)
