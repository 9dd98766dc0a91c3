"""An index of wheels made on the spot, with their metadata beside them: what resolvers and whole conversions ask."""

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from tests.indexes.archive_files import Member, sdist
from tests.indexes.server import Reply, Server, json_page, page, parts

_WHEEL = b"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def _as_it_is(reply: Reply) -> Reply:
    return reply


class Wheelhouse:
    """An index of a server, below `prefix`; `guard` is put before all its answers, such as a login."""

    def __init__(self, server: Server, prefix: str = "/simple", guard: Callable[[Reply], Reply] = _as_it_is) -> None:
        self.address = server.address + prefix
        self._server = server
        self._prefix = prefix
        self._guard = guard
        self._files: dict[str, list[dict[str, Any]]] = {}

    def wheel(
        self,
        name: str,
        version: str,
        needs: Sequence[str] = (),
        *,
        said: Sequence[str] = (),
        tags: str = "py3-none-any",
    ) -> str:
        """Add a wheel, which requires `needs` and has `said` among its metadata; return its sha256."""
        filename = f"{name.replace('-', '_')}-{version}-{tags}.whl"
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *said]
        metadata = "\n".join([*lines, *(f"Requires-Dist: {need}" for need in needs), ""]).encode()
        content = wheel_file(filename, metadata)
        self._on(f"/files/{filename}", parts(content))
        self._on(f"/files/{filename}.metadata", page(metadata))
        pythons = [line.partition(":")[2].strip() for line in said if line.startswith("Requires-Python:")]
        python = {"requires-python": pythons[0]} if pythons else {}
        return self._list(name, filename, content, {"core-metadata": True, **python})

    def sdist(self, name: str, version: str, *members: Member | tuple[str, bytes]) -> str:
        """Add an sdist of these members; return its sha256."""
        filename = f"{name.replace('-', '_')}-{version}.tar.gz"
        root = filename.removesuffix(".tar.gz")
        named = [m if isinstance(m, Member) else (f"{root}/{m[0]}", m[1]) for m in members]
        content = sdist(".tar.gz", *named)
        self._on(f"/files/{filename}", page(content))
        return self._list(name, filename, content, {})

    def remove(self, name: str) -> None:
        """Forget a project."""
        del self._files[name]
        self._on(f"/{name}/", page(b"", status=404))

    def url(self, filename: str) -> str:
        """Return where a file is."""
        return f"{self.address}/files/{filename}"

    def _list(self, name: str, filename: str, content: bytes, more: dict[str, object]) -> str:
        digest = hashlib.sha256(content).hexdigest()
        row = {"filename": filename, "url": f"../files/{filename}", "hashes": {"sha256": digest}, **more}
        self._files.setdefault(name, []).append(row)
        self._on(f"/{name}/", json_page(*self._files[name]))
        return digest

    def _on(self, path: str, reply: Reply) -> None:
        self._server.on(self._prefix + path, self._guard(reply))


def wheel_file(filename: str, metadata: bytes) -> bytes:
    """Return a wheel with this metadata and one empty module."""
    name, version, _ = filename.split("-", 2)
    info = f"{name}-{version}.dist-info"
    members = {f"{name}.py": b"", f"{info}/METADATA": metadata, f"{info}/WHEEL": _WHEEL, f"{info}/RECORD": b""}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in members.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return buffer.getvalue()
