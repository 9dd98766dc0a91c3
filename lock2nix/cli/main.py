"""The command line: one command for each lock format, made from the table of formats."""

import sys
from typing import Annotated

import typer

from lock2nix import __version__
from lock2nix.converters import FORMATS
from lock2nix.errors import Lock2nixError

from . import adhoc, cache, conversion, export, schema

EXIT_CODES = """\
Exit codes: 0 done; 2 the command line is wrong; 3 a file cannot be read or is not what it should be; 4 the lock
cannot serve what was asked; 5 an index cannot be reached, or contradicts the lock; 6 the result cannot be written;
130 interrupted."""
_INTERRUPTED = 130

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Turn the lock file of a Python project, without a command that of this folder, into one plain Nix overlay.",
    epilog=EXIT_CODES,
)


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        app()
    except Lock2nixError as error:
        typer.echo(f"lock2nix: {error}", err=True)
        sys.exit(error.exit_code)
    except SystemExit as leaving:
        if leaving.code == _INTERRUPTED:  # Typer's own answer to an interrupt, without a word
            typer.echo("lock2nix: interrupted", err=True)
        raise


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - Typer's calling convention
    if wanted:
        typer.echo(f"lock2nix {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        conversion.of_any_format()()


app.add_typer(cache.app, name="cache")
app.command("export", help="Write a lock as pylock.toml, requirements.txt or JSON.", epilog=EXIT_CODES)(export.command)
app.command("schema", help="Print the JSON Schema of locks as JSON.", epilog=EXIT_CODES)(schema.command)
app.command("shell", help="Enter a shell that has these packages.", epilog=EXIT_CODES)(adhoc.shell)
app.command("env", help="Build an environment that has these packages.", epilog=EXIT_CODES)(adhoc.env)
app.command("package", help="Print one package as Nix to paste.", epilog=EXIT_CODES)(adhoc.package)
app.command("convert", help="Convert any lock: lock2nix convert FILE", epilog=EXIT_CODES)(conversion.of_any_format())
for _known in FORMATS:
    app.command(
        _known.name,
        help=f"Convert a {_known.title} lock: lock2nix {_known.name} {_known.file_names[0]}",
        epilog=EXIT_CODES,
    )(conversion.of_format(_known))
