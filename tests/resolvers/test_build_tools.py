from collections.abc import Iterable

from packaging.requirements import Requirement

from lock2nix.errors import PlanError
from lock2nix.resolvers.build_tools import Wishes, agree

PYTHONS = ["3.11", "3.12", "3.13"]


class Index:
    """Versions by name, each with the oldest Python that it is for; no two names of `enemies` go together."""

    def __init__(self, versions: dict[str, dict[str, str]], enemies: Iterable[str] = ()) -> None:
        self.versions = versions
        self.enemies = set(enemies)
        self.asked = 0

    def __call__(self, wishes: Wishes) -> dict[str, str]:
        self.asked += 1
        found = {}
        wanted = [Requirement(wish) for wish in wishes]
        for name in {one.name for one in wanted}:
            some = [one for one in wanted if one.name == name]
            python = min(
                p for p in PYTHONS if any(s.marker is None or s.marker.evaluate({"python_version": p}) for s in some)
            )
            good = [
                version
                for version, oldest in self.versions.get(name, {}).items()
                if all(one.specifier.contains(version) for one in some) and oldest <= python
            ]
            if not good:
                raise PlanError(f"no {' '.join(wishes)}")
            found[name] = max(good)
        if self.enemies <= found.keys() and self.enemies:
            raise PlanError("enemies")
        return found


def test_all_at_once_where_that_goes() -> None:
    index = Index({"anchor": {"1": "3.11", "2": "3.11"}, "buoy": {"1": "3.11"}})
    found = agree({"buoy": ("buoy",), "anchor": ("anchor<2",)}, PYTHONS, index)
    assert (found.answer, found.refused) == ({"anchor": "1", "buoy": "1"}, {})
    assert index.asked == 1


def test_one_that_nobody_has_stops_no_other() -> None:
    found = agree({"anchor": ("anchor",), "nobody": ("nobody>1",)}, PYTHONS, Index({"anchor": {"1": "3.11"}}))
    assert found.answer == {"anchor": "1"}
    assert found.refused == {"nobody": "no anchor nobody>1"}
    assert agree({"nobody": ("nobody",)}, PYTHONS, Index({})).answer is None


def test_where_builds_disagree_any_version_will_do() -> None:
    index = Index({"anchor": {"1": "3.11", "2": "3.11"}, "buoy": {"3": "3.11"}})
    found = agree({"anchor": ("anchor<2", "anchor>=2"), "buoy": ("buoy>2",)}, PYTHONS, index)
    assert (found.answer, found.refused) == ({"anchor": "2", "buoy": "3"}, {})


def test_extras_stay_where_bounds_do_not() -> None:
    asked: list[Wishes] = []

    def ask(wishes: Wishes) -> None:
        asked.append(wishes)
        if len(asked) < 3:
            raise PlanError("no")

    agree({"anchor": ("anchor[deck]<2", "anchor[sail]>=2")}, PYTHONS, ask)
    assert asked[-1] == ("anchor[deck,sail]",)


def test_one_for_newer_pythons_only_is_wished_for_there() -> None:
    index = Index({"anchor": {"1": "3.12"}, "buoy": {"1": "3.11"}})
    found = agree({"anchor": ("anchor>0",), "buoy": ("buoy",)}, PYTHONS, index)
    assert (found.answer, found.refused) == ({"anchor": "1", "buoy": "1"}, {})


def test_of_two_that_do_not_go_together_one_is_had() -> None:
    index = Index({"anchor": {"1": "3.11"}, "buoy": {"1": "3.11"}}, enemies=("anchor", "buoy"))
    found = agree({"anchor": ("anchor",), "buoy": ("buoy",)}, PYTHONS, index)
    assert (found.answer, found.refused) == ({"anchor": "1"}, {"buoy": "enemies"})
