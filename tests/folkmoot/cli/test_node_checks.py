"""Nodes of one chain in memory behind HTTP; those of a real network are in tests/networks/test_real_nodes.py."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import repeat

import pytest

from folkmoot.cli.examination import State
from folkmoot.cli.node_checks import LOOKS, Sight, behind, look, nodes
from folkmoot.cli.session import Session
from folkmoot.testing import free_port
from folkmoot.testing.memory import MemoryChain, MemoryNode
from folkmoot.testing.rpc_proxy import rpc_proxy

A, B, C = "http://a", "http://b", "http://c"


@pytest.fixture
def serve() -> Iterator[Callable[..., list[str]]]:
    with ExitStack() as stack:
        yield lambda *nodes: [stack.enter_context(rpc_proxy(node)).url for node in nodes]


def node_at(head: int) -> MemoryNode:
    """A node with so many blocks of a chain."""
    node = MemoryNode(MemoryChain(number=head))
    block = node.chain.block()
    node.instead["eth_getBlockByNumber"] = repeat(lambda tag, _: block | ({"hash": "0x0"} if tag == "0x0" else {}))
    return node


def told(*looks: dict[str, int]) -> list[str]:
    """What is told of nodes whose heads are these at one look after the other; the last one is repeated."""
    seen = [[Sight(url, "7", head) for url, head in heads.items()] for heads in looks]
    later = iter([*seen[1:], *(seen[-1:] * LOOKS)])
    return list(behind(seen[0], lambda: next(later), lambda _: None))


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ([{A: 9}], []),
        ([{A: 9, B: 7}], []),
        ([{A: 9, B: 6}, {A: 10, B: 8}], []),
        ([{A: 9, B: 6}, {A: 9, B: 6}, {A: 11, B: 6}], [f"{B} stands at block 6 and is 5 blocks behind"]),
        ([{A: 9, B: 5}, {A: 10, B: 7}], [f"{B} is 3 blocks behind"]),
        ([{A: 9, B: 5}], [f"{B} is 4 blocks behind"]),
        (
            [{A: 5, B: 90, C: 6}, {A: 5, B: 91, C: 8}],
            [f"{A} stands at block 5 and is 86 blocks behind", f"{C} is 83 blocks behind"],
        ),
        ([{A: 9, B: 5}, {A: 10}], []),
    ],
    ids=[
        "alone", "as usual", "catching up at once", "stands", "catching up", "nothing moves", "of both kinds",
        "gone by then",
    ],
)  # fmt: skip
def test_who_is_behind_and_who_stands(looks: list[dict[str, int]], expected: list[str]) -> None:
    assert told(*looks) == expected


def test_nodes_are_looked_at_together(serve: Callable[..., list[str]]) -> None:
    chain = MemoryChain(number=5)
    urls = [*serve(MemoryNode(chain)), f"http://127.0.0.1:{free_port()}"]
    first, second = look(urls)
    assert (first.url, first.head, first.fault) == (urls[0], 5, "")
    assert first.chain.startswith("7 begun with 0x")
    assert (second.head, second.fault) == (-1, f"{urls[1]}: connection refused")


def test_a_node_that_does_not_answer_hides_none_that_is_behind(serve: Callable[..., list[str]]) -> None:
    urls = serve(node_at(50), node_at(9))
    silent = f"http://127.0.0.1:{free_port()}"
    with Session(file=None, given={"rpc": [*urls, silent]}, as_json=True) as session:
        found = nodes(session)
    assert found.state == State.DOUBT
    assert found.message == f"no answer from {silent}: connection refused; {urls[1]} is 41 blocks behind"
