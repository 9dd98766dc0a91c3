import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from lock2nix.nixpkgs.build_tools import bounds, build_tools
from lock2nix.schemas.lock import BuildSystem


@pytest.mark.parametrize(
    ("requires", "tools"),
    [
        (["setuptools>=61", "wheel"], {"setuptools": ">=61", "wheel": ""}),
        (["Flit_Core >=3.2,<4"], {"flit-core": ">=3.2,<4"}),
        (["setuptools_scm[toml]>=6.2; python_version >= '3.8'"], {"setuptools-scm": ">=6.2"}),
        (["oldest-supported-numpy", "numpy"], {"numpy": ""}),
        (["setuptools", "setuptools>=40"], {"setuptools": ""}),
        (["not a requirement!", "hatchling"], {"hatchling": ""}),
        (["wheel", "cython<3"], {"cython": "<3", "wheel": ""}),
        ([], {}),
    ],
)
def test_build_requirements_are_attributes_of_nixpkgs(requires: list[str], tools: dict[str, str]) -> None:
    found = build_tools(BuildSystem(requires=tuple(requires)))
    assert found == tools
    assert list(found) == sorted(found)


@pytest.mark.parametrize("unneeded", ["coherent.licensed", "pytest-runner", "setuptools_scm_git_archive"])
def test_what_nobody_needs_to_build(unneeded: str) -> None:
    assert build_tools(BuildSystem(requires=("setuptools", unneeded))) == {"setuptools": ""}


def test_backends_that_ask_for_more_while_they_build() -> None:
    system = BuildSystem(requires=("setuptools",), backend="pep517_backend.hooks")
    assert build_tools(system) == {"cython": "", "setuptools": ""}


@pytest.mark.parametrize("requirement", ["poetry>=0.12", "scikit-build-core>=0.9"])
def test_who_does_the_work_of_another_has_versions_of_its_own(requirement: str) -> None:
    found = build_tools(BuildSystem(requires=(requirement,)))
    assert {name: said for name, said in found.items() if said} in ({}, {"scikit-build-core": ">=0.9"})
    assert Requirement(requirement).name in {"poetry", *found}


@pytest.mark.parametrize(
    ("specifiers", "expected"),
    [
        ("", ""),
        (">=0", ""),
        ("<4,>=3.2", ">=3.2,<4"),
        (">=3.10.0", ">=3.10"),
        ("~=2.1", ">=2.1,<3"),
        ("~=2.1.4", ">=2.1.4,<2.2"),
        ("==3.*", ">=3,<4"),
        ("==3.0", "==3"),
        ("===3.1", "==3.1"),
        ("===nightly", ""),
        ("!=62.1,>=42", ">=42,!=62.1"),
        ("!=62.*", ""),
        (">=1.0rc1", ">=1"),
        ("<2.0.dev0", "<2"),
        (">1,<=1.5", ">1,<=1.5"),
        (">=1!2", ">=2"),
    ],
)
def test_bounds_are_what_nix_can_compare(specifiers: str, expected: str) -> None:
    assert bounds(SpecifierSet(specifiers)) == expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from([">=", "<=", "<", ">", "==", "!=", "~="]), st.tuples(st.integers(0, 99), st.integers(0, 99))
        )
    )
)
def test_bounds_are_specifiers_that_say_the_same(parts: list[tuple[str, tuple[int, int]]]) -> None:
    # They are read back from the output.
    said = bounds(SpecifierSet(",".join(f"{operator}{major}.{minor}" for operator, (major, minor) in parts)))
    assert bounds(SpecifierSet(said)) == said
