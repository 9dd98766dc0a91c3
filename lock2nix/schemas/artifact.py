"""Files that a package is distributed as.

Specifications: https://packaging.python.org/en/latest/specifications/binary-distribution-format/ and
…/source-distribution-format/; hashes as Nix writes them: https://www.w3.org/TR/SRI/.
"""

import base64
import binascii
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self, get_args

from pydantic import PlainSerializer

from .base import Model

Algorithm = Literal["sha512", "sha384", "sha256", "sha1", "md5"]
"""Hash algorithms that locks use, the strongest first."""

FileKind = Literal["wheel", "sdist"]
FileKinds = Annotated[frozenset[FileKind], PlainSerializer(sorted)]

ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)
DIGEST_BYTES: dict[Algorithm, int] = {"sha512": 64, "sha384": 48, "sha256": 32, "sha1": 20, "md5": 16}
_WEAK = frozenset({"sha1", "md5"})


class Hash(Model):
    """One digest of a file; `digest` is lower-case hexadecimal."""

    algorithm: Algorithm
    digest: str

    @property
    def sri(self) -> str:
        """The digest as Nix wants it, e.g. `sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=`."""
        return f"{self.algorithm}-{base64.b64encode(bytes.fromhex(self.digest)).decode('ascii')}"

    @property
    def is_weak(self) -> bool:
        """Whether two files can be made to share it (RFC 6151 for md5, https://shattered.io/ for sha1)."""
        return self.algorithm in _WEAK

    @classmethod
    def from_sri(cls, text: str) -> Self:
        """Return the digest that `sri` wrote. Raises ValueError if it is none."""
        prefix, _, encoded = text.partition("-")
        algorithm = next((known for known in ALGORITHMS if known == prefix), None)
        try:
            raw = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raw = b""
        if algorithm is None or len(raw) != DIGEST_BYTES[algorithm]:
            raise ValueError("this is no hash as Nix writes them")
        return cls(algorithm=algorithm, digest=raw.hex())


def strongest(hashes: tuple[Hash, ...]) -> Hash | None:
    """Return the hash of the strongest algorithm, or None where there is none."""
    return min(hashes, key=lambda h: ALGORITHMS.index(h.algorithm), default=None)


class Artifact(Model):
    """A wheel or sdist that the lock names.

    It has a `url`, which never carries credentials; or a `path` on disk, relative to the lock file, or absolute; or
    neither, where the lock does not say where the file is. `locked` is the lock's own hash where that is weak and the
    strongest of `hashes` was found to be of the same file.
    """

    filename: str
    hashes: tuple[Hash, ...] = ()
    url: str | None = None
    path: PurePosixPath | None = None
    locked: Hash | None = None

    @property
    def is_located(self) -> bool:
        """Whether it is known where the file is."""
        return self.url is not None or self.path is not None

    @property
    def kind(self) -> FileKind:
        """What the file name says that this is."""
        return "wheel" if self.is_wheel else "sdist"

    @property
    def is_wheel(self) -> bool:
        """Whether the file name says that this is a wheel."""
        return self.filename.endswith(".whl")
