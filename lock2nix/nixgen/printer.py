"""Turns expressions into text: all quoting, and the layout of RFC 166 (nixfmt), happen here.

https://github.com/NixOS/rfcs/blob/master/rfcs/0166-nix-formatting.md. A set with bindings is always written over
several lines; everything else stays on one line where that has at most 100 columns.
"""

import re
from collections.abc import Callable, Mapping
from typing import assert_never

from .expr import (
    Apply,
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
)

_WIDTH = 100
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")
_PLAIN_PATH = re.compile(r"(?:\.{1,2}|)(?:/[A-Za-z0-9._+-]+)+")
_KEYWORDS = frozenset({"assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"})
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def render(expr: Expr) -> str:
    """Return the expression as the text of a Nix file."""
    return f"{_print(expr, 0)}\n"


def quote(text: str) -> str:
    """Return the text as a Nix string literal. Raises ValueError for null bytes, which Nix cannot represent."""
    if "\0" in text:
        raise ValueError("a Nix string cannot contain a null byte")
    escaped = text.translate(_ESCAPES).replace("${", r"\${")
    return f'"{escaped}"'


def attribute(name: str) -> str:
    """Return an attribute's name, quoted only where Nix needs it."""
    return name if _IDENTIFIER.fullmatch(name) and name not in _KEYWORDS else quote(name)


def _print(expr: Expr, indent: int, used: int | None = None) -> str:
    """Return the expression's text; later lines are indented, `used` columns are taken on the first."""
    flat = _flat(expr)
    if flat is not None and len(flat) + (indent if used is None else used) < _WIDTH:
        return flat
    return _broken(expr, indent)


def _flat(expr: Expr) -> str | None:  # noqa: C901, PLR0911, PLR0912 - one arm for each kind of node
    """Return the expression on one line, or None if it never is."""
    match expr:
        case Str(text):
            return quote(text)
        case Path(path):
            return _path(path)
        case Var(name):
            return name
        case Lines(text):
            return None if _is_indentable(text) else quote(text)
        case Verbatim() | Function() | Lambda() | Let():
            return None
        case AttrSet(bindings, inherits):
            return None if bindings or inherits else "{ }"
        case ListOf(items):
            return _joined(" ", "[ ", items, " ]") if items else "[ ]"
        case Select(of, name):
            return None if (inner := _flat_atom(of)) is None else f"{inner}.{attribute(name)}"
        case Apply(function, arguments):
            return _joined(" ", "", (function, *arguments), "")
        case Not(operand):
            return None if (inner := _flat_atom(operand)) is None else f"!{inner}"
        case Operation(operator, operands):
            return _joined(f" {operator} ", "", operands, "", _flat_operand)
        case If(condition, then, otherwise):
            parts = [_flat(part) for part in (condition, then, otherwise)]
            return None if None in parts else "if {} then {} else {}".format(*parts)
        case _ as never:
            assert_never(never)


def _flat_atom(expr: Expr) -> str | None:
    text = _flat(expr)
    return text if text is None or not _compound(expr) else f"({text})"


def _flat_operand(expr: Expr) -> str | None:
    # An application binds tighter than every operator, and a negation than what joins conditions.
    return _flat(expr) if isinstance(expr, Apply | Not) else _flat_atom(expr)


def _joined(
    separator: str,
    before: str,
    parts: tuple[Expr, ...],
    after: str,
    text_of: Callable[[Expr], str | None] = _flat_atom,
) -> str | None:
    texts = [text_of(part) for part in parts]
    return None if None in texts else f"{before}{separator.join(t for t in texts if t is not None)}{after}"


def _compound(expr: Expr) -> bool:
    return isinstance(expr, Apply | If | Not | Operation | Function | Lambda | Let | Verbatim)


