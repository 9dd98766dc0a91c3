import pytest
from pydantic import ValidationError

from lock2nix.indexes.keeping import Keeping, keeping


@pytest.mark.parametrize(
    ("headers", "lifetime"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600, public"}, 600),
        ({"Cache-Control": "public,MAX-AGE=600"}, 600),
        ({"Cache-Control": 'max-age="600"'}, 600),
        ({"Cache-Control": "max-age=600", "Age": "100"}, 500),
        ({"Cache-Control": "max-age=600", "Age": "700"}, 0),
        ({"Cache-Control": "max-age=600", "Age": "old"}, 600),
        ({"Cache-Control": "max-age=600, no-cache"}, 0),
        ({"Cache-Control": "no-store"}, 0),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=1e3"}, None),
        ({"Cache-Control": "max-age=99999999999999999999"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Age": "100"}, None),
    ],
)
def test_lifetime(headers: dict[str, str], lifetime: float | None) -> None:
    assert keeping(headers).lifetime == lifetime


@pytest.mark.parametrize(
    ("headers", "conditions"),
    [
        ({}, {}),
        ({"ETag": '"abc"'}, {"If-None-Match": '"abc"'}),
        ({"ETag": 'W/"abc"'}, {"If-None-Match": 'W/"abc"'}),
        ({"ETag": "abc"}, {}),
        ({"ETag": '"a"\r\nX: y'}, {}),
        ({"ETag": f'"{"x" * 1000}"'}, {}),
        (
            {"Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"},
            {"If-Modified-Since": "Wed, 21 Oct 2015 07:28:00 GMT"},
        ),
        ({"Last-Modified": "\x1b"}, {}),
    ],
)
def test_conditions(headers: dict[str, str], conditions: dict[str, str]) -> None:
    assert keeping(headers).conditions == conditions


@pytest.mark.parametrize("bad", [{"etag": '"a"\n'}, {"etag": '"a"\r\nX: y"'}, {"last_modified": "now\n"}])
def test_what_was_kept_is_held_against_the_same_rules(bad: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Keeping.model_validate(bad)


def test_no_store_forbids() -> None:
    assert keeping({"Cache-Control": "no-store"}).is_forbidden
    assert not keeping({"Cache-Control": "no-cache, private"}).is_forbidden
