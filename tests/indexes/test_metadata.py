"""Each road to a file's metadata, and what makes it the next one's turn."""

import hashlib
import io
import random
import socket
import struct
import zipfile
from contextlib import closing
from pathlib import PurePosixPath

import pytest
from packaging.utils import canonicalize_name

from lock2nix.errors import IndexFault
from lock2nix.indexes import members, ranges
from lock2nix.indexes.http import Http, Patience
from lock2nix.indexes.metadata import MetadataReader, Project, metadata_of_archive
from lock2nix.indexes.simple import ACCEPT, IndexFile, parse
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.metadata import CoreMetadata

from .archive_files import Member, pieces, sdist, tarred, zipped
from .server import HTML, Reply, Server, json_page, page, parts, redirect, reset, status, truncated
from .test_simple_index import X
from .wheel_files import METADATA, wheel

OF_X = Project(X)
NAME = "x-1-py3-none-any.whl"
FOUND = CoreMetadata(
    name=X,
    version="1",
    requires=("y>=1", 'z[a,b]; extra == "fast"'),
    extras=("fast",),
    requires_python=">=3.9",
    licence="MIT",
    summary="All of it",
    homepage="https://x.org/",
)
NOISE = random.Random(0).randbytes(300_000)  # noqa: S311 - bytes that do not compress
LARGE = wheel(before=[Member("x/a", NOISE)], after=[Member("x/b", NOISE)])


def sha256(content: bytes) -> Hash:
    return Hash(algorithm="sha256", digest=hashlib.sha256(content).hexdigest())


def listed(http: Http, server: Server, reply: Reply) -> IndexFile:
    found = http.page(server.on("/x/", reply), ACCEPT)
    assert found is not None
    (file,) = parse(found).files
    server.asked.clear()
    return file


def at(url: str, content: bytes | None = None, name: str = NAME) -> IndexFile:
    return IndexFile(filename=name, url=url, hashes=() if content is None else (sha256(content),))


def _with_wrong_checksum() -> bytes:
    content = bytearray(zipped(Member("x-1.dist-info/METADATA", METADATA), method=zipfile.ZIP_STORED))
    content[content.index(b"All of it")] ^= 1
    return bytes(content)


def spans(server: Server) -> list[str | None]:
    return [asked.get("Range") for asked in server.accepted]


@pytest.mark.parametrize("key", ["core-metadata", "dist-info-metadata"])
@pytest.mark.parametrize("value", [True, {"sha256": hashlib.sha256(METADATA).hexdigest()}])
def test_beside_as_json_says(server: Server, http: Http, key: str, value: object) -> None:
    file = listed(http, server, json_page({"filename": NAME, "url": f"/f/{NAME}?a=b", key: value}))
    server.on(f"/f/{NAME}.metadata?a=b", page(METADATA, "application/octet-stream"))
    assert MetadataReader(http).read(file, OF_X) == FOUND
    assert server.asked == [f"/f/{NAME}.metadata?a=b"]


@pytest.mark.parametrize("attribute", ["data-core-metadata", "data-dist-info-metadata"])
@pytest.mark.parametrize("value", ["true", f"sha256={hashlib.sha256(METADATA).hexdigest()}"])
def test_beside_as_html_says(server: Server, http: Http, attribute: str, value: str) -> None:
    file = listed(http, server, page(f'<a href="/f/{NAME}" {attribute}="{value}">', HTML))
    server.on(f"/f/{NAME}.metadata", page(METADATA))
    assert MetadataReader(http).read(file, OF_X) == FOUND
    assert server.asked == [f"/f/{NAME}.metadata"]


def test_beside_with_another_hash(server: Server, http: Http) -> None:
    file = listed(http, server, json_page({"filename": NAME, "url": NAME, "core-metadata": {"sha256": "0" * 64}}))
    server.on(f"/x/{NAME}.metadata", page(METADATA))
    server.on(f"/x/{NAME}", parts(wheel()))
    with pytest.raises(IndexFault, match="should have 0000"):
        MetadataReader(http).read(file, OF_X)


