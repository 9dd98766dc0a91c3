"""What the files of a source tree declare that it needs, in the words of each file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from packaging.utils import canonicalize_name

from lock2nix.schemas.metadata import CoreMetadata

from .core_metadata import MOST_COMPLAINTS
from .requirement_texts import extras, is_name, python_versions, requirements, with_markers


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Requirements, those of each extra, and versions of Python, as texts that nobody has held against PEP 508 yet."""

    name: str
    requires: tuple[str, ...] = ()
    by_extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    python: str = ""

    def as_metadata(self) -> CoreMetadata | None:
        """Return the same as metadata, which complains of what had to be mended; None without a proper name."""
        if not is_name(self.name):
            return None
        complaints: list[str] = []
        texts = list(self.requires)
        for extra, of_extra in self.by_extra.items():
            if is_name(extra):
                texts += [with_markers(text, f'extra == "{canonicalize_name(extra)}"') for text in of_extra]
            else:
                complaints.append("an extra without a proper name is left out")
        return CoreMetadata(
            name=canonicalize_name(self.name),
            requires=tuple(requirements(texts, complaints)),
            extras=tuple(extras(self.by_extra)),
            requires_python=python_versions(self.python, complaints),
            complaints=tuple(complaints[:MOST_COMPLAINTS]),
        )
