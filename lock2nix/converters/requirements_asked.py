"""A requirement together with what lies at its place, as far as that is there to see."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from packaging.utils import NormalizedName

from lock2nix.errors import InputError
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.source import DirectorySource, SourceFile

from .fields import file_hash
from .requirements_entries import Entry
from .requirements_files import Statement
from .requirements_notes import dependents, frozen
from .requirements_places import Repository
from .requirements_projects import Folder, folder

_STRONG = ("sha256:", "sha384:", "sha512:")
_HERE = DirectorySource(path=PurePosixPath(), editable=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a line asks for: its entry with the name and version that its folder has, and with all of its hashes.

    `is_project` where that is the very project that the file is of, in place. `wanted_by` are the packages that a
    comment says want it, None where none says so.
    """

    place: str
    entry: Entry
    folder: Folder | None = None
    is_project: bool = False
    wanted_by: tuple[NormalizedName, ...] | None = None

    @property
    def is_editable(self) -> bool:
        """Whether it is to be in place."""
        return isinstance(self.entry.place, DirectorySource) and self.entry.place.editable


def asked(statement: Statement, entry: Entry, files: Mapping[str, SourceFile]) -> Asked:
    """Return what a line asks for; `files` have what says what is in folders. Raises InputError."""
    hashes = _hashes(statement)
    found = replace(entry, hashes=(*entry.hashes, *hashes))
    inside = None
    if isinstance(found.place, DirectorySource):
        inside = folder(found.place, files)
        found = _of_folder(found, found.place, inside, statement)
    if hashes and isinstance(found.place, DirectorySource | Repository):
        raise InputError("only a file has a hash: pip would not install this", place=statement.place)
    return Asked(
        place=statement.place,
        entry=found,
        folder=inside,
        is_project=entry.place == _HERE,
        wanted_by=dependents(statement.line.notes),
    )


def _of_folder(entry: Entry, place: DirectorySource, inside: Folder | None, statement: Statement) -> Entry:
    told = frozen(statement.line.above)
    names = [entry.pname, inside.pname if inside else None, told.name if told else None]
    versions = [inside.version if inside else None, told.version if told else None]
    if inside is not None:
        place = place.model_copy(update={"path": inside.path, "subdirectory": None})
    return replace(
        entry,
        place=place,
        pname=next(filter(None, names), None),
        version=next(filter(None, versions), None),
    )


def _hashes(statement: Statement) -> tuple[Hash, ...]:
    found: dict[Hash, None] = {}
    for text in statement.values("--hash"):
        if not text.startswith(_STRONG):
            message = f"--hash wants one of {', '.join(kind.rstrip(':') for kind in _STRONG)}, a colon and the digest"
            raise InputError(message, place=statement.place)
        try:
            found[file_hash(text)] = None
        except ValueError as error:
            raise InputError(str(error), place=statement.place) from None
    return tuple(found)
