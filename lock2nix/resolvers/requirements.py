"""What the wishes of requirements files come to: the question for uv, and the lock that its answer is."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from lock2nix.converters import pylock
from lock2nix.errors import InputError, quote
from lock2nix.markers import marker
from lock2nix.schemas.lock import Dependency, Group, Lock, Package
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, SourceFile, UrlSource
from lock2nix.schemas.wishes import Wish, Wishes

from .pypi import Question


def question(wishes: Wishes, *, python: str, folder: Path, earlier: bytes | None, options: Iterable[str]) -> Question:
    """Return what uv is to be asked; `options` are its own, besides those that the wishes imply."""
    return Question(
        requirements=tuple(dict.fromkeys(_line(wish) for group in wishes.groups for wish in group.wishes)),
        constraints=tuple(map(_line, wishes.constraints)),
        overrides=tuple(map(_line, wishes.overrides)),
        options=(*_options(wishes), *options),
        stated=wishes.stated if _sdists_asked_for(wishes) <= {one.name for one in wishes.stated} else (),
        python=python,
        folder=folder,
        earlier=earlier,
    )


def lock(answer: SourceFile, wishes: Wishes) -> Lock:
    """Return the lock that answers the wishes: its packages, under the groups that asked for them.

    One group has all that there is. Of several, each has what its wishes need, as far as that is known. Where a wish
    has hashes, only files that have one of them are taken. Raises InputError where there is none.
    """
    found = _with_hashes(pylock.read(answer, {}), wishes)
    more = {"name": None, "indexes": wishes.indexes, "notices": (*wishes.notices, *found.notices)}
    if len(wishes.groups) == 1:
        whole = found.groups[0].model_copy(update={"name": wishes.groups[0].name})
        return found.model_copy(update={**more, "groups": (whole,)})
    groups = tuple(
        Group(
            name=group.name,
            optional=group.optional,
            dependencies=tuple(_dependency(wish, found.packages) for wish in group.wishes),
            members=found.groups[0].dependencies,
        )
        for group in wishes.groups
    )
    return found.model_copy(update={**more, "groups": groups, "closed": False})


def _with_hashes(found: Lock, wishes: Wishes) -> Lock:
    """Return the lock with the files that the wishes admit: an index may not put others in their place."""
    hashed: dict[str | None, list[Wish]] = {}
    for wish in (wish for group in wishes.groups for wish in group.wishes if wish.hashes):
        hashed.setdefault(_name(wish), []).append(wish)
    packages = (_admitted(one, hashed[one.name]) if one.name in hashed else one for one in found.packages)
    return found.model_copy(update={"packages": tuple(packages)})


def _admitted(package: Package, wishes: Sequence[Wish]) -> Package:
    known = {one for wish in wishes for one in wish.hashes}
    files = tuple(file for file in package.artifacts if known & set(file.hashes))
    if package.artifacts and not files:
        message = f"no file that the index has of {package.pname} {package.version} has one of its hashes"
        raise InputError(message, place=wishes[0].place, hint="do not install it before you know why; or lock it again")
    return package.model_copy(update={"artifacts": files})


def _name(wish: Wish) -> str | None:
    try:
        return canonicalize_name(Requirement(wish.requirement).name)
    except InvalidRequirement:
        return None


def _line(wish: Wish) -> str:
    return f"-e {wish.requirement}" if wish.editable else wish.requirement


def _options(wishes: Wishes) -> Iterator[str]:
    """Yield uv's options for what pip's say (https://docs.astral.sh/uv/reference/cli/#uv-pip-compile)."""
    if wishes.prereleases:
        yield from ("--prerelease", "allow")
    if wishes.indexes.no_index:
        yield "--no-index"
    for place in wishes.indexes.find_links:
        if "://" not in place:  # those on the web may have logins, and are told with the indexes
            yield from ("--find-links", place)
    both = {"wheel", "sdist"}
    for name, kinds in ((":all:", wishes.other_kinds), *wishes.kinds.items()):
        for missing in sorted(both - kinds):
            yield from ("--no-binary" if missing == "wheel" else "--only-binary", name)


def _sdists_asked_for(wishes: Wishes) -> set[str]:
    """Return whose wheels may not be taken: uv, too, would then build these if their metadata are not stated."""
    named: set[str] = {name for name, kinds in wishes.kinds.items() if "wheel" not in kinds}
    return named if "wheel" in wishes.other_kinds else {*named, ":all:"}


def _dependency(wish: Wish, packages: Iterable[Package]) -> Dependency:
    try:
        asked = Requirement(wish.requirement)
    except InvalidRequirement:
        found = next((package for package in packages if _is_at(package, wish.requirement)), None)
        if found is None:
            message = f"uv's answer does not say what {quote(wish.requirement)} is"
            raise InputError(message, place=wish.place, hint="write NAME @ … for it") from None
        return Dependency(name=found.name)
    condition = None if asked.marker is None else marker(str(asked.marker))
    extras = frozenset(map(canonicalize_name, asked.extras))
    return Dependency(name=canonicalize_name(asked.name), extras=extras, marker=condition)


def _is_at(package: Package, text: str) -> bool:
    match package.source:
        case DirectorySource(path=path) | FileSource(path=path):
            return path == PurePosixPath(text.partition("[")[0])
        case UrlSource(url=url) | GitSource(url=url):
            return url in text
        case _:
            return False
