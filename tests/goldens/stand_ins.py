"""An index on loopback with stand-ins for the files of `fixtures/same`: pip chooses among them as among the real ones.

A stand-in has a file's name and says what its package needs. Its bytes are others, so its hash is, too: `Index.told`
says a requirements file in the hashes of the stand-ins, and `Index.real` is the way back.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.goldens import fixtures_of
from tests.indexes.archive_files import sdist
from tests.indexes.server import Server, page
from tests.indexes.wheelhouse import wheel_file

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BACKEND = """\
import pathlib, shutil
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = pathlib.Path(folder, "{name}-{version}.dist-info")
    info.mkdir()
    shutil.copy("PKG-INFO", info / "METADATA")
    return info.name
"""
_PYPROJECT = b'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


@dataclass(frozen=True)
class Index:
    """Where it is, and which real file's hash a stand-in's hash stands for."""

    address: str
    real: dict[str, str] = field(default_factory=dict)

    def told(self, requirements: str) -> str:
        """Put the stand-ins' hashes into a requirements file. Raises KeyError for a hash of no file here."""
        stand_in = {real: other for other, real in self.real.items()}
        return _SHA256.sub(lambda found: stand_in[found.group()], requirements)


def serve_stand_ins(server: Server) -> Index:
    """Put the index on a server: the files that poetry.lock lists, with the edges of uv.lock."""
    index = Index(f"{server.address}/simple")
    needs = {package["name"]: tuple(_metadata(package)) for package in _packages("uv/uv.lock")}
    for package in _packages("poetry/poetry.lock"):
        name, version = package["name"], package["version"]
        links = []
        for file in package["files"]:
            # The summary makes one file's bytes others than the next one's.
            lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", f"Summary: {file['file']}"]
            content = _stand_in(file["file"], name, version, "\n".join([*lines, *needs[name], ""]).encode())
            digest = hashlib.sha256(content).hexdigest()
            index.real[digest] = file["hash"].removeprefix("sha256:")
            url = server.on(f"/files/{file['file']}", page(content, "application/octet-stream"))
            links.append(f'<a href="{url}#sha256={digest}">{file["file"]}</a>')
        server.on(f"/simple/{name}/", page("\n".join(links)))
    return index


def _packages(lock: str) -> list[dict[str, Any]]:
    text = (fixtures_of.ROOT / "same" / lock).read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["package"]
    return found


def _metadata(package: Mapping[str, Any]) -> Iterator[str]:
    for needed in package.get("dependencies", ()):
        yield f"Requires-Dist: {_requirement(needed)}"
    for extra, several in package.get("optional-dependencies", {}).items():
        yield f"Provides-Extra: {extra}"
        for needed in several:
            yield f"Requires-Dist: {_requirement({'marker': f'extra == {extra!r}', **needed})}"


def _requirement(needed: Mapping[str, Any]) -> str:
    extras = f"[{','.join(needed['extra'])}]" if "extra" in needed else ""
    return f"{needed['name']}{extras}" + (f" ; {needed['marker']}" if "marker" in needed else "")


def _stand_in(filename: str, name: str, version: str, metadata: bytes) -> bytes:
    if filename.endswith(".whl"):
        return wheel_file(filename, metadata)
    root = filename.removesuffix(".tar.gz")
    backend = _BACKEND.format(name=name.replace("-", "_"), version=version).encode()
    members = {"PKG-INFO": metadata, "backend.py": backend, "pyproject.toml": _PYPROJECT}
    return sdist(".tar.gz", *((f"{root}/{member}", content) for member, content in members.items()))
