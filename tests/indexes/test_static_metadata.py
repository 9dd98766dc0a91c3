"""What each file of a source tree is believed, and when it is not."""

import pytest
from packaging.utils import canonicalize_name

from lock2nix.indexes.static_metadata import is_enough, metadata_of_sdist, metadata_of_tree
from lock2nix.schemas.metadata import CoreMetadata

X = canonicalize_name("x")
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
POETRY = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
PROJECT = """
[project]
name = "X"
requires-python = ">=3.9"
dependencies = ["a>=1", "b ; os_name == 'nt'"]
[project.optional-dependencies]
Fast_Er = ["c", "d; python_version < '3.12' or os_name == 'nt'"]
empty = []
"""
SETUP_CFG = """
[metadata]
name = x
[options]
python_requires = >=3.9
install_requires =
    a>=1
    # not this
    b; os_name == 'nt'
[options.extras_require]
fast = c; d
slow =
    e; os_name == 'nt'
"""
REQUIRES_TXT = """a>=1

[:python_version < "3.8"]
b
c; os_name == 'nt' or os_name == 'posix'

[Fast]
d

[fast:os_name == "nt"]
e

[empty]
"""
INFO_24 = "Metadata-Version: 2.4\nName: x\nVersion: 1\nRequires-Dist: i\n"
INFO_21 = "Metadata-Version: 2.1\nName: x\nVersion: 1\nRequires-Python: >=3.7\nRequires-Dist: i\nSummary: it\n"


def tree(**files: str) -> CoreMetadata:
    return metadata_of_tree({_NAMES[key]: text.encode() for key, text in files.items()}, X)


def sdist(**files: str) -> CoreMetadata:
    return metadata_of_sdist({_NAMES[key]: text.encode() for key, text in files.items()}, X)


def enough(**files: str) -> bool:
    return is_enough({_NAMES[key]: text.encode() for key, text in files.items()}, X)


_NAMES = {
    "info": "PKG-INFO",
    "pyproject": "pyproject.toml",
    "setup_cfg": "setup.cfg",
    "setup_py": "setup.py",
    "requires": "x.egg-info/requires.txt",
    "more_requires": "src/X.egg-info/requires.txt",
    "other_requires": "y.egg-info/requires.txt",
    "deep_requires": "a/b/x.egg-info/requires.txt",
    "egg_info": "x.egg-info/PKG-INFO",
}
UNKNOWN = CoreMetadata(name=X, requires=None)


def test_project() -> None:
    found = CoreMetadata(
        name=X,
        requires=(
            "a>=1",
            'b; os_name == "nt"',
            'c; extra == "fast-er"',
            'd; (python_version < "3.12" or os_name == "nt") and extra == "fast-er"',
        ),
        extras=(canonicalize_name("fast-er"), canonicalize_name("empty")),
        requires_python=">=3.9",
    )
    assert tree(pyproject=PROJECT) == found
    assert tree(pyproject=PROJECT + SETUPTOOLS, setup_py="install_requires", setup_cfg=SETUP_CFG) == found
    assert sdist(pyproject=PROJECT) == found


def test_project_without_dependencies_has_none() -> None:
    assert tree(pyproject='[project]\nname = "x"\n').requires == ()
    assert tree(pyproject='[project]\nname = "x"\nversion = "1"\ndynamic = ["version", "readme"]\n').requires == ()


@pytest.mark.parametrize("field", ["dependencies", "optional-dependencies"])
def test_dynamic_is_not_believed(field: str) -> None:
    text = f'[project]\nname = "x"\ndynamic = ["{field}"]\n'
    assert tree(pyproject=text, setup_cfg=SETUP_CFG) == UNKNOWN
    assert tree(pyproject=POETRY + text + '[tool.poetry]\nname = "x"\ndependencies = { a = "*" }') == UNKNOWN


def test_dynamic_python_is_left_out() -> None:
    found = tree(pyproject=PROJECT.replace("[project]", '[project]\ndynamic = ["requires-python"]'))
    assert found.requires is not None
    assert found.requires_python is None


def test_poetry_takes_its_own_table_where_project_is_silent() -> None:
    text = POETRY + '[project]\nname = "x"\n[tool.poetry.dependencies]\na = "^1"\n'
    assert tree(pyproject=text) == UNKNOWN
    assert tree(pyproject=text + "[tool.poetry.group.dev]\n").requires is None
    assert tree(pyproject=text.replace('name = "x"', 'name = "x"\ndependencies = ["b"]')).requires == ("b",)


@pytest.mark.parametrize(
    "text",
    [
        "[project",
        "\x00",
        "project = 1",
        "[project]\ndependencies = ['a']",
        "[project]\nname = 1",
        "[project]\nname = 'x'\ndependencies = 'a'",
        "[project]\nname = 'x'\ndependencies = [1]",
        "[project]\nname = 'x'\n[project.dependencies]\na = '*'",
        "[project]\nname = '-'",
        "a = " + "[" * 10_000,
    ],
)
def test_broken_project_says_nothing(text: str) -> None:
    assert tree(pyproject=text, setup_cfg=SETUP_CFG, setup_py="setup()") == UNKNOWN


