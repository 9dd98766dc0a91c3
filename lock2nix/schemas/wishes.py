"""What a file asks for without saying which versions that comes to: what a resolver starts from."""

from collections.abc import Mapping

from pydantic import Field

from .artifact import FileKinds, Hash
from .base import Model, Name, Specifiers
from .lock import Lock, LockIndexes
from .metadata import CoreMetadata
from .notice import Notice


class Wish(Model):
    """A requirement, and where it stands (`requirements.txt:3`).

    `requirement` is PEP 508's spelling, or the address or path of something whose name is not known; paths are relative
    to the file. `unpinned` says why it is no pin, None where it is one. `hashes` are those that its files may have.
    """

    place: str
    requirement: str
    editable: bool = False
    hashes: tuple[Hash, ...] = ()
    unpinned: str | None = None


class WishGroup(Model):
    """A named set of wishes; the optional ones are installed only where asked for."""

    name: Name
    wishes: tuple[Wish, ...]
    optional: bool = False


class Stated(Model):
    """What is known of a pinned version of which there are only sdists, without building it."""

    name: Name
    version: str
    metadata: CoreMetadata


class Wishes(Model):
    """All that a set of files asks for.

    `constraints` say which versions may be taken of what is needed, `overrides` which are taken whatever others ask
    for. `kinds` are the kinds of files that are admitted, by name, and `other_kinds` those of all other packages.
    `stated` is what nobody need build to know; it is no part of the question.
    """

    groups: tuple[WishGroup, ...]
    constraints: tuple[Wish, ...] = ()
    overrides: tuple[Wish, ...] = ()
    requires_python: tuple[Specifiers, ...] = ()
    indexes: LockIndexes = LockIndexes()
    kinds: Mapping[Name, FileKinds] = {}
    other_kinds: FileKinds = frozenset({"wheel", "sdist"})
    prereleases: bool = False
    notices: tuple[Notice, ...] = ()
    stated: tuple[Stated, ...] = ()

    @property
    def unpinned(self) -> tuple[Wish, ...]:
        """What is to be resolved, each line once."""
        open_ones = (wish for group in self.groups for wish in group.wishes if wish.unpinned is not None)
        return tuple({wish.place: wish for wish in open_ones}.values())


class Pins(Lock):
    """A lock of lines that someone chose, and nothing says whether they are all that is needed.

    Where they are not, `wishes` are the question. If `is_hashed`, every file that may be installed is named by its
    hash, and nothing may be added, as in pip's --require-hashes.
    """

    wishes: Wishes = Field(exclude=True)
    is_hashed: bool = Field(exclude=True)

    @property
    def as_it_stands(self) -> Lock:
        """The lock alone, which is no question: what is written down."""
        return Lock(**{name: getattr(self, name) for name in Lock.model_fields})
