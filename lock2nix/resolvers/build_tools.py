"""Versions of build tools that go together: as many as can be had at once, each as near to what is wished as can be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from packaging.requirements import Requirement

from lock2nix.errors import PlanError

Answer = TypeVar("Answer")
Wishes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement(Generic[Answer]):
    """The answer for the tools that go together, None where there are none, and why each of the others does not."""

    answer: Answer | None
    refused: Mapping[str, str]


def agree(wanted: Mapping[str, Wishes], pythons: Sequence[str], ask: Callable[[Wishes], Answer]) -> Agreement[Answer]:
    """Return what is answered for the wishes (PEP 508, without markers) for each tool.

    `ask` gives an answer for all of its wishes together, or raises PlanError. A set has one version of each: where the
    wishes for a tool contradict each other, any version will do; and one that is for newer ones of the `pythons` (as
    `3.11`, in ascending order) only is wished for there. A tool that cannot be had even so stops no other.
    """
    with suppress(PlanError):
        return Agreement(ask(tuple(wish for name in sorted(wanted) for wish in wanted[name])), {})
    answer: Answer | None = None
    agreed: Wishes = ()
    refused: dict[str, str] = {}
    for name in sorted(wanted):
        for wishes in (wanted[name], *_weaker(wanted[name], pythons)):
            try:
                answer = ask((*agreed, *wishes))
            except PlanError as error:
                refused.setdefault(name, error.message)
            else:
                agreed += wishes
                refused.pop(name, None)
                break
    return Agreement(answer, refused)


def _weaker(wishes: Wishes, pythons: Sequence[str]) -> Iterator[Wishes]:
    any_version = (_without_bounds(wishes),)
    if any_version != wishes:
        yield any_version
    for python in pythons[1:]:
        for some in dict.fromkeys((wishes, any_version)):
            yield tuple(f"{wish}; python_version >= '{python}'" for wish in some)


def _without_bounds(wishes: Wishes) -> str:
    requirements = [Requirement(wish) for wish in wishes]
    extras = sorted({extra for requirement in requirements for extra in requirement.extras})
    return requirements[0].name + (f"[{','.join(extras)}]" if extras else "")