def _broken(expr: Expr, indent: int) -> str:  # noqa: C901, PLR0911, PLR0912 - one arm for each kind of node
    inner, outer = " " * (indent + 2), " " * indent
    match expr:
        case AttrSet(bindings, inherits):
            lines = [_inherit(i, indent + 2) for i in inherits]
            lines += [_binding(name, value, indent + 2) for name, value in bindings.items()]
            return "{\n" + "".join(f"{inner}{line}\n" for line in lines) + f"{outer}}}"
        case Lines(text) if not _is_indentable(text):
            return quote(text)
        case Lines(text):
            return "''\n" + "".join(f"{inner}{line}\n" if line else "\n" for line in text.splitlines()) + f"{outer}''"
        case ListOf(items):
            return "[\n" + "".join(f"{inner}{_atom(item, indent + 2)}\n" for item in items) + f"{outer}]"
        case Apply(function, arguments):
            *first, last = arguments
            head = " ".join(_atom(part, indent) for part in (function, *first))
            if isinstance(last, AttrSet | ListOf):
                return f"{head} {_broken(last, indent)}"
            return f"{head}\n{inner}{_atom(last, indent + 2)}"
        case If(condition, then, otherwise):
            head = f"if {_print(condition, indent, indent + 8)} then\n{inner}{_print(then, indent + 2)}\n{outer}else"
            if isinstance(otherwise, If):
                return f"{head} {_broken(otherwise, indent)}"
            return f"{head}\n{inner}{_print(otherwise, indent + 2)}"
        case Operation(operator, operands):
            return f"\n{outer}{operator} ".join(_operand(operand, indent) for operand in operands)
        case Function(formals, body):
            listed = "".join(f"{inner}{formal},\n" for formal in formals)
            return f"{{\n{listed}{inner}...\n{outer}}}:\n{outer}{_print(body, indent)}"
        case Lambda(formals, body):
            return f"{{ {', '.join(formals)} }}:\n{outer}{_print(body, indent)}"
        case Let(bindings, body):
            return f"let\n{_bindings(bindings, indent + 2)}{outer}in\n{outer}{_print(body, indent)}"
        case Verbatim(text):
            lines = text.strip("\n").split("\n")
            return "\n".join([lines[0], *(outer + line if line else "" for line in lines[1:])])
        case Select(of, name):
            return f"{_atom(of, indent)}.{attribute(name)}"
        case Not(operand):
            return f"!{_atom(operand, indent)}"
        case Str() | Path() | Var():
            return _flat(expr) or ""
        case _ as never:
            assert_never(never)


def _operand(expr: Expr, indent: int) -> str:
    text = _print(expr, indent, indent + 3)
    return f"({text})" if _compound(expr) and not isinstance(expr, Apply | Not) else text


def _is_indentable(text: str) -> bool:
    """Return whether the text can stand in an indented string as it is: nothing to escape, no indentation to lose."""
    lines = text.split("\n")
    is_plain = "''" not in text and "${" not in text and all(map(str.isprintable, lines))
    has_margin = any(line and not line.startswith(" ") for line in lines)
    return is_plain and has_margin and lines[-1] == "" and not any(map(str.isspace, lines))


def _atom(expr: Expr, indent: int) -> str:
    text = _print(expr, indent)
    return f"({text})" if _compound(expr) else text


def _bindings(bindings: Mapping[str, Expr], indent: int) -> str:
    return "".join(f"{' ' * indent}{_binding(name, value, indent)}\n" for name, value in bindings.items())


def _binding(name: str, value: Expr, indent: int) -> str:
    head = f"{attribute(name)} ="
    text = _print(value, indent, indent + len(head) + 1)
    if "\n" not in text or _absorbed(value):
        return f"{head} {text};"
    return f"{head}\n{' ' * (indent + 2)}{_print(value, indent + 2)};"


def _absorbed(expr: Expr) -> bool:
    """Return whether a broken expression still starts on the line of its binding."""
    match expr:
        case AttrSet() | ListOf() | Lines():
            return True
        case Apply(_, arguments):
            return isinstance(arguments[-1], AttrSet | ListOf)
        case _:
            return False


def _inherit(inherit: Inherit, indent: int) -> str:
    names = [attribute(name) for name in inherit.names]
    head = f"inherit ({_print(inherit.of, indent)})"
    flat = f"{head} {' '.join(names)};"
    if len(flat) + indent <= _WIDTH:
        return flat
    inner = " " * (indent + 2)
    return f"{head}\n" + "".join(f"{inner}{name}\n" for name in names) + f"{inner};"


def _path(path: str) -> str:
    if path in {".", "./"}:
        return "./."
    relative = path if path.startswith(("/", "./", "../")) else f"./{path}"
    if _PLAIN_PATH.fullmatch(relative):
        return relative
    return f"(/. + {quote(path)})" if path.startswith("/") else f"(./. + {quote(f'/{path}')})"
