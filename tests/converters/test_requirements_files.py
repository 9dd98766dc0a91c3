"""Files that include each other, what they are called, and what they refer to."""

import pytest

from lock2nix.converters.requirements_files import references
from lock2nix.converters.requirements_groups import group_names
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import Reference

from .requirements_read import file, locked, read_all

PROJECT = ("pyproject.toml", "setup.cfg", "setup.py")


def names(text: str, others: dict[str, str]) -> list[str]:
    return [p.name for p in locked(text, others).packages]


def test_included_lines_stand_where_they_are_included() -> None:
    files = {"a.txt": "b==1\n-r sub/c.txt", "sub/c.txt": "c==1\n-r ../d.txt", "d.txt": "d==1"}
    assert names("a==1\n-r a.txt\ne==1", files) == ["a", "b", "c", "d", "e"]


def test_file_is_included_once() -> None:
    assert names("-r a.txt\n-r b.txt", {"a.txt": "-r c.txt", "b.txt": "-r ./c.txt", "c.txt": "c==1"}) == ["c"]


def test_requirements_within_constraints_are_requirements() -> None:
    lock = locked("-c c.txt", {"c.txt": "a==1\n-r r.txt", "r.txt": "b==1"})
    assert [d.name for d in lock.groups[0].dependencies] == ["b"]
    assert [p.name for p in lock.packages] == ["b", "a"]


def test_file_can_be_both() -> None:
    assert names("-c c.txt\n-r c.txt", {"c.txt": "a==1"}) == ["a"]


@pytest.mark.parametrize("chain", [["requirements.txt"], ["a.txt", "requirements.txt"], ["a.txt", "b.txt", "a.txt"]])
def test_files_that_include_each_other_are_refused(chain: list[str]) -> None:
    files = {name: f"-r {other}" for name, other in zip(["a.txt", "b.txt"], chain[1:], strict=False)}
    with pytest.raises(InputError) as caught:
        locked(f"-r {chain[0]}", files)
    assert f"files include each other: {' → '.join(['requirements.txt', *chain])}" in str(caught.value)


def test_long_chain_ends() -> None:
    files = {f"{i}.txt": f"-r {i + 1}.txt" for i in range(2000)}
    with pytest.raises(InputError, match="files include each other: "):
        locked("-r 0.txt", files)


def test_many_ways_to_a_file_are_one() -> None:
    files = {f"{i}.txt": f"-r {i + 1}.txt\n-r {i + 1}.txt\n-c {i + 1}.txt" for i in range(60)}
    assert names("-r 0.txt", {**files, "60.txt": "a==1"}) == ["a"]


def test_errors_are_where_the_line_is() -> None:
    with pytest.raises(InputError, match=r"^sub/b\.txt:2: "):
        locked("-r sub/b.txt", {"sub/b.txt": "\n=="})


# References


def test_references() -> None:
    text = "-r base.txt\n-c ../c.txt\n-r https://x.org/a\n-r /a\n==\n./lib[x]\n-e .\n./a.zip\n/srv/x\na==1\n--nonsense"
    assert list(references("req/dev.txt", file("req/dev.txt", text))) == [
        Reference(names=("req/base.txt",)),
        Reference(names=("c.txt",)),
        Reference(names=PROJECT, folders=("lib", "../lib", "../../lib")),
        Reference(names=PROJECT, folders=(".", "..", "../..")),
        Reference(names=PROJECT, folders=()),
    ]
    assert list(references("x/setup.py", file("x/setup.py", "-r a.txt"))) == []


# Groups


@pytest.mark.parametrize(
    ("files", "groups"),
    [
        (["requirements-dev.txt"], ["main"]),
        (["requirements.txt", "requirements-dev.txt"], ["main", "dev"]),
        (["dev-requirements.txt", "requirements.txt"], ["dev", "main"]),
        (["requirements/base.txt", "requirements/dev.txt"], ["main", "dev"]),
        (["base.txt", "../docs/requirements.txt"], ["base", "main"]),
        (["requirements.txt", "docs/requirements.txt"], ["main", "docs"]),
        (["requirements.txt", "requirements.Dev_Linux.txt", "test.lock.txt"], ["main", "dev-linux", "test"]),
        (["requirements.txt", "constraints.txt", "reqs-ci.in"], ["main", "constraints", "ci"]),
    ],
)
def test_groups_are_called_by_what_tells_files_apart(files: list[str], groups: list[str]) -> None:
    assert list(group_names([(name, file(name, "")) for name in files])) == groups


@pytest.mark.parametrize("second", ["dev-requirements.txt", "requirements/dev.txt"])
def test_two_files_for_one_group_are_refused(second: str) -> None:
    with pytest.raises(InputError, match=r"this makes the group dev, and so does requirements-dev\.txt"):
        read_all({"requirements.txt": "", "requirements-dev.txt": "", second: ""})


def test_groups_see_what_they_include() -> None:
    found = read_all({"a.txt": "a==1", "b.txt": "-r a.txt\n-c c.txt\nb==1"}, {"c.txt": "d==1"})
    assert isinstance(found, Lock)
    assert [[d.name for d in group.dependencies] for group in found.groups] == [["a"], ["a", "b"]]
