import posixpath
from functools import cache
from pathlib import Path as FilePath
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lock2nix.nixgen.expr import (
    NULL,
    AttrSet,
    Expr,
    Function,
    If,
    Inherit,
    Lambda,
    Let,
    Lines,
    ListOf,
    Not,
    Operation,
    Path,
    Select,
    Str,
    Var,
    Verbatim,
    apply,
    listed,
)
from lock2nix.nixgen.printer import attribute, quote, render
from tests.nix_runner import Nix

from .nix_text import parses_alike

KEYWORDS = ["assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"]
NASTY = [
    "",
    "${x}",
    "$${x}",
    "$",
    "$$",
    "{",
    "\\",
    "\\${x}",
    "\\n",
    '"',
    "''",
    "''${x}''",
    "'",
    "\n",
    "\r\n",
    "\t",
    " a ",
]
NASTY += ["a\u2028b", "é", "💥", "\x01", "\x7f", "#", "/*", "*/", "../..", "~", "<nixpkgs>", "https://example.org", "-"]
TEXTS = st.sampled_from(NASTY) | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))

A, B, C, D = Var("a"), Var("b"), Var("c"), Var("d")
LONG = Str("x" * 98)


def shown(expr: Expr) -> str:
    return render(expr).removesuffix("\n")


# Strings, names and paths, as Nix reads them


@settings(max_examples=8)
@given(st.lists(TEXTS, max_size=60))
@example(NASTY)
def test_strings_come_back_as_they_were(nix: Nix, texts: list[str]) -> None:
    assert nix.evaluate("[\n" + "\n".join(map(quote, texts)) + "\n]") == texts


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("plain", '"plain"'),
        ("${x}", r'"\${x}"'),
        ("$x", '"$x"'),
        ('"', r'"\""'),
        ("\\", r'"\\"'),
        ("a\nb\r\tc", r'"a\nb\r\tc"'),
        ("''", "\"''\""),
    ],
)
def test_only_what_must_be_is_escaped(text: str, quoted: str) -> None:
    assert quote(text) == quoted


def test_null_bytes_cannot_be_said_in_nix() -> None:
    with pytest.raises(ValueError, match="null byte"):
        quote("a\0b")
    with pytest.raises(ValueError, match="null byte"):
        render(AttrSet({"a\0b": A}))


@settings(max_examples=8)
@given(st.lists(TEXTS | st.from_regex(r"[\w'-]{1,8}", fullmatch=True), unique=True, max_size=40))
@example([*KEYWORDS, "1password", "-x", "x-1", "x'", "_", "a.b", "7zip", "true", "null", "__functor", "é"])
def test_attribute_names_come_back_as_they_were(nix: Nix, names: list[str]) -> None:
    nested = render(AttrSet({name: AttrSet({name: Str(name)}) for name in names}))
    selected = render(listed([Select(Select(Var("set"), name), name) for name in names]))
    assert nix.evaluate(f"let set = {nested}; in {selected}") == names


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("flask", "flask"),
        ("zope-interface", "zope-interface"),
        ("_x'", "_x'"),
        ("true", "true"),
        ("x86_64-linux", "x86_64-linux"),
        ("1password", '"1password"'),
        ("-x", '"-x"'),
        ("a.b", '"a.b"'),
        ("", '""'),
        ("é", '"é"'),
        ("x\n", r'"x\n"'),
        *((keyword, f'"{keyword}"') for keyword in KEYWORDS),
    ],
)
def test_attribute_names_are_quoted_only_where_they_must_be(name: str, written: str) -> None:
    assert attribute(name) == written