@pytest.mark.parametrize(
    "reply",
    [
        *map(status, [400, 401, 403, 404, 410, 451, 501]),
        page("<html>log in</html>"),
        page(bytes(2 << 20)),
        redirect("ftp://x.org/"),
    ],
)
def test_beside_promised_and_not_there(server: Server, http: Http, reply: Reply) -> None:
    file = listed(http, server, json_page({"filename": NAME, "url": NAME, "core-metadata": True}))
    server.on(f"/x/{NAME}.metadata", reply)
    server.on(f"/x/{NAME}", parts(wheel()))
    assert MetadataReader(http).read(file, OF_X) == FOUND
    assert server.asked == [f"/x/{NAME}.metadata", f"/x/{NAME}"]


BESIDE_FAILS = [status(500), status(503), status(429, Retry_After="3600"), truncated(b"", 5), reset]


@pytest.mark.parametrize("reply", BESIDE_FAILS)
def test_beside_at_the_second_time(server: Server, http: Http, reply: Reply) -> None:
    beside = "/w.metadata"
    server.on(beside, status(500), page(METADATA))
    server.on("/w", reply)
    file = at(f"{server.address}/w").model_copy(update={"core_metadata": True})
    assert MetadataReader(http).read(file, OF_X) == FOUND
    assert server.asked == [beside] * 2


@pytest.mark.parametrize("reply", BESIDE_FAILS)
def test_beside_that_fails_is_asked_for_once_and_does_no_harm(server: Server, http: Http, reply: Reply) -> None:
    reader = MetadataReader(http)
    for n in range(2 * Patience().most_faults):
        server.on(f"/{n}.metadata", reply)
        file = at(server.on(f"/{n}", parts(wheel())))
        assert reader.read(file.model_copy(update={"core_metadata": True}), OF_X) == FOUND
    assert 1 <= server.asked.count("/0.metadata") <= Patience().attempts
    assert server.asked[-2:] == [f"/{n - 1}", f"/{n}"]
    assert "/1.metadata" not in server.asked


def test_nobody_is_there_for_what_lies_beside() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/w"
    file = at(url).model_copy(update={"core_metadata": True})
    with (
        closing(Http(Patience(backoff=0, most_faults=1))) as http,
        pytest.raises(IndexFault, match="not asked any more"),
    ):
        MetadataReader(http).read(file, OF_X)


def test_parts_where_nothing_is_promised(server: Server, http: Http) -> None:
    assert MetadataReader(http).read(at(server.on("/w", parts(wheel()))), OF_X) == FOUND
    assert spans(server) == ["bytes=-65536"]


def test_parts_in_the_middle_of_a_large_wheel(server: Server, http: Http) -> None:
    assert MetadataReader(http).read(at(server.on("/w", parts(LARGE)), LARGE), OF_X) == FOUND
    assert len(spans(server)) == 2
    assert None not in spans(server)


def test_parts_of_a_wheel_elsewhere(server: Server, other_server: Server, http: Http) -> None:
    there = other_server.on("/w", parts(LARGE))
    assert MetadataReader(http).read(at(server.on("/w", redirect(there))), OF_X) == FOUND
    assert None not in spans(other_server)


def test_parts_of_a_zip_with_a_table_of_contents_longer_than_the_tail(server: Server, http: Http) -> None:
    content = wheel(after=[Member(f"x/{n:0100}", b"") for n in range(1000)])
    assert MetadataReader(http).read(at(server.on("/w", parts(content))), OF_X) == FOUND
    assert None not in spans(server)


