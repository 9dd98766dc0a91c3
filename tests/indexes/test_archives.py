import os
import random
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from lock2nix.errors import IndexFault
from lock2nix.indexes.archives import LEGACY, build_system_of_archive, build_system_of_files
from lock2nix.indexes.trees import files_of_folder
from lock2nix.schemas.lock import BuildSystem, CargoLock

from .archive_files import COMPRESSIONS, FORMS, PYPROJECT, Member, counted, pieces, sdist, tarred, zipped

HATCHLING = BuildSystem(requires=("hatchling>=1",), backend="hatchling.build")


def look(form: str, *members: Member | tuple[str, bytes], inside: str | None = None) -> BuildSystem:
    return look_into(sdist(form, *members), form, inside)


def look_into(content: bytes, form: str, inside: str | None = None) -> BuildSystem:
    subdirectory = None if inside is None else PurePosixPath(inside)
    return build_system_of_archive(pieces(content), f"x-1{form}", subdirectory)


def of_folder(folder: Path) -> BuildSystem:
    return build_system_of_files(files_of_folder(folder))


def refused(form: str, *members: Member | tuple[str, bytes]) -> str:
    with pytest.raises(IndexFault) as caught:
        look(form, *members)
    assert caught.value.place == f"x-1{form}"
    assert "Traceback" not in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("form", FORMS)
def test_build_system_of_every_form(form: str) -> None:
    assert look(form, ("x-1/setup.py", b"raise"), ("x-1/pyproject.toml", PYPROJECT)) == HATCHLING


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_pieces_of_any_size(form: str, size: int) -> None:
    content = sdist(form, ("x-1/a.py", b"a"), ("x-1/pyproject.toml", PYPROJECT), ("x-1/b", b"b"))
    assert build_system_of_archive(pieces(content, size), f"x-1{form}", None) == HATCHLING


@pytest.mark.parametrize("form", FORMS)
def test_late_in_the_archive(form: str) -> None:
    noise = random.Random(0).randbytes(500_000)  # noqa: S311 - what does not compress
    late = look(form, ("x-1/data", noise), ("x-1/text", b"a" * 3_000_000), ("x-1/pyproject.toml", PYPROJECT))
    assert late == HATCHLING


@pytest.mark.parametrize("form", FORMS)
def test_without_pyproject(form: str) -> None:
    assert look(form, ("x-1/PKG-INFO", b""), ("x-1/setup.py", b"raise SystemExit(1)")) == LEGACY


@pytest.mark.parametrize("form", FORMS)
def test_neither_is_never_silently_setuptools(form: str) -> None:
    assert "neither" in refused(form, ("x-1/README", b""))
    assert "neither" in refused(form, ("pyproject.toml", PYPROJECT), ("x-1/deeper/pyproject.toml", PYPROJECT))


@pytest.mark.parametrize(
    ("text", "requires"),
    [
        ("setup_requires = cython", ["cython"]),
        ("setup_requires = cython; pytest-runner>=5", ["cython", "pytest-runner>=5"]),
        (
            "setup_requires =\n  cython\n  # a comment\n  six; python_version < '3'\n\n  file: x.txt",
            ["cython", "six; python_version < '3'"],
        ),
        ("setup_requires =", []),
        ("zip_safe = true", []),
    ],
)
def test_setup_requires(text: str, requires: list[str]) -> None:
    found = look(".tar.gz", ("x-1/setup.cfg", f"[options]\n{text}\n".encode()), ("x-1/setup.py", b""))
    assert list(found.requires) == [*LEGACY.requires, *requires]


@pytest.mark.parametrize("content", [b"[options", b"\xff\xfe", b"a = b", b"[options]\nsetup_requires\n", b"[a]\n[a]\n"])
def test_broken_setup_cfg_requires_nothing(content: bytes) -> None:
    assert look(".zip", ("x-1/setup.cfg", content), ("x-1/setup.py", b"")) == LEGACY


def test_setup_cfg_counts_where_pyproject_is_silent() -> None:
    pyproject = b"# no build-system here\n[tool.black]\n"
    setup_cfg = b"[options]\nsetup_requires = cython\n"
    found = look(".tar.gz", ("x-1/pyproject.toml", pyproject), ("x-1/setup.cfg", setup_cfg))
    assert found.requires == (*LEGACY.requires, "cython")


def test_build_system_without_backend() -> None:
    found = look(".tar.gz", ("x-1/pyproject.toml", b'[build-system]\nrequires = ["setuptools", "cython"]'))
    assert found == BuildSystem(requires=("setuptools", "cython"), backend=LEGACY.backend)


