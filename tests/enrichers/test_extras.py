from packaging.utils import canonicalize_name as name

from lock2nix.enrichers.extras import wanted_extras
from lock2nix.schemas.lock import Dependency, Group, Lock

from .locks import package


def edge(called: str, *extras: str) -> Dependency:
    return Dependency(name=name(called), extras=frozenset(map(name, extras)))


def test_extras_of_roots_members_edges_and_of_each_other() -> None:
    a = package("a", "1").model_copy(
        update={"dependencies": (edge("b", "x"),), "extras": {"all": (edge("a", "more"),), "more": (edge("c", "y"),)}}
    )
    group = Group(name=name("main"), dependencies=(edge("a", "all"),), members=(edge("d", "z"),))
    lock = Lock(groups=(group,), extras={name("own"): (edge("e", "w"),)}, packages=(a, package("b", "1")))
    assert {called: sorted(extras) for called, extras in wanted_extras(lock).items() if extras} == {
        "a": ["all", "more"],
        "b": ["x"],
        "c": ["y"],
        "d": ["z"],
        "e": ["w"],
    }
