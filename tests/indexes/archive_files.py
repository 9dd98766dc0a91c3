"""Archives as the tests need them, and pieces of them as a download gives them."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

PYPROJECT = b'[build-system]\nrequires = ["hatchling>=1"]\nbuild-backend = "hatchling.build"\n'

COMPRESSIONS: Mapping[str, Callable[[bytes], bytes]] = {
    ".tar.gz": gzip.compress,
    ".tgz": gzip.compress,
    ".tar.bz2": bz2.compress,
    ".tar.xz": lzma.compress,
    ".tar": bytes,
}
FORMS = (*COMPRESSIONS, ".zip")


@dataclass(frozen=True)
class Member:
    """A member that is not a plain file of its own name."""

    name: str
    content: bytes = b""
    kind: bytes = tarfile.REGTYPE
    target: str = ""


def sdist(form: str, *members: Member | tuple[str, bytes]) -> bytes:
    named = [member if isinstance(member, Member) else Member(*member) for member in members]
    return zipped(*named) if form == ".zip" else COMPRESSIONS[form](tarred(*named))


def tarred(*members: Member) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for member in members:
            info = tarfile.TarInfo(member.name)
            info.type, info.linkname, info.size = member.kind, member.target, len(member.content)
            archive.addfile(info, io.BytesIO(member.content))
    return buffer.getvalue()


def zipped(*members: Member, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        names = set()
        for member in members:
            info = zipfile.ZipInfo(member.name)
            info.compress_type = method
            info.external_attr = (0o120777 if member.kind == tarfile.SYMTYPE else 0o100644) << 16
            # zipfile warns of a second member of one name, and writes it.
            info.filename = member.name if member.name not in names else "?" * len(member.name)
            names.add(member.name)
            archive.writestr(info, member.target.encode() or member.content)
    content = buffer.getvalue()
    for name in names:
        content = content.replace(b"?" * len(name), name.encode())
    return content


def pieces(content: bytes, size: int = 5000) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def counted(content: Iterator[bytes], taken: list[int]) -> Iterator[bytes]:
    for piece in content:
        taken.append(len(piece))
        yield piece
