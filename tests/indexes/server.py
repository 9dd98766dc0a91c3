"""A web server on loopback that answers as it is told, well or badly, and remembers what it was asked."""

import base64
import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "text/html; charset=utf-8"

Reply = Callable[[BaseHTTPRequestHandler], None]


def page(body: bytes | str, kind: str = HTML, status: int = 200, **headers: str) -> Reply:
    """Answer with these bytes; a header's name is written with underscores."""
    content = body.encode() if isinstance(body, str) else body

    def reply(handler: BaseHTTPRequestHandler) -> None:
        given = {"Content-Type": kind, "Content-Length": str(len(content))}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        send(handler, status, given)
        with contextlib.suppress(ConnectionError):  # who has seen enough hangs up
            handler.wfile.write(content)

    return reply


def json_page(*files: Mapping[str, object], **headers: str) -> Reply:
    return page(json.dumps({"meta": {"api-version": "1.1"}, "name": "x", "files": files}), JSON, 200, **headers)


def status(code: int, **headers: str) -> Reply:
    return page(b"", status=code, **headers)


def redirect(location: str, **headers: str) -> Reply:
    return status(302, Location=location, **headers)


def behind_login(login: tuple[str, str], reply: Reply) -> Reply:
    """Answer those who give this user and password."""
    expected = f"Basic {base64.b64encode(':'.join(login).encode()).decode()}"

    def checked(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers["Authorization"] == expected:
            reply(handler)
        else:
            status(401, WWW_Authenticate='Basic realm="index"')(handler)

    return checked


def parts(content: bytes, kind: str = "application/octet-stream", **headers: str) -> Reply:
    """Answer a Range with that part of these bytes, and any other question with all of them."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        first, _, last = handler.headers.get("Range", "").removeprefix("bytes=").partition("-")
        if not first + last:
            page(content, kind)(handler)
            return
        start = int(first) if first else max(0, len(content) - int(last))
        end = min(int(last) + 1, len(content)) if first else len(content)
        said = {"Content_Range": f"bytes {start}-{end - 1}/{len(content)}", **headers}
        page(content[start:end], kind, 206, **said)(handler)

    return reply


def truncated(body: bytes, promised: int, kind: str = HTML) -> Reply:
    return page(body, kind, Content_Length=str(promised))


def endless(pieces: Iterable[bytes], taken: list[int], kind: str = "application/octet-stream") -> Reply:
    """Send pieces until the client hangs up, and note the size of each that was sent."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"Content-Type": kind})
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                handler.wfile.write(piece)
                taken.append(len(piece))

    return reply


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Hang up without a word, the hard way."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def send(handler: BaseHTTPRequestHandler, code: int, headers: Mapping[str, str]) -> None:
    handler.send_response(code)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()


class Server:
    """Routes and what was asked; a route with several replies gives one after the other, and the last for ever."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[str] = []
        self.logins: list[str | None] = []
        self.accepted: list[dict[str, str]] = []
        self._routes: dict[str, list[Reply]] = {}
        self._lock = threading.Lock()

    def on(self, path: str, *replies: Reply) -> str:
        """Say how a path is answered; gives its address."""
        self._routes[path] = list(replies)
        return self.address + path

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.asked.append(handler.path)
            self.logins.append(handler.headers["Authorization"])
            self.accepted.append(dict(handler.headers.items()))
            replies = self._routes.get(handler.path, [status(404)])
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
        reply(handler)


class _Quiet(ThreadingHTTPServer):
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def serve(certificate: Path | None = None) -> Iterator[Server]:
    """Serve until the test is over; over TLS with a file of a certificate and its key."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.answer(self)

        def log_message(self, *_: object) -> None:
            pass

        def finish(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().finish()

    with _Quiet(("127.0.0.1", 0), Handler) as listening:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            listening.socket = context.wrap_socket(listening.socket, server_side=True)
        scheme = "http" if certificate is None else "https"
        server.address = f"{scheme}://127.0.0.1:{listening.server_port}"
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            listening.shutdown()
