"""PyPI's public addresses, and where it keeps a file of a given name.

https://docs.pypi.org/api/index-api/; the canonical location of a file redirects to where it lies.
"""

SIMPLE = "https://pypi.org/simple/"
FILES = "https://files.pythonhosted.org/packages/"


def predicted_url(filename: str) -> str:
    """Return the canonical location of a file on PyPI: `packages/<python tag>/<first letter>/<name>/<file>`.

    The name is the one in the file's name; sdists have `source` for a tag.
    """
    if filename.endswith(".whl"):
        name, tag = filename.split("-", 1)[0], filename.removesuffix(".whl").split("-")[-3]
    else:
        name, tag = _sdist_name(filename), "source"
    return f"{FILES}{tag}/{name[0]}/{name}/{filename}"


def _sdist_name(filename: str) -> str:
    return filename.rsplit("-", 1)[0]
