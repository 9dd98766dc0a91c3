import gzip
from pathlib import Path

import pytest

from lock2nix.enrichers.files import fill_files
from lock2nix.errors import IndexFault
from lock2nix.indexes.http import Http
from lock2nix.indexes.pypi import FILES, SIMPLE
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.lock import LockIndexes
from lock2nix.schemas.source import IndexSource, UrlSource
from tests.indexes.server import Server, json_page, page, status

from .locks import artifact, cached, lock, package, sha256, sources, urls

A, B, C = (sha256(letter) for letter in (b"a", b"b", b"c"))
MD5 = Hash(algorithm="md5", digest="0" * 32)


def listed(filename: str, *hashes: Hash, **more: object) -> dict[str, object]:
    return {"filename": filename, "url": f"/f/{filename}", "hashes": {h.algorithm: h.digest for h in hashes}, **more}


def test_answers_then_cache_then_index(server: Server, http: Http, tmp_path: Path) -> None:
    wanted = lock(*(package(n, "1", artifact(f"{n}-1.zip", h)) for n, h in (("x", A), ("y", B), ("z", C))))
    for name, digest in (("x", A), ("y", B), ("z", C)):
        server.on(f"/{name}/", json_page(listed(f"{name}-1.zip", digest)))
    answers = Answers(index_url=server.address, urls={A.sri: "https://kept.org/x-1.zip"})
    nearby = sources(tmp_path, http, server.address, answers)
    nearby.known.learn_urls(wanted.packages[0], server.address, {A.sri: "https://cached.org/x-1.zip"})
    nearby.known.learn_urls(wanted.packages[1], server.address, {B.sri: "https://cached.org/y-1.zip"})
    filled = fill_files(wanted, nearby)
    assert urls(filled) == ["https://kept.org/x-1.zip", "https://cached.org/y-1.zip", f"{server.address}/f/z-1.zip"]
    assert server.asked == ["/z/"]
    assert urls(fill_files(wanted, nearby)) == urls(filled)
    assert server.asked == ["/z/"]


def test_fresh_clone_with_kept_answers_asks_nothing(server: Server, http: Http, tmp_path: Path) -> None:
    answers = Answers(index_url=server.address, urls={A.sri: "https://kept.org/x-1.zip"})
    fill_files(lock(package("x", "1", artifact("x-1.zip", A))), sources(tmp_path, http, server.address, answers))
    assert server.asked == []


@pytest.mark.parametrize("kept", ["file:///etc/passwd", "https://me:s3cret@kept.org/x-1.zip", "", "https://[", "x"])
def test_kept_addresses_are_not_trusted_blindly(server: Server, http: Http, tmp_path: Path, kept: str) -> None:
    server.on("/x/", json_page(listed("x-1.zip", A)))
    nearby = sources(tmp_path, http, server.address, Answers(index_url=server.address, urls={A.sri: kept}))
    assert urls(fill_files(lock(package("x", "1", artifact("x-1.zip", A))), nearby)) == [f"{server.address}/f/x-1.zip"]


def test_one_request_for_two_versions_of_a_project(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed("x-1.zip", A), listed("x-2.zip", B)))
    wanted = lock(package("x", "1", artifact("x-1.zip", A)), package("X", "2", artifact("x-2.zip", B)))
    for root in (server.address, server.address + "/"):
        fill_files(wanted, sources(tmp_path / str(len(root)), http, root))
    assert server.asked == ["/x/"] * 2


