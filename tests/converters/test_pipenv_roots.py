import pytest

from .pipfiles import pin, read, refusal, shown


def test_pipfile_says_who_asks() -> None:
    pipfile = """
        [[source]]
        url = "https://pypi.org/simple"
        [packages]
        "A_a[X, y-Y]" = "*"
        b = {version = ">=1", extras = ["z"], sys_platform = "== 'linux'"}
        c = 4.2
        [dev-packages]
        [later]
        b = {markers = "os_name == 'posix'", python_version = ">= '3.8'"}
        [requires]
        python_version = "3"
        [scripts]
        run = "x"
        [pipenv]
        allow_prereleases = true
        [build-system]
        requires = ["setuptools"]
    """
    entries = {"a-a": pin("1", extras=["from-the-lock"]), "b": pin("1"), "c": pin("1"), "d": pin("1")}
    lock = read(entries, develop={"d": pin("1")}, later={"b": pin("1")}, unknown={"d": pin("1")}, pipfile=pipfile)
    assert {group.name: shown(group.dependencies) for group in lock.groups} == {
        "main": ["a-a[from-the-lock,x,y-y]", 'b[z] ; sys_platform == "linux"', "c"],
        "dev": [],
        "later": ['b ; os_name == "posix" and python_version >= "3.8"'],
        "unknown": ["d"],  # of which the Pipfile says nothing
    }
    assert shown(lock.groups[0].members) == ["a-a[from-the-lock]", "b", "c", "d"]


def test_pipfile_s_markers_count_for_what_it_asks_for() -> None:
    entries = {"a": pin("1", markers="python_version < '3.13'"), "b": pin("1", markers="python_version >= '3'")}
    (main, _) = read(entries, pipfile="[packages]\na = '*'\nb = {markers = \"os_name == 'posix'\"}").groups
    assert shown(main.dependencies) == ["a", 'b ; os_name == "posix"']
    assert shown(main.members) == ['a ; python_version < "3.13"', 'b ; python_version >= "3"']


def test_markers_of_an_entry() -> None:
    entries = {
        "a": pin("1", markers="", os_markers="os_name != 'nt'", platform_machine="== 'x86_64'"),
        "b": pin("1", markers="extra == 'socks' and python_version >= '3'"),
        "c": pin("1", markers="extra == 'socks'"),
    }
    assert shown(read(entries).groups[0].dependencies) == [
        'a ; os_name != "nt" and platform_machine == "x86_64"',
        'b ; python_version >= "3"',
        "c",
    ]


def test_what_the_lock_does_not_pin_is_asked_for_and_no_member() -> None:
    entries = {"a": pin("1"), "b": {"version": "*", "markers": "sys_platform == 'darwin'"}, "c": {}}
    lock = read(entries)
    assert shown(lock.groups[0].dependencies) == ["a", 'b ; sys_platform == "darwin"', "c"]
    assert shown(lock.groups[0].members) == ["a"]
    assert [package.name for package in lock.packages] == ["a"]


@pytest.mark.parametrize("key", ["a b", "[x]", "a[", "-a", "a[]]", "a;b", "a\\n"])
def test_names_that_are_none(key: str) -> None:
    found = refusal({"a": pin("1")}, pipfile=f'[packages]\n"{key}" = "*"\n')
    assert found.startswith("Pipfile: packages")


def test_pipfile_that_is_no_toml() -> None:
    assert refusal(pipfile="[packages").startswith("Pipfile:1:10: not TOML: ")
    assert refusal(pipfile="[packages]\na = {markers = 'nonsense'}") == (
        'Pipfile: packages.a.markers: "nonsense" is not an environment marker (PEP 508)'
    )