@pytest.mark.parametrize(
    "reply",
    [
        page(LARGE),
        status(416),
        status(501),
        parts(LARGE, Content_Range="bytes 0-9/10"),
        parts(LARGE, Content_Range="bytes */10"),
        parts(LARGE, Content_Range=""),
        parts(LARGE, Content_Type="multipart/byteranges", Content_Range="none"),
        parts(LARGE, Content_Encoding="gzip"),
        page(LARGE, status=206, Content_Range=f"bytes {len(LARGE) - 65536}-{len(LARGE) - 1}/{len(LARGE)}"),
    ],
)
def test_whole_wheel_where_parts_are_refused_or_wrong(server: Server, http: Http, reply: Reply) -> None:
    url = server.on("/w", reply, page(LARGE))
    reader = MetadataReader(http)
    assert reader.read(at(url, LARGE), OF_X) == FOUND
    assert spans(server)[1:] == [None]
    # The server is not asked for parts again.
    assert reader.read(at(url, LARGE), OF_X) == FOUND
    assert spans(server)[2:] == [None]


def test_whole_wheel_where_the_second_part_is_refused(server: Server, http: Http) -> None:
    url = server.on("/w", parts(LARGE), parts(LARGE + b"x"), page(LARGE))
    assert MetadataReader(http).read(at(url, LARGE), OF_X) == FOUND
    assert [span is None for span in spans(server)] == [False, False, True]


def test_parts_after_a_reset(server: Server, http: Http) -> None:
    assert MetadataReader(http).read(at(server.on("/w", reset, parts(LARGE))), OF_X) == FOUND


def test_whole_wheel_with_another_hash(server: Server, http: Http) -> None:
    with pytest.raises(IndexFault, match=r"has sha256 .*, and should have"):
        MetadataReader(http).read(at(server.on("/w", page(wheel())), LARGE), OF_X)


def test_wheel_that_is_not_there(server: Server, http: Http) -> None:
    with pytest.raises(IndexFault, match="there is no such file"):
        MetadataReader(http).read(at(f"{server.address}/w"), OF_X)
    assert server.asked == ["/w"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>", "not a zip file"),
        (b"", "not a zip file"),
        (zipped(Member("x/METADATA", METADATA)), "no metadata"),
        (zipped(Member("y-1.dist-info/METADATA", METADATA)), "no metadata"),
        (zipped(Member("vendor/x-1.dist-info/METADATA", METADATA)), "no metadata"),
        (wheel(b"Summary: nothing"), "of what it is"),
        (wheel(b"\xff" * 100), "of what it is"),
        (wheel(METADATA + bytes(2 << 20)), "larger than 1 MB"),
        (wheel(after=[Member("x-1.dist-info/METADATA", b"Name: y")]), "two different"),
        (wheel(before=[Member("../x", b"")]), "leads out of it"),
        (wheel(before=[Member("/x", b"")]), "leads out of it"),
        (zipped(Member("x-1.dist-info/METADATA", kind=b"2", target="/etc/passwd")), "not a plain file"),
        (zipped(Member("x-1.dist-info/METADATA", METADATA), method=zipfile.ZIP_LZMA), "not a plain file"),
        (wheel()[:-30], "not a zip file"),
        (_with_wrong_checksum(), "Bad CRC-32"),
    ],
)
def test_hostile_wheels_are_refused_on_either_road(server: Server, http: Http, content: bytes, why: str) -> None:
    for reply in (parts(content), page(content)):
        with pytest.raises(IndexFault, match=why):
            MetadataReader(http).read(at(server.on("/w", reply)), OF_X)


def test_huge_table_of_contents_is_not_fetched(server: Server, http: Http) -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    count = (20 << 20) // len(entry)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count % 65536, count % 65536, count * len(entry), 0, 0)
    server.on("/w", parts(entry * count + end))
    with pytest.raises(IndexFault, match="far more members"):
        MetadataReader(http).read(at(f"{server.address}/w"), OF_X)
    assert None not in spans(server)
    server.on("/w", parts(entry * 60_000 + end[:12] + struct.pack("<2LH", len(entry) * 60_000, 0, 0)))
    with pytest.raises(IndexFault, match="far more members"):
        MetadataReader(http).read(at(f"{server.address}/w"), OF_X)


