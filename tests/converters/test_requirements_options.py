"""Options of a line, as pip spells them."""

import pytest

from lock2nix.converters.requirements_options import Given, Parts, parts


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("-r a.txt", [("--requirement", "a.txt")]),
        ("-ra.txt", [("--requirement", "a.txt")]),
        ("--requirement a.txt", [("--requirement", "a.txt")]),
        ("--requirement=a.txt", [("--requirement", "a.txt")]),
        ("--requirem=a.txt", [("--requirement", "a.txt")]),
        ("-c c.txt", [("--constraint", "c.txt")]),
        ("-i x", [("--index-url", "x")]),
        ("--in x", [("--index-url", "x")]),
        ("--pypi-url x", [("--index-url", "x")]),
        ("--extra-index x", [("--extra-index-url", "x")]),
        ("-f 'a b'", [("--find-links", "a b")]),
        ("--no-binary :all: --pre", [("--no-binary", ":all:"), ("--pre", "")]),
        ("--prefer", [("--prefer-binary", "")]),
        ("-C a=b", [("--config-settings", "a=b")]),
        ("--use-feature fast-deps", [("--use-feature", "fast-deps")]),
        ("-e .", [("--editable", ".")]),
        ("-e.", [("--editable", ".")]),
        ("--editable=./a b[c, d] --config-settings x=y", [("--editable", "./a b[c, d]"), ("--config-settings", "x=y")]),
        ("-e 'x @ git+https://x.org/a'", [("--editable", "x @ git+https://x.org/a")]),
        ("-e ./x ; os_name == 'nt'", [("--editable", "./x ; os_name == 'nt'")]),
        ("--require-hashes", [("--require-hashes", "")]),
    ],
)
def test_spellings(line: str, options: list[tuple[str, str]]) -> None:
    assert parts(line) == Parts("", tuple(Given(*option) for option in options))  # type: ignore[arg-type]


def test_options_follow_a_requirement() -> None:
    found = parts("a==1 ; os_name == 'x-y'   --hash=x --hash y\t--no-binary a")
    assert found.requirement == "a==1 ; os_name == 'x-y'"
    assert found.options == (Given("--hash", "x"), Given("--hash", "y"), Given("--no-binary", "a"))
    assert parts("a-b==1") == Parts("a-b==1", ())


@pytest.mark.parametrize(
    "line", ["-x", "--no-such", "--in", "--", "-", "-r", "--hash=", "--pre=1", "-e", "--no", "--req=x", "-i x y"]
)
def test_other_options_are_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"option|needs|takes"):
        parts(line)
