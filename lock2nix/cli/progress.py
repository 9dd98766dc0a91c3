"""A progress bar on standard error while an index is asked, and only where somebody watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from lock2nix.pipeline import Progress


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Progress | None]:
    """Give a progress callback for the time of the block; None where nobody would see it."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    # Imported late: most runs have nothing to wait for, and nobody to show it to.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield show
