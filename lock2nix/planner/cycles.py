"""Strongly connected components: the dependency cycles of a plan (design.md §5.8)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=str)


def cycles(graph: Mapping[Node, Sequence[Node]]) -> tuple[tuple[Node, ...], ...]:
    """Return the components with more than one member, each sorted, in the order of their first members.

    Kosaraju's algorithm, without recursion: locks can be deeper than Python's stack.
    """
    predecessors: dict[Node, list[Node]] = defaultdict(list)
    for node, successors in graph.items():
        for successor in successors:
            predecessors[successor].append(node)
    found, settled = [], set[Node]()
    for root in reversed(_postorder(graph)):
        component, pending = [], [root]
        while pending:
            node = pending.pop()
            if node not in settled:
                settled.add(node)
                component.append(node)
                pending += predecessors[node]
        if len(component) > 1:
            found.append(tuple(sorted(component)))
    return tuple(sorted(found))


def _postorder(graph: Mapping[Node, Sequence[Node]]) -> list[Node]:
    order, seen = [], set[Node]()
    for root in graph:
        path = [(root, iter((root,)))]
        while path:
            node, successors = path[-1]
            successor = next((s for s in successors if s not in seen), None)
            if successor is None:
                path.pop()
                if path:
                    order.append(node)
            else:
                seen.add(successor)
                path.append((successor, iter(graph.get(successor, ()))))
    return order
