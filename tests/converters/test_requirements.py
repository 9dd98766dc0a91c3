"""Files in which everything is pinned: what lock they are."""

from pathlib import PurePosixPath

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from lock2nix.converters import detect, requirements
from lock2nix.converters.requirements import recognises
from lock2nix.errors import InputError
from lock2nix.schemas.artifact import Artifact
from lock2nix.schemas.lock import UNKNOWN_VERSION, Dependency
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, IndexSource, UrlSource

from .requirements_read import REVISION, A, B, file, locked, package, read_all


def test_pin_with_hashes() -> None:
    found = package(f"Ruamel.Yaml==0.17 \\\n    --hash={A} \\\n    --hash={B}")
    assert (found.name, found.pname, found.version) == ("ruamel-yaml", "Ruamel.Yaml", Version("0.17"))
    assert found.source == IndexSource()
    assert [one.digest[0] for one in found.loose_hashes] == ["a", "b"]
    assert (found.artifacts, found.dependencies, found.hinted, found.marker) == ((), None, None, None)


def test_every_line_is_a_root() -> None:
    lock = locked("flask[async]==2.0 ; python_version < '3.12'\nidna===3.7\n")
    (main,) = lock.groups
    assert (main.name, main.optional, main.members, lock.name, lock.closed) == ("main", False, (), None, False)
    assert lock.one_environment
    flask, idna = main.dependencies
    assert flask.extras == {"async"}
    assert str(flask.marker) == 'python_version < "3.12"'
    assert flask.versions == (SpecifierSet("===2.0", prereleases=True),)
    assert idna == Dependency(name=canonicalize_name("idna"), versions=(SpecifierSet("===3.7", prereleases=True),))


@pytest.mark.parametrize("text", ["a==1.0", "a===1.0", "a>=0.9,==1.0", "a (==1.0)", "a==1.0,!=1.1"])
def test_spellings_of_a_pin(text: str) -> None:
    assert package(text).version == Version("1.0")


def test_versions_by_marker() -> None:
    lock = locked("a==1 ; python_version < '3.12'\na==2 ; python_version >= '3.12'\n")
    assert [(str(p.version), str(p.marker)) for p in lock.packages] == [
        ("1", 'python_version < "3.12"'),
        ("2", 'python_version >= "3.12"'),
    ]
    assert len(lock.groups[0].dependencies) == 2


def test_one_version_by_several_lines_is_one_package() -> None:
    lock = locked(f"a==1 ; os_name == 'x'\na[b]==1.0 ; os_name == 'y' --hash={A}\na==1 ; os_name == 'y' --hash={A}")
    (found,) = lock.packages
    assert str(found.marker) == 'os_name == "x" or os_name == "y"'
    assert len(found.loose_hashes) == 1
    assert package("a==1 ; os_name == 'x'\na==1").marker is None


def test_hashes_of_two_lines_must_agree() -> None:
    found = package(f"a==1 --hash={A} --hash={B}\na[x]==1 --hash={B}")
    assert [one.digest[0] for one in found.loose_hashes] == ["b"]
    with pytest.raises(InputError, match=r"requirements\.txt:2: its hashes are none of those of requirements\.txt:1"):
        locked(f"a==1 --hash={A}\na==1 --hash={B}")


@pytest.mark.parametrize(
    "second", ["a==2", "a @ https://x.org/a-1.0.zip", "a==2 ; os_name == 'x'", f"git+https://x.org/a@{REVISION}#egg=a"]
)
def test_two_versions_for_one_place_are_refused(second: str) -> None:
    for first, other in (("a==1", second), (second, "a==1")):
        with pytest.raises(InputError) as caught:
            locked(f"{first}\nb==1\n{other}")
        assert str(caught.value).startswith("requirements.txt:3: this is ")
        assert "but requirements.txt:1 says" in str(caught.value)


def test_same_marker_is_the_same_place() -> None:
    with pytest.raises(InputError, match=r'this is a 2, but requirements\.txt:1 says "a==1'):
        locked("a==1 ; os_name == 'x'\na==2 ; os_name == 'x'")


