"""What is made of a node's answers is what web3 makes of them."""

from collections.abc import Callable
from typing import Any

import pytest
from web3._utils.method_formatters import block_result_formatter, log_entry_formatter, receipt_formatter

from folkmoot.chain import Block
from folkmoot.chain.answers import data, log_of, natural, receipt_of

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
    created = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    answer = {
        "status": status, "gasUsed": "0x5208", "blockNumber": "0x1f", "transactionHash": HASH, "logs": [LOG] * 2,
        "contractAddress": created,
    }  # fmt: skip
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


@pytest.mark.parametrize(
    ("transactions", "is_empty"), [({"transactions": []}, True), ({"transactions": [HASH]}, False), ({}, False)]
)
def test_whether_a_block_is_empty(transactions: dict[str, list[str]], is_empty: bool) -> None:
    answer = {"number": "0x1f", "hash": HASH, "timestamp": "0x6553f100", "gasLimit": "0x1c9c380"} | transactions
    assert Block.of(answer).is_empty == is_empty


@pytest.mark.parametrize("answer", [None, 3, [], {}, "0xg", "12"])
@pytest.mark.parametrize("read", [natural, data])
def test_answers_of_another_form(read: Callable[[Any], Any], answer: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        read(answer)


@pytest.mark.parametrize("bloom", [{}, {"logsBloom": "0x"}, {"logsBloom": f"0x{bytes(256).hex()}"}])
def test_a_block_with_transactions_whose_filter_is_not_told_may_have_logs(bloom: dict[str, str]) -> None:
    told = {"number": "0x1", "timestamp": "0x1", "gasLimit": "0x1", "hash": "0x1", **bloom}
    account = "0x" + "11" * 20
    assert Block.of({**told, "transactions": ["0xab"]}).may_have_logs(account)
    assert not Block.of({**told, "transactions": []}).may_have_logs(account)
