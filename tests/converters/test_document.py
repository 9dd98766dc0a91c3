import copy
import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from lock2nix import exports
from lock2nix.converters import document
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Project
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, SourceFile, UrlSource
from tests.planner.locks import lock, package

GIT = GitSource(url="https://example.org/r.git", revision="a" * 40, reference="main")
PACKAGES = (
    package("ferry", needs=["anchor[deck]"], extras={"sail": ["rope"]}, source=IndexSource(url="https://x.org/simple")),
    package("anchor", source=GIT, files=[]),
    package("rope", source=UrlSource(url="https://example.org/rope-1.0-py3-none-any.whl")),
    package("tree", source=DirectorySource(path=PurePosixPath("libs/tree")), files=[]),
    package("file", source=FileSource(path=PurePosixPath("file-1.0-py3-none-any.whl"))),
)
PROJECT = Project(version="1", import_roots=(PurePosixPath("src"),), scripts={"ferry": "ferry:main"})
LOCK = lock(*PACKAGES, main=["ferry"], extras={"all": ["tree"]}).model_copy(update={"project": PROJECT})
TEXT = exports.document(LOCK, root=PurePosixPath())


def refusal(text: str) -> str:
    with pytest.raises(InputError) as raised:
        document.read(SourceFile(path=Path("lock.json"), content=text.encode()), {})
    return str(raised.value)


def changed(value: object, *location: str | int) -> str:
    """Return the document with another value at this place of its lock."""
    data: Any = copy.deepcopy(json.loads(TEXT))
    here = data["lock"]
    for key in location[:-1]:
        here = here[key]
    here[location[-1]] = value
    return json.dumps(data)


def test_the_document_is_good_as_it_is() -> None:
    assert document.read(SourceFile(path=Path("lock.json"), content=TEXT.encode()), {}).packages == LOCK.packages


@pytest.mark.parametrize(
    ("location", "value", "message"),
    [
        (["packages", 0, "pname"], "../ferry", 'lock.packages[0] "ferry": pname: "../ferry" is not a project name'),
        (["packages", 0, "name"], "Ferry", "is not the normalised name of"),
        (["packages", 0, "version"], "one", 'packages[0] "ferry": version'),
        (["packages", 0, "artifacts", 0, "filename"], "../x.whl", "artifacts[0].filename"),
        (["packages", 0, "artifacts", 0, "url"], "https://u:p@x.org/f", "this address has a login"),
        (["packages", 0, "artifacts", 0, "url"], "ext::sh -c x", "artifacts[0].url"),
        (["packages", 0, "artifacts", 0, "hashes", 0, "digest"], "00", "is not a sha256 digest"),
        (["packages", 0, "artifacts", 0, "hashes", 0, "algorithm"], "crc", "algorithm"),
        (["packages", 0, "dependencies", 0, "name"], "An_chor", "is not a normalised name"),
        (["packages", 0, "dependencies", 0, "extras"], ["a\nb"], "control characters"),
        (["packages", 0, "source", "url"], "https://x.org/simple?q=1", "has no query"),
        (["packages", 0, "extras"], {"S ail": []}, "is not a normalised name"),
        (["packages", 0, "build_system"], {"requires": ["x"]}, "what builds a package is read from its sources"),
        (["packages", 1, "source", "url"], "ext::sh -c touch", "source.url"),
        (["packages", 1, "source", "url"], "https://u:p@example.org/r.git", "or it has a login"),
        (["packages", 1, "source", "revision"], "main", "is not a full git revision"),
        (["packages", 1, "source", "subdirectory"], "../x", "leads out of the source tree"),
        (["packages", 2, "source", "url"], "ftp://example.org/x", "source.url"),
        (["packages", 3, "source", "path"], "a\nb", "source.path"),
        (["packages", 4, "source", "kind"], "magic", "source"),
        (["packages", 0, "more"], 1, "Extra inputs are not permitted"),
        (["groups", 0, "name"], "Main", "is not a normalised name"),
        (["extras"], {"all": [{"name": "x y"}]}, "lock.extras.all[0]"),
        (["indexes"], {"logins": {"https://x.org": "a:b"}}, "logins are no part of a lock"),
        (["indexes"], {"default": "https://u:p@x.org/simple"}, "this address has a login"),
        (["indexes"], {"extras": ["nowhere"]}, "lock.indexes.extras"),
        (["project", "scripts"], {"ferry": "os"}, "is no entry point"),
        (["project", "scripts"], {"fe\nrry": "os:x"}, "control characters"),
        (["name"], "No Name", "is not a normalised name"),
        (["packages"], "none", "lock.packages"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(location: Sequence[str | int], value: object, message: str) -> None:
    said = refusal(changed(value, *location))
    assert said.startswith("lock.json: lock")
    assert message in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "lock.json: this is JSON, but no object"),
        ("{}", 'lock.json: its "format" is not "lock2nix"'),
        ('{"format": "lock2nix"}', 'version "None" is not supported: this lock2nix knows 1'),
        ('{"format": "lock2nix", "version": 2, "lock": {}}', 'lock.json: version: version "2" is not supported'),
        ('{"format": "lock2nix", "version": 1}', "lock.json: lock: this key is missing"),
        (
            '{"format": "lock2nix", "version": 1, "lock": {"groups": []}}',
            "lock.json: lock.packages: this key is missing",
        ),
        (TEXT[:-40], "lock.json:"),
    ],
)
def test_what_is_no_document(text: str, message: str) -> None:
    assert message in refusal(text)


def test_what_is_between_outputs_is_passed_over() -> None:
    data = json.loads(TEXT)
    data["lock"]["notices"] = [{"kind": "yanked", "subject": "x", "message": "x"}]
    data["lock"]["pinned"] = [{"pin": "x"}]
    found = document.read(SourceFile(path=Path("lock.json"), content=json.dumps(data).encode()), {})
    assert (found.notices, found.pinned) == ((), ())
