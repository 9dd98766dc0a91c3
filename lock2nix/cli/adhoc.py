"""`lock2nix shell`, `env` and `package`: what is named, without a file."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lock2nix.adhoc import AdHoc, Kept, Single, build, enter, overlay, recipe, require
from lock2nix.schemas.config import Prefer

from .options import Certificates, ExtraIndexUrls, IndexUrl, Offline, Quiet, Verbose, checked
from .output import to_stdout
from .progress import progress_bar
from .summary import notices, packages

Wishes = Annotated[
    list[str], typer.Argument(help="What pip would take: requests 'tensorflow>=2'.", metavar="REQUIREMENT")
]
Python = Annotated[str | None, typer.Option(help="The version of Python, such as 3.12. [default: nixpkgs' python3]")]
Nixpkgs = Annotated[
    str | None,
    typer.Option(
        metavar="REF", help="A path, an archive's address, nixos-25.05 or nixpkgs/nixos-25.05. [default: <nixpkgs>]"
    ),
]
Newest = Annotated[
    str | None, typer.Option(help="Take no file from after this day.", callback=checked(date.fromisoformat))
]
MayBuild = Annotated[bool, typer.Option("--allow-build", help="Let uv run builds to learn what sdists need.")]


def shell(
    wishes: Wishes,
    command: Annotated[str | None, typer.Option(help="Run this in it and leave.")] = None,
    python: Python = None,
    nixpkgs: Nixpkgs = None,
    exclude_newer: Newest = None,
    allow_build: MayBuild = False,
    index_url: IndexUrl = None,
    extra_index_url: ExtraIndexUrls = None,
    cert: Certificates = None,
    offline: Offline = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Resolve what is named, and become a shell that has it."""
    asked = AdHoc(
        wishes=tuple(wishes),
        python=python,
        exclude_newer=exclude_newer,
        may_build=allow_build,
        offline=offline,
        index_url=index_url,
        extra_index_urls=tuple(extra_index_url or ()),
        certificates=cert,
    )
    require(nixpkgs=nixpkgs)
    with progress_bar(quiet=quiet) as progress:
        kept = overlay(asked, progress)
    for line in () if quiet else _said(kept, verbose=verbose):
        typer.echo(line, err=True)
    enter(kept, nixpkgs=nixpkgs, command=command)


def env(
    wishes: Wishes,
    out_link: Annotated[Path | None, typer.Option("--out-link", "-o", help="Make this link to it.")] = None,
    python: Python = None,
    nixpkgs: Nixpkgs = None,
    exclude_newer: Newest = None,
    allow_build: MayBuild = False,
    index_url: IndexUrl = None,
    extra_index_url: ExtraIndexUrls = None,
    cert: Certificates = None,
    offline: Offline = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Resolve what is named, and build the environment."""
    asked = AdHoc(
        wishes=tuple(wishes),
        python=python,
        exclude_newer=exclude_newer,
        may_build=allow_build,
        offline=offline,
        index_url=index_url,
        extra_index_urls=tuple(extra_index_url or ()),
        certificates=cert,
    )
    require(nixpkgs=nixpkgs)
    with progress_bar(quiet=quiet) as progress:
        kept = overlay(asked, progress)
    for line in () if quiet else _said(kept, verbose=verbose):
        typer.echo(line, err=True)
    build(kept, nixpkgs=nixpkgs, link=out_link)


def package(
    pin: Annotated[str, typer.Argument(help="One package of one version.", metavar="NAME==VERSION")],
    prefer: Annotated[Prefer, typer.Option(help="What to take where there is a choice.")] = "wheel",
    index_url: IndexUrl = None,
    extra_index_url: ExtraIndexUrls = None,
    cert: Certificates = None,
    offline: Offline = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Print one package as an expression of Nix to paste."""
    asked = Single(
        pin=pin,
        prefer=prefer,
        offline=offline,
        index_url=index_url,
        extra_index_urls=tuple(extra_index_url or ()),
        certificates=cert,
    )
    with progress_bar(quiet=quiet) as progress:
        found = recipe(asked, progress)
    to_stdout(found.text)
    for line in () if quiet else notices(found.notices, verbose=verbose):
        typer.echo(line, err=True)


def _said(kept: Kept, *, verbose: bool) -> Iterator[str]:
    """Yield what a person should know of what was made just now."""
    if kept.plan is not None:
        yield f"resolved and kept: {packages(kept.plan)}"
        yield from notices(kept.plan.notices, verbose=verbose)
