"""pip.conf and uv.toml: where they lie, and what they say of indexes.

https://pip.pypa.io/en/stable/topics/configuration/#location and https://docs.astral.sh/uv/concepts/configuration-files/.
"""

import configparser
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import tomli
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lock2nix.errors import InputError

from .configuration import Index, Level, read_extras, read_index, read_links


def from_files(environment: Mapping[str, str], folder: Path, system: Path = Path("/")) -> Iterator[Level]:
    """Yield what uv's files say, the nearest first, then pip's.

    `folder` is the lock's, `system` the root of the disk. Raises InputError.
    """
    for path in _uv_files(environment, folder, system):
        if (text := _read(path)) is not None:
            yield _uv_level(path, text, of_project=path.parent == folder)
    yield _pip_level(environment, system)


class _UvIndex(BaseModel):
    url: str
    name: str | None = None
    default: bool = False
    explicit: bool = False


class _UvToml(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    index: list[_UvIndex] = []
    index_url: str | None = Field(alias="index-url", default=None)
    extra_index_url: list[str] = Field(alias="extra-index-url", default=[])
    find_links: list[str] = Field(alias="find-links", default=[])


def _uv_files(environment: Mapping[str, str], folder: Path, system: Path) -> list[Path]:
    if environment.get("UV_NO_CONFIG", "").lower() in {"1", "true", "yes", "on"}:
        return []
    if environment.get("UV_CONFIG_FILE"):
        return [Path(environment["UV_CONFIG_FILE"])]
    users = [base / "uv" / "uv.toml" for base in _user_bases(environment)]
    return [folder / "uv.toml", *users, system / "etc/xdg/uv/uv.toml", system / "etc/uv/uv.toml"]


def _uv_level(path: Path, text: str, *, of_project: bool) -> Level:
    try:
        said = _UvToml.model_validate(tomli.loads(text))
        default = [read_index(index.url, index.name) for index in said.index if index.default]
        default += [] if said.index_url is None else [read_index(said.index_url)]
        others = [index for index in said.index if not index.default]
        extras = [*_readable(i for i in others if not i.explicit), *read_extras(said.extra_index_url)]
        return Level(
            default=default[0] if default else None,
            extras=tuple(extras),
            explicit=tuple(_readable(i for i in others if i.explicit)),
            links=tuple(read_links(said.find_links)),
            of_project=of_project,
        )
    except ValidationError as error:
        where = ".".join(map(str, error.errors(include_input=False, include_context=False)[0]["loc"]))
        raise InputError(f"{where} is not what uv reads", place=path) from None
    except tomli.TOMLDecodeError as error:
        raise InputError(f"this is no TOML (line {error.lineno})", place=path) from None
    except ValueError as error:
        raise InputError(str(error), place=path) from None


def _readable(indexes: Iterator[_UvIndex]) -> Iterator[Index]:
    for index in indexes:
        for found in read_extras([index.url]):
            yield Index(url=found.url, name=index.name or found.name, login=found.login)


def _pip_level(environment: Mapping[str, str], system: Path) -> Level:
    """Return what pip's files say together: `[install]` counts over `[global]`, and the nearest file in each."""
    values: dict[str, dict[str, tuple[str, Path]]] = {"global": {}, "install": {}}
    for path in _pip_files(environment, system):
        text = _read(path)
        parser = configparser.RawConfigParser()
        try:
            parser.read_string(text or "")
        except configparser.Error:  # whose text repeats the line
            raise InputError("this is not what pip reads", place=path) from None
        for section, known in values.items():
            if parser.has_section(section):
                known |= {key.lower().replace("_", "-"): (value, path) for key, value in parser.items(section)}
    said = values["global"] | values["install"]
    url, url_path = said.get("index-url", ("", Path()))
    extras, extras_path = said.get("extra-index-url", ("", Path()))
    links, links_path = said.get("find-links", ("", Path()))
    place = url_path
    try:
        default = read_index(url) if url.strip() else None
        place = extras_path
        others = tuple(read_extras(extras.split()))
        place = links_path
        return Level(default=default, extras=others, links=tuple(read_links(links.split())))
    except ValueError as error:
        raise InputError(str(error), place=place) from None


def _pip_files(environment: Mapping[str, str], system: Path) -> list[Path]:
    """Return pip's files, the nearest last."""
    named = environment.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    home = environment.get("HOME")
    dotted = [Path(home) / ".pip" / "pip.conf"] if home else []
    users = [base / "pip" / "pip.conf" for base in reversed(_user_bases(environment))]
    apple = "Library/Application Support/pip/pip.conf"
    global_ones = [system / "etc/xdg/pip/pip.conf", system / "etc/pip.conf", system / apple]
    return [*global_ones, *dotted, *users, *([Path(named)] if named else [])]


def _user_bases(environment: Mapping[str, str]) -> list[Path]:
    """Return the folders of the user's configuration, the nearest first."""
    home, base = environment.get("HOME"), Path(environment.get("XDG_CONFIG_HOME", ""))
    if base.is_absolute():
        return [base]
    return [Path(home) / ".config", Path(home) / "Library" / "Application Support"] if home else []


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else None
    except UnicodeDecodeError:
        raise InputError("this is not UTF-8", place=path) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", place=path) from None
