"""Where the command starts, before anything of it is imported."""

import gc


def run() -> None:
    """Run the command line in a process of its own."""
    # What a run makes it needs to its end: looking for garbage, while importing above all, takes a fifth of its time.
    gc.disable()
    from .main import main  # noqa: PLC0415 - see above

    main()
