"""Addresses of indexes as lock files of several tools write them: with logins, and variables of the environment."""

import re

from .fields import index_address

PYPI = re.compile(r"https?://pypi(?:\.python)?\.org/simple")
SIMPLE = "https://pypi.org/simple"
# pipenv also takes the quotes that some put around a variable.
_VARIABLE = re.compile(r"'?\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))'?")
_LOGIN = re.compile(r"(?P<scheme>[a-z]+://)(?P<login>[^/?#]*)@(?P<rest>.*)")


def address_and_login(written: str) -> tuple[str, str | None]:
    """Return the address of an index with `${VARIABLES}` as they are, and its login. Raises ValueError."""
    text = _VARIABLE.sub(lambda found: f"${{{found[1] or found[2]}}}", written)
    found = _LOGIN.fullmatch(text)
    url = (found["scheme"] + found["rest"] if found else text).rstrip("/")
    index_address(filled(url))
    return url, found["login"] if found else None


def filled(url: str) -> str:
    """Return the address as it could be once its variables are known."""
    with_values = _VARIABLE.sub("1", url)
    return f"https://{with_values}" if url.startswith("${") else with_values
