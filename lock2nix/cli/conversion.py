"""The commands that convert: one for each format, and one that knows them all."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lock2nix import files, finding
from lock2nix.converters import detect, fields
from lock2nix.converters.interface import Format
from lock2nix.errors import UsageError
from lock2nix.pipeline import Conversion, convert
from lock2nix.resolution import Resolution
from lock2nix.schemas.config import Prefer

from .options import Certificates, ExtraIndexUrls, IndexUrl, Offline, Quiet, Verbose, checked
from .output import to_stdout
from .progress import progress_bar
from .summary import summary

_Chosen = tuple[Format, Sequence[Path]]


def of_format(known: Format) -> Callable[..., None]:
    """Return the command of a format: its argument is the lock, or the files that make one."""
    default = f"[default: {known.file_names[0]}]"

    def choose(locks: Sequence[Path]) -> _Chosen:
        return known, locks or [Path(known.file_names[0])]

    if known.read_several is None:
        text = f"The lock file. {default}"
        argument: object = Annotated[Path | None, typer.Argument(help=text, show_default=False)]
    else:
        text = f"The lock files, each a group of its own; the first is main. {default}"
        argument = Annotated[list[Path] | None, typer.Argument(help=text, show_default=False)]
    return _command(choose, argument, can_resolve=known.read_several is not None)


def of_any_format() -> Callable[..., None]:
    """Return the command that finds the lock of a folder, and knows the format of any."""

    def choose(locks: Sequence[Path]) -> _Chosen:
        found = locks or [finding.only_lock(Path())]
        return detect(files.read(found[0])), found

    text = "The lock, of any format that lock2nix reads. [default: the one in this folder]"
    argument = Annotated[list[Path] | None, typer.Argument(help=text, show_default=False)]
    return _command(choose, argument, can_resolve=True)


def _resolving(*, are_shown: bool) -> dict[str, object]:
    """Return the types of the options about resolving; formats that are locks have none of them."""

    def option(kind: object, name: str, text: str, check: Callable[[str], object] | None = None) -> object:
        callback = None if check is None else checked(check)
        return Annotated[kind, typer.Option(name, help=text, hidden=not are_shown, callback=callback)]

    return {
        "override": option(list[Path] | None, "--override", "A file of versions to take whatever others ask for."),
        "add": option(list[str] | None, "--add", "A requirement, project or archive more, to be resolved, too."),
        "exclude_newer": option(str | None, "--exclude-newer", "Take no file from after this day.", date.fromisoformat),
        "locked": option(bool, "--locked", "Fail where something would have to be resolved."),
        "allow_build": option(bool, "--allow-build", "Let uv run builds to learn what sdists need."),
    }


def _command(
    choose: Callable[[Sequence[Path]], _Chosen], argument: object, *, can_resolve: bool
) -> Callable[..., None]:
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
        known, locks = choose([lock] if isinstance(lock, Path) else lock or [])
        if known.read_several is None and resolution != Resolution():
            raise UsageError(f"a {known.title} lock leaves nothing to resolve")
        first, *more = locks
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

    command.__annotations__ |= {"lock": argument, **_resolving(are_shown=can_resolve)}  # what differs
    return command
