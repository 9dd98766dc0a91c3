"""requires.txt of setuptools' `*.egg-info`, which an sdist has where setuptools made it.

https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html#requires-txt: requirements, then sections `[extra]`,
`[extra:marker]` and `[:marker]` with those that are needed only then.
"""

from pathlib import PurePosixPath

from packaging.utils import NormalizedName, canonicalize_name

from .declared import Declared
from .requirement_texts import with_markers
from .trees import PKG_INFO, Files

_ENDING, _REQUIRES_TXT = ".egg-info", "requires.txt"
_DEPTHS = range(2, 4)  # x.egg-info/requires.txt, src/x.egg-info/requires.txt


def is_of_egg_info(path: PurePosixPath, project: NormalizedName) -> bool:
    """Whether a file of a source tree is the project's requires.txt, or the PKG-INFO that is always beside it."""
    if len(path.parts) not in _DEPTHS or path.name not in {PKG_INFO, _REQUIRES_TXT}:
        return False
    folder = path.parts[-2]
    return folder.endswith(_ENDING) and canonicalize_name(folder.removesuffix(_ENDING)) == project


def declared_by_egg_info(files: Files, project: NormalizedName) -> Declared | None:
    """Return what the one requires.txt declares; None where there is none, or several."""
    found = _contents(files, project, _REQUIRES_TXT)
    return _declared(found[0], project) if len(found) == 1 else None


def declared_by_absence(files: Files, project: NormalizedName) -> Declared | None:
    """Return that nothing is required, if of all files of a tree setuptools' folder has all but a requires.txt."""
    is_silent = _contents(files, project, PKG_INFO) and not _contents(files, project, _REQUIRES_TXT)
    return Declared(name=project) if is_silent else None


def _contents(files: Files, project: NormalizedName, name: str) -> list[bytes]:
    found = ((PurePosixPath(path), content) for path, content in files.items())
    return [content for path, content in found if path.name == name and is_of_egg_info(path, project)]


def _declared(content: bytes, name: str) -> Declared:
    requires: list[str] = []
    by_extra: dict[str, list[str]] = {}
    extra, marker = "", ""
    for line in content.decode("utf-8", errors="replace").splitlines():
        text = line.strip()
        if text.startswith("["):
            extra, _, marker = text.strip("[]").partition(":")
            if extra:
                by_extra.setdefault(extra, [])
        elif text and not text.startswith("#"):
            (by_extra[extra] if extra else requires).append(with_markers(text, marker))
    of_extras = {extra: tuple(texts) for extra, texts in by_extra.items()}
    return Declared(name=name, requires=tuple(requires), by_extra=of_extras)
