"""`lock2nix cache`: where answers are kept between runs, how much there is, and how to be rid of it."""

from typing import Annotated

import typer

from lock2nix.indexes import upkeep
from lock2nix.indexes.cache import default_folder

_MEGABYTE = 1 << 20

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Show or tidy what is kept between runs. Nothing in it is needed: what is gone is asked for again.",
)


@app.command("dir")
def folder() -> None:
    """Print the folder."""
    typer.echo(default_folder())


@app.command()
def size() -> None:
    """Print how many bytes the kept answers take."""
    found = upkeep.amount(default_folder())
    typer.echo(found.size)
    typer.echo(f"{_said(found)} in {default_folder()}", err=True)


@app.command()
def prune(
    max_age: Annotated[
        float, typer.Option(min=0, metavar="DAYS", help="Remove what was not used for so long.")
    ] = upkeep.MOST_AGE / upkeep.DAY,
    max_size: Annotated[
        float, typer.Option(min=0, metavar="MB", help="Then remove what was not used longest, down to this size.")
    ] = upkeep.MOST_BYTES / _MEGABYTE,
) -> None:
    """Remove what is old or too much. Conversions do so themselves once a day."""
    gone = upkeep.prune(default_folder(), most_age=max_age * upkeep.DAY, most_bytes=round(max_size * _MEGABYTE))
    typer.echo(f"removed {_said(gone)}", err=True)


@app.command()
def clear() -> None:
    """Remove everything."""
    typer.echo(f"removed {_said(upkeep.clear(default_folder()))}", err=True)


def _said(found: upkeep.Amount) -> str:
    return f"{found.answers} answer{'' if found.answers == 1 else 's'}, {found.size:,} bytes"
