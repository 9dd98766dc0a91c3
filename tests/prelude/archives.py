"""Wheels and sdists made on the spot, the same bytes each time: what stands for PyPI's files in a case."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

FLIT = '[build-system]\nrequires = ["flit_core >=3"]\nbuild-backend = "flit_core.buildapi"\n'
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'


def wheel(
    folder: Path,
    name: str,
    version: str,
    *,
    requires: tuple[str, ...] = (),
    files: Mapping[str, str] | None = None,
    scripts: Mapping[str, str] | None = None,
    tag: str = "py3-none-any",
) -> str:
    """Write a wheel into the folder and return its name; it holds one module unless `files` says otherwise."""
    module = name.replace("-", "_").replace(".", "_")
    info = f"{module}-{version}.dist-info"
    content = dict(files or {f"{module}.py": f"__version__ = {version!r}\n"})
    content[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(
        f"Requires-Dist: {requirement}\n" for requirement in requires
    )
    content[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: {tag}\n"
    if scripts:
        lines = "".join(f"{script} = {entry}\n" for script, entry in scripts.items())
        content[f"{info}/entry_points.txt"] = f"[console_scripts]\n{lines}"
    content[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*content, f"{info}/RECORD"])
    filename = f"{module}-{version}-{tag}.whl"
    with zipfile.ZipFile(folder / filename, "w") as archive:
        for path, text in content.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return filename


def sdist(
    folder: Path,
    name: str,
    version: str,
    *,
    build_system: str | None = FLIT,
    files: Mapping[str, str] | None = None,
) -> str:
    """Write an sdist into the folder and return its name; without a build system it has a setup.py instead."""
    module = name.replace("-", "_").replace(".", "_")
    content = {f"{module}.py": f'"""A module."""\n__version__ = {version!r}\n', **(files or {})}
    if build_system is None:
        content["setup.py"] = (
            f"from setuptools import setup\nsetup(name={name!r}, version={version!r}, py_modules=[{module!r}])\n"
        )
    else:
        project = f'[project]\nname = "{name}"\nversion = "{version}"\ndescription = "made for a test"\n'
        flit = f'[tool.flit.module]\nname = "{module}"\n' if build_system == FLIT else ""
        modules = f'[tool.setuptools]\npy-modules = ["{module}"]\n' if build_system == SETUPTOOLS else ""
        content.setdefault("pyproject.toml", build_system + project + flit + modules)
    root = f"{module}-{version}"
    with tarfile.open(folder / f"{root}.tar.gz", "w:gz", compresslevel=0) as archive:
        for path, text in content.items():
            member = tarfile.TarInfo(f"{root}/{path}")
            data = text.encode()
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return f"{root}.tar.gz"