PARTS = st.sampled_from([".", "..", "...", "a", "a b", "a.nix", "+x", "~", "@", "${x}", "é", "'", '"', "\\", "-", "#"])
PATHS = st.builds(
    lambda start, parts: start + "/".join(parts), st.sampled_from(["", "./", "../", "/"]), st.lists(PARTS)
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PATHS, max_size=30))
@example(["", ".", "./", "..", "../", "/", "//", "a/", "a//b", "wheels/x-1.0+local.1-py3-none-any.whl", "~/x", "<x>"])
def test_paths_lead_to_the_same_place(nix: Nix, monkeypatch: pytest.MonkeyPatch, paths: list[str]) -> None:
    base = str(FilePath("/srv").resolve())
    monkeypatch.chdir(base)
    items = " ".join(f"({shown(Path(path))})" for path in paths)
    expected = [posixpath.normpath(posixpath.join(base, path)).replace("//", "/") for path in paths]
    assert nix.evaluate(f"map toString [ {items} ]") == expected


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (".", "./."),
        ("libs/thing", "./libs/thing"),
        ("./libs/thing", "./libs/thing"),
        ("../libs", "../libs"),
        ("../../x/y-1.0+l.1.whl", "../../x/y-1.0+l.1.whl"),
        ("/srv/libs", "/srv/libs"),
        ("with space", '(./. + "/with space")'),
        ("../with space", '(./. + "/../with space")'),
        ("/srv/with space", '(/. + "/srv/with space")'),
        ("${x}", r'(./. + "/\${x}")'),
    ],
)
def test_paths_are_plain_where_nix_has_a_way_to_write_them(path: str, written: str) -> None:
    assert shown(Path(path)) == written
    assert shown(listed([Path(path), A])) == f"[ {written} a ]"
    assert shown(apply(A, Path(path))) == f"a {written}"


LINES = st.lists(
    st.sampled_from(["", " ", "a", "  b", "''", "'", "${x}", "$", "\\n", "é", "\t", "a\u2028b", '"', "c = [", "x" * 99])
)
SEVERAL = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n", "\n", "\n\n"]))


@settings(max_examples=8)
@given(st.lists(SEVERAL, max_size=40))
@example(["a\n", "", "\n", " a\n", " a\nb\n", "\na\n\n\n b\n", "'\n", "a\n \nb\n", "$\n{\n", "a\r\n"])
def test_strings_of_several_lines_come_back_as_they_were(nix: Nix, texts: list[str]) -> None:
    nested = AttrSet({"x": AttrSet({f"t{i}": Lines(text) for i, text in enumerate(texts)})})
    expected = {f"t{i}": text for i, text in enumerate(texts)}
    assert nix.evaluate(f"({render(nested)}).x") == expected


def test_lines_are_written_as_lines_where_nothing_is_lost() -> None:
    assert shown(AttrSet({"text": Lines("a = 1\n\n  b\n")})) == "{\n  text = ''\n    a = 1\n\n      b\n  '';\n}"
    assert shown(AttrSet({"text": Lines("a = ${b}\n")})) == '{\n  text = "a = \\${b}\\n";\n}'
    # However long it is: what Nix would read as its own must not stand there unescaped.
    hostile = "# " + "x" * 100 + "\n${builtins.abort}\n"
    assert shown(AttrSet({"text": Lines(hostile)})) == f"{{\n  text = {quote(hostile)};\n}}"
    assert shown(AttrSet({"text": Lines("a")})) == '{\n  text = "a";\n}'


# Layout


ON_ONE_LINE: list[tuple[Expr, str]] = [
    (AttrSet({}), "{ }"),
    (listed([]), "[ ]"),
    (listed([A, B]), "[ a b ]"),
    (listed([apply(A, B), Str("x"), AttrSet({})]), '[ (a b) "x" { } ]'),
    (listed([Not(A), Select(A, "b")]), "[ (!a) a.b ]"),
    (apply(A, B, C), "a b c"),
    (apply(A, apply(B, C), listed([D])), "a (b c) [ d ]"),
    (apply(A, Not(B)), "a (!b)"),
    (Select(apply(A, B), "c"), "(a b).c"),
    (Select(Select(A, "in"), "1"), 'a."in"."1"'),
    (Not(apply(A, B)), "!(a b)"),
    (Not(Select(A, "b")), "!a.b"),
    (Operation("&&", (A, Not(B))), "a && !b"),
    (Operation("||", (A, Operation("&&", (B, C)))), "a || (b && c)"),
    (Not(Operation("||", (A, B))), "!(a || b)"),
    (If(A, B, C), "if a then b else c"),
    (apply(A, If(B, C, D)), "a (if b then c else d)"),
    (NULL, "null"),
]


@pytest.mark.parametrize(("expr", "text"), ON_ONE_LINE)
def test_what_fits_is_on_one_line(expr: Expr, text: str) -> None:
    assert shown(expr) == text


