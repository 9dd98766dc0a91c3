"""Whatever is wrong with a requirements file, the answer is an InputError with the file in it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lock2nix.converters import requirements, requirements_files
from lock2nix.errors import InputError
from lock2nix.schemas.lock import Lock
from lock2nix.schemas.source import SourceFile
from lock2nix.schemas.wishes import Wishes

from .requirements_read import REVISION, A, file, read

PIECES = [
    "flask", "==1.0", "===1", "==1.*", ">=1", "[a,B]", " ; python_version < '3'", "; extra == 'x'", "@ ", "\\\n", "\n",
    "\r\n", "\r", "\x0b", "\t", " ", "#", " # via x", "    # via\n    #   -r a.in\n", "-e ", "-r ", "-c ", "-i ", "-f ",
    "--hash=", "--hash ", A, "md5:0", "--no-binary ", "--only-binary=", ":all:", ":none:", ",", "--require-hashes",
    "--index-url ", "--extra-index-url=", "https://u:p@x.org/simple", "https://${U}:${P}@x.org", "${X}", "--no-index",
    "--find-links=", "--pre", "--", "-", "--config-settings=", "--trusted-host ", "./x", "../x", "/x", ".", "a.txt",
    "file:", "file:///", "file://../x", "file:///${PROJECT_ROOT}/x", "git+https://x.org/a@", "git+git@x.org:a/b@",
    "git+ssh://git@x.org/a@", "hg+https://x", REVISION, "main", "#egg=x[y]", "&subdirectory=", "../..", "#sha256=",
    "https://x.org/a-1.0.tar.gz", "https://x.org/a-1.0-py3-none-any.whl", "https://x.org/a", "a-1.0.zip", "'", '"',
    "name=1.0=py_0", "conda::x", "x @ file:///a_1646925590279/work", "\0", "\ud7ff", "\u202e", "(" * 500, "[", "]",
    "# Editable install with no version control (x==1)\n", "<<<<<<< HEAD", "=======", "{}", "\u00e9", "\u2028",
]  # fmt: skip
LINES = [
    "flask==1.0", f"flask==1.0 --hash={A} --no-binary flask", "Flask[a]==2.0 ; python_version < '3'", "flask",
    "flask<2", "-r a.txt", "-c a.txt", "-e .", "-e ./x[y]", "./x", "-e git+https://x.org/a@" + REVISION + "#egg=a",
    "a @ git+https://u:p@x.org/a@main", f"a @ https://u:p@x.org/a-1.0.tar.gz --hash={A}", "./a-1.0.zip",
    "--require-hashes",
    "-i https://u:p@x.org/s", "--extra-index-url https://${U}@x.org", "-f ./links", "--no-index", "--only-binary :all:",
    "    # via flask", "# Editable install with no version control (q==2)", "-e /q", "--trusted-host x", "===", "\\",
]  # fmt: skip
SETS = st.lists(st.sampled_from(LINES), max_size=8).map("\n".join)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=60)
MARKS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "latin-1"])
FILES = st.dictionaries(st.sampled_from(["a.txt", "pyproject.toml", "setup.cfg", "setup.py", "x/setup.py"]), TEXTS)


def _is_read_or_refused(content: bytes, others: dict[str, SourceFile]) -> None:
    source = SourceFile(path=Path("requirements.txt"), content=content)
    try:
        for _ in requirements_files.references("requirements.txt", source):
            pass
        found = requirements.read(source, others)
    except InputError as error:
        assert str(error).startswith(("requirements.txt", *others))  # noqa: PT017 - other errors must escape
        assert str(error).splitlines()[0].isprintable()  # noqa: PT017
        assert ":p@" not in str(error)  # noqa: PT017
    else:
        assert isinstance(found, Lock | Wishes)
        assert ":p@" not in found.model_copy(update={"indexes": None}).model_dump_json()
    requirements.recognises(content)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("flask=1.0=py_0", "requirements.txt:1: this is a package of conda's, and none of pip's"),
        ("flask=1.0", "export the environment as a file that keeps the channels: conda env export"),
        ("conda-forge::flask>=1", "this is a package of conda's"),
        ("idna @ file:///tmp/build/80754af9/idna_1637925883363/work", "conda installed this, and built it in a folder"),
        ("a @ file:///croot/a_1/work", "write the versions instead: pip list --format=freeze"),
        ("\n-r https://x.org/base.txt", 'requirements.txt:2: "https://x.org/base.txt" is not asked for: download it'),
        ("-r /etc/passwd", '"/etc/passwd" exists on some machines only'),
        ("-r ${X}.txt", "${X} stands here"),
        ("-r b.txt", 'there is no file "b.txt"'),
        ("-r", "--requirement needs a value"),
        ("-r a.txt -r b.txt", "one line asks for one thing"),
        ("flask==1 -e .", "one line asks for one thing"),
        ("--requirements a.txt", 'pip has no option "--requirements" for requirements files'),
        ("--p", 'pip has no option "--p"'),
        ("--pre=yes", "--pre takes no value"),
        ("-i https://x.org more", '"more" belongs to no option'),
        ('--find-links "x', "the options cannot be told apart: no closing quotation"),
        ("-i ./simple", "--index-url: an index is an address that starts with https:// or http://"),
        ("-i https://u:p@x.org/s?q=1", "the address of an index has no query"),
        ("--no-binary a$b", '--no-binary: "a$b" is not a project name'),
        (f"a==1\n--hash={A}", "requirements.txt:2: --hash: it belongs to no requirement: does the line above lack"),
        ("a==1 --hash=md5:00", "--hash wants one of sha256, sha384, sha512, a colon and the digest"),
        ("a==1 --hash=sha256:00", '"00" is not a sha256 digest'),
        (f"./x --hash={A}", "only a file has a hash"),
        (f"git+https://x.org/a@{REVISION}#egg=a --hash={A}", "only a file has a hash"),
        ("qwert==${V}", "${V} stands here, and a lock says the same on every machine: write its value"),
        ("==1", '"==1" is not a requirement (PEP 508)'),
        ("a==1,==2", 'no version is "==1,==2"'),
        ("a===nightly", '"nightly" is not a version (PEP 440)'),
        ("-e https://x.org/a.git", "only a folder or a repository (git+https://…) can be editable"),
        ("-e ./a-1.0-py3-none-any.whl", "only a folder or a repository"),
        ("hg+https://x.org/a", "of the version control systems only git is supported"),
        ("git+https://x.org/a@", "the revision after @ is missing"),
        ("a @ git+https://x.org/a#subdirectory=../b", "leads out of the source tree"),
        ("https://x.org/a", "the address does not end in the name of a file (.whl, "),
        ("https://x.org/a.whl", '"a.whl" is not the name of a wheel'),
        ("b @ https://x.org/a-1.0-py3-none-any.whl", 'the wheel is not one of "b"'),
        ("a @ file://server/share/a", '"server" is another machine'),
        ("x://y/z", "this is not a url that starts with"),
        ("file:https://u:p@x.org/a", "this is neither a url nor a path"),
        ("file:https:%2F%2Fu:p@x.org/a", "this is neither a url nor a path"),
        ("x/https://u:p@x.org/a", "this is neither a url nor a path"),
        ("http:/x.org/a.zip", "this is not a url that starts with"),
        ("a ; python_version", "is not a requirement (PEP 508)"),
        ("./a ; python_version", "is not an environment marker (PEP 508)"),
    ],
)
def test_what_pip_would_not_install_either_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert message in str(caught.value)
    assert str(caught.value).startswith("requirements.txt:")
    assert ":p@" not in str(caught.value)


@settings(max_examples=400, deadline=None)
@given(text=TEXTS, encoding=MARKS, others=FILES)
def test_pieces_in_any_order_are_read_or_refused(text: str, encoding: str, others: dict[str, str]) -> None:
    content = text.encode(encoding, "replace")
    _is_read_or_refused(content, {name: file(name, other.encode("utf-8", "replace")) for name, other in others.items()})


@settings(max_examples=400, deadline=None)
@given(text=SETS, base=SETS, project=TEXTS)
def test_lines_in_any_order_are_read_or_refused(text: str, base: str, project: str) -> None:
    others = {"a.txt": base, "setup.py": f"setup(name='p')\n{project}", "x/setup.cfg": "[metadata]\nname = x"}
    _is_read_or_refused(text.encode(), {name: file(name, other) for name, other in others.items()})


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    _is_read_or_refused(content, {})
