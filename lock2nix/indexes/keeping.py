"""What a server says of keeping its answers (https://www.rfc-editor.org/rfc/rfc9111, and RFC 9110 section 13)."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from lock2nix.schemas.base import Model

_ETAG = r'(W/)?"[!#-~]{0,256}"'
_DATE = r"[A-Za-z0-9 ,:+-]{1,64}"
_SECONDS = re.compile(r"[0-9]{1,9}")


class Keeping(Model):
    """Whether an answer may be kept, and how the server is asked whether it has changed.

    `lifetime` are the seconds for which nobody need ask, None where the server does not say.
    """

    is_forbidden: bool = False
    lifetime: float | None = None
    etag: Annotated[str, Field(pattern=f"^{_ETAG}$")] | None = None
    last_modified: Annotated[str, Field(pattern=f"^{_DATE}$")] | None = None

    @property
    def conditions(self) -> Mapping[str, str]:
        """The headers that ask for the answer only if it has changed; none if that cannot be asked."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value is not None}


def keeping(headers: Mapping[str, str]) -> Keeping:
    """Return what the headers of an answer say; what is malformed says nothing."""
    directives = [part.strip().lower() for part in headers.get("Cache-Control", "").split(",")]
    ages = [part.removeprefix("max-age=").strip('"') for part in directives if part.startswith("max-age=")]
    lifetime = next((float(age) for age in ages if _SECONDS.fullmatch(age)), None)
    if lifetime is not None and _SECONDS.fullmatch(age := headers.get("Age", "").strip()):
        lifetime = max(0.0, lifetime - float(age))
    return Keeping(
        is_forbidden="no-store" in directives,
        lifetime=0.0 if {"no-cache", "no-store"} & set(directives) else lifetime,
        etag=_well_formed(_ETAG, headers.get("ETag")),
        last_modified=_well_formed(_DATE, headers.get("Last-Modified")),
    )


def _well_formed(pattern: str, value: str | None) -> str | None:
    return value if value is not None and re.fullmatch(pattern, value) else None
