import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

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
    ("requires", "tools"),
    [
        (["nowhere[toml]>=2"], {"nowhere": "[toml]>=2"}),
        (["Nowhere[B_c, a]"], {"nowhere": "[a,b-c]"}),
        (["nowhere[a]>=2", "nowhere[b]>=3"], {"nowhere": "[a,b]"}),
        # Everybody's nixpkgs has it, with what it needs.
        (["setuptools-scm[toml]>=6.2"], {"setuptools-scm": ">=6.2"}),
    ],
)
def test_extras_are_those_of_tools_that_not_every_nixpkgs_has(requires: list[str], tools: dict[str, str]) -> None:
    assert build_tools(BuildSystem(requires=tuple(requires))) == tools


@pytest.mark.parametrize(
    ("specifiers", "expected"),
    [
        ("", ""),
        (">=0", ""),
        (">=0.0.0", ""),
        (">0", ">0"),
        ("<4,>=3.2", ">=3.2,<4"),
        (">= 3.10.0", ">=3.10.0"),
        ("~=2.1", "~=2.1"),
        ("==3.*", "==3.*"),
        ("===3.1", "==3.1"),
        ("===nightly", ""),
        ("!=62.1,>=42", ">=42,!=62.1"),
        ("!=62.*", "!=62.*"),
        # sphinx-theme-builder has nothing but pre-releases of the version that furo asks for.
        (">=0.2.0a10", ">=0.2.0a10"),
        (">=1.0-rc.1", ">=1.0rc1"),
        ("<2.0.dev0", "<2.0.dev0"),
        (">1,<=1.5,>1", ">1,<=1.5"),
        (">=1!2", ">=1!2"),
        ("==1.0+cu118", "==1.0+cu118"),
    ],
)
def test_bounds_have_one_spelling_and_order(specifiers: str, expected: str) -> None:
    assert bounds(SpecifierSet(specifiers)) == expected


VERSIONS = st.sampled_from(["0", "0.1", "1", "1.0", "1.2.3", "10.0", "2.0a1", "2.0.post1", "1!3", "4.dev2"])


@given(
    st.lists(st.tuples(st.sampled_from([">=", "<=", "<", ">", "==", "!=", "~=", "==*", "!=*"]), VERSIONS)),
    st.lists(VERSIONS, min_size=1),
)
def test_bounds_are_specifiers_that_say_the_same(parts: list[tuple[str, str]], versions: list[str]) -> None:
    texts = [
        f"{operator[:2]}{version}{'.*' if operator.endswith('*') else ''}"
        for operator, version in parts
        if (operator != "~=" or len(Version(version).release) > 1)
        and (not operator.endswith("*") or version.replace(".", "").isdecimal())
    ]
    original = SpecifierSet(",".join(texts))
    said = bounds(original)
    # They are read back from the output.
    assert bounds(SpecifierSet(said)) == said
    for version in versions:
        assert original.contains(version, prereleases=True) == SpecifierSet(said).contains(version, prereleases=True)