BROKEN: list[tuple[Expr, str]] = [
    (AttrSet({"a": B}), "{\n  a = b;\n}"),
    (AttrSet({"a": AttrSet({"in": B}), "c": AttrSet({})}), '{\n  a = {\n    "in" = b;\n  };\n  c = { };\n}'),
    (AttrSet({"c": D}, (Inherit(A, ("a", "if")),)), '{\n  inherit (a) a "if";\n  c = d;\n}'),
    (apply(A, B, AttrSet({"c": D})), "a b {\n  c = d;\n}"),
    (AttrSet({"x": apply(A, AttrSet({"c": D}))}), "{\n  x = a {\n    c = d;\n  };\n}"),
    (AttrSet({"x": listed([AttrSet({"c": D})])}), "{\n  x = [\n    {\n      c = d;\n    }\n  ];\n}"),
    (listed([apply(A, AttrSet({"c": D}))]), "[\n  (a {\n    c = d;\n  })\n]"),
    (
        If(A, apply(B, AttrSet({"c": D})), If(Not(B), C, NULL)),
        "if a then\n  b {\n    c = d;\n  }\nelse if !b then\n  c\nelse\n  null",
    ),
    (
        AttrSet({"x": If(A, AttrSet({"c": D}), NULL)}),
        "{\n  x =\n    if a then\n      {\n        c = d;\n      }\n    else\n      null;\n}",
    ),
    (
        Operation("//", (AttrSet({"a": B}), apply(A, C, AttrSet({"c": D})))),
        "{\n  a = b;\n}\n// a c {\n  c = d;\n}",
    ),
    (
        AttrSet({"x": Operation("//", (AttrSet({"a": B}), apply(A, C, AttrSet({"c": D})), C))}),
        "{\n  x =\n    {\n      a = b;\n    }\n    // a c {\n      c = d;\n    }\n    // c;\n}",
    ),
    (Function(("a", "b"), AttrSet({"c": A})), "{\n  a,\n  b,\n  ...\n}:\n{\n  c = a;\n}"),
    (Function((), A), "{\n  ...\n}:\na"),
    (Lambda(("a", "b"), apply(A, B)), "{ a, b }:\na b"),
    (Let({"a": B, "or": C}, apply(A, B)), 'let\n  a = b;\n  "or" = c;\nin\na b'),
    (
        Let({"x": Verbatim("a:\nlet\n  b = 1;\n\n  c = 2;\nin\nb\n")}, Var("x")),
        "let\n  x =\n    a:\n    let\n      b = 1;\n\n      c = 2;\n    in\n    b;\nin\nx",
    ),
]


@pytest.mark.parametrize(("expr", "text"), BROKEN)
def test_what_does_not_fit_is_broken_as_nixfmt_does(expr: Expr, text: str) -> None:
    assert shown(expr) == text


@pytest.mark.usefixtures("nix")
def test_nix_takes_these_texts_for_what_they_are() -> None:
    pairs = [*ON_ONE_LINE, *BROKEN]
    parses_alike([expr for expr, _ in pairs], [text for _, text in pairs])


def test_a_hundred_columns_are_used() -> None:
    names = ["n" * 9] * 8
    fits = AttrSet({"k" * 9: listed([Var(n) for n in [*names, "n"]])})
    (line,) = shown(fits).splitlines()[1:-1]
    assert len(line) == 100
    wide = AttrSet({"k" * 10: listed([Var(n) for n in [*names, "n"]])})
    assert len(shown(wide).splitlines()) == 13


def test_a_long_list_has_one_item_on_each_line() -> None:
    items: list[Expr] = [Select(Var("py"), f"package-number-{i}") for i in range(6)]
    assert shown(AttrSet({"dependencies": listed(items)})) == dedent("""\
        {
          dependencies = [
            py.package-number-0
            py.package-number-1
            py.package-number-2
            py.package-number-3
            py.package-number-4
            py.package-number-5
          ];
        }""")


def test_lists_that_are_joined_start_on_the_next_line() -> None:
    some = listed([Select(Var("py"), f"package-{i}") for i in range(4)])
    many = listed([Select(Var("py"), f"package-number-{i}") for i in range(5)])
    condition = Select(Select(Var("stdenv"), "hostPlatform"), "isDarwin")
    expr = AttrSet({"dependencies": Operation("++", (some, apply(Var("optionals"), condition, many)))})
    assert shown(expr) == dedent("""\
        {
          dependencies =
            [ py.package-0 py.package-1 py.package-2 py.package-3 ]
            ++ optionals stdenv.hostPlatform.isDarwin [
              py.package-number-0
              py.package-number-1
              py.package-number-2
              py.package-number-3
              py.package-number-4
            ];
        }""")
    parses_alike([expr], [shown(expr)])


