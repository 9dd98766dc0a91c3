"""setup.cfg as setuptools reads it: https://setuptools.pypa.io/en/latest/userguide/declarative_config.html."""

import configparser
import re
from collections.abc import Iterator, Mapping

from .declared import Declared

_ELSEWHERE = ("file:", "attr:")
# In a setup.py: keywords that count over setup.cfg, others that may hide such, and what reads other files.
_OVERRULES = re.compile(rb"require|\*\*|pbr|distclass|exec|import\s+\*")

Sections = Mapping[str, Mapping[str, str]]


def declared_by_setup_cfg(setup_cfg: bytes, setup_py: bytes) -> Declared | None:
    """Return what setup.cfg declares, None if something else can say otherwise.

    setup.cfg must name the project, so that it is where its metadata stand; no list may be in another file; and
    setup.py, which is only searched for words, must be silent on requirements.
    """
    found = sections(setup_cfg)
    options, of_extras = found.get("options", {}), found.get("options.extras_require", {})
    name, requires = found.get("metadata", {}).get("name", ""), options.get("install_requires", "")
    python = options.get("python_requires", "")
    texts = (name, requires, python, *of_extras.values())
    if not name or _OVERRULES.search(setup_py) or any(text.strip().startswith(_ELSEWHERE) for text in texts):
        return None
    return Declared(
        name=name.strip(),
        requires=tuple(entries(requires)),
        by_extra={extra: tuple(entries(text)) for extra, text in of_extras.items()},
        python=python.strip(),
    )


def sections(content: bytes) -> Sections:
    """Return the sections of a setup.cfg, none of a broken one."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(content.decode("utf-8", errors="replace"))
        return {name: dict(parser.items(name)) for name in parser.sections()}
    except configparser.Error:
        return {}


def entries(text: str) -> Iterator[str]:
    """Yield the entries of a list: one a line, or between semicolons on one line."""
    for line in text.splitlines() if "\n" in text else text.split(";"):
        entry = line.strip()
        if entry and not entry.startswith("#"):
            yield entry
