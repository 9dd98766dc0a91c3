"""What all our models share: they are frozen, know all their fields, and speak in `packaging`'s types."""

from typing import Annotated, Any

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version
from pydantic import BaseModel, ConfigDict, InstanceOf, PlainSerializer, WithJsonSchema


class Model(BaseModel):
    """A frozen value that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _text(description: str) -> tuple[Any, ...]:
    return PlainSerializer(str), WithJsonSchema({"type": "string", "description": description})


Name = NormalizedName
"""A project's name as PEP 503 normalises it: the key under which everything finds everything."""

PublicVersion = Annotated[InstanceOf[Version], *_text("a version (PEP 440)")]
Specifiers = Annotated[InstanceOf[SpecifierSet], *_text("version specifiers (PEP 440)")]
Condition = Annotated[InstanceOf[Marker], *_text("an environment marker (PEP 508)")]
