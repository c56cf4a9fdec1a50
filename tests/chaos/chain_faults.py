"""Faults of the chain itself, and an account that calls what it must not."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from eth_abi.abi import encode

from folkmoot.chain.abi import abi, function
from tests.chaos.besieged import Besieged
from tests.chaos.plan import Stroke
from tests.chaos.store_faults import ticking

CALLS_EVERY_S = 0.1
GAS = 3_000_000
FUNCTIONS = sorted(
    entry["name"] for entry in abi("Task") if entry["type"] == "function" and entry["stateMutability"] == "nonpayable"
)


@contextmanager
def halted(siege: Besieged, _stroke: Stroke) -> Iterator[None]:
    siege.halt_blocks()
    yield
    siege.resume_blocks()


@contextmanager
def reorganised(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """One or two blocks are replaced; as on real networks, their transactions wait for a block again."""
    for raw in _replace_blocks(siege, 1 + stroke.seed % 2):
        siege.node.make_request("eth_sendRawTransaction", [raw])
    yield


@contextmanager
def lost(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """One or two blocks are replaced, and no node remembers their transactions."""
    _replace_blocks(siege, 1 + stroke.seed % 2)
    yield


def _replace_blocks(siege: Besieged, depth: int) -> list[str]:
    """Replace so many blocks, unless they are older than the siege; the signed transactions that were in them."""
    head = siege.client.head().number
    if head - depth <= siege.first_block:
        return []
    blocks = [siege.anvil.ask("eth_getBlockByNumber", hex(head - back), False) for back in range(depth)]
    hashes = [transaction for block in reversed(blocks) for transaction in block["transactions"]]
    raws = [siege.anvil.ask("eth_getRawTransactionByHash", transaction) for transaction in hashes]
    siege.anvil.ask("anvil_reorg", depth, [])
    return raws


@contextmanager
def hostile_calls(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """An outsider calls every function of the task out of turn, with garbage."""
    random = Random(stroke.seed)

    def act() -> None:
        called = function("Task", random.choice(FUNCTIONS))
        kinds = [entry["type"] for entry in called.inputs]
        data = called.selector + encode(kinds, [_garbage(kind, random, siege) for kind in kinds])
        request = {"from": siege.outsider, "to": siege.task.address, "data": f"0x{data.hex()}", "gas": hex(GAS)}
        siege.node.make_request("eth_sendTransaction", [request])

    with ticking(act, CALLS_EVERY_S):
        yield


def _garbage(kind: str, random: Random, siege: Besieged) -> Any:
    if kind.endswith("[]"):
        return [_garbage(kind.removesuffix("[]"), random, siege) for _ in range(random.randrange(4))]
    if kind == "address":
        return random.choice([siege.outsider, "0x" + "00" * 20, *(member.address for member in siege.members)])
    if kind == "bytes32":
        return random.randbytes(32)
    return random.choice([0, 1, 2, random.randrange(50), 2 ** random.randrange(256), 2**256 - 1])
