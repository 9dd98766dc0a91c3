"""What conda writes into files of this name, so that it can be told what to do instead.

Reference: https://docs.conda.io/projects/conda/en/stable/commands/list.html (`--export`) and conda's match
specifications; packages that conda built say `@ file:///…` in `pip freeze`.
"""

import re

from lock2nix.errors import InputError, quote

_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_EXPORTED = re.compile(rf"{_NAME}\s*=\s*[^=\s,;@]+(?:\s*=\s*[^=\s,;@]*)?")
_CHANNEL = re.compile(rf"[^\s\[\]@/]+(?:/[^\s\[\]@/]+)?::{_NAME}")
# The folders of conda-build, Anaconda's and conda-forge's: name_1646925590279/work, or what is inside.
_BUILT = re.compile(
    r"@\s*file://\S*(?:/conda-bld/|/feedstock_root/|/croot/|/ktietz/|/bld/|/abs_[0-9a-z_]{8}|_\d{10,}(?:_\d+)?/work\b)"
)
_EXPORT = "export the environment as a file that keeps the channels: conda env export > environment.yml"
_VERSIONS = f"write the versions instead: pip list --format=freeze > requirements.txt; or {_EXPORT}"


def refuse(line: str, place: str) -> None:
    """Raise an InputError that says what to do, if conda wrote this line."""
    if _BUILT.search(line):
        message = f"conda installed this, and built it in a folder that nobody else has: {quote(line)}"
        raise InputError(message, place=place, hint=_VERSIONS)
    if _EXPORTED.fullmatch(line) or _CHANNEL.match(line):
        raise InputError(f"this is a package of conda's, and none of pip's: {quote(line)}", place=place, hint=_EXPORT)