def test_one_fault_for_all_contradictions(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/gone/", json_page(listed("gone-2.zip", A)))
    server.on("/changed/", json_page(listed("changed-1.zip", B)))
    server.on("/good/", json_page(listed("good-1.zip", C)))
    server.on("/broken/", status(403))
    wanted = lock(
        package("Gone", "1", artifact("gone-1.zip", A), artifact("gone-2.zip", A)),
        package("changed", "1", artifact("changed-1.zip", A)),
        package("unknown", "1", artifact("unknown-1.zip", A)),
        package("good", "1", artifact("good-1.zip", C)),
        package("broken", "1", artifact("broken-1.zip", A)),
    )
    with pytest.raises(IndexFault) as caught:
        fill_files(wanted, sources(tmp_path, http, server.address))
    assert caught.value.message.splitlines() == [
        "the index contradicts the lock:",
        "  Gone 1: gone-1.zip is not there (any more)",
        f"  changed 1: changed-1.zip has sha256 {B.digest}, and the lock says {A.digest}",
        f"  unknown 1: {server.address} has no files of this name",
        f"  broken 1: {server.address}: the server answers 403 Forbidden",
    ]
    assert C.sri in cached(tmp_path)
    assert "changed" not in cached(tmp_path)


def test_one_fault_for_all_that_could_not_be_asked(server: Server, http: Http, tmp_path: Path) -> None:
    names = ["a", "b", "c", "d"]
    for name in names:
        server.on(f"/{name}/", status(401))
    server.on("/good/", json_page(listed("good-1.zip", C)))
    wanted = [package(name, "1", artifact(f"{name}-1.zip", A)) for name in names]
    good = package("good", "1", artifact("good-1.zip", C))
    with pytest.raises(IndexFault) as caught:
        fill_files(lock(*wanted, good), sources(tmp_path, http, server.address))
    assert caught.value.message.splitlines()[1:] == [
        f"  a 1, b 1, c 1, d 1: {server.address}: the server answers 401 Unauthorized"
    ]
    assert "netrc" in str(caught.value.hint)
    assert C.sri in cached(tmp_path)


def test_dead_network_is_said_once(http: Http, tmp_path: Path) -> None:
    wanted = [package(f"p{n}", "1", artifact(f"p{n}-1.zip", A)) for n in range(100)]
    with pytest.raises(IndexFault) as caught:
        fill_files(lock(*wanted), sources(tmp_path, http, "http://127.0.0.1:1"))
    assert len(caught.value.message.splitlines()) <= 3
    assert all(f"p{n} 1" in caught.value.message for n in range(100))
    assert "--offline" in str(caught.value.hint)


@pytest.mark.parametrize(("locked", "pinned"), [((A,), (A,)), ((B, A), (A,)), ((A, MD5), (A, MD5)), ((MD5,), (MD5,))])
def test_one_agreeing_hash_will_do(
    server: Server, http: Http, tmp_path: Path, locked: tuple[Hash, ...], pinned: tuple[Hash, ...]
) -> None:
    server.on("/x/", json_page(listed("x-1.zip", A)))
    filled = fill_files(lock(package("x", "1", artifact("x-1.zip", *locked))), sources(tmp_path, http, server.address))
    assert filled.packages[0].artifacts[0].hashes == pinned


def test_what_one_index_said_is_no_answer_for_another(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed("x-1.zip", A)))
    wanted = lock(package("x", "1", artifact("x-1.zip", A)))
    elsewhere = sources(tmp_path, http, "https://intern.example.org/simple")
    there = {A.sri: "https://intern.example.org/x-1.zip"}
    elsewhere.known.learn_urls(wanted.packages[0], "https://intern.example.org/simple", there)
    assert urls(fill_files(wanted, elsewhere)) == ["https://intern.example.org/x-1.zip"]
    kept = Answers(index_url="https://intern.example.org/simple", urls={A.sri: "https://intern.example.org/x-1.zip"})
    assert urls(fill_files(wanted, sources(tmp_path, http, server.address, kept))) == [f"{server.address}/f/x-1.zip"]
    offline = fill_files(wanted, sources(tmp_path, None, SIMPLE, kept))
    assert urls(offline) == [f"{FILES}source/x/x/x-1.zip"]


def test_hash_of_the_index_where_the_lock_has_none(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed("x-1.zip", A, MD5)))
    filled = fill_files(lock(package("x", "1", artifact("x-1.zip"))), sources(tmp_path, http, server.address))
    assert filled.packages[0].artifacts[0].hashes == (A, MD5)


def test_file_that_is_listed_twice(server: Server, http: Http, tmp_path: Path) -> None:
    first, second = listed("x-1.zip", A, yanked="spoilt"), listed("x-1.zip", B) | {"url": "/second/x-1.zip"}
    server.on("/x/", json_page(first, second))
    for digest, folder, yanked in ((A, "f", 1), (B, "second", 0)):
        wanted = lock(package("x", "1", artifact("x-1.zip", digest)))
        filled = fill_files(wanted, sources(tmp_path, http, server.address))
        assert urls(filled) == [f"{server.address}/{folder}/x-1.zip"]
        assert len(filled.notices) == yanked
    wanted = lock(package("x", "1", artifact("x-1.zip", C)))
    with pytest.raises(IndexFault, match="and the lock says"):
        fill_files(wanted, sources(tmp_path, http, server.address))


