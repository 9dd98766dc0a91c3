"""Readers of lock formats: one explicit table, and how a file finds its format in it."""

from lock2nix.errors import InputError
from lock2nix.schemas.source import SourceFile

from . import document, pdm, pipenv, poetry, pylock, requirements, uv
from .interface import Format

FORMATS: tuple[Format, ...] = (
    poetry.FORMAT,
    pylock.FORMAT,
    uv.FORMAT,
    pdm.FORMAT,
    pipenv.FORMAT,
    requirements.FORMAT,
    document.FORMAT,
)


def detect(source: SourceFile) -> Format:
    """Return the format of a file, by its name and else by its content."""
    for known in FORMATS:
        if source.path.name in known.file_names:
            return known
    for known in FORMATS:
        if known.recognises(source.content):
            return known
    readable = ", ".join(f"{known.title} ({', '.join(known.file_names)})" for known in FORMATS)
    raise InputError(
        "this is no lock file that lock2nix knows", place=source.path, hint=f"lock2nix can read: {readable}"
    )
