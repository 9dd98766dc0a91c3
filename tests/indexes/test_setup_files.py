"""setup.py is read, never run: what it plainly says is found, what it computes is left."""

import pytest

from lock2nix.indexes.setup_files import setup_py_requires


def requires(text: str) -> list[str]:
    return list(setup_py_requires(text.encode()))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("setup(name='x', setup_requires=['pbr>=2.0', \"cffi\"], zip_safe=False)", ["pbr>=2.0", "cffi"]),
        ("setup(setup_requires=('pbr',))", ["pbr"]),
        ("setup(setup_requires='pbr')", ["pbr"]),
        ("setup(\n  setup_requires = [\n    'a',  # for 'b'\n    # 'c',\n    'd[e]>=1',\n  ],\n)", ["a", "d[e]>=1"]),
        ("setup(setup_requires=['pbr'] # why\n)", ["pbr"]),
        ("setup(**{'setup_requires': ['pbr']})", ["pbr"]),
        ("ARGS = {\n    \"setup_requires\": ['pbr'],\n}", ["pbr"]),
        ("needed = ['a', 'b']  # both\nsetup(setup_requires=needed)", ["a", "b"]),
        ("needed = ['a'] + [\n  'b']\nsetup(setup_requires=['c'] + needed + ['a'])", ["c", "a", "b"]),
        ("print 'Python 2'\nsetup(setup_requires=['pbr'])", ["pbr"]),
    ],
)
def test_what_is_said_plainly(text: str, found: list[str]) -> None:
    assert sorted(requires(text)) == sorted(found)
    assert requires(text.replace("\n", "\r\n")) == requires(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "setup(name='x')",
        "setup(setup_requires=[])",
        "setup(setup_requires=read('requirements.txt'))",
        "setup(setup_requires=['pytest-runner'] if testing else [])",
        "runner = ['pytest-runner'] if testing else []\nsetup(setup_requires=runner)",
        "setup_requires = []\nif fast:\n    setup_requires = ['cython']\nsetup(setup_requires=setup_requires)",
        "# setup(setup_requires=['pbr'])",
        "setup(no_setup_requires=['pbr'])",
        "setup(setup_requires=['not a requirement', '-r x.txt', ''])",
        "setup(setup_requires=['pbr'",
        "setup(setup_requires=needed)",
        "setup(setup_requires=['a' % 1])",
        "setup(setup_requires=",
    ],
)
def test_what_is_not_said_plainly(text: str) -> None:
    assert requires(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "setup_requires=[" * 60_000,
        "setup_requires=a,\n" * 50_000,
        "setup_requires=" + "a+" * 400_000,
        "setup_requires=[" + "#" * 1_000_000,
        "setup_requires=[" + "#\n" * 400_000,
        "setup_requires=[\n" + "'','setup_requires=[',\n" * 40_000,
        "setup_requires" + " " * 1_000_000,
        "setup_requires=['a']" + " " * 1_000_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    assert requires(text) == []


def test_bytes_that_are_no_text() -> None:
    assert list(setup_py_requires(b"\xff\xfe\x00setup(setup_requires=['pbr'])\xff")) == ["pbr"]
