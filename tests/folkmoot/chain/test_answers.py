"""What is made of a node's answers is what web3 makes of them."""

from typing import Any

import pytest
from web3._utils.method_formatters import block_result_formatter, log_entry_formatter, receipt_formatter

from folkmoot.chain import Block
from folkmoot.chain.answers import log_of, receipt_of

HASH = "0x" + "5a" * 32
LOG: dict[str, Any] = {
    "address": "0x" + "ab" * 20, "topics": [HASH, "0x" + "00" * 32], "data": "0x0102", "blockNumber": "0x1f",
    "logIndex": "0x2", "transactionHash": HASH, "transactionIndex": "0x0", "blockHash": HASH, "removed": False,
}  # fmt: skip


def test_a_log() -> None:
    found, expected = log_of(LOG), log_entry_formatter(LOG)
    assert found == {name: expected[name] for name in found}


@pytest.mark.parametrize("status", ["0x0", "0x1"])
def test_a_receipt(status: str) -> None:
    answer = {"status": status, "gasUsed": "0x5208", "blockNumber": "0x1f", "transactionHash": HASH, "logs": [LOG] * 2}
    found, expected = receipt_of(answer), receipt_formatter(answer)
    assert {name: found[name] for name in found if name != "logs"} == {  # type: ignore[literal-required]
        name: expected[name] for name in answer if name != "logs"
    }
    assert found["logs"] == [log_of(LOG)] * 2


@pytest.mark.parametrize("fee", [{}, {"baseFeePerGas": "0x0"}, {"baseFeePerGas": "0x64"}])
def test_a_block(fee: dict[str, str]) -> None:
    answer = {"number": "0x1f", "hash": HASH, "timestamp": "0x6553f100", "gasLimit": "0x1c9c380"} | fee
    found, expected = Block.of(answer), block_result_formatter(answer)
    assert (found.number, found.time) == (expected["number"], expected["timestamp"])
    assert (found.gas_limit, found.base_fee) == (expected["gasLimit"], expected.get("baseFeePerGas"))
    assert found.hash == HASH
