import pytest

from folkmoot.chain import Call
from folkmoot.chain.answers import Block
from folkmoot.chain.calls import MARGIN, MAX_GAS
from folkmoot.errors import OutOfGas

CALL = Call("0x" + "11" * 20, b"", "close", (), reserve=5_000)


def block(gas_limit: int) -> Block:
    return Block(1, "0x1", 0, gas_limit, base_fee=None)


def test_a_limit_is_above_the_estimate_and_below_what_a_block_holds() -> None:
    assert CALL.gas_limit(block(10**6), 100_000) == 100_000 * (1 + MARGIN) + 5_000
    assert CALL.gas_limit(block(110_000), 100_000) == 110_000
    assert CALL.gas_limit(block(10**9), 16_000_000) == MAX_GAS


def test_what_nobody_can_estimate_gets_all_that_a_block_holds() -> None:
    assert CALL.gas_limit(block(10**6), None) == 10**6
    assert CALL.gas_limit(block(10**9), None) == MAX_GAS


def test_what_no_block_holds_is_not_sent() -> None:
    with pytest.raises(OutOfGas, match="close needs 100001 gas, 100000 is the most"):
        CALL.gas_limit(block(100_000), 100_001)
