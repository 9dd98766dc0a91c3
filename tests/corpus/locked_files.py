"""The files that a uv.lock or poetry.lock lists of each pin, read without any of our own code."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import tomli
from packaging.utils import NormalizedName, canonicalize_name


class Pin(NamedTuple):
    """One version of one package."""

    name: NormalizedName
    version: str


def locked_files(lock: Path) -> dict[Pin, list[str]]:
    """Return the names of the files of each pin that an index serves, in the order of the lock.

    Without pins of which there is nothing to choose: repositories, folders and addresses, those from two indexes, those
    without files, and those with files that have no hash, which cannot be planned offline.
    """
    data = tomli.loads(lock.read_text(encoding="utf-8"))
    read = _of_poetry if lock.name != "uv.lock" and "content-hash" in data.get("metadata", {}) else _of_uv
    packages = [package for package in data.get("package", data.get("distribution", [])) if "version" in package]
    times = Counter(_pin(package) for package in packages)
    found = {_pin(package): read(package, data) for package in packages if times[_pin(package)] == 1}
    return {pin: list(files) for pin, files in found.items() if files and all(files.values())}


def _pin(package: Mapping[str, Any]) -> Pin:
    return Pin(canonicalize_name(package["name"]), package["version"])


def _of_uv(package: Mapping[str, Any], _lock: Mapping[str, Any]) -> dict[str, bool]:
    """Return files by name, and whether they have a hash."""
    if "registry" not in package["source"]:
        return {}
    rows = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    return {_last(row.get("url") or row.get("path")): "hash" in row for row in rows}


def _of_poetry(package: Mapping[str, Any], lock: Mapping[str, Any]) -> dict[str, bool]:
    """Return files by name, and whether they have a hash; older locks list them apart, of all versions together."""
    if package.get("source", {}).get("type", "legacy") != "legacy":
        return {}
    apart: Mapping[str, Iterable[Mapping[str, str]]] = lock["metadata"].get("files", {})
    of_name = {canonicalize_name(name): rows for name, rows in apart.items()}
    rows = package.get("files") or of_name.get(canonicalize_name(package["name"]), [])
    return {row["file"]: "hash" in row for row in rows}


def _last(address: str) -> str:
    return unquote(address.partition("#")[0].rsplit("/", 1)[-1])
