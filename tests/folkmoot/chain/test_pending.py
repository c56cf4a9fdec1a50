from eth_typing import HexStr

from folkmoot.chain import Block
from folkmoot.chain.accounts import Signed
from folkmoot.chain.pending import AGAIN_S, BLOCKS, SURE_S, Pending

OFFERED = [Signed({"data": HexStr("0x")}, b"", "0x")]


def block(number: int) -> Block:
    return Block(number, hex(number), number, gas_limit=0, base_fee=None)


def test_it_is_due_when_some_blocks_came_without_it_again_and_again() -> None:
    wait = Pending(OFFERED, since=0.0)
    due = [wait.is_due(block(7 + number), 1.0) for number in range(2 * BLOCKS + 1)]
    assert due == [number in {BLOCKS, 2 * BLOCKS} for number in range(2 * BLOCKS + 1)]


def test_it_is_due_after_some_time_without_a_block_again_and_again() -> None:
    wait = Pending(OFFERED, since=0.0)
    times = (0.0, AGAIN_S - 1, AGAIN_S, AGAIN_S + 1, 2 * AGAIN_S - 1, 2 * AGAIN_S)
    assert [wait.is_due(block(7), now) for now in times] == [False, False, True, False, False, True]


def test_a_nonce_is_not_believed_to_be_anothers_at_once() -> None:
    wait = Pending(OFFERED, since=0.0)
    assert [wait.is_gone(now) for now in (3.0, 3.0 + SURE_S - 1, 3.0 + SURE_S)] == [False, False, True]
