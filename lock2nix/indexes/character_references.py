"""Character references in the attributes of HTML, such as `&gt;` and `&#43;`.

https://html.spec.whatwg.org/multipage/parsing.html#named-character-reference-state: of an old name without semicolon
nothing is made before a letter, a digit or `=`, so that `?a=b&copy=c` stays an address.
"""

import html
import re
from html.entities import html5

_REFERENCE = re.compile(r"&(?:#[0-9]++|#[xX][0-9a-fA-F]++|[a-zA-Z][a-zA-Z0-9]*+(?!=));?+")
_MOST = 32  # characters of the longest name; longer numbers are no character


def decoded(value: str) -> str:
    """Return the value that is meant by one that is written."""
    return _REFERENCE.sub(_character, value) if "&" in value else value


def _character(found: re.Match[str]) -> str:
    text = found[0]
    if text.startswith("&#"):
        return html.unescape(text) if len(text) <= _MOST else "\ufffd"
    return html5.get(text[1:], text)