def test_direct_addresses() -> None:
    wheel, sdist = locked(
        f"https://x.org/My_a-1.0%2Bcu-py3-none-any.whl --hash={A}\nb @ https://me:pw@x.org/b-2.zip#md5={'0' * 32}"
    ).packages
    assert wheel.source == UrlSource(url="https://x.org/My_a-1.0%2Bcu-py3-none-any.whl")
    assert (wheel.name, wheel.version, wheel.loose_hashes) == ("my-a", Version("1.0+cu"), ())
    assert [(a.filename, a.url) for a in wheel.artifacts] == [
        ("My_a-1.0+cu-py3-none-any.whl", "https://x.org/My_a-1.0%2Bcu-py3-none-any.whl")
    ]
    assert wheel.artifacts[0].hashes[0].digest == "a" * 64
    assert sdist.artifacts[0].hashes[0].algorithm == "md5"
    assert sdist.artifacts[0].url == "https://x.org/b-2.zip"


def test_archive_that_does_not_say_its_version() -> None:
    found = package("urllib3 @ https://github.com/urllib3/urllib3/archive/refs/tags/1.26.8.zip")
    assert found.version == UNKNOWN_VERSION
    assert found.artifacts == (
        Artifact(filename="1.26.8.zip", url="https://github.com/urllib3/urllib3/archive/refs/tags/1.26.8.zip"),
    )


def test_repository_at_a_full_revision() -> None:
    found = package(f"-e git+ssh://git@x.org/a@{REVISION.upper()}#egg=D4RL[x]&subdirectory=b")
    assert found.source == GitSource(url="ssh://git@x.org/a", revision=REVISION, subdirectory=PurePosixPath("b"))
    assert (found.pname, found.version) == ("D4RL", UNKNOWN_VERSION)


def test_files_on_disk() -> None:
    lock = locked(f"./dist/a-1.0-py3-none-any.whl --hash={A}\nb @ file:///srv/b.zip")
    a, b = lock.packages
    assert a.source == FileSource(path=PurePosixPath("dist/a-1.0-py3-none-any.whl"))
    assert (a.name, a.artifacts[0].filename, len(a.artifacts[0].hashes)) == ("a", "a-1.0-py3-none-any.whl", 1)
    assert b.source == FileSource(path=PurePosixPath("/srv/b.zip"))
    assert [n.message for n in lock.notices] == ["b comes from /srv/b.zip, which exists on some machines only"]


def test_what_pip_freeze_writes_of_folders() -> None:
    found = package("# Editable install with no version control (alfred==0.0.1)\n-e /home/me/alfred\n")
    assert (found.pname, found.version) == ("alfred", Version("0.0.1"))
    assert found.source == DirectorySource(path=PurePosixPath("/home/me/alfred"), editable=True)
    named = package("# Editable Git install with no remote (alfred===0.1)\n-e /home/me/alfred\n")
    assert named.version == Version("0.1")


def test_comments_say_who_needs_whom() -> None:
    text = """
click==8.1
    # via
    #   -r requirements.in
    #   flask
    #   my-project (pyproject.toml)
flask==2.0  # via -r requirements.in, Flask_Login[x]
flask-login==1.0
"""
    assert {p.name: p.hinted for p in locked(text).packages} == {
        "click": (),
        "flask": ("click",),
        "flask-login": ("flask",),
    }


def test_logins_and_missing_hashes_are_noticed() -> None:
    notices = locked(f"a @ https://me:secret@x.org/a-1.0.zip\nb==1 --hash={A}\nc==1").notices
    assert [(n.kind, n.message) for n in notices] == [
        ("left-out", "a: the login in its address is left out (a netrc file can have it)"),
        ("missing-data", "no hash in the lock, so what is there today is taken: a, c"),
    ]
    many = locked("\n".join(f"a{i}==1" for i in range(20))).notices
    assert many[0].message.endswith("a6, a7 and 12 more")


def test_hashes_may_be_required() -> None:
    assert package(f"--require-hashes\na==1 --hash={A}").loose_hashes
    with pytest.raises(InputError) as caught:
        locked(f"a==1\n--require-hashes\nb==1 --hash={A}\n-e ./c\n", {"c/setup.py": "setup(name='c')"})
    assert str(caught.value) == (
        "requirements.txt:2: --require-hashes wants a hash of every file, and these have none: "
        "requirements.txt:1, requirements.txt:4"
    )


# Constraints


