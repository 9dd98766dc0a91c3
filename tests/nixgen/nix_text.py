"""What the tests of the writers share: Nix's own parser, and expressions as Nix would read them."""

import os
import shutil
import subprocess
from collections.abc import Sequence

import pytest

from lock2nix.nixgen.expr import (
    Apply,
    AttrSet,
    Expr,
    Function,
    If,
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
from lock2nix.nixgen.printer import attribute, quote, render


def parsed(*texts: str) -> list[str]:
    """Return each expression as Nix's parser prints it; free variables are allowed. One process for all."""
    if not texts:
        return []
    if shutil.which("nix-instantiate") is None and not os.environ.get("CI"):
        pytest.skip("Nix is not installed (Debian: apt-get install nix-bin)")
    expressions = [f"with {{ }}; (\n{text}\n)" for text in texts]
    command = ["nix-instantiate", "--parse", "--expr", *expressions]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def plain(expr: Expr) -> str:  # noqa: C901, PLR0911, PLR0912 - one arm for each kind of node
    """Return the expression without any layout, in parentheses wherever Nix allows them."""
    match expr:
        case Str(text) | Lines(text):
            return quote(text)
        case Path():
            return render(expr).strip()
        case Var(name):
            return name
        case Select(Select() as of, name):
            return f"{plain(of)}.{attribute(name)}"
        case Select(of, name):
            return f"({plain(of)}).{attribute(name)}"
        case Apply(function, arguments):
            return "(" + " ".join(f"({plain(part)})" for part in (function, *arguments)) + ")"
        case ListOf(items):
            return "[" + " ".join(f"({plain(item)})" for item in items) + "]"
        case AttrSet(bindings, inherits):
            inner = [f"inherit ({plain(i.of)}) {' '.join(map(attribute, i.names))};" for i in inherits]
            inner += [f"{attribute(name)} = ({plain(value)});" for name, value in bindings.items()]
            return "{" + " ".join(inner) + "}"
        case If(condition, then, otherwise):
            return f"(if ({plain(condition)}) then ({plain(then)}) else ({plain(otherwise)}))"
        case Not(operand):
            return f"(!({plain(operand)}))"
        case Operation(operator, operands):
            return "(" + f" {operator} ".join(f"({plain(operand)})" for operand in operands) + ")"
        case Function(formals, body):
            return f"({{ {' '.join(f'{formal},' for formal in formals)} ... }}: ({plain(body)}))"
        case Lambda(formals, body):
            return f"({{ {', '.join(formals)} }}: ({plain(body)}))"
        case Let(bindings, body):
            inner = [f"{attribute(name)} = ({plain(value)});" for name, value in bindings.items()]
            return f"(let {' '.join(inner)} in ({plain(body)}))"
        case Verbatim(text):
            return f"({text})"


def parses_alike(expressions: Sequence[Expr], texts: Sequence[str]) -> None:
    """Assert that each text means to Nix what its expression says."""
    answers = parsed(*texts, *(plain(expr) for expr in expressions))
    assert answers[: len(texts)] == answers[len(texts) :]
