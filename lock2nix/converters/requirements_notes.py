"""What tools write into the comments of a requirements file.

pip-compile and uv say below a package who wants it (`# via`); pip freeze says above a folder what is in it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from .fields import project_name, version

_VIA = re.compile(r"via(?:\s+|$)")
# A file (`-r requirements.in`) and a project (`name (pyproject.toml)`) have a space in them.
_PACKAGE = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\[\]]*\])?")
_FROZEN = re.compile(r"Editable\b.*\((?P<name>[^()=\s]+)===?(?P<version>[^()=\s]+)\)")


class Frozen(NamedTuple):
    """What pip freeze knows of an editable folder."""

    name: str
    version: Version


def dependents(notes: Sequence[str]) -> tuple[NormalizedName, ...] | None:
    """Return the packages that want this one, None where no comment says so; files and projects are left out."""
    if not notes or not _VIA.match(notes[0]):
        return None
    return tuple(dict.fromkeys(_named([notes[0][len("via") :], *notes[1:]])))


def frozen(above: str | None) -> Frozen | None:
    """Return what pip freeze says above a line about the folder in it."""
    found = _FROZEN.match(above or "")
    if found is None:
        return None
    try:
        return Frozen(project_name(found["name"]), version(found["version"]))
    except ValueError:
        return None


def _named(notes: Sequence[str]) -> Iterator[NormalizedName]:
    for part in ",".join(notes).split(","):
        if found := _PACKAGE.fullmatch(part.strip()):
            yield canonicalize_name(found["name"])
