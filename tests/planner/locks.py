"""Locks as the tests write them: packages with edges as PEP 508 strings and files by their wheel tags."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from lock2nix.converters import poetry
from lock2nix.planner import targets
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import Dependency, Group, Lock, Package
from lock2nix.schemas.source import IndexSource, Source, SourceFile
from lock2nix.schemas.target import Target

FIXTURES = Path(__file__).parents[2] / "fixtures" / "poetry"
PURE = "py3-none-any"
SDIST = "sdist"


def on(*names: str) -> tuple[Target, ...]:
    """Return the targets of these names."""
    return targets.asked(names)


def where(chosen: Sequence[Target], *ids: str) -> int:
    """Return the truth table that is true for the targets whose name contains one of `ids`."""
    return sum(1 << i for i, target in enumerate(chosen) if any(part in target.id for part in ids))


def edge(text: str) -> Dependency:
    wish = Requirement(text)
    return Dependency(
        name=canonicalize_name(wish.name),
        extras=frozenset(map(canonicalize_name, wish.extras)),
        versions=(wish.specifier,) if wish.specifier else (),
        marker=wish.marker,
    )


def edges(texts: Iterable[str]) -> tuple[Dependency, ...]:
    return tuple(edge(text) for text in texts)


def artifact(filename: str) -> Artifact:
    """Return a file about which everything is known."""
    digest = hashlib.sha256(filename.encode()).hexdigest()
    hashes = (Hash(algorithm="sha256", digest=digest),)
    return Artifact(filename=filename, hashes=hashes, url=f"https://files.example.org/{filename}")


def package(  # noqa: PLR0913 - what a lock says of a package
    name: str,
    version: str = "1.0",
    needs: Iterable[str] = (),
    *,
    extras: Mapping[str, Iterable[str]] | None = None,
    files: Iterable[str] = (PURE,),
    marker: str | None = None,
    group_markers: Mapping[str, str] | None = None,
    requires_python: str | None = None,
    source: Source | None = None,
) -> Package:
    """Return a package; `files` are wheel tags, `sdist`, or whole file names."""
    stem = f"{name.replace('-', '_')}-{version}"
    names = {SDIST: f"{stem}.tar.gz"}
    return Package(
        name=canonicalize_name(name),
        pname=name,
        version=Version(version),
        source=source or IndexSource(),
        artifacts=tuple(artifact(f if "." in f[-7:] else names.get(f, f"{stem}-{f}.whl")) for f in files),
        dependencies=edges(needs),
        extras={canonicalize_name(extra): edges(texts) for extra, texts in (extras or {}).items()},
        marker=None if marker is None else Marker(marker),
        group_markers={canonicalize_name(group): Marker(text) for group, text in (group_markers or {}).items()},
        requires_python=() if requires_python is None else (SpecifierSet(requires_python),),
    )


def lock(
    *packages: Package,
    main: Iterable[str] = (),
    groups: Mapping[str, Iterable[str]] | None = None,
    optional_groups: Mapping[str, Iterable[str]] | None = None,
    extras: Mapping[str, Iterable[str]] | None = None,
) -> Lock:
    found = [Group(name=name("main"), dependencies=edges(main))]
    found += [Group(name=name(g), dependencies=edges(texts)) for g, texts in (groups or {}).items()]
    found += [
        Group(name=name(g), dependencies=edges(texts), optional=True) for g, texts in (optional_groups or {}).items()
    ]
    return Lock(
        groups=tuple(found), extras={name(e): edges(texts) for e, texts in (extras or {}).items()}, packages=packages
    )


def name(text: str) -> NormalizedName:
    return canonicalize_name(text)


def fixtures() -> list[str]:
    return sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())


@cache
def fixture(called: str) -> Lock:
    """Return a lock of the real Poetry."""
    folder = FIXTURES / called
    source = SourceFile(path=folder / "poetry.lock", content=(folder / "poetry.lock").read_bytes())
    beside = folder / poetry.PYPROJECT
    companions = {poetry.PYPROJECT: SourceFile(path=beside, content=beside.read_bytes())} if beside.is_file() else {}
    return poetry.read(source, companions)


def located(lock: Lock) -> Lock:
    """Return the lock with an address for every file, as an index would give it."""
    return lock.model_copy(
        update={
            "packages": tuple(
                p.model_copy(
                    update={
                        "artifacts": tuple(
                            a.model_copy(update={"url": a.url or f"https://files.example.org/{a.filename}"})
                            for a in p.artifacts
                        )
                    }
                )
                for p in lock.packages
            )
        }
    )