def test_loose_hashes_get_their_files(server: Server, http: Http, tmp_path: Path) -> None:
    wheel, egg = "x-1.0-py3-none-any.whl", "x-1.0-py3.8.egg"
    server.on(
        "/x/",
        json_page(
            listed("x-1.0.zip", A), listed(wheel, B, MD5), listed(egg, C), listed("x-2.zip", C), listed("x-1.zip")
        ),
    )
    filled = fill_files(lock(package("x", "1", loose=(A, B, C))), sources(tmp_path, http, server.address))
    assert [(file.filename, file.hashes) for file in filled.packages[0].artifacts] == [
        ("x-1.0.zip", (A,)),
        (wheel, (B,)),
    ]
    with pytest.raises(IndexFault, match="no file has a hash that the lock knows"):
        fill_files(lock(package("x", "1", loose=(C,))), sources(tmp_path, http, server.address))


def test_loose_hashes_that_are_all_known_are_not_asked_for(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed("x-1.zip", A), listed("x-1-py3-none-any.whl", B)))
    wanted = lock(package("x", "1", loose=(A, B)))
    filled = fill_files(wanted, sources(tmp_path, http, server.address))
    assert fill_files(wanted, sources(tmp_path, http, server.address)).packages == filled.packages
    assert fill_files(wanted, sources(tmp_path, None, server.address)).packages == filled.packages
    assert len(server.asked) == 1
    # Of the file that was chosen for other targets.
    answers = Answers(index_url=server.address, urls={A.sri: "https://kept.org/x-1.zip"})
    fill_files(wanted, sources(tmp_path / "fresh", http, server.address, answers))
    assert len(server.asked) == 2


@pytest.mark.parametrize(("yanked", "message"), [(True, "X 1"), ("broken build", "X 1: broken build")])
def test_yanked_file_is_a_notice(server: Server, http: Http, tmp_path: Path, yanked: object, message: str) -> None:
    server.on("/x/", json_page(listed("x-1.zip", A, yanked=yanked), listed("x-2.zip", B, yanked=True)))
    filled = fill_files(lock(package("X", "1", artifact("x-1.zip", A))), sources(tmp_path, http, server.address))
    assert [(n.kind, n.subject, n.message) for n in filled.notices] == [("yanked", "x", message)]


def test_local_versions_and_encoded_names(server: Server, http: Http, tmp_path: Path) -> None:
    name = "x-1+cu121-py3-none-any.whl"
    server.on("/x/", page(f'<a href="/f/x-1%2Bcu121-py3-none-any.whl#sha256={A.digest}">{name}</a>'))
    filled = fill_files(lock(package("x", "1+cu121", artifact(name, A))), sources(tmp_path, http, server.address))
    assert urls(filled) == [f"{server.address}/f/x-1%2Bcu121-py3-none-any.whl"]
    loose = fill_files(lock(package("x", "1+cu121", loose=(A,))), sources(tmp_path, http, server.address))
    assert loose.packages == (filled.packages[0].model_copy(update={"loose_hashes": (A,)}),)


def test_a_package_stays_on_its_index(server: Server, other_server: Server, http: Http, tmp_path: Path) -> None:
    for there in (server, other_server):
        there.on("/simple/x/", json_page(listed("x-1.zip", A)))
        there.on("/simple/y/", json_page(listed("y-1.zip", B)))
    private = IndexSource(url=f"{other_server.address}/simple")
    wanted = lock(package("x", "1", artifact("x-1.zip", A), source=private), package("y", "1", artifact("y-1.zip", B)))
    filled = fill_files(wanted, sources(tmp_path, http, f"{server.address}/simple"))
    assert urls(filled) == [f"{other_server.address}/f/x-1.zip", f"{server.address}/f/y-1.zip"]
    assert (server.asked, other_server.asked) == (["/simple/y/"], ["/simple/x/"])


def test_index_that_is_one_flat_page(server: Server, http: Http, tmp_path: Path) -> None:
    torch, vision = "torch-1+cu121-cp312-cp312-linux_x86_64.whl", "torchvision-1-py3-none-any.whl"
    server.on("/whl/stable.html", page(f'<a href="cu121/torch-1%2Bcu121-{torch[14:]}">x</a><a href="{vision}"></a>'))
    flat = IndexSource(url=f"{server.address}/whl/stable.html")
    wanted = lock(
        package("torch", "1+cu121", artifact(torch, A), source=flat),
        package("TorchVision", "1", artifact(vision, B), source=flat),
    )
    filled = fill_files(wanted, sources(tmp_path, http, SIMPLE))
    assert urls(filled) == [
        f"{server.address}/whl/cu121/torch-1%2Bcu121-{torch[14:]}",
        f"{server.address}/whl/{vision}",
    ]
    assert server.asked == ["/whl/stable.html"]
    assert fill_files(wanted, sources(tmp_path, None, SIMPLE)) == filled
    missing = lock(package("x", "1", artifact("x-1.zip", C), source=flat))
    with pytest.raises(IndexFault, match="has no files of this name"):
        fill_files(missing, sources(tmp_path, http, SIMPLE))


