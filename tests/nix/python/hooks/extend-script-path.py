"""Make a script add its package's directories to sys.path and call itself by its published name."""

import ast
import sys
from pathlib import Path

script, directories = Path(sys.argv[1]), sys.argv[2].split(":")
source = script.read_text(encoding="utf-8")
body = ast.parse(source).body


def must_stay_first(node: ast.stmt) -> bool:
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


first = next((node for node in body if not must_stay_first(node)), None)
if first is not None:
    lines = source.splitlines(keepends=True)
    preamble = (
        "import sys;import site;import functools;"
        f"sys.argv[0] = {str(script)!r};"
        f"functools.reduce(lambda k, p: site.addsitedir(p, k), {directories!r}, site._init_pathinfo());\n"
    )
    lines.insert(first.lineno - 1, preamble)
    script.write_text("".join(lines), encoding="utf-8")