@pytest.mark.parametrize(("limit", "value"), [("_MOST_PARTS", 1), ("_MOST_BYTES", 70_000)])
def test_parts_are_bounded(server: Server, http: Http, monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(ranges, limit, value)
    with pytest.raises(IndexFault, match="too much of it"):
        MetadataReader(http).read(at(server.on("/w", parts(LARGE))), OF_X)


def test_endless_wheel_is_refused(server: Server, http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "_MOST_ZIP_BYTES", 100_000)
    with pytest.raises(IndexFault, match="larger than"):
        MetadataReader(http).read(at(server.on("/w", page(LARGE))), OF_X)


def test_remote_file_reads_as_one_on_disk(server: Server, http: Http) -> None:
    here, there = io.BytesIO(LARGE), ranges.RemoteFile(http, server.on("/w", parts(LARGE)))
    generator = random.Random(1)  # noqa: S311
    for _ in range(60):
        start, size = generator.randrange(len(LARGE) + 10), generator.choice([0, 1, 70, 5000, 90_000])
        assert (here.seek(start), here.read(size)) == (there.seek(start), there.read(size))
    assert here.seek(-5, io.SEEK_END) == there.seek(-5, io.SEEK_END)
    assert here.seek(2, io.SEEK_CUR) == there.seek(2, io.SEEK_CUR)
    assert (here.read(), here.tell()) == (there.read(), there.tell())
    assert there.seekable()
    with pytest.raises(OSError, match="before the beginning"):
        there.seek(-1)


@pytest.mark.parametrize("form", [".tar.gz", ".tar.bz2", ".tar.xz", ".zip"])
@pytest.mark.parametrize(
    ("head", "known"),
    [
        ("2.2", True),
        ("2.4\nDynamic: Classifier", True),
        ("2.1", False),
        ("1.0", False),
        ("two", False),
        ("2.2\nDynamic: Requires-Dist", False),
        ("2.2\nDynamic: provides-extra", False),
    ],
)
def test_sdists_say_it_where_it_is_not_dynamic(
    server: Server, http: Http, form: str, head: str, *, known: bool
) -> None:
    info = METADATA.replace(b"2.4", head.encode())
    content = sdist(form, ("x-1/a/PKG-INFO", b""), ("x-1/PKG-INFO", info), ("x-1/setup.py", b""))
    found = MetadataReader(http).read(at(server.on("/s", parts(content)), name=f"x-1{form}"), OF_X)
    assert found.requires == (FOUND.requires if known else None)
    assert found.requires_python == ">=3.9"


def test_python_of_an_sdist_can_be_dynamic(server: Server, http: Http) -> None:
    info = METADATA.replace(b"Version: 1\n", b"Version: 1\nDynamic: Requires-Python\n")
    content = sdist(".tar.gz", ("x-1/PKG-INFO", info))
    found = MetadataReader(http).read(at(server.on("/s", page(content)), name="x-1.tar.gz"), OF_X)
    assert (found.requires, found.requires_python) == (FOUND.requires, None)


@pytest.mark.parametrize("form", [".tar.gz", ".zip"])
def test_sdist_without_metadata(server: Server, http: Http, form: str) -> None:
    url = server.on("/s", page(sdist(form, ("x-1/setup.py", b""), ("x-1/a/b/x.egg-info/requires.txt", b""))))
    assert MetadataReader(http).read(at(url, name=f"x-1{form}"), OF_X) == CoreMetadata(name=X, requires=None)


@pytest.mark.parametrize("form", [".tar.gz", ".tar.bz2", ".tar.xz", ".zip"])
def test_sdist_of_setuptools_says_it_in_its_own_folder(server: Server, http: Http, form: str) -> None:
    info = METADATA.replace(b"2.4", b"2.1")
    silent = ("x-1/PKG-INFO", info), ("x-1/x.egg-info/PKG-INFO", info)
    url = server.on("/s", page(sdist(form, *silent, ("x-1/x.egg-info/requires.txt", b"a\n[p]\nb\n"))))
    found = MetadataReader(http).read(at(url, name=f"x-1{form}"), OF_X)
    assert (found.requires, found.extras) == (("a", 'b; extra == "p"'), (canonicalize_name("p"),))
    server.on("/s", page(sdist(form, *silent)))
    assert MetadataReader(http).read(at(url, name=f"x-1{form}"), OF_X).requires == ()


@pytest.mark.parametrize("form", [".tar.gz", ".tar.bz2", ".tar.xz", ".zip"])
def test_that_nothing_is_required_is_believed_only_of_the_locked_archive(server: Server, http: Http, form: str) -> None:
    info = METADATA.replace(b"2.4", b"2.1")
    silent = ("x-1/PKG-INFO", info), ("x-1/x.egg-info/PKG-INFO", info), ("x-1/data", NOISE)
    url = server.on("/s", parts(sdist(form, *silent)))
    locked = sdist(form, *silent, ("x-1/x.egg-info/requires.txt", b"a"))
    with pytest.raises(IndexFault, match=r"has sha256 .*, and should have"):
        MetadataReader(http).read(at(url, locked, name=f"x-1{form}"), OF_X)
    # What stands in it counts, and the rest is not downloaded.
    server.on("/s", page(sdist(".tar.gz", *silent[:1], ("x-1/x.egg-info/requires.txt", b"b"), silent[-1])))
    assert MetadataReader(http).read(at(url, locked, name="x-1.tar.gz"), OF_X).requires == ("b",)


def test_archive_of_a_tree_in_a_folder_of_it(server: Server, http: Http) -> None:
    content = sdist(
        ".tar.gz",
        ("r-main/pyproject.toml", b'[project]\nname = "r"\n'),
        ("r-main/a/pyproject.toml", b'[project]\nname = "x"\ndependencies = ["y"]\n'),
    )
    url = server.on("/main.tar.gz", page(content))
    inner = Project(X, PurePosixPath("a"))
    assert MetadataReader(http).read(at(url, content, "main.tar.gz"), inner).requires == ("y",)
    assert MetadataReader(http).read(at(url, content, "main.tar.gz"), OF_X).name == "r"


@pytest.mark.parametrize(("head", "asked"), [(b"2.4", 1), (b"2.1", 2)])
def test_what_lies_beside_an_sdist_must_commit_itself(server: Server, http: Http, head: bytes, asked: int) -> None:
    info = METADATA.replace(b"2.4", head)
    server.on("/s.metadata", page(info))
    url = server.on("/s", page(sdist(".tar.gz", ("x-1/PKG-INFO", info), ("x-1/x.egg-info/requires.txt", b"y>=1"))))
    file = at(url, name="x-1.tar.gz").model_copy(update={"core_metadata": True})
    found = MetadataReader(http).read(file, OF_X)
    assert found.requires is not None
    assert found.requires[0] == "y>=1"
    assert len(server.asked) == asked


@pytest.mark.parametrize("form", [".tar.gz", ".tar.bz2", ".tar.xz", ".zip"])
def test_sdist_without_metadata_that_is_another_archive(server: Server, http: Http, form: str) -> None:
    url = server.on("/s", page(sdist(form, ("x-1/setup.py", NOISE))))
    with pytest.raises(IndexFault, match=r"has sha256 .*, and should have"):
        MetadataReader(http).read(at(url, sdist(form, ("x-1/PKG-INFO", METADATA)), name=f"x-1{form}"), OF_X)


def test_archives_on_disk() -> None:
    assert metadata_of_archive(pieces(LARGE), NAME, OF_X) == FOUND
    tar = tarred(Member("x-1/PKG-INFO", METADATA))
    assert metadata_of_archive(pieces(tar), "x-1.tar", OF_X) == FOUND
    with pytest.raises(IndexFault, match="cannot be read"):
        metadata_of_archive(iter([b"nothing"]), NAME, OF_X)
