"""What source trees and sdists say of themselves without being built; nothing of them is run.

Believed is what no build can say otherwise, and what uv believes without one, in this order:

1. PKG-INFO of an sdist that commits itself (PEP 643): wheels built from it must have the same dependencies;
2. `[project]`, unless it calls dependencies or extras dynamic (PEP 621): builders must take it as it is;
3. an sdist's `*.egg-info`: setuptools wrote it from that very tree. Code that looks at its machine could say otherwise
   elsewhere, as it could in a wheel. A folder without requires.txt says that nothing is required, if all of the sdist
   is known;
4. Poetry's table: in an sdist as Poetry itself put it into PKG-INFO, in a tree where it is plain enough;
5. setup.cfg, where nothing counts over it.

A tree's egg-info may be of another day; its PKG-INFO, if it commits itself, is the last that is looked at.
Otherwise `requires` is None: nobody knows before the build.
"""

from contextlib import suppress
from pathlib import PurePosixPath

from packaging.utils import NormalizedName

from lock2nix.schemas.metadata import CoreMetadata

from .core_metadata import MOST_COMPLAINTS, parse_metadata
from .declared import Declared
from .egg_info import declared_by_absence, declared_by_egg_info, is_of_egg_info
from .poetry_table import declared_by_poetry
from .pyproject import build_table, declared_by_project, has_project
from .setup_cfg import declared_by_setup_cfg
from .trees import PKG_INFO, PYPROJECT, SETUP_CFG, SETUP_PY, Files

METADATA_READING = 2
"""Raised when more is believed: what was kept without dependencies before is then read again."""

_NAMED = frozenset({PKG_INFO, PYPROJECT, SETUP_CFG, SETUP_PY})


def is_wanted(path: PurePosixPath, project: NormalizedName) -> bool:
    """Whether a file of a project's sdist can say what that needs."""
    return str(path) in _NAMED or is_of_egg_info(path, project)


def is_enough(files: Files, project: NormalizedName) -> bool:
    """Whether the rest of an sdist cannot add to these files: what they say does not rest on what is missing."""
    return PKG_INFO in files and _found_in_sdist(files, project).requires is not None


def metadata_of_sdist(files: Files, project: NormalizedName) -> CoreMetadata:
    """Return what an sdist says, of which these are all such files. Raises ValueError.

    `project` is the name of one that does not say it.
    """
    found = _found_in_sdist(files, project)
    nothing = _declared(declared_by_absence(files, project))
    return found if found.requires is not None or nothing is None else _completed(found, nothing)


def metadata_of_tree(files: Files, project: NormalizedName) -> CoreMetadata:
    """Return what a source tree says; `project` is the name of one that does not say it."""
    found = _declared(_by_project(files), _by_poetry(files), _by_setup_cfg(files))
    with suppress(ValueError):
        found = found or _info(files)
    return CoreMetadata(name=project, requires=None) if found is None or found.requires is None else found


def _found_in_sdist(files: Files, project: NormalizedName) -> CoreMetadata:
    info = _info(files)
    if info is not None and info.requires is not None:
        return info
    said = _declared(_by_project(files), declared_by_egg_info(files, project))
    if said is None and info is not None and _is_made_by_poetry(files):
        return parse_metadata(files[PKG_INFO], is_sdist=False)
    said = said or _declared(_by_poetry(files), _by_setup_cfg(files)) or CoreMetadata(name=project, requires=None)
    return said if info is None else _completed(info, said)


def _completed(info: CoreMetadata, said: CoreMetadata) -> CoreMetadata:
    """Return what PKG-INFO says, with the dependencies from elsewhere."""
    return info.model_copy(
        update={
            "requires": said.requires,
            "extras": said.extras,
            "requires_python": info.requires_python or said.requires_python,
            "complaints": (*info.complaints, *said.complaints)[:MOST_COMPLAINTS],
        }
    )


def _declared(*candidates: Declared | None) -> CoreMetadata | None:
    found = (one.as_metadata() for one in candidates if one is not None)
    return next((one for one in found if one is not None), None)


def _info(files: Files) -> CoreMetadata | None:
    return parse_metadata(files[PKG_INFO], is_sdist=True) if PKG_INFO in files else None


def _by_project(files: Files) -> Declared | None:
    return declared_by_project(files[PYPROJECT]) if PYPROJECT in files else None


def _by_poetry(files: Files) -> Declared | None:
    content = files.get(PYPROJECT, b"")
    return None if has_project(content) else declared_by_poetry(content)


def _by_setup_cfg(files: Files) -> Declared | None:
    content = files.get(PYPROJECT, b"")
    if has_project(content) or not _backend(content).startswith("setuptools"):
        return None
    return declared_by_setup_cfg(files.get(SETUP_CFG, b""), files.get(SETUP_PY, b""))


def _is_made_by_poetry(files: Files) -> bool:
    return _backend(files.get(PYPROJECT, b"")).startswith("poetry.")


def _backend(content: bytes) -> str:
    try:
        table = build_table(content)
    except ValueError:
        return ""
    return "setuptools" if table is None or table.backend is None else table.backend
