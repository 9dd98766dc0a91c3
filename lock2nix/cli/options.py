"""Options that several commands have, and how what they are given is checked."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from lock2nix.converters import fields


def checked(parse: Callable[[str], object]) -> Callable[[str | None], str | None]:
    """Return the callback of an option that must be what `parse` reads."""

    def check(text: str | None) -> str | None:
        try:
            if text is not None:
                parse(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        return text

    return check


def each(parse: Callable[[str], object]) -> Callable[[list[str] | None], list[str] | None]:
    """Return the callback of a repeatable option."""
    check = checked(parse)

    def check_all(texts: list[str] | None) -> list[str] | None:
        for text in texts or ():
            check(text)
        return texts

    return check_all


IndexUrl = Annotated[
    str | None, typer.Option(help="The package index, instead of PyPI.", callback=checked(fields.index_address))
]
ExtraIndexUrls = Annotated[
    list[str] | None,
    typer.Option(
        help="Asked for what the index does not have at all; repeatable.", callback=each(fields.index_address)
    ),
]
Certificates = Annotated[Path | None, typer.Option(help="A file of the certificate authorities to trust.", exists=True)]
Offline = Annotated[bool, typer.Option("--offline", help="Open no connection.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing unless something is wrong.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="List everything.")]
