"""What all our models share: they are frozen, know all their fields, and speak in `packaging`'s types."""

from collections.abc import Callable
from typing import Annotated, Any

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version
from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, WithJsonSchema


class Model(BaseModel):
    """A frozen value that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _text(kind: Callable[[str], object], description: str) -> tuple[Any, ...]:
    """Return what lets a type of `packaging` travel as its text and come back."""

    def value(given: object) -> object:
        if isinstance(given, str):
            return kind(given)  # whose exceptions are ValueErrors, which pydantic expects
        if type(given) is kind:
            return given
        raise ValueError(f"this is not {description}")

    return (
        PlainValidator(value),
        PlainSerializer(str),
        WithJsonSchema({"type": "string", "description": description}),
    )


Name = NormalizedName
"""A project's name as PEP 503 normalises it: the key under which everything finds everything."""

Names = Annotated[frozenset[Name], PlainSerializer(sorted)]
"""Several names in no order; written in the alphabet's, which is the same in every run."""

PublicVersion = Annotated[Version, *_text(Version, "a version (PEP 440)")]
Specifiers = Annotated[SpecifierSet, *_text(SpecifierSet, "version specifiers (PEP 440)")]
Condition = Annotated[Marker, *_text(Marker, "an environment marker (PEP 508)")]