@pytest.mark.parametrize("form", [".tar.gz", ".zip"])
def test_subdirectory(form: str) -> None:
    members = ("x-1/pyproject.toml", b"[build-system]\nrequires = []"), ("x-1/a/b/pyproject.toml", PYPROJECT)
    assert look(form, *members, inside="a/b") == HATCHLING
    with pytest.raises(IndexFault, match="neither"):
        look(form, *members, inside="a")


@pytest.mark.parametrize(
    "content",
    [
        b"[build-system",
        b"\xff",
        b"build-system = 1",
        b"[build-system]",
        b"[build-system]\nrequires = 1",
        b"[build-system]\nrequires = [1]",
        b"a = " + b"[" * 10_000,
    ],
)
def test_garbage_in_pyproject(content: bytes) -> None:
    assert refused(".tar.gz", ("x-1/pyproject.toml", content)).endswith("is not what PEP 518 describes")


@pytest.mark.parametrize("form", [".tar.gz", ".zip"])
@pytest.mark.parametrize("name", ["x-1/../pyproject.toml", "../pyproject.toml", "/x-1/pyproject.toml", "x-1/../../a"])
def test_paths_that_lead_out(form: str, name: str) -> None:
    assert "leads out" in refused(form, (name, PYPROJECT), ("x-1/pyproject.toml", PYPROJECT))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_pyproject_that_is_no_file(kind: bytes) -> None:
    link = Member("x-1/pyproject.toml", kind=kind, target="../../etc/passwd")
    assert "not a plain file" in refused(".tar.gz", link)


def test_link_in_a_zip() -> None:
    assert "not a plain file" in refused(
        ".zip", Member("x-1/pyproject.toml", kind=tarfile.SYMTYPE, target="/etc/passwd")
    )


def test_links_elsewhere_do_not_matter() -> None:
    link = Member("x-1/doc", kind=tarfile.SYMTYPE, target="/etc")
    assert look(".tar.gz", link, ("x-1/pyproject.toml", PYPROJECT)) == HATCHLING


@pytest.mark.parametrize("form", [".tar.gz", ".zip"])
def test_folder_called_pyproject(form: str) -> None:
    folder = Member("x-1/pyproject.toml/", kind=tarfile.DIRTYPE)
    assert look(form, folder, ("x-1/setup.py", b"")) == LEGACY


@pytest.mark.parametrize("form", [".tar.gz", ".zip"])
def test_duplicates(form: str) -> None:
    same = ("x-1/setup.cfg", b"[a]"), ("x-1/setup.cfg", b"[a]")
    assert look(form, *same, ("x-1/setup.py", b"")) == LEGACY
    assert "two different setup.cfg" in refused(form, ("x-1/setup.cfg", b"[a]"), ("x-1/setup.cfg", b"[b]"))
    assert "two different setup.py" in refused(form, ("x-1/setup.py", b"[a]"), ("y-1/setup.py", b"[b]"))


@pytest.mark.parametrize("form", [".tar.gz", ".zip", ".tar.xz"])
def test_huge_pyproject(form: str) -> None:
    assert "larger than 1 MB" in refused(form, ("x-1/pyproject.toml", b"#" * (1 << 20) + b"\n"))


@pytest.mark.parametrize("form", [".tar.gz", ".zip"])
def test_many_files_of_interest(form: str) -> None:
    locks = [(f"x-1/{n}/Cargo.lock", b"#" * (1 << 20)) for n in range(13)]
    assert "more than 12 MB" in refused(form, *locks, ("x-1/pyproject.toml", MATURIN))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_truncated(form: str, keep: float) -> None:
    noise = random.Random(0).randbytes(50_000)  # noqa: S311 - what does not compress
    content = sdist(form, ("x-1/data", noise), ("x-1/pyproject.toml", PYPROJECT))
    with pytest.raises(IndexFault, match="cannot be read"):
        look_into(content[: int(len(content) * keep) if form != ".tar" else 30_000], form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "content", [b"", b"x", b"<html>not found</html>" * 100, b"\x1f\x8bBZh", b"PK\x03\x04" + bytes(40)]
)
def test_not_an_archive(form: str, content: bytes) -> None:
    with pytest.raises(IndexFault, match="cannot be read"):
        look_into(content, form)


@pytest.mark.parametrize("form", [".tar.gz", ".tar.bz2", ".tar.xz", ".zip"])
def test_flipped_bits(form: str) -> None:
    good = sdist(form, ("x-1/data", bytes(range(256)) * 50), ("x-1/pyproject.toml", PYPROJECT))
    chance = random.Random(1)  # noqa: S311 - not for secrets
    for _ in range(200):
        bad = bytearray(good)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        try:
            look_into(bytes(bad), form)
        except IndexFault:
            continue


