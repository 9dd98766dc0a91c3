"""The command line: one command for each lock format, made from the table of formats."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lock2nix import __version__
from lock2nix.converters import FORMATS, fields
from lock2nix.converters.interface import Format
from lock2nix.errors import Lock2nixError, UsageError
from lock2nix.pipeline import Conversion, convert
from lock2nix.resolution import Resolution
from lock2nix.schemas.config import Prefer

from . import adhoc, cache, export, schema
from .options import Certificates, ExtraIndexUrls, IndexUrl, Offline, Quiet, Verbose, checked
from .output import to_stdout
from .progress import progress_bar
from .summary import summary

EXIT_CODES = """\
Exit codes: 0 done; 2 the command line is wrong; 3 a file cannot be read or is not what it should be; 4 the lock
cannot serve what was asked; 5 an index cannot be reached, or contradicts the lock; 6 the result cannot be written;
130 interrupted."""
_INTERRUPTED = 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Turn the lock file of a Python project into one plain Nix overlay.",
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


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer's calling convention
    if wanted:
        typer.echo(f"lock2nix {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


def _argument(known: Format) -> object:
    """Return the type of a command's argument: the lock, or the files that make one."""
    default = f"[default: {known.file_names[0]}]"
    if known.read_several is None:
        return Annotated[Path | None, typer.Argument(help=f"The lock file. {default}", show_default=False)]
    text = f"The lock files, each a group of its own; the first is main. {default}"
    return Annotated[list[Path] | None, typer.Argument(help=text, show_default=False)]


def _resolving(known: Format) -> dict[str, object]:
    """Return the types of the options about resolving; formats that are locks have none of them."""
    hidden = known.read_several is None

    def option(kind: object, name: str, text: str, check: Callable[[str], object] | None = None) -> object:
        callback = None if check is None else checked(check)
        return Annotated[kind, typer.Option(name, help=text, hidden=hidden, callback=callback)]

    return {
        "override": option(list[Path] | None, "--override", "A file of versions to take whatever others ask for."),
        "add": option(list[str] | None, "--add", "A requirement, project or archive more, to be resolved, too."),
        "exclude_newer": option(str | None, "--exclude-newer", "Take no file from after this day.", date.fromisoformat),
        "locked": option(bool, "--locked", "Fail where something would have to be resolved."),
        "allow_build": option(bool, "--allow-build", "Let uv run builds to learn what sdists need."),
    }


def _command(known: Format) -> Callable[..., None]:
    def command(
        lock: Path | list[Path] | None = None,
        override: list[Path] | None = None,
        add: list[str] | None = None,
        exclude_newer: str | None = None,
        locked: bool = False,  # noqa: FBT001 - Typer's calling convention
        allow_build: bool = False,  # noqa: FBT001
        output: Annotated[
            str | None, typer.Option("--output", "-o", help="Write there instead of beside the lock; - for stdout.")
        ] = None,
        target: Annotated[
            list[str] | None,
            typer.Option("--target", "-t", help="cp312-x86_64-linux, or cp312, or aarch64-darwin; repeatable."),
        ] = None,
        name: Annotated[
            str | None, typer.Option(help="The name under pkgs.lock2nix.", callback=checked(fields.project_name))
        ] = None,
        prefer: Annotated[Prefer, typer.Option(help="What to take where the lock leaves a choice.")] = "wheel",
        index_url: IndexUrl = None,
        extra_index_url: ExtraIndexUrls = None,
        cert: Certificates = None,
        nixpkgs: Annotated[
            str | None, typer.Option(help="Say what this nixpkgs lacks to build it: a path, or '<nixpkgs>'.")
        ] = None,
        offline: Offline = False,
        quiet: Quiet = False,
        verbose: Verbose = False,
    ) -> None:
        is_printed = output == "-"
        resolution = Resolution(
            overrides=tuple(override or ()),
            added=tuple(add or ()),
            exclude_newer=exclude_newer,
            is_locked=locked,
            may_build=allow_build,
        )
        if known.read_several is None and resolution != Resolution():
            raise UsageError(f"a {known.title} lock leaves nothing to resolve")
        locks = [lock] if isinstance(lock, Path) else lock or []
        first, *more = locks or [Path(known.file_names[0])]
        conversion = Conversion(
            format=known,
            lock=first,
            more=tuple(more),
            output=None if output is None or is_printed else Path(output),
            to_stdout=is_printed,
            name=name,
            targets=tuple(target or ()),
            prefer=prefer,
            offline=offline,
            index_url=index_url,
            extra_index_urls=tuple(extra_index_url or ()),
            certificates=cert,
            nixpkgs=nixpkgs,
            resolution=resolution,
        )
        with progress_bar(quiet=quiet) as progress:
            converted = convert(conversion, progress)
        if is_printed:
            to_stdout(converted.text)
        if not quiet:
            for line in summary(converted, verbose=verbose):
                typer.echo(line, err=True)

    command.__annotations__ |= {"lock": _argument(known), **_resolving(known)}  # what differs
    return command


app.add_typer(cache.app, name="cache")
app.command("export", help="Write a lock as pylock.toml, requirements.txt or JSON.", epilog=EXIT_CODES)(export.command)
app.command("schema", help="Print the JSON Schema of locks as JSON.", epilog=EXIT_CODES)(schema.command)
app.command("shell", help="Enter a shell that has these packages.", epilog=EXIT_CODES)(adhoc.shell)
app.command("env", help="Build an environment that has these packages.", epilog=EXIT_CODES)(adhoc.env)
app.command("package", help="Print one package as Nix to paste.", epilog=EXIT_CODES)(adhoc.package)
for _known in FORMATS:
    app.command(
        _known.name,
        help=f"Convert a {_known.title} lock: lock2nix {_known.name} {_known.file_names[0]}",
        epilog=EXIT_CODES,
    )(_command(_known))
