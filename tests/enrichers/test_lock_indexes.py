"""What a lock says of indexes is asked, with the logins that only the environment has."""

from pathlib import Path

import pytest

from lock2nix.enrichers import enrich
from lock2nix.errors import UsageError
from lock2nix.schemas.answers import Answers
from lock2nix.schemas.artifact import Artifact
from lock2nix.schemas.lock import Lock, LockIndexes
from lock2nix.schemas.source import IndexSource
from tests.indexes.server import Server, behind_login, json_page, serve

from .locks import artifact, lock, package, sha256, urls

DIGEST = sha256(b"")
SECRET = "s3cret"  # noqa: S105 - made up


def listing(name: str) -> dict[str, object]:
    return {"filename": f"{name}-1-py3-none-any.whl", "url": f"/f/{name}", "hashes": {"sha256": DIGEST.digest}}


def wheel(name: str) -> Artifact:
    return artifact(f"{name}-1-py3-none-any.whl", DIGEST)


def with_indexes(said: LockIndexes, *names: str, source: IndexSource | None = None) -> Lock:
    packages = (package(name, "1", wheel(name), source=source) for name in names)
    edged = (one.model_copy(update={"dependencies": ()}) for one in packages)
    return lock(*edged).model_copy(update={"indexes": said})


def test_lock_s_own_indexes_are_asked(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, extra = f"{server.address}/home", f"{server.address}/extra"
    server.on("/home/x/", behind_login(("me", SECRET), json_page(listing("x"))))
    server.on("/extra/y/", behind_login(("you", ""), json_page(listing("y"))))
    logins = {home: "me:${TOKEN}", extra: "you"}
    wanted = with_indexes(LockIndexes(default=home, extras=(extra,), logins=logins), "x", "y")
    monkeypatch.setenv("TOKEN", SECRET)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with serve() as nobody_s:
        monkeypatch.setenv("PIP_INDEX_URL", nobody_s.address)
        filled = enrich(wanted, answers=Answers(), root=tmp_path)
        assert nobody_s.asked == []
    assert urls(filled) == [f"{server.address}/f/x", f"{server.address}/f/y"]
    written = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.json")]
    assert len(written) == 2
    assert SECRET not in f"{written} {filled!r} {wanted!r}"


def test_option_is_nearer_than_the_lock(server: Server, tmp_path: Path) -> None:
    server.on("/mine/x/", json_page(listing("x")))
    wanted = with_indexes(LockIndexes(default="http://127.0.0.1:9/", logins={"http://127.0.0.1:9/": "${NONE}"}), "x")
    filled = enrich(wanted, answers=Answers(), root=tmp_path, index_url=f"{server.address}/mine")
    assert urls(filled) == [f"{server.address}/f/x"]


def test_address_with_variables_that_packages_name(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INDEX", f"{server.address.replace('://', f'://me:{SECRET}@')}/home")
    server.on("/home/x/", behind_login(("me", SECRET), json_page(listing("x"))))
    wanted = with_indexes(LockIndexes(), "x", source=IndexSource(url="${INDEX}/", name="corp"))
    filled = enrich(wanted, answers=Answers(), root=tmp_path)
    assert urls(filled) == [f"{server.address}/f/x"]
    # Known from the cache by the address that is meant.
    assert urls(enrich(wanted, answers=Answers(), root=tmp_path)) == urls(filled)
    assert server.asked == ["/home/x/"]


@pytest.mark.parametrize("where", ["default", "extra", "named"])
def test_missing_variable_stops_only_who_asks(server: Server, tmp_path: Path, where: str) -> None:
    private = "http://127.0.0.1:9/private"
    logins = {private: "me:${LOCK2NIX_NOT_SET}"}
    said, source = {
        "default": (LockIndexes(default=private, logins=logins), None),
        "extra": (LockIndexes(default=server.address, extras=(private,), logins=logins), None),
        "named": (LockIndexes(logins=logins), IndexSource(url=private)),
    }[where]
    server.on("/known/", json_page(listing("known")))
    wanted = with_indexes(said, "x", source=source)
    with pytest.raises(UsageError, match=r"variable LOCK2NIX_NOT_SET for http://127\.0\.0\.1:9/private"):
        enrich(wanted, answers=Answers(), root=tmp_path)
    located = artifact("x-1-py3-none-any.whl", DIGEST, url="https://f.org/x")
    known = Answers(urls={DIGEST.sri: "https://f.org/x"})
    filled = enrich(wanted, answers=known, root=tmp_path)
    assert [file for one in filled.packages for file in one.artifacts] == [located]
    if where == "extra":  # the default index has it
        enrich(with_indexes(said, "known"), answers=Answers(), root=tmp_path)


def test_offline_predicts_for_pypi_only(tmp_path: Path) -> None:
    at_home = with_indexes(LockIndexes(default="https://x.org/simple"), "x")
    assert urls(enrich(at_home, answers=Answers(), root=tmp_path, offline=True)) == [None]
    (predicted,) = urls(enrich(with_indexes(LockIndexes(), "x"), answers=Answers(), root=tmp_path, offline=True))
    assert predicted is not None
