"""Fills what an index knows of pinned requirements, in a process of its own: what benchmarks.indexes measures.

usage: python -m benchmarks.pins REQUIREMENTS INDEX

Only names and versions are taken from the file, as uv is given them: files, hashes and dependencies come from the
index, or from the cache in XDG_CACHE_HOME.
"""

import gc
import sys


def main() -> None:
    """Fill, and say in one line how much."""
    gc.disable()  # as the command does
    from contextlib import closing  # noqa: PLC0415 - imports are made without the collector, as in the command
    from pathlib import Path  # noqa: PLC0415

    from packaging.utils import canonicalize_name  # noqa: PLC0415
    from packaging.version import Version  # noqa: PLC0415

    from lock2nix.enrichers.edges import fill_edges  # noqa: PLC0415
    from lock2nix.enrichers.files import fill_files  # noqa: PLC0415
    from lock2nix.enrichers.hashes import fill_hashes  # noqa: PLC0415
    from lock2nix.enrichers.interface import Sources  # noqa: PLC0415
    from lock2nix.enrichers.known import Known  # noqa: PLC0415
    from lock2nix.indexes.cache import Cache, default_folder  # noqa: PLC0415
    from lock2nix.indexes.configuration import Indexes  # noqa: PLC0415
    from lock2nix.indexes.http import Http  # noqa: PLC0415
    from lock2nix.schemas.answers import Answers  # noqa: PLC0415
    from lock2nix.schemas.lock import Lock, Package  # noqa: PLC0415

    requirements, index = sys.argv[1:]
    lines = (line.partition(";")[0].partition("#")[0] for line in Path(requirements).read_text("utf-8").splitlines())
    pins = dict.fromkeys(line.strip(" \\").partition("==") for line in lines if "==" in line)
    packages = tuple(
        Package(name=canonicalize_name(name), pname=name, version=Version(version)) for name, _, version in pins
    )
    lock = Lock(groups=(), packages=packages)
    known = Known(Answers(), Cache(default_folder()), index)
    with closing(Http()) as http, known.cache.writing_behind():
        sources = Sources(known=known, root=Path(), http=http, indexes=lambda: Indexes(default=index))
        for fill in (fill_files, fill_hashes, fill_edges):
            lock = fill(lock, sources)
    files = sum(len(package.artifacts) for package in lock.packages)
    edges = sum(len(package.dependencies or ()) for package in lock.packages)
    print(f"{len(packages)} packages, {files} files, {edges} dependencies")


if __name__ == "__main__":
    main()