def test_what_its_index_lacks_is_not_sought_elsewhere(
    server: Server, other_server: Server, http: Http, tmp_path: Path
) -> None:
    server.on("/x/", json_page(listed("x-1.zip", A)))
    wanted = lock(package("x", "1", artifact("x-1.zip", A), source=IndexSource(url=other_server.address)))
    with pytest.raises(IndexFault, match="has no files of this name"):
        fill_files(wanted, sources(tmp_path, http, server.address))
    assert server.asked == []


def test_extra_index_is_asked_only_for_what_the_default_does_not_have_at_all(
    server: Server, other_server: Server, http: Http, tmp_path: Path
) -> None:
    server.on("/both/", json_page(listed("both-1.zip", A)))
    for name, digest in (("both", B), ("extra", C)):
        other_server.on(f"/{name}/", json_page(listed(f"{name}-1.zip", digest)))
    both, extra = package("both", "1", artifact("both-1.zip", A)), package("extra", "1", artifact("extra-1.zip", C))
    nearby = sources(tmp_path, http, server.address, extras=("http://127.0.0.1:1", other_server.address))
    with pytest.raises(IndexFault, match="no answer"):  # an index that fails could have it
        fill_files(lock(both, extra), nearby)
    assert other_server.asked == []
    nearby = sources(tmp_path / "new", http, server.address, extras=(other_server.address,))
    filled = fill_files(lock(both, extra), nearby)
    assert urls(filled) == [f"{server.address}/f/both-1.zip", f"{other_server.address}/f/extra-1.zip"]
    assert other_server.asked == ["/extra/"]
    # The one that an attacker put on the default index under the name of another is refused for its hash.
    with pytest.raises(IndexFault, match="and the lock says"):
        fill_files(lock(package("both", "1", artifact("both-1.zip", B))), nearby)


def test_extra_index_is_asked_for_hashes_that_the_default_does_not_have(
    server: Server, other_server: Server, http: Http, tmp_path: Path
) -> None:
    server.on("/torch/", json_page(listed("torch-1.zip", A)))
    other_server.on("/torch/", json_page(listed("torch-1.zip", B)))
    nearby = sources(tmp_path, http, server.address, extras=(other_server.address,))
    filled = fill_files(lock(package("torch", "1", loose=(B, C))), nearby)
    assert [(a.filename, a.hashes, a.url) for p in filled.packages for a in p.artifacts] == [
        ("torch-1.zip", (B,), f"{other_server.address}/f/torch-1.zip")
    ]
    # Where nobody has them, the default index is the one that is named.
    with pytest.raises(IndexFault, match="  torch 1: no file has a hash that the lock knows"):
        fill_files(lock(package("torch", "1", loose=(C,))), nearby)
    fill_files(lock(package("torch", "1", loose=(A,))), nearby)
    assert other_server.asked == ["/torch/"]  # and that page is not asked for twice


def test_extra_index_never_serves_what_a_lock_gives_to_another(
    server: Server, other_server: Server, http: Http, tmp_path: Path
) -> None:
    other_server.on("/x/", json_page(listed("x-1.zip", A)))
    named = package("x", "1", artifact("x-1.zip", A), source=IndexSource(url=server.address))
    nearby = sources(tmp_path, http, server.address, extras=(other_server.address,))
    with pytest.raises(IndexFault, match=f"  x 1: {server.address} has no files of this name"):
        fill_files(lock(named), nearby)
    assert other_server.asked == []
    plain = package("y", "1", artifact("y-1.zip", A))
    with pytest.raises(IndexFault, match=f"  y 1: {server.address}, {other_server.address} has no files"):
        fill_files(lock(named, plain), nearby)


def test_extra_index_that_fails_is_named(server: Server, other_server: Server, http: Http, tmp_path: Path) -> None:
    other_server.on("/x/", status(403))
    nearby = sources(tmp_path, http, server.address, extras=(other_server.address,))
    with pytest.raises(IndexFault, match=f"  x 1: {other_server.address}: the server answers 403"):
        fill_files(lock(package("x", "1", artifact("x-1.zip", A))), nearby)


