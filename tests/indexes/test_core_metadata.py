"""Core metadata as it is found in the wild."""

import pytest

from lock2nix.indexes.core_metadata import parse_metadata
from lock2nix.schemas.metadata import CoreMetadata


def read(*lines: str, head: str = "Metadata-Version: 2.1\nName: x\nVersion: 1") -> CoreMetadata:
    return parse_metadata("\n".join([head, *lines, "", "Name: body"]).encode(), is_sdist=False)


def test_nothing_said() -> None:
    assert read() == CoreMetadata(name="x", version="1", requires=())


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("y", "y"),
        ("y (>=1.0)", "y>=1.0"),
        ("y (>=1.0,)", "y>=1.0"),
        ("y >=1.0,", "y>=1.0"),
        ("y (>=1.0<2)", "y<2,>=1.0"),
        ("y >=1.0.*", "y>=1.0"),
        ("y >= '1.0' ; extra == 'a'", 'y>=1.0; extra == "a"'),
        ("y !=3.0*", "y!=3.0.*"),
        ("y =1.0", "y==1.0"),
        ("y >dev", "y"),
        ("y[a] (git+x)", "y[a]"),
        ("y @ https://me:secret@y.org/y.zip ; os_name == 'nt'", 'y; os_name == "nt"'),
        ("y;\n       python_version<'3'", 'y; python_version < "3"'),
    ],
)
def test_requirements(text: str, read_as: str) -> None:
    found = read(f"Requires-Dist: {text}")
    assert found.requires == (read_as,)
    assert "secret" not in found.model_dump_json()


@pytest.mark.parametrize(
    "text", ["-y", "y; what == 'a'", "y; extra", "y; os_name == '\x01'", "y; " + "(" * 5000, "$(rm)", "ü"]
)
def test_requirements_that_nobody_understands(text: str) -> None:
    found = read(f"Requires-Dist: {text}", "Requires-Dist: z")
    assert found.requires == ("z",)
    assert len(found.complaints) == 1
    assert found.complaints[0].endswith("is left out")
    assert found.complaints[0].isprintable()


def test_complaints_do_not_pile_up() -> None:
    assert len(read(*["Requires-Dist: -"] * 1000).complaints) == 10


@pytest.mark.parametrize(
    ("text", "read_as", "complaints"),
    [(">=3.8", ">=3.8", 0), (">=3.8.*", ">=3.8", 0), ("", None, 0), ("three", None, 1), (">=3.8,<4", "<4,>=3.8", 0)],
)
def test_requires_python(text: str, read_as: str | None, complaints: int) -> None:
    found = read(f"Requires-Python: {text}")
    assert (found.requires_python, len(found.complaints)) == (read_as, complaints)


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (["License-Expression: mit OR apache-2.0"], "MIT OR Apache-2.0"),
        (["License: BSD-3-Clause"], "BSD-3-Clause"),
        (["License: BSD"], None),
        (["License: A long\n        text"], None),
        (["License-Expression: nonsense", "License: MIT"], "MIT"),
    ],
)
def test_licence(lines: list[str], licence: str | None) -> None:
    assert read(*lines).licence == licence


@pytest.mark.parametrize(
    ("lines", "homepage"),
    [
        (["Home-page: https://x.org"], "https://x.org"),
        (["Home-page: UNKNOWN", "Project-URL: Home-Page, https://x.org"], "https://x.org"),
        (["Home-page: javascript:x"], None),
        (["Home-page: https://me:secret@x.org"], None),
        (["Project-URL: Source, https://x.org"], None),
        (["Project-URL: https://x.org"], None),
    ],
)
def test_homepage(lines: list[str], homepage: str | None) -> None:
    assert read(*lines).homepage == homepage


@pytest.mark.parametrize(("text", "summary"), [("UNKNOWN", None), ("a\n  b", "a b"), ("a\x1b[2J", None), ("", None)])
def test_summary(text: str, summary: str | None) -> None:
    assert read(f"Summary: {text}").summary == summary


def test_extras_are_normalised_and_once() -> None:
    found = read("Provides-Extra: A_b", "Provides-Extra: a.b", "Provides-Extra: $", "Provides-Extra: c ")
    assert found.extras == ("a-b", "c")


@pytest.mark.parametrize(
    "head", ["", "Name: x", "Metadata-Version: 2.1", "Metadata-Version: 2.1\nName: ../x", "<html>"]
)
def test_what_is_no_metadata(head: str) -> None:
    with pytest.raises(ValueError, match="of what it is"):
        read(head=head)


def test_versions_that_are_none() -> None:
    assert read(head="Metadata-Version: 1.0\nName: x\nVersion: yesterday").version is None
    assert read(head="Metadata-Version: 9.9\nName: x").version is None
