"""Wheels and sdists made on the spot, the same bytes each time: what stands for PyPI's files in a case."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

_PYPROJECT = """\
[build-system]
requires = ["flit_core >=3"]
build-backend = "flit_core.buildapi"

[project]
name = "{name}"
version = "{version}"
description = "made for a test"

[tool.flit.module]
name = "{module}"
"""


def wheel(
    folder: Path,
    name: str,
    version: str,
    *,
    files: Mapping[str, str] | None = None,
    scripts: Mapping[str, str] | None = None,
) -> str:
    """Write a wheel into the folder and return its name; it holds one module, `locked_…`, if `files` says no other."""
    stem = name.replace("-", "_").replace(".", "_")
    info = f"{stem}-{version}.dist-info"
    content = dict(files or {f"locked_{stem}.py": f"__version__ = {version!r}\n"})
    content[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    content[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    if scripts:
        lines = "".join(f"{script} = {entry}\n" for script, entry in scripts.items())
        content[f"{info}/entry_points.txt"] = f"[console_scripts]\n{lines}"
    content[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*content, f"{info}/RECORD"])
    filename = f"{stem}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(folder / filename, "w") as archive:
        for path, text in content.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return filename


def sdist(
    folder: Path,
    name: str,
    version: str,
    *,
    module: str = "",
    files: Mapping[str, str] | None = None,
) -> str:
    """Write an sdist of one module, built by flit, into the folder and return its name."""
    stem = name.replace("-", "_").replace(".", "_")
    module = module or f"locked_{stem}"
    content = {
        "pyproject.toml": _PYPROJECT.format(name=name, version=version, module=module),
        f"{module}.py": f'"""A module."""\n__version__ = {version!r}\n',
        **(files or {}),
    }
    root = f"{stem}-{version}"
    with tarfile.open(folder / f"{root}.tar.gz", "w:gz", compresslevel=0) as archive:
        for path, text in content.items():
            member = tarfile.TarInfo(f"{root}/{path}")
            data = text.encode()
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return f"{root}.tar.gz"
