"""Every fixture of every format as JSON: read back it is the same lock, written again the same bytes."""

import json
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lock2nix import exports
from lock2nix.converters import detect, document
from lock2nix.schemas.lock import Lock, LockIndexes, Project, Selectable
from lock2nix.schemas.source import DirectorySource, FileSource, IndexSource, SourceFile
from tests.goldens.fixtures_of import Fixture
from tests.planner.locks import artifact, edges, lock, name, package
from tests.planner.random_locks import forked_locks, locks

from .test_round_trip import FIXTURES, ROOT, read, with_files


def read_back(text: str) -> Lock:
    source = SourceFile(path=Path("x"), content=text.encode())
    assert detect(source) is document.FORMAT
    return document.read(source, {})


def without_asides(found: Lock) -> Lock:
    """Return the lock without what is no part of its document."""
    packages = tuple(p.model_copy(update={"metadata": None}) for p in found.packages)
    indexes = found.indexes.model_copy(update={"logins": {}})
    aside: dict[str, object] = {"tools": (), "pinned": (), "notices": ()}
    said = {name: getattr(found, name) for name in Lock.model_fields}
    return Lock(**{**said, "packages": packages, "indexes": indexes, **aside})


@pytest.mark.parametrize("fixture", FIXTURES)
def test_what_is_read_back_is_the_lock(fixture: Fixture) -> None:
    found = with_no_builds(read(fixture))
    text = exports.document(found, root=ROOT)
    assert exports.is_exported(text)
    assert read_back(text) == without_asides(found)
    assert exports.document(read_back(text), root=ROOT) == text


def with_no_builds(found: Lock) -> Lock:
    """Return the lock as exporting finds it: nobody has looked into its sources."""

    def bare(one: dict[str, object]) -> dict[str, object]:
        return {"build_system": None, **one}

    return found.model_copy(
        update={
            "packages": tuple(
                p.model_copy(
                    update=bare({"artifacts": tuple(a.model_copy(update={"locked": None}) for a in p.artifacts)})
                )
                for p in found.packages
            )
        }
    )


@settings(deadline=None, max_examples=25)
@given(st.one_of(locks(), forked_locks()))
def test_any_lock_comes_back(found: Lock) -> None:
    whole = with_no_builds(with_files(found))
    assert read_back(exports.document(whole, root=ROOT)) == without_asides(whole)


def test_paths_are_relative_to_the_document() -> None:
    tree = package("kettle", source=DirectorySource(path=PurePosixPath("libs/kettle")))
    wheel = package("parcel", source=FileSource(path=PurePosixPath("/abs/parcel-1.0-py3-none-any.whl")))
    local = artifact("here-1.0-py3-none-any.whl").model_copy(
        update={"url": None, "path": PurePosixPath("wheels/here-1.0-py3-none-any.whl")}
    )
    here = package("here", files=[]).model_copy(update={"artifacts": (local,)})
    project = Project(import_roots=(PurePosixPath("src"),))
    links = LockIndexes(find_links=("wheels", "https://example.org/links.html"), logins={"https://x.org": "a:b"})
    found = lock(tree, wheel, here, main=["kettle", "parcel", "here"]).model_copy(
        update={"project": project, "indexes": links}
    )
    back = read_back(exports.document(found, root=PurePosixPath("../..")))
    assert [str(p.source.path) for p in back.packages if isinstance(p.source, DirectorySource | FileSource)] == [
        "../../libs/kettle",
        "/abs/parcel-1.0-py3-none-any.whl",
    ]
    assert [file.path for file in back.packages[-1].artifacts] == [
        PurePosixPath("../../wheels/here-1.0-py3-none-any.whl")
    ]
    assert back.project is not None
    assert back.project.import_roots == (PurePosixPath("../../src"),)
    assert back.indexes.find_links == ("../../wheels", "https://example.org/links.html")
    assert back.indexes.logins == {}


def test_what_excludes_each_other_comes_back_with_the_sources_of_its_edges() -> None:
    tree = DirectorySource(path=PurePosixPath("libs/kettle"))
    old = Selectable(kind="extra", name=name("old"))
    new = Selectable(kind="group", name=name("new"))
    roots = edges(['kettle===1.0 ; "old" in extras', 'kettle===1.0 ; "old" not in extras'])
    named = (roots[0].model_copy(update={"source": tree}), roots[1].model_copy(update={"source": IndexSource()}))
    packages = (package("kettle", source=tree), package("kettle"), package("hob", needs=["kettle"]))
    found = lock(*packages, main=["hob"], optional_groups={"new": []}, extras={"old": []})
    main = found.groups[0].model_copy(update={"dependencies": named})
    found = found.model_copy(update={"groups": (main, *found.groups[1:]), "conflicts": ((old, new),)})
    back = read_back(exports.document(found, root=PurePosixPath("..")))
    assert back.conflicts == ((old, new),)
    assert [edge.source for edge in back.groups[0].dependencies] == [back.packages[0].source, IndexSource()]
    assert back.packages[0].source == DirectorySource(path=PurePosixPath("../libs/kettle"))


def test_what_it_looks_like() -> None:
    data = json.loads(exports.document(lock(package("ferry"), main=["ferry"]), root=ROOT))
    (ferry,) = data["lock"]["packages"]
    assert (data["format"], data["version"]) == ("lock2nix", 1)
    assert ferry["name"] == "ferry"
    assert ferry["artifacts"][0]["filename"] == "ferry-1.0-py3-none-any.whl"
    assert data["lock"]["groups"] == [{"name": "main", "dependencies": [{"name": "ferry"}]}]
