"""An index on loopback that answers as PyPI does, only later: made-up projects, pages of many files, metadata beside.

It runs in a process of its own, so that it takes no time from who asks it, and answers every question after the same
delay, many at once, over connections that are kept open (HTTP/1.1).
"""

import asyncio
import contextlib
import gzip
import hashlib
import json
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

JSON, HTML = "application/vnd.pypi.simple.v1+json", "text/html"

_TAGS = ("cp310-cp310", "cp311-cp311", "cp312-cp312", "cp313-cp313")
_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_28_aarch64", "macosx_11_0_arm64", "win_amd64")
_MOST_EDGES = 8
_DESCRIPTION = "A line of the description that travels with all metadata, whoever wants it.\n" * 100
_HEADERS = "Vary: Accept\r\nCache-Control: max-age=600, public\r\n"


def name(number: int) -> str:
    """Return the name of a project."""
    return f"bench-{number:03}"


def versions(number: int) -> list[str]:
    """Return the versions of a project, the oldest first: five to forty, as with real projects."""
    return [f"{major}.{minor}" for major in range(1 + number % 8) for minor in range(5)]


def pins(projects: int) -> list[str]:
    """Return one requirement for each project: a version that is neither the oldest nor the newest."""
    return [f"{name(number)}=={(known := versions(number))[len(known) * 3 // 4]}" for number in range(projects)]


@contextlib.contextmanager
def serve(*, projects: int, delay: float, form: str) -> Iterator["LocalIndex"]:
    """Serve this many projects, each answer `delay` seconds late, pages as JSON or HTML (`form`) to who takes both."""
    command = [sys.executable, "-m", __name__, str(projects), str(delay), form]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError
        try:
            yield LocalIndex(process.stdout.readline().strip(), process)
        finally:
            process.stdin.close()


@dataclass(frozen=True, slots=True)
class LocalIndex:
    """The address of the index, and the process that serves it."""

    address: str
    process: subprocess.Popen[str]

    def asked(self) -> "Asked":
        """Return what was asked since the last time, and forget it."""
        if self.process.stdin is None or self.process.stdout is None:
            raise AssertionError
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return Asked(*map(int, self.process.stdout.readline().split()))


@dataclass(frozen=True, slots=True)
class Asked:
    """How many questions came, how many of them twice, how many were answered 304, over how many connections."""

    requests: int
    repeated: int
    unchanged: int
    connections: int


@dataclass(frozen=True, slots=True)
class _File:
    filename: str
    digest: str
    metadata: str


@cache
def _files(number: int, projects: int) -> tuple[_File, ...]:
    stem = name(number).replace("-", "_")
    found = []
    for version in versions(number):
        wheels = [f"{tag}-{platform}" for tag in _TAGS for platform in _PLATFORMS][: 1 + 4 * (number % 3)]
        tags = wheels if number % 3 else ["py3-none-any"]
        for filename in [f"{stem}-{version}.tar.gz", *(f"{stem}-{version}-{tag}.whl" for tag in tags)]:
            text = _metadata(number, version, projects)
            found.append(_File(filename, _digest(filename.encode()), _digest(text)))
    return tuple(found)


@cache
def _metadata(number: int, version: str, projects: int) -> bytes:
    chance = random.Random(f"{number} {version}")  # noqa: S311 - the same every time is what is wanted
    lines = ["Metadata-Version: 2.1", f"Name: {name(number)}", f"Version: {version}", "Requires-Python: >=3.9"]
    lines += [
        f'Requires-Dist: {name(other)}>=0.1; python_version >= "3.{8 + other % 4}"'
        for other in sorted(chance.sample(range(projects), min(_MOST_EDGES, projects)))
        if other > number
    ]
    lines += ["Provides-Extra: all", "Requires-Dist: nowhere; extra == 'all'", "", _DESCRIPTION]
    return "\n".join(lines).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _as_html(number: int, projects: int, root: str) -> bytes:
    lines = [
        "<!DOCTYPE html>",
        "<html>",
        "  <head>",
        '    <meta name="pypi:repository-version" content="1.3">',
        f"    <title>Links for {name(number)}</title>",
        "  </head>",
        "  <body>",
        f"    <h1>Links for {name(number)}</h1>",
    ]
    for file in _files(number, projects):
        beside = "" if file.filename.endswith(".gz") else _beside(file)
        href = f"{root}{_path(file)}#sha256={file.digest}"
        lines.append(f'<a href="{href}" data-requires-python="&gt;=3.9" {beside}>{file.filename}</a><br />')
    return "\n".join([*lines, "</body>", "</html>", "<!--SERIAL 1-->"]).encode()


