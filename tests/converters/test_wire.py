from pathlib import Path

import pytest
from pydantic import Field

from lock2nix.converters.fields import ProjectName
from lock2nix.converters.wire import Wire, place, validate
from lock2nix.errors import InputError, quote
from lock2nix.schemas.source import SourceFile

SOURCE = SourceFile(path=Path("some.lock"), content=b"")


class Leaf(Wire):
    name: ProjectName
    size: int = 0


class Tree(Wire):
    leaf: list[Leaf] = Field(default_factory=list)
    by_name: dict[str, list[Leaf]] = Field(default_factory=dict, alias="by name")


def refusal(data: object) -> str:
    with pytest.raises(InputError) as caught:
        validate(Tree, data, SOURCE)
    return str(caught.value)


def test_unknown_keys_are_passed_over() -> None:
    assert validate(Tree, {"leaf": [{"name": "a", "colour": "green"}], "root": 1}, SOURCE).leaf == [Leaf(name="a")]


def test_place_names_the_item() -> None:
    data = {"leaf": [{"name": "oak"}, {"name": "elm", "size": "3"}]}
    assert refusal(data) == 'some.lock: leaf[1] "elm": size: Input should be a valid integer'


def test_place_of_a_missing_key() -> None:
    assert refusal({"leaf": [{}]}) == "some.lock: leaf[0].name: this key is missing"


def test_place_quotes_keys_that_are_not_bare() -> None:
    assert refusal({"by name": {"a b": [{"name": "${x}"}]}}) == (
        'some.lock: "by name"."a b"[0] "${x}": name: "${x}" is not a project name'
    )


def test_further_errors_are_counted() -> None:
    assert refusal({"leaf": [{}, {}, {}]}).endswith("this key is missing (and 2 more)")


def test_whole_file_can_be_wrong() -> None:
    assert refusal([]).startswith("some.lock: Input should be")


def test_place_without_location_is_the_file() -> None:
    assert place(SOURCE, {}) == "some.lock"


def test_quotes_are_short_and_printable() -> None:
    assert quote('a"\n\x1b[2J') == '"a\\"\\n\\u001b[2J"'
    assert quote("é") == '"é"'
    assert len(quote("x" * 10_000)) < 80