def test_what_is_broken_is_mended_and_complained_about() -> None:
    found = tree(pyproject='[project]\nname = "x"\ndependencies = ["a >=1.*", "b @ https://me:s3cret@x.org/b", "???"]')
    assert found.requires == ("a>=1", "b")
    assert [text.split("is ")[1].split()[0] for text in found.complaints] == ["read", "left"]
    bad_extra = tree(pyproject='[project]\nname = "x"\n[project.optional-dependencies]\n"a\\"b" = ["c"]')
    assert (bad_extra.requires, bad_extra.extras) == ((), ())
    assert bad_extra.complaints == ("an extra without a proper name is left out",)


def test_name_is_the_tree_s_own() -> None:
    assert tree(pyproject='[project]\nname = "Other_Name"').name == "other-name"


def test_setup_cfg() -> None:
    found = CoreMetadata(
        name=X,
        requires=(
            "a>=1",
            'b; os_name == "nt"',
            'c; extra == "fast"',
            'd; extra == "fast"',
            'e; os_name == "nt" and extra == "slow"',
        ),
        extras=(canonicalize_name("fast"), canonicalize_name("slow")),
        requires_python=">=3.9",
    )
    setups = [{}, {"setup_py": "from setuptools import setup\nsetup(use_scm_version=True)"}, {"pyproject": SETUPTOOLS}]
    for more in [*setups, {"pyproject": "[tool.black]"}, {"pyproject": '[build-system]\nrequires = ["setuptools"]'}]:
        assert tree(setup_cfg=SETUP_CFG, **more) == found
    assert tree(setup_cfg="[metadata]\nname = x").requires == ()


@pytest.mark.parametrize(
    "more",
    [
        {"setup_py": "setup(install_requires=[])"},
        {"setup_py": "setup(extras_require={})"},
        {"setup_py": "setup(python_requires='>=3')"},
        {"setup_py": "setup(**about)"},
        {"setup_py": "setup(pbr=True)"},
        {"setup_py": "setup(distclass=Mine)"},
        {"setup_py": "exec(open('a').read())"},
        {"setup_py": "from mine import *"},
        {"pyproject": '[build-system]\nrequires = ["flit"]\nbuild-backend = "flit.buildapi"'},
        {"pyproject": "[build-system"},
        {"setup_cfg": SETUP_CFG.replace("name = x", "")},
        {"setup_cfg": SETUP_CFG.replace("name = x", "name = attr: x.name")},
        {"setup_cfg": "[metadata]\nname = x\n[options]\ninstall_requires = file: requirements.txt"},
        {"setup_cfg": "[metadata]\nname = x\n[options]\npython_requires = attr: x"},
        {"setup_cfg": "[metadata]\nname = x\n[options.extras_require]\na = file: a.txt"},
        {"setup_cfg": "[metadata\nname = x"},
    ],
)
def test_setup_cfg_that_something_counts_over(more: dict[str, str]) -> None:
    assert tree(**({"setup_cfg": SETUP_CFG} | more)) == UNKNOWN


def test_plain_table_of_poetry() -> None:
    text = """
        [tool.poetry]
        name = "X"
        [tool.poetry.dependencies]
        python = ">=3.9,<4"
        a = "^1.2"
        b = ">=1,<2"
        c = { version = "~1", extras = ["p", "q"], markers = "os_name == 'nt'" }
        d = { git = "https://x.org/d.git", branch = "main" }
        e = { version = "*", optional = true }
        Never_Asked = { version = "*", optional = true }
        f = { version = "*", optional = true, markers = "os_name == 'nt' or os_name == 'posix'" }
        [tool.poetry.extras]
        Ex = ["E", "f"]
        all = ["e"]
    """
    assert tree(pyproject=POETRY + text) == CoreMetadata(
        name=X,
        requires=(
            "a",
            "b<2,>=1",
            'c[p,q]; os_name == "nt"',
            "d",
            'e; extra == "ex"',
            'f; (os_name == "nt" or os_name == "posix") and extra == "ex"',
            'e; extra == "all"',
        ),
        extras=(canonicalize_name("ex"), canonicalize_name("all")),
        requires_python="<4,>=3.9",
    )
    assert tree(pyproject=text.replace('">=3.9,<4"', '"^3.9"')).requires_python is None


@pytest.mark.parametrize(
    "entry",
    [
        '{ version = "1", python = "<3.9" }',
        '{ version = "1", platform = "darwin" }',
        '[{ version = "1", python = "<3.9" }, { version = "2" }]',
        '["1"]',
        "1",
        '{ version = "1", optional = "perhaps" }',
    ],
)
def test_table_of_poetry_that_is_not_plain(entry: str) -> None:
    assert tree(pyproject=f'[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\na = {entry}') == UNKNOWN