def test_login_is_used_and_never_kept(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed("x-1.zip", A)))
    login = server.address.replace("://", "://me:s3cret@")
    filled = fill_files(lock(package("x", "1", artifact("x-1.zip", A))), sources(tmp_path, http, login))
    assert urls(filled) == [f"{server.address}/f/x-1.zip"]
    assert server.logins != [None]
    assert "s3cret" not in cached(tmp_path)
    with pytest.raises(IndexFault) as caught:
        fill_files(lock(package("y", "1", artifact("y-1.zip", B))), sources(tmp_path, http, login))
    assert "s3cret" not in str(caught.value)


def test_offline_predicts_pypi_and_says_so(tmp_path: Path) -> None:
    sdist, wheel = "Zope.X-1.tar.gz", "zope.x-1-3-cp312-abi3-linux_x86_64.whl"
    wanted = lock(package("Zope.X", "1", artifact(sdist, A), artifact(wheel, B), artifact("zope.x-1.zip", C)))
    nearby = sources(tmp_path, None, SIMPLE)
    nearby.known.learn_urls(wanted.packages[0], SIMPLE, {C.sri: "https://cached.org/zope.x-1.zip"})
    filled = fill_files(wanted, nearby)
    assert urls(filled) == [
        f"{FILES}source/Z/Zope.X/{sdist}",
        f"{FILES}cp312/z/zope.x/{wheel}",
        "https://cached.org/zope.x-1.zip",
    ]
    assert [(n.kind, n.message) for n in filled.notices] == [("predicted-url", sdist), ("predicted-url", wheel)]
    assert A.sri not in cached(tmp_path)


@pytest.mark.parametrize("index", [SIMPLE, "https://private.org/simple"])
def test_private_files_are_never_predicted(tmp_path: Path, index: str) -> None:
    source = IndexSource(url="https://private.org/simple") if index == SIMPLE else IndexSource()
    filled = fill_files(lock(package("x", "1", artifact("x-1.zip", A), source=source)), sources(tmp_path, None, index))
    assert urls(filled) == [None]
    assert filled.notices == ()


def test_loose_hashes_stay_open_offline(tmp_path: Path) -> None:
    wanted = lock(package("x", "1", loose=(A,)))
    assert fill_files(wanted, sources(tmp_path, None, SIMPLE)).packages == wanted.packages


def test_other_sources_are_left_alone(server: Server, http: Http, tmp_path: Path) -> None:
    wanted = lock(
        package(
            "x", "1", artifact("x-1.zip", url="https://x.org/x-1.zip"), source=UrlSource(url="https://x.org/x-1.zip")
        ),
        package("z", "1", artifact("z-1.zip", A, url="https://z.org/z-1.zip")),
    )
    assert fill_files(wanted, sources(tmp_path, http, server.address)) == wanted
    assert server.asked == []


def test_page_that_was_tampered_with_is_refused_for_its_hash(server: Server, http: Http, tmp_path: Path) -> None:
    server.on("/x/", json_page(listed("x-1.zip", A), ETag='"1"'), status(304))
    wanted = package("x", "1", artifact("x-1.zip", A))
    fill_files(lock(package("x", "1", artifact("x-1.zip"))), sources(tmp_path, http, server.address))
    (entry,) = (tmp_path / "cache").rglob("*.content")
    head, _, packed = entry.read_bytes().partition(b"\n")
    changed = gzip.decompress(packed).replace(A.digest.encode(), B.digest.encode())
    entry.write_bytes(head + b"\n" + gzip.compress(changed))
    for locked in (wanted, package("x", "1", loose=(A,))):
        for path in (tmp_path / "cache").rglob("*.json"):
            path.unlink()
        with pytest.raises(IndexFault, match=r"and the lock says|no file has a hash that the lock knows"):
            fill_files(lock(locked), sources(tmp_path, http, server.address))


def test_a_lock_that_forbids_indexes_asks_none(server: Server, http: Http, tmp_path: Path) -> None:
    indexes = LockIndexes(default=server.address, no_index=True)
    wanted = lock(package("x", "1")).model_copy(update={"indexes": indexes})
    with pytest.raises(IndexFault, match=r"no index to be asked \(--no-index\).*x 1"):
        fill_files(wanted, sources(tmp_path, http))
    assert server.asked == []
