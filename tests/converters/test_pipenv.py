from pathlib import Path, PurePosixPath

import pytest

from lock2nix.converters import detect, pipenv
from lock2nix.errors import InputError
from lock2nix.files import read as read_file
from lock2nix.files import read_beside
from lock2nix.schemas.lock import Lock, Package
from lock2nix.schemas.source import DirectorySource, SourceFile

from .pipfiles import ONE, PYPROJECT, TWO, pin, read, refusal, shown

FIXTURES = Path(__file__).parents[2] / "fixtures" / "pipenv"


def fixture(name: str) -> Lock:
    source = read_file(FIXTURES / name / "Pipfile.lock")
    beside = {known: read_beside(source.path, known) for known in pipenv.FORMAT.companions}
    return pipenv.read(source, {known: file for known, file in beside.items() if file is not None})


def packages(lock: Lock) -> dict[str, Package]:
    return {package.name: package for package in lock.packages}


def test_what_pipenv_wrote() -> None:
    lock = fixture("web")
    groups = {str(group.name): group for group in lock.groups}
    assert shown(groups["main"].dependencies) == ["flask", "requests", "ruamel-yaml"]
    assert shown(groups["docs"].dependencies) == ["markdown", "jinja2"]
    assert [len(groups[name].members) for name in ("main", "dev", "docs")] == [13, 5, 3]
    assert {group.name for group in lock.groups if group.optional} == {"dev", "docs"}
    yaml = packages(lock)["ruamel-yaml"]
    assert (yaml.pname, str(yaml.version), len(yaml.loose_hashes)) == ("ruamel.yaml", "0.19.1", 2)
    assert all(p.dependencies is None and not p.artifacts and p.marker is None for p in lock.packages)
    assert len({p.name for p in lock.packages}) == len(lock.packages) == 19
    assert (lock.name, lock.requires_python, lock.notices, lock.one_environment) == (None, (), (), True)


def test_what_the_machine_that_locked_did_not_need_is_no_package() -> None:
    lock = fixture("extras")
    assert not {"appnope", "pywin32"} & set(packages(lock))
    main = lock.groups[0]
    assert {"appnope", "pywin32"} & {edge.name for edge in main.members} == set()
    assert shown(main.dependencies) == [
        "requests[socks]",
        "jsonschema[format]",
        "uvicorn[standard]",
        'pywin32 ; sys_platform == "win32"',
        'tomli ; python_version < "3.13"',
        'appnope ; sys_platform == "darwin"',
    ]


def test_no_binary_leaves_sdists() -> None:
    found = packages(fixture("sources"))
    assert {name for name, package in found.items() if package.kinds == {"sdist"}} == {"cowsay"}
    assert found["click"].kinds == {"sdist", "wheel"}


def test_without_a_pipfile_every_entry_counts_as_asked_for() -> None:
    lock = fixture("no-pipfile")
    assert shown(lock.groups[0].dependencies) == ["click", "tqdm"]
    assert [(notice.kind, notice.subject) for notice in lock.notices] == [("no-project", "Pipfile.lock")]


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        ({}, ""),
        ({"python_version": "*"}, ""),
        ({"python_version": "3.12"}, "==3.12.*"),
        ({"python_version": "3"}, "==3.*"),
        ({"python_version": ">=3.10"}, ">=3.10"),
        ({"python_version": "3.12", "python_full_version": "3.12.4"}, "==3.12.4"),
    ],
)
def test_python(requires: dict[str, object], expected: str) -> None:
    assert ",".join(map(str, read(requires=requires).requires_python)) == expected


def test_python_that_is_none() -> None:
    assert refusal(requires={"python_version": "three"}) == (
        'Pipfile.lock: _meta.requires: "three" is no version of Python'
    )


def test_spellings_of_an_entry() -> None:
    found = packages(read({"a": "==1", "b": "2", "C_c": {"version": "===3", "hashes": None}, "d": pin("4", ONE, TWO)}))
    assert {name: str(p.version) for name, p in found.items()} == {"a": "1", "b": "2", "c-c": "3", "d": "4"}
    assert [len(p.loose_hashes) for p in found.values()] == [0, 0, 0, 2]
    assert found["c-c"].pname == "C_c"


@pytest.mark.parametrize("version", [">=1", "==1.*", "~=1.0", "!=1", "==1,!=2"])
def test_what_is_no_pin(version: str) -> None:
    assert refusal({"a": {"version": version}}) == f'Pipfile.lock: default.a: "{version}" is no pin'


def test_newer_spec_is_read_with_a_notice() -> None:
    content = '{"_meta": {"pipfile-spec": 7, "sources": [], "requires": {}}, "default": null, "later": {}}'
    lock = pipenv.read(SourceFile(path=Path("Pipfile.lock"), content=content.encode()), {})
    assert [notice.message for notice in lock.notices if notice.kind == "missing-data"] == [
        "pipfile-spec 7 is newer than lock2nix knows; read as 6"
    ]
    assert [group.name for group in lock.groups] == ["main", "later"]