def test_constraints_pin_what_requirements_leave_open() -> None:
    lock = locked("-c c.txt\nFlask[async]>=1 ; os_name == 'x'\n", {"c.txt": f"flask==2.0 --hash={A}\nidna==3\nb<2"})
    flask, idna = lock.packages
    assert (flask.pname, str(flask.version), str(flask.marker)) == ("Flask", "2.0", 'os_name == "x"')
    assert len(flask.loose_hashes) == 1
    # Nobody asked for it: it is there if something needs it.
    assert idna.name == "idna"
    assert [d.name for d in lock.groups[0].members] == ["idna"]
    assert [(d.name, sorted(d.extras)) for d in lock.groups[0].dependencies] == [("flask", ["async"])]


def test_constraints_by_marker_pin_each_where_it_holds() -> None:
    lock = locked("-c c.txt\na", {"c.txt": "a==1 ; python_version < '3.12'\na==2 ; python_version >= '3.12'"})
    assert [(str(p.version), str(p.marker)) for p in lock.packages] == [
        ("1", 'python_version < "3.12"'),
        ("2", 'python_version >= "3.12"'),
    ]


def test_constraints_narrow_hashes() -> None:
    (found,) = locked(f"-c c.txt\na==1 --hash={A} --hash={B}", {"c.txt": f"a==1 --hash={B}"}).packages
    assert [one.digest[0] for one in found.loose_hashes] == ["b"]
    with pytest.raises(InputError, match=r"requirements\.txt:2: its hashes are none of those of c\.txt:1"):
        locked(f"-c c.txt\na==1 --hash={A}", {"c.txt": f"a==1 --hash={B}"})


@pytest.mark.parametrize(("line", "constraint"), [("a==1", "a<1"), ("a==1", "a==2"), ("a>=2", "a==1")])
def test_constraints_that_contradict_are_refused(line: str, constraint: str) -> None:
    with pytest.raises(InputError) as caught:
        locked(f"-c c.txt\n{line}", {"c.txt": constraint})
    assert str(caught.value).startswith("requirements.txt:2: this is ")
    assert f'but c.txt:1 says "{constraint}"' in str(caught.value)


def test_constraint_for_another_place_does_not_matter() -> None:
    assert package("-c c.txt\na==1 ; os_name == 'x'", {"c.txt": "a==2 ; os_name == 'y'"}).version == Version("1")


@pytest.mark.parametrize("text", ["-e ./a", "a[x]==1", "./a", "-e git+https://x.org/a#egg=a[b]"])
def test_constraints_are_names(text: str) -> None:
    with pytest.raises(InputError, match=r"c\.txt:1: a constraint has a name, no extras, and is not editable"):
        locked("-c c.txt\n", {"c.txt": text})


# Several files


def test_files_are_groups() -> None:
    lock = read_all({
        "requirements.txt": f"-i https://x.org/s\na==1 --hash={A}",
        "requirements-dev.txt": f"-r requirements.txt\nb==1\na==1 --hash={A}",
    })  # fmt: skip
    assert [(g.name, g.optional, [d.name for d in g.dependencies]) for g in lock.groups] == [  # type: ignore[union-attr]
        ("main", False, ["a"]),
        ("dev", True, ["a", "b"]),
    ]
    assert [p.name for p in lock.packages] == ["a", "b"]  # type: ignore[union-attr]


def test_files_must_agree() -> None:
    with pytest.raises(InputError) as caught:
        read_all({"requirements.txt": "a==1", "dev-requirements.txt": "\na==2"})
    assert str(caught.value) == (
        'dev-requirements.txt:2: this is a 2, but requirements.txt:1 says "a==1"\n'
        "hint: files that are installed together are locked together"
    )


# Detection


@pytest.mark.parametrize(
    "text",
    [
        "a==1", "# x\n\na[b]>=2\n", "-r base.txt", "./x", "a @ https://x.org/a.zip", "-e .", "--index-url https://x.org\n",
        "# This file is autogenerated by pip-compile with Python 3.12\n#\n",
        "# This file was autogenerated by uv via the following command:\n",
        "# This file is @generated by PDM.\nx",
    ],
)  # fmt: skip
def test_recognised(text: str) -> None:
    assert recognises(text.encode())
    assert detect(file("dev.in", text)) is requirements.FORMAT


@pytest.mark.parametrize(
    "text",
    ["", "hello", "[[package]]\nname = 'a'", "{}", "name: a\nchannels:\n- b", "@EXPLICIT", "a=1=b", "\0", "x: y"],
)
def test_not_recognised(text: str) -> None:
    assert not recognises(text.encode())
