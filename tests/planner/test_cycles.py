from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lock2nix.planner.cycles import cycles

NODES = [f"n{i}" for i in range(9)]
GRAPHS = st.dictionaries(
    st.sampled_from(NODES), st.lists(st.sampled_from([*NODES, "not-a-key"]), max_size=4), max_size=len(NODES)
)


def reachable(graph: dict[str, list[str]], start: str) -> set[str]:
    seen, pending = set[str](), list(graph.get(start, ()))
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            pending += graph.get(node, ())
    return seen


@given(GRAPHS)
def test_components_are_the_nodes_that_reach_each_other(graph: dict[str, list[str]]) -> None:
    reach = {node: reachable(graph, node) for node in [*NODES, "not-a-key"]}
    mutual = {frozenset(b for b in reach if b in reach[a] and a in reach[b]) for a in reach}
    expected = sorted(tuple(sorted(component)) for component in mutual if len(component) > 1)
    assert list(cycles(graph)) == expected


@given(GRAPHS, st.randoms())
def test_the_order_of_the_graph_does_not_matter(graph: dict[str, list[str]], random: Random) -> None:
    items = list(graph.items())
    random.shuffle(items)
    assert cycles(dict(items)) == cycles(graph)


def test_a_node_that_needs_itself_is_no_cycle() -> None:
    assert cycles({"a": ["a"], "b": ["a"]}) == ()


def test_two_cycles_that_share_a_node_are_one() -> None:
    assert cycles({"c": ["b"], "b": ["a", "c"], "a": ["b"]}) == (("a", "b", "c"),)


def test_cycles_are_sorted_by_their_first_members() -> None:
    graph = {"z": ["y"], "y": ["z"], "b": ["m"], "m": ["b"], "a": ["z", "m"]}
    assert cycles(graph) == (("b", "m"), ("y", "z"))


def test_deep_graphs_do_not_exhaust_the_stack() -> None:
    deep = {f"n{i}": [f"n{i + 1}"] for i in range(5_000)}
    assert cycles(deep) == ()
    (ring,) = cycles({**deep, "n5000": ["n0"]})
    assert len(ring) == 5_001