def _path(file: _File) -> str:
    """Return where a file lies, as far down as on PyPI."""
    return f"/packages/{file.digest[:2]}/{file.digest[2:4]}/{file.digest[4:]}/{file.filename}"


def _beside(file: _File) -> str:
    return f'data-dist-info-metadata="sha256={file.metadata}" data-core-metadata="sha256={file.metadata}"'


def _as_json(number: int, projects: int, root: str) -> bytes:
    files = []
    for file in _files(number, projects):
        beside = False if file.filename.endswith(".gz") else {"sha256": file.metadata}
        files.append(
            {
                "core-metadata": beside,
                "data-dist-info-metadata": beside,
                "filename": file.filename,
                "hashes": {"sha256": file.digest},
                "provenance": None,
                "requires-python": ">=3.9",
                "size": 12345,
                "upload-time": "2024-05-29T15:37:49.536000Z",
                "url": f"{root}{_path(file)}",
                "yanked": False,
            }
        )
    content = {"meta": {"api-version": "1.4"}, "name": name(number), "files": files, "versions": versions(number)}
    return json.dumps(content, separators=(",", ":")).encode()


class _Answers:
    """All answers, made before anybody asks; and what was asked."""

    def __init__(self, projects: int, form: str, root: str) -> None:
        self.asked: list[str] = []
        self.unchanged = 0
        self.connections = 0
        self._made: dict[str, tuple[str, bytes, bytes]] = {}
        for number in range(projects):
            page = (_as_json if form == "json" else _as_html)(number, projects, root)
            kind = JSON if form == "json" else HTML
            self._made[f"/simple/{name(number)}/"] = kind, page, gzip.compress(page)
            for file in _files(number, projects):
                if not file.filename.endswith(".gz"):
                    text = _metadata(number, file.filename.split("-")[1], projects)
                    self._made[f"{_path(file)}.metadata"] = "binary/octet-stream", text, text

    def answer(self, head: str) -> bytes:
        """Return the whole answer to the head of a question."""
        path = head.split(" ", 2)[1]
        self.asked.append(path)
        lines = (line.partition(":") for line in head.split("\r\n"))
        headers = {key.strip().lower(): value.strip() for key, _, value in lines}
        if path not in self._made:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        kind, plain, packed = self._made[path]
        tag = f'"{_digest(plain)[:16]}"'
        if headers.get("if-none-match") == tag:
            self.unchanged += 1
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n{_HEADERS}\r\n".encode()
        is_packed = "gzip" in headers.get("accept-encoding", "") and packed is not plain
        body, encoding = (packed, "Content-Encoding: gzip\r\n") if is_packed else (plain, "")
        said = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nETag: {tag}\r\n{encoding}{_HEADERS}"
        return f"HTTP/1.1 200 OK\r\n{said}\r\n".encode() + body


class _Connection(asyncio.Protocol):
    def __init__(self, answers: _Answers, delay: float) -> None:
        self._answers = answers
        self._delay = delay
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._answers.connections += 1

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while b"\r\n\r\n" in self._rest:
            head, _, self._rest = self._rest.partition(b"\r\n\r\n")
            answer = self._answers.answer(head.decode("latin-1"))
            asyncio.get_running_loop().call_later(self._delay, self._send, answer)

    def _send(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


async def _run(projects: int, delay: float, form: str) -> None:
    loop = asyncio.get_running_loop()
    # Before anything is made: the answers have the address in them.
    listening = socket.create_server(("127.0.0.1", 0))
    root = f"http://127.0.0.1:{listening.getsockname()[1]}"
    answers = _Answers(projects, form, root)
    await loop.create_server(lambda: _Connection(answers, delay), sock=listening)
    print(f"{root}/simple", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        asked = answers.asked
        print(len(asked), len(asked) - len(set(asked)), answers.unchanged, answers.connections, flush=True)
        answers.asked, answers.unchanged, answers.connections = [], 0, 0


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]))