def test_first_spec_is_read() -> None:
    content = (
        '{"default": {"six": {"version": "==1.16.0"}}, "_meta": {"host-environment-markers": {}, "pipfile-spec": 2}}'
    )
    lock = pipenv.read(SourceFile(path=Path("Pipfile.lock"), content=content.encode()), {})
    assert [package.name for package in lock.packages] == ["six"]


@pytest.mark.parametrize("content", ["{}", '{"_meta": []}', '{"default": {}}'])
def test_no_pipfile_lock(content: str) -> None:
    with pytest.raises(InputError, match=r"there is no _meta: no Pipfile\.lock, or not all of it") as caught:
        pipenv.read(SourceFile(path=Path("x.lock"), content=content.encode()), {})
    assert str(caught.value).endswith("hint: lock again with `pipenv lock`")


def test_file_with_another_name_is_recognised() -> None:
    content = (FIXTURES / "web" / "Pipfile.lock").read_bytes()
    assert detect(SourceFile(path=Path("renamed.json"), content=content)) is pipenv.FORMAT
    assert detect(SourceFile(path=Path("Pipfile.lock"), content=b"")) is pipenv.FORMAT


HERE = {"path": ".", "editable": True}


def test_project_that_is_installed_in_place_is_none_of_its_packages() -> None:
    pipfile = "[packages]\nharbour = {path = '.', editable = true}\n[dev-packages]\nb = '*'"
    lock = read(
        {"harbour": HERE, "a": pin("1")}, develop={"b": pin("1"), "c": pin("1")}, pipfile=pipfile, pyproject=PYPROJECT
    )
    assert [package.name for package in lock.packages] == ["a", "b", "c"]
    # What it needs is all that is locked with it.
    assert [shown(group.dependencies) for group in lock.groups] == [["a"], ["b"]]
    assert lock.name == "har-bour"
    assert lock.project is not None
    assert lock.project.version == "1.4"


@pytest.mark.parametrize(("entry", "pyproject"), [({"path": "."}, PYPROJECT), ({"path": "./", "editable": True}, None)])
def test_project_that_cannot_be_left_in_place_is_built(entry: dict[str, object], pyproject: str | None) -> None:
    lock = read({"har-bour": entry, "a": pin("1")}, pipfile="[packages]\nHar-Bour = '*'", pyproject=pyproject)
    assert lock.packages[0].source == DirectorySource(path=PurePosixPath(), editable="editable" in entry)
    assert shown(lock.groups[0].dependencies) == ["har-bour"]
    assert (lock.name, lock.project) == ("har-bour", None)


def test_name_that_pipenv_made_up_is_not_the_project_s() -> None:
    assert read({"e1839a8": HERE}).name is None


def test_pyproject_beside_it_is_no_package_of_its_own() -> None:
    lock = read({"a": pin("1")}, pyproject=PYPROJECT)
    assert (lock.name, lock.project) == ("har-bour", None)


def test_package_of_several_categories_is_one() -> None:
    lock = read(
        {"A": pin("1", ONE, markers="python_version < '3.12'", extras=["x"])},
        develop={"a": pin("1", TWO, no_binary=True)},
        docs={"a": pin("1", ONE)},
    )
    (a,) = lock.packages
    assert (a.pname, sorted(a.kinds), len(a.loose_hashes)) == ("A", ["sdist"], 2)
    assert [shown(group.members) for group in lock.groups] == [['a[x] ; python_version < "3.12"'], ["a"], ["a"]]
    assert [notice.kind for notice in lock.notices] == ["no-project"]


def test_default_wins_over_other_categories() -> None:
    lock = read({"a": pin("2")}, develop={"a": pin("1", TWO)}, docs={"a": {"git": "https://x.org/a", "ref": "a" * 40}})
    assert [str(package.version) for package in lock.packages] == ["2"]
    assert lock.packages[0].loose_hashes[0].digest == "1" * 64
    assert [notice.message for notice in lock.notices if notice.kind == "choice"] == [
        "a: develop has 1, default 2, which is taken",
        "a: docs has a git source, default 2, which is taken",
    ]


def test_other_categories_that_differ_are_refused() -> None:
    assert refusal(develop={"a": pin("1")}, new_docs={"a": pin("2")}) == (
        "Pipfile.lock: new-docs.a: develop has 1 of a, and this 2\n"
        "hint: one set of packages cannot have both: lock again, or make a lock for each"
    )


def test_name_twice_in_one_category() -> None:
    assert refusal({"a-b": pin("1"), "A_b": pin("1")}) == 'Pipfile.lock: default.A_b: "A_b" is in this category twice'


@pytest.mark.parametrize("category", ["dev", "Dev", "main"])
def test_categories_of_one_name(category: str) -> None:
    found = refusal(**{category: {}})
    assert found == f"Pipfile.lock: {category}: there are two categories that are called {category.lower()}"


def test_build_settings_are_said_to_be_left_out() -> None:
    lock = read({"a": pin("1", pip_args=["--config-settings", "x=y"])}, pipfile="")
    assert [(notice.kind, notice.subject) for notice in lock.notices] == [("left-out", "a")]
