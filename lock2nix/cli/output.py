"""Standard output, which is data."""

import typer

from lock2nix.errors import OutputError


def to_stdout(text: str) -> None:
    """Print a result as it is. Raises OutputError."""
    try:
        typer.echo(text.encode(), nl=False)  # bytes: the same whatever the terminal's encoding
    except BrokenPipeError:
        raise  # whoever read it has left, and Typer leaves too
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", place="standard output") from None