def test_table_of_poetry_without_a_name() -> None:
    assert tree(pyproject="[tool.poetry]\npackage-mode = false") == UNKNOWN
    assert tree(pyproject="[tool]\npoetry = 1") == UNKNOWN


def test_info_of_a_tree_is_the_last_and_must_commit_itself() -> None:
    assert tree(info=INFO_24).requires == ("i",)
    assert tree(info=INFO_24, pyproject=PROJECT) == tree(pyproject=PROJECT)
    assert tree(info=INFO_21) == tree(info="nonsense") == UNKNOWN


def test_egg_info_of_a_tree_is_not_believed() -> None:
    assert tree(requires=REQUIRES_TXT, egg_info=INFO_21) == UNKNOWN


def test_egg_info_of_an_sdist() -> None:
    found = sdist(info=INFO_21, requires=REQUIRES_TXT, setup_py="install_requires")
    assert found == CoreMetadata(
        name=X,
        version="1",
        requires=(
            "a>=1",
            'b; python_version < "3.8"',
            'c; (os_name == "nt" or os_name == "posix") and python_version < "3.8"',
            'd; extra == "fast"',
            'e; os_name == "nt" and extra == "fast"',
        ),
        extras=(canonicalize_name("fast"), canonicalize_name("empty")),
        requires_python=">=3.7",
        summary="it",
    )
    dynamic = INFO_24 + "Dynamic: Requires-Dist\n"
    assert sdist(
        info=dynamic, requires="a", pyproject='[project]\nname = "x"\ndynamic = ["dependencies"]'
    ).requires == ("a",)


@pytest.mark.parametrize(
    ("text", "requires", "complaints"),
    [
        ("", (), 0),
        ("# nothing\n\n", (), 0),
        ("[:nonsense]\na\n", (), 1),
        ('[a"b]\nc\n', (), 1),
        ("[]\na\n", ("a",), 0),
        ("a ??? b\n", ("a",), 1),
        ("??? b\n", (), 1),
        ("a @ https://me:s3cret@x.org/a.zip ; os_name == 'nt'\n", ('a; os_name == "nt"',), 0),
        ("a\x00b\n", ("a",), 1),
        ("[" * 500 + "\na\n", ("a",), 0),
    ],
)
def test_odd_requires_txt(text: str, requires: tuple[str, ...], complaints: int) -> None:
    found = sdist(info=INFO_21, requires=text)
    assert (found.requires, len(found.complaints)) == (requires, complaints)
    assert "s3cret" not in str(found)


def test_several_requires_txt_say_nothing_and_others_do_not_matter() -> None:
    assert sdist(info=INFO_21, requires="a", more_requires="b").requires is None
    assert sdist(info=INFO_21, requires="a", other_requires="b", deep_requires="c").requires == ("a",)
    assert sdist(info=INFO_21, other_requires="b").requires is None


def test_setuptools_folder_without_requires_txt_requires_nothing() -> None:
    assert sdist(info=INFO_21, egg_info=INFO_21).requires == ()
    assert sdist(info=INFO_21).requires is None
    assert sdist(egg_info=INFO_21).requires == ()


def test_what_commits_itself_counts_most() -> None:
    assert sdist(info=INFO_24, pyproject=PROJECT, requires="a").requires == ("i",)
    assert sdist(info=INFO_21, pyproject=PROJECT, requires="b").requires == tree(pyproject=PROJECT).requires
    assert sdist(info=INFO_21, setup_cfg=SETUP_CFG, requires="b").requires == ("b",)
    assert sdist(info=INFO_21, setup_cfg=SETUP_CFG).requires == tree(setup_cfg=SETUP_CFG).requires


def test_poetry_s_own_translation_is_believed_in_an_sdist() -> None:
    table = POETRY + '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\na = [{ version = "1" }]'
    assert sdist(info=INFO_21, pyproject=table).requires == ("i",)
    assert sdist(info=INFO_21, pyproject=SETUPTOOLS).requires is None
    assert sdist(pyproject=POETRY + '[tool.poetry]\nname = "x"').requires == ()


def test_info_that_is_none() -> None:
    with pytest.raises(ValueError, match="of what it is"):
        sdist(info="nonsense", pyproject=PROJECT)


def test_enough_is_only_what_does_not_rest_on_absence() -> None:
    assert enough(info=INFO_24)
    assert enough(info=INFO_21, requires="a")
    assert enough(info=INFO_21, pyproject=PROJECT)
    assert not enough(info=INFO_21)
    assert not enough(info=INFO_21, egg_info=INFO_21)
    assert not enough(pyproject=PROJECT)
    assert not enough(requires="a")
