"""PyPI's public addresses, and where it keeps a file of a given name.

https://docs.pypi.org/api/index-api/; the canonical location of a file redirects to where it lies. That service knows
`/packages/<python tag>/<first letter>/<name>/<file>`: https://github.com/pypi/conveyor.
"""

from urllib.parse import quote

from packaging.utils import NormalizedName, canonicalize_name

SIMPLE = "https://pypi.org/simple"
FILES = "https://files.pythonhosted.org/packages/"


def predicted_url(filename: str, name: NormalizedName) -> str:
    """Return the canonical location of a project's file on PyPI.

    The project is spelt there as in the file's name; sdists have `source` for a tag.
    """
    spelling = _spelling(filename, name)
    tag = filename.removesuffix(".whl").split("-")[-3] if filename.endswith(".whl") else "source"
    return f"{FILES}{quote(tag)}/{spelling[0]}/{spelling}/{quote(filename)}"


def _spelling(filename: str, name: NormalizedName) -> str:
    """Return what stands before the dash that ends the name: old sdists have dashes in the version, too."""
    parts = filename.split("-")
    heads = ("-".join(parts[:end]) for end in range(1, len(parts)))
    return next((head for head in heads if canonicalize_name(head) == name), name)