def test_long_conditions_are_broken_before_the_operator() -> None:
    parts = [apply(Var("elem"), Str(letter * 40)) for letter in "xy"]
    assert shown(If(Operation("||", tuple(parts)), A, B)).splitlines() == [
        f'if elem "{"x" * 40}"',
        f'|| elem "{"y" * 40}" then',
        "  a",
        "else",
        "  b",
    ]


def test_long_strings_stay_on_the_line_of_their_name() -> None:
    assert shown(AttrSet({"path": LONG})) == f'{{\n  path = "{LONG.text}";\n}}'


@pytest.mark.parametrize(("count", "lines"), [(12, 1), (13, 15)])
def test_inherited_names_are_wrapped_one_to_a_line(count: int, lines: int) -> None:
    names = tuple(f"name{i:02}" for i in range(count))
    body = shown(AttrSet({}, (Inherit(Var("py"), names),))).splitlines()[1:-1]
    assert len(body) == lines
    assert all(len(line) <= 100 for line in body)
    if lines > 1:
        assert (body[0], body[1], body[-1]) == ("  inherit (py)", "    name00", "    ;")


def test_a_file_ends_with_a_line_end() -> None:
    assert render(A) == "a\n"


def test_empty_lines_of_verbatim_text_stay_empty() -> None:
    text = shown(AttrSet({"x": AttrSet({"y": Verbatim("{\n\n  a = 1;\n\n\n  b = 2;\n}")})}))
    assert not [line for line in text.splitlines() if line != line.rstrip()]


# Any expression


NAMES = ["a", "b-c", "if", "1x", "long-name-that-takes-its-room-on-the-line"]
LEAVES: st.SearchStrategy[Expr] = st.one_of(
    st.builds(Str, st.sampled_from(["", "x", "${a}", "\n", "y" * 60])),
    st.builds(Lines, st.sampled_from(["", "a\n", "a\n  b\n\nc\n", "${a}\nb\n"])),
    st.builds(Path, st.sampled_from(["x/y", "../z", "with space", "/abs/path"])),
    st.builds(Var, st.sampled_from(["a", "b", "some-rather-long-variable", "null"])),
    st.builds(Verbatim, st.sampled_from(["x: x", "{\n  a = 1;\n\n  b = 2;\n}", "if a then\n  b\nelse\n  c", "a // b"])),
    st.just(AttrSet({})),
)


def _compound(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    operands = st.lists(inner, min_size=2, max_size=3).map(tuple)
    bindings = st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    inherits = st.builds(
        Inherit, inner, st.sampled_from([("x",), ("y", "then"), tuple(f"name-{i}" for i in range(14))])
    )
    # What is selected from is never a path: `./a.b` is a path, too.
    selectable = inner.filter(lambda expr: not isinstance(expr, Path))
    lists = inner.filter(lambda expr: not isinstance(expr, Not))
    return st.one_of(
        st.builds(Select, selectable, st.sampled_from(NAMES)),
        st.builds(lambda function, arguments: apply(function, *arguments), inner, several),
        several.map(ListOf),
        st.builds(lambda found, inherit: AttrSet(found, (inherit,)), bindings, inherits),
        bindings.map(AttrSet),
        st.builds(If, inner, inner, inner),
        st.builds(Not, inner),
        st.builds(Operation, st.sampled_from(["&&", "||", "//"]), operands),
        # A negation is no list.
        st.builds(Operation, st.just("++"), st.lists(lists, min_size=2, max_size=3).map(tuple)),
        st.builds(Function, st.sampled_from([(), ("p",), ("p", "q")]), inner),
        st.builds(Lambda, st.sampled_from([("p",), ("p", "q")]), inner),
        st.builds(Let, bindings, inner),
    )


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> Expr:
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(LEAVES)
    return draw(_compounds(depth))


@cache
def _compounds(depth: int) -> st.SearchStrategy[Expr]:
    return _compound(expressions(depth - 1))


@pytest.mark.usefixtures("nix")
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(expressions(), min_size=2, max_size=5))
def test_layout_never_changes_what_is_said(several: list[Expr]) -> None:
    parses_alike(several, [render(expr) for expr in several])


@settings(max_examples=25)
@given(expressions())
def test_no_line_ends_with_a_space(expr: Expr) -> None:
    assert not [line for line in render(expr).splitlines() if line != line.rstrip()]
