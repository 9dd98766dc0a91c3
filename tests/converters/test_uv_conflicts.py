"""`conflicts` of uv.lock, and the markers that ask for what excludes each other."""

import pytest

from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock

from .uv_locks import PYPI, package, project, read, roots

OTHER = 'registry = "https://wheels.example.org/simple"'


def conflicting(items: str, text: str, members: str = "") -> Lock:
    head = f'version = 1\nrequires-python = ">=3.11"\nconflicts = [{items}]\n'
    manifest = f"[manifest]\nmembers = [{members}]\n" if members else ""
    return read(manifest + text, head=head)


def conflicts(lock: Lock) -> list[list[str]]:
    return [[one.label for one in conflict] for conflict in lock.conflicts]


EXTRAS = """
[package.optional-dependencies]
cpu = [{ name = "a" }]
cuda = [{ name = "a", marker = "sys_platform == 'linux'" }]
[package.dev-dependencies]
museum = [{ name = "a" }]
plain = [{ name = "a" }]
"""
ALL_THREE = (
    '[{ package = "app", extra = "cpu" }, { package = "app", extra = "cuda" }, { package = "app", group = "museum" }]'
)


def test_what_excludes_each_other() -> None:
    lock = conflicting(ALL_THREE, project(EXTRAS) + package("a"))
    assert conflicts(lock) == [["extra cpu", "extra cuda", "group museum"]]


def test_roots_hold_only_where_they_are_asked_for() -> None:
    lock = conflicting(ALL_THREE, project(EXTRAS) + package("a"))
    assert roots(lock) == {
        "main": [],
        "museum": ['a; "museum" in dependency_groups'],
        "plain": ["a"],
        "cpu": ['a; "cpu" in extras'],
        "cuda": ['a; sys_platform == "linux" and "cuda" in extras'],
    }


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("extra == 'extra-3-app-cpu'", '"cpu" in extras'),
        ("extra != 'extra-3-app-cpu'", '"cpu" not in extras'),
        ("extra == 'group-3-app-museum'", '"museum" in dependency_groups'),
        (
            "(sys_platform == 'linux' and extra == 'extra-3-app-cpu') or extra != 'extra-3-app-cuda'",
            'sys_platform == "linux" and "cpu" in extras or "cuda" not in extras',
        ),
    ],
)
def test_markers_ask_as_pep_751_does(marker: str, said: str) -> None:
    edges = f'dependencies = [{{ name = "a", marker = "{marker}" }}]\n'
    locks = f'resolution-markers = ["{marker}"]\n'
    lock = conflicting(ALL_THREE, project(edges + EXTRAS) + package("a", locks))
    assert str(lock.groups[0].dependencies[0].marker) == said
    assert str(lock.packages[0].marker) == said


MEMBER = """
[package.optional-dependencies]
gpu = [{ name = "a" }]
"""


def test_of_a_member_it_is_the_group_of_its_name() -> None:
    items = '[{ package = "tool", extra = "gpu" }, { package = "app", extra = "cpu" }]'
    edge = 'dependencies = [{ name = "a", marker = "extra == \'extra-4-tool-gpu\'" }]\n'
    text = project(edge + EXTRAS) + package("a") + package("tool", MEMBER, source='editable = "tool"')
    lock = conflicting(items, text, members='"app", "tool"')
    assert conflicts(lock) == [["group tool-gpu", "extra cpu"]]
    assert roots(lock)["main"] == ['a; "tool-gpu" in dependency_groups']
    assert roots(lock)["tool-gpu"] == ['tool[gpu]; "tool-gpu" in dependency_groups']


def test_without_a_root_project_a_member_has_it_by_two_names() -> None:
    items = '[{ package = "tool", extra = "gpu" }, { package = "tool", extra = "cpu" }]'
    both = '[package.optional-dependencies]\ngpu = [{ name = "a" }]\ncpu = [{ name = "a" }]\n'
    edge = 'dependencies = [{ name = "a", marker = "extra != \'extra-4-tool-gpu\'" }]\n'
    text = package("a") + package("tool", edge + both, source='editable = "tool"')
    lock = conflicting(items, text, members='"tool"')
    assert conflicts(lock) == [
        ["extra gpu", "extra cpu"],
        ["extra gpu", "group tool-cpu"],
        ["group tool-gpu", "extra cpu"],
        ["group tool-gpu", "group tool-cpu"],
    ]
    tool = next(one for one in lock.packages if one.name == "tool")
    assert tool.dependencies is not None
    assert str(tool.dependencies[0].marker) == '"gpu" not in extras and "tool-gpu" not in dependency_groups'


def test_edges_name_the_source_where_one_version_has_several() -> None:
    edges = f"""dependencies = [
      {{ name = "a", version = "1.0", source = {{ {PYPI} }}, marker = "extra != 'extra-3-app-cpu'" }},
      {{ name = "a", version = "1.0", source = {{ {OTHER} }}, marker = "extra == 'extra-3-app-cpu'" }},
      {{ name = "b", version = "1.0", source = {{ {PYPI} }} }},
    ]
    """
    lock = conflicting(ALL_THREE, project(edges + EXTRAS) + package("a") + package("a", source=OTHER) + package("b"))
    first, second, third = lock.groups[0].dependencies
    assert (first.source, second.source) == (lock.packages[0].source, lock.packages[1].source)
    assert first.source != second.source
    assert third.source is None


@pytest.mark.parametrize(
    ("items", "says"),
    [
        (
            '[{ package = "app" }, { package = "tool" }]',
            "uv.lock: conflicts[0][0]: projects that exclude each other as a whole are not supported (and 1 more)",
        ),
        (
            '[{ package = "app", extra = "cpu" }, { package = "a", extra = "x" }]',
            'uv.lock: conflicts[0][1]: "a" is no member of the workspace: nobody can ask for its extras or groups',
        ),
        (
            """[{ package = "app", extra = "a' or 'b" }]""",
            """uv.lock: conflicts[0][0].extra: "a' or 'b" is not a project name""",
        ),
    ],
)
def test_what_cannot_be_asked_for_is_refused(items: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        conflicting(items, project(EXTRAS) + package("a"))
    assert str(caught.value) == says


def test_an_extra_that_nobody_asked_for_by_name_is_refused() -> None:
    edge = '[package.dev-dependencies]\ndev = [{ name = "app", extra = ["cpu"] }]\n'
    text = project(EXTRAS) + package("a") + package("tool", edge, source='editable = "tool"')
    with pytest.raises(InputError) as caught:
        conflicting(ALL_THREE, text, members='"app", "tool"')
    assert str(caught.value) == (
        'uv.lock: package[2] "tool": dev-dependencies: '
        'this asks for an extra of "app" that excludes others, which is not supported'
    )