def test_encrypted_and_exotic_zips() -> None:
    content = bytearray(zipped(Member("x-1/pyproject.toml", PYPROJECT)))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(IndexFault, match="encrypted"):
        look_into(bytes(content), ".zip")
    exotic = zipped(Member("x-1/pyproject.toml", PYPROJECT), method=zipfile.ZIP_BZIP2)
    with pytest.raises(IndexFault, match="not a plain file"):
        look_into(exotic, ".zip")


def test_several_streams_and_padding() -> None:
    tar = tarred(Member("x-1/setup.py", b"a" * 3000), Member("x-1/pyproject.toml", PYPROJECT))
    for form in (".tar.gz", ".tar.bz2", ".tar.xz"):
        compress = COMPRESSIONS[form]
        split = compress(tar[:1000]) + compress(tar[1000:]) + bytes(512)
        for size in (1, 13, 100_000):
            assert build_system_of_archive(pieces(split, size), f"x-1{form}", None) == HATCHLING


def test_nothing_more_is_read_than_needed() -> None:
    noise = random.Random(0).randbytes(5_000_000)  # noqa: S311 - what does not compress
    content = sdist(".tar.gz", ("x-1/pyproject.toml", PYPROJECT), ("x-1/data", noise))
    taken: list[int] = []
    assert build_system_of_archive(counted(pieces(content), taken), "x-1.tar.gz", None) == HATCHLING
    assert sum(taken) < 400_000


def test_large_file_first_is_no_bomb() -> None:
    noise = random.Random(0).randbytes(1 << 20) * 80  # noqa: S311 - what does not compress
    assert look(".tar", ("x-1/data", noise), ("x-1/pyproject.toml", PYPROJECT)) == HATCHLING


def test_errors_of_the_download_pass_through() -> None:
    def broken() -> Iterator[bytes]:
        yield sdist(".tar.gz", ("x-1/pyproject.toml", PYPROJECT))[:20]
        raise IndexFault("the answer broke off")

    with pytest.raises(IndexFault, match="broke off"):
        build_system_of_archive(broken(), "x-1.tar.gz", None)


def test_tree(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither"):
        of_folder(tmp_path)
    with pytest.raises(ValueError, match="no such folder"):
        of_folder(tmp_path / "absent")
    (tmp_path / "setup.py").write_bytes(b"raise")
    assert of_folder(tmp_path) == LEGACY
    (tmp_path / "pyproject.toml").write_bytes(PYPROJECT)
    assert of_folder(tmp_path) == HATCHLING
    (tmp_path / "pyproject.toml").write_bytes(b"#" * (2 << 20))
    with pytest.raises(ValueError, match="larger than 1 MB"):
        of_folder(tmp_path)


def test_tree_with_odd_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pyproject.toml")
    (tmp_path / "setup.py").mkdir()
    (tmp_path / "setup.cfg").write_bytes(b"")
    assert of_folder(tmp_path) == LEGACY


MATURIN = b'[build-system]\nrequires = ["maturin>=1,<2"]\nbuild-backend = "maturin"\n'


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("at_the_end", [False, True])
def test_cargo_lock_of_what_builds_rust(form: str, at_the_end: bool) -> None:  # noqa: FBT001 - a parameter of the test
    members = [("p-1/pyproject.toml", MATURIN), ("p-1/src/rust/Cargo.lock", b"version = 4\n")]
    archive = sdist(form, *(members if at_the_end else reversed(members)))
    found = build_system_of_archive(iter([archive]), f"p-1{form}", None)
    assert found.cargo_lock == CargoLock(root=PurePosixPath("src/rust"), text="version = 4\n")


def test_outermost_cargo_lock_counts_and_only_for_rust() -> None:
    nested = [("p-1/a/Cargo.lock", b"inner"), ("p-1/Cargo.lock", b"outer")]
    rust = build_system_of_archive(iter([sdist(".zip", *nested, ("p-1/pyproject.toml", MATURIN))]), "p-1.zip", None)
    assert rust.cargo_lock == CargoLock(root=PurePosixPath("."), text="outer")
    plain = build_system_of_archive(iter([sdist(".zip", *nested, ("p-1/pyproject.toml", PYPROJECT))]), "p-1.zip", None)
    assert plain.cargo_lock is None


def test_cargo_lock_of_a_tree(tmp_path: Path) -> None:
    (tmp_path / "rust").mkdir()
    (tmp_path / "pyproject.toml").write_bytes(MATURIN)
    (tmp_path / "rust" / "Cargo.lock").write_text("version = 4\n", encoding="utf-8")
    assert of_folder(tmp_path).cargo_lock == CargoLock(root=PurePosixPath("rust"), text="version = 4\n")
