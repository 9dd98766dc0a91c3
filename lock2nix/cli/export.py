"""`lock2nix export`: a lock in another format."""

from pathlib import Path
from typing import Annotated

import typer

from lock2nix.exporting import Export, ExportFormat, export

from .options import Certificates, ExtraIndexUrls, IndexUrl, Offline, Quiet, Verbose
from .output import to_stdout
from .progress import progress_bar
from .summary import notices


def command(
    lock: Annotated[Path, typer.Argument(help="The lock file, of any format that lock2nix reads.")],
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Write there instead of to standard output.")
    ] = None,
    format_: Annotated[ExportFormat, typer.Option("--format", help="What to write.")] = "pylock",
    group: Annotated[
        list[str] | None, typer.Option(help="For requirements: this instead of the default groups; repeatable.")
    ] = None,
    extra: Annotated[list[str] | None, typer.Option(help="For requirements: this extra, too; repeatable.")] = None,
    index_url: IndexUrl = None,
    extra_index_url: ExtraIndexUrls = None,
    cert: Certificates = None,
    offline: Offline = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write a lock in another format, to a file or to standard output."""
    destination = None if output is None or output == "-" else Path(output)
    asked = Export(
        lock=lock,
        output=destination,
        format=format_,
        groups=tuple(group or ()),
        extras=tuple(extra or ()),
        offline=offline,
        index_url=index_url,
        extra_index_urls=tuple(extra_index_url or ()),
        certificates=cert,
    )
    with progress_bar(quiet=quiet) as progress:
        exported = export(asked, progress)
    if destination is None:
        to_stdout(exported.text)
    if quiet:
        return
    if destination is not None:
        typer.echo(f"{destination}: {'written' if exported.changed else 'unchanged'}", err=True)
    for line in notices(exported.notices, verbose=verbose):
        typer.echo(line, err=True)
