"""Which wheel serves a target best.

Tags: https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/. The order is `packaging`'s,
for the target; a higher build number breaks ties, as pip has it. Of what is still equal pip and uv take the first that
is listed, and locks list files by name.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from packaging import tags
from packaging.utils import BuildTag, InvalidWheelFilename, parse_wheel_filename

from lock2nix.schemas.artifact import Artifact
from lock2nix.schemas.target import Target

# PEP 600's aliases, by the glibc they stand for.
_MANYLINUX_ALIASES = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}
_OLDEST_GLIBC_MINOR = {"x86_64": 5, "aarch64": 17}

TagSet = frozenset[tags.Tag]


class WheelRanking:
    """Ranks wheels for a fixed sequence of targets; most wheels of a lock share a few sets of tags."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self._supported = [_supported(target) for target in targets]
        self._ranks: dict[TagSet, tuple[int | None, ...]] = {}

    def best(self, wheels: Sequence[Artifact]) -> list[Artifact | None]:
        """Return for each target the wheel that an installer would choose there, None where none fits."""
        chosen: list[tuple[tuple[int, BuildTag], Artifact] | None] = [None] * len(self._supported)
        for wheel in sorted(wheels, key=lambda wheel: wheel.filename):
            build, tag_set = _parsed(wheel.filename)
            for i, rank in enumerate(self._ranked(tag_set)):
                if rank is None:
                    continue
                key, standing = (-rank, build), chosen[i]
                if standing is None or key > standing[0]:
                    chosen[i] = key, wheel
        return [None if one is None else one[1] for one in chosen]

    def _ranked(self, tag_set: TagSet) -> tuple[int | None, ...]:
        if (ranks := self._ranks.get(tag_set)) is None:
            ranks = self._ranks[tag_set] = tuple(
                min((order[tag] for tag in tag_set if tag in order), default=None) for order in self._supported
            )
        return ranks


def is_pure(wheel: Artifact) -> bool:
    """Return whether the wheel carries no compiled code: ABI `none` and platform `any`."""
    return all(tag.abi == "none" and tag.platform == "any" for tag in _parsed(wheel.filename)[1])


@cache
def _parsed(filename: str) -> tuple[BuildTag, TagSet]:
    try:
        _, _, build, tag_set = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        # Old uploads bear names that no installer accepts today: they serve nobody.
        return (), frozenset()
    return build, tag_set


@cache
def _supported(target: Target) -> dict[tags.Tag, int]:
    minor, platforms = target.minor, list(_platforms(target))
    if target.implementation == "cpython":
        own = tags.cpython_tags(minor, abis=[target.interpreter], platforms=platforms)
    else:
        own = tags.generic_tags(target.interpreter, abis=[f"pypy{minor[0]}{minor[1]}_pp73"], platforms=platforms)
    supported = [*own, *tags.compatible_tags(minor, target.interpreter.removesuffix("t"), platforms)]
    return {tag: rank for rank, tag in reversed(list(enumerate(supported)))}


def _platforms(target: Target) -> Iterator[str]:
    machine = target.system.split("-", maxsplit=1)[0]
    if target.is_darwin:
        yield from tags.mac_platforms(target.libc, "arm64" if machine == "aarch64" else machine)
        return
    # A wheel that promises nothing was built for machines like the one it is asked for on.
    yield f"linux_{machine}"
    major, newest = target.libc
    if target.musl:
        yield from (f"musllinux_{major}_{minor}_{machine}" for minor in range(newest, -1, -1))
    else:
        for minor in range(newest, _OLDEST_GLIBC_MINOR[machine] - 1, -1):
            yield f"manylinux_{major}_{minor}_{machine}"
            if alias := _MANYLINUX_ALIASES.get((major, minor)):
                yield f"{alias}_{machine}"
