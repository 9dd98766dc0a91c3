"""Pins that have only sdists, as uv is told of them: what they need is known without building them.

https://docs.astral.sh/uv/reference/settings/#dependency-metadata.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.source import IndexSource
from lock2nix.schemas.wishes import Stated


def stated(lock: Lock) -> tuple[Stated, ...]:
    """Return what is known of the packages of which no wheel can be taken.

    A name is left out if it is not known of all its versions: uv can be told of names only whether it may use sdists.
    """
    by_name: dict[str, list[Stated | None]] = {}
    for package in lock.packages:
        by_name.setdefault(package.name, []).append(_stated(package))
    return tuple(one for several in by_name.values() if None not in several for one in several if one is not None)


def options_without_builds(known: Sequence[Stated]) -> Sequence[str]:
    """Return uv's options for running no build: it takes sdists of what is stated, and of nothing else."""
    if not known:
        return ["--no-build"]
    # The same as --no-build, which uv does not take beside the other option.
    names = dict.fromkeys(one.name for one in known)
    return ["--only-binary", ":all:", *(part for name in names for part in ("--no-binary", name))]


def as_settings(known: Sequence[Stated]) -> str:
    """Return the uv.toml that says what is stated."""
    return "".join("\n".join(["[[dependency-metadata]]", *_lines(one), "", ""]) for one in known)


def _stated(package: Package) -> Stated | None:
    said = package.metadata
    has_wheels = "wheel" in package.kinds and any(file.is_wheel for file in package.artifacts)
    if said is None or said.requires is None or not isinstance(package.source, IndexSource) or has_wheels:
        return None
    if said.covers is not None and not said.covers.issuperset(said.extras):
        return None
    return Stated(name=package.name, version=str(package.version), metadata=said)


def _lines(one: Stated) -> Iterator[str]:
    said = one.metadata
    fields: Mapping[str, str | Sequence[str] | None] = {
        "name": one.name,
        "version": one.version,
        "requires-dist": said.requires or (),
        "requires-python": said.requires_python,
        "provides-extra": said.extras,
    }
    for name, value in fields.items():
        if value is not None:
            yield f"{name} = {json.dumps(value, ensure_ascii=False)}"
