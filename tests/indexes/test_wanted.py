import pytest
from packaging.version import Version

from lock2nix.indexes.wanted import Wanted


@pytest.mark.parametrize(
    ("filename", "is_wanted"),
    [
        ("x-1.0.tar.gz", True),
        ("x-1.zip", True),
        ("a-b-1.tar.gz", True),
        ("x-v1.0.0-py3-none-any.whl", True),
        ("x-1-5-cp312-cp312-linux_x86_64.whl", True),
        ("x-1.0.post1.tar.gz", False),
        ("x-1+local-py3-none-any.whl", False),
        ("x-1!1.tar.gz", False),
        ("x-10.tar.gz", False),
        ("x-1.exe", False),
        ("x-1.tar.gz.asc", False),
        ("x-one.tar.gz", False),
        (f"x-{'9' * 5_000}.tar.gz", False),
        ("x.tar.gz", False),
        ("x.whl", False),
        (".whl", False),
    ],
)
def test_versions_in_names(filename: str, *, is_wanted: bool) -> None:
    assert Wanted(versions=frozenset({Version("1")})).admits(filename, list) == is_wanted


def test_any_of_the_three_will_do() -> None:
    wanted = Wanted(names=frozenset({"a.zip"}), digests=frozenset({"00"}), versions=frozenset({Version("2")}))
    assert wanted.admits("a.zip", list)
    assert wanted.admits("b.zip", lambda: ["11", "00"])
    assert wanted.admits("b-2.zip", list)
    assert not wanted.admits("b.zip", lambda: ["11"])
    assert not Wanted().admits("a.zip", lambda: ["00"])


def test_what_both_want() -> None:
    one, other = Wanted(names=frozenset({"a"})), Wanted(digests=frozenset({"b"}), versions=frozenset({Version("1")}))
    assert one <= one | other
    assert other <= one | other
    assert not one | other <= other
    assert Wanted() <= one
