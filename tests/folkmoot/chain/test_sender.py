"""What a real chain cannot be made to do on purpose; the rest is in tests/integration/test_chain.py."""

from dataclasses import replace
from itertools import repeat
from typing import Any

import pytest
from requests.exceptions import ReadTimeout
from web3 import Web3

from folkmoot.chain import Sender
from folkmoot.chain.pending import BLOCKS
from folkmoot.errors import (
    ChainError,
    ContractError,
    DeadlinePassed,
    FeeTooLow,
    InsufficientFunds,
    NonceTaken,
    NotPermitted,
    OutOfGas,
    TransactionFailed,
)
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.clockwork import CALL, DEADLINE, ZERO_AMOUNT, Clockwork, field, raises


def test_a_receipt_tells_block_and_gas(sender: Sender, chain: MemoryChain) -> None:
    receipt = sender.send(CALL, deadline=DEADLINE)
    assert receipt is not None
    assert (receipt.block, receipt.gas_used, receipt.events) == (1, 100_000, ())
    assert list(chain.mined) == [receipt.hash]


def test_what_has_to_be_known_is_asked_for_with_the_time(
    sender: Sender, chain: MemoryChain, node: MemoryNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs no request of its own."""
    batches: list[list[str]] = []
    answer = node.make_batch_request

    def count(requests: Any) -> Any:
        batches.append([method for method, _ in requests])
        return answer(requests)

    monkeypatch.setattr(node, "make_batch_request", count)
    for _ in range(3):
        sender.send(CALL, deadline=DEADLINE)
    assert len(chain.mined) == 3
    assert node.asked.count("eth_getTransactionCount") == 3
    asking = [batch for batch in batches if "eth_getTransactionCount" in batch]
    facts = ["eth_getTransactionCount", "eth_getBalance", "eth_estimateGas"]
    assert asking == [["eth_chainId", *["eth_getBlockByNumber"] * 2, *facts]] * 3


def test_nothing_is_sent_when_it_is_too_late(sender: Sender, chain: MemoryChain, node: MemoryNode) -> None:
    with pytest.raises(DeadlinePassed, match="too late for submitUpdate"):
        sender.send(CALL, deadline=chain.time)
    assert "eth_sendRawTransaction" not in node.asked


@pytest.mark.parametrize(("reserve", "given"), [(0, 125_000), (70_000, 195_000)])
def test_gas_is_the_estimate_with_a_margin_and_the_calls_reserve(
    reserve: int, given: int, sender: Sender, chain: MemoryChain, clockwork: Clockwork
) -> None:
    offered: list[bytes] = []
    clockwork.events = iter([lambda: offered.extend(chain.pool.values())])
    sender.send(replace(CALL, reserve=reserve), deadline=DEADLINE)
    assert [field(raw, 2) for raw in offered] == [given]


@pytest.mark.parametrize(("block_limit", "needed", "given"), [(110_000, 100_000, 110_000), (10**9, 15_000_000, 2**24)])
def test_gas_is_never_more_than_a_block_or_a_transaction_may_have(
    block_limit: int, needed: int, given: int, sender: Sender, chain: MemoryChain, clockwork: Clockwork
) -> None:
    chain.gas_limit, chain.needs_gas = block_limit, needed
    offered: list[bytes] = []
    clockwork.events = iter([lambda: offered.extend(chain.pool.values())])
    sender.send(CALL, deadline=DEADLINE)
    assert [field(raw, 2) for raw in offered] == [given]


def test_a_call_that_no_block_can_hold_is_out_of_gas(sender: Sender, chain: MemoryChain) -> None:
    chain.needs_gas = 2**24 + 1
    with pytest.raises(OutOfGas, match="submitUpdate needs 16777217 gas"):
        sender.send(CALL, deadline=DEADLINE)
    assert chain.pool == {}


def test_an_answer_lost_after_the_node_took_it_sends_nothing_twice(
    sender: Sender, chain: MemoryChain, node: MemoryNode
) -> None:
    def take_and_die(raw: str) -> None:
        chain.accept(Web3.to_bytes(hexstr=raw))  # type: ignore[arg-type]
        raise ReadTimeout

    node.instead["eth_sendRawTransaction"] = iter([take_and_die])
    assert sender.send(CALL, deadline=DEADLINE) is not None
    assert len(chain.mined) == 1


def test_an_answer_lost_after_it_was_mined_sends_nothing_twice(
    sender: Sender, chain: MemoryChain, node: MemoryNode, clockwork: Clockwork
) -> None:
    def take_mine_and_die(raw: str) -> None:
        chain.accept(Web3.to_bytes(hexstr=raw))  # type: ignore[arg-type]
        chain.mine()
        raise ReadTimeout

    node.instead["eth_sendRawTransaction"] = iter([take_mine_and_die])
    receipt = sender.send(CALL, deadline=DEADLINE)
    assert receipt is not None
    assert list(chain.mined) == [receipt.hash]
    assert len(clockwork.pauses) == 1


def test_a_nonce_that_another_process_took_is_replaced(sender: Sender, chain: MemoryChain) -> None:
    sender.send(CALL, deadline=DEADLINE)
    chain.mined["0xother"] = {}
    receipt = sender.send(CALL, deadline=DEADLINE)
    assert receipt is not None
    assert list(chain.mined).index(receipt.hash) == 2


def test_a_nonce_that_stays_taken_is_given_up(sender: Sender, node: MemoryNode) -> None:
    node.instead["eth_sendRawTransaction"] = iter([raises(RpcError("nonce too low"))] * 100)
    node.instead["eth_getTransactionCount"] = repeat(lambda _address, tag: "0x1" if tag == "latest" else "0x0")
    with pytest.raises(NonceTaken):
        sender.send(CALL, deadline=10**6)
    assert node.asked.count("eth_sendRawTransaction") == 8


def test_a_transaction_that_a_node_lost_is_offered_again(
    sender: Sender, chain: MemoryChain, node: MemoryNode, clockwork: Clockwork
) -> None:
    clockwork.halted = True

    def restart() -> None:
        clockwork.halted = False

    clockwork.events = iter([chain.pool.clear, chain.mine, restart])
    receipt = sender.send(CALL, deadline=DEADLINE)
    assert receipt is not None
    assert list(chain.mined) == [receipt.hash]
    assert node.asked.count("eth_sendRawTransaction") == 2


def test_a_transaction_that_was_replaced_is_signed_anew(
    sender: Sender, chain: MemoryChain, clockwork: Clockwork
) -> None:
    def replace() -> None:
        chain.pool.clear()
        chain.mined["0xother"] = {}

    clockwork.events = iter([replace])
    receipt = sender.send(CALL, deadline=DEADLINE)
    assert receipt is not None
    assert list(chain.mined) == ["0xother", receipt.hash]


def test_a_refusal_of_what_was_offered_again_says_nothing(
    sender: Sender, chain: MemoryChain, node: MemoryNode, clockwork: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    kept: dict[int, bytes] = {}

    def hide() -> None:
        kept.update(chain.pool)
        chain.pool.clear()

    node.instead["eth_sendRawTransaction"] = iter(
        [node.eth_sendRawTransaction, raises(RpcError("transaction underpriced"))]
    )
    clockwork.events = iter([hide, *[lambda: None] * 20, lambda: chain.pool.update(kept)])
    assert sender.send(CALL, deadline=DEADLINE) is not None
    assert "does not take transaction" in caplog.text


def test_a_fee_that_was_refused_is_offered_anew(sender: Sender, chain: MemoryChain, node: MemoryNode) -> None:
    node.instead["eth_sendRawTransaction"] = iter([raises(RpcError("max fee per gas less than block base fee"))])
    assert sender.send(CALL, deadline=DEADLINE) is not None
    assert len(chain.mined) == 1


def test_a_fee_that_is_always_refused_is_given_up(sender: Sender, node: MemoryNode) -> None:
    node.instead["eth_sendRawTransaction"] = iter([raises(RpcError("gas price below configured minimum"))] * 100)
    with pytest.raises(FeeTooLow, match="min-gas-price=0"):
        sender.send(CALL, deadline=10**6)


@pytest.fixture
def dearer(chain: MemoryChain, clockwork: Clockwork) -> None:
    """Gas costs five times as much once a transaction was offered."""
    chain.base_fee = None
    clockwork.events = iter([lambda: setattr(chain, "gas_price", 5_000)])


@pytest.mark.usefixtures("dearer")
def test_more_is_offered_for_what_has_become_too_cheap(
    sender: Sender, chain: MemoryChain, node: MemoryNode, clockwork: Clockwork
) -> None:
    receipt = sender.send(CALL, deadline=DEADLINE)
    assert receipt is not None
    assert list(chain.mined) == [receipt.hash]
    assert len(clockwork.pauses) == BLOCKS + 1
    assert node.asked.count("eth_getTransactionCount") == 2, (
        "also whether it follows all before it, as a block had it not"
    )
    assert sender.send(CALL, deadline=DEADLINE) is not None


@pytest.mark.usefixtures("dearer")
def test_what_was_offered_first_is_found_though_more_was_refused(
    sender: Sender, chain: MemoryChain, node: MemoryNode, caplog: pytest.LogCaptureFixture
) -> None:
    first: list[str] = []

    def take(raw: str) -> str:
        first.append(node.eth_sendRawTransaction(raw))
        return first[0]

    def refuse(_raw: str) -> None:
        chain.gas_price = 1_000
        raise RpcError("replacement transaction underpriced")

    node.instead["eth_sendRawTransaction"] = iter([take, node.eth_sendRawTransaction, refuse])
    receipt = sender.send(CALL, deadline=DEADLINE)
    assert receipt is not None
    assert list(chain.mined) == [receipt.hash] == first
    assert "does not take more for transaction" in caplog.text


@pytest.mark.usefixtures("dearer")
def test_more_that_was_taken_without_an_answer_is_found(sender: Sender, chain: MemoryChain, node: MemoryNode) -> None:
    def take_and_die(raw: str) -> None:
        node.eth_sendRawTransaction(raw)
        raise ReadTimeout

    send = node.eth_sendRawTransaction
    node.instead["eth_sendRawTransaction"] = iter([send, send, take_and_die])
    receipt = sender.send(CALL, deadline=DEADLINE)
    assert receipt is not None
    assert list(chain.mined) == [receipt.hash]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (RpcError("Sender account not authorized", -32007), NotPermitted),
        (RpcError("who knows"), TransactionFailed),
        (RpcError("execution reverted", 3, data=ZERO_AMOUNT), ContractError),
    ],
)
def test_other_refusals_are_final(fault: RpcError, kind: type[ChainError], sender: Sender, node: MemoryNode) -> None:
    node.instead["eth_sendRawTransaction"] = iter([raises(fault)])
    with pytest.raises(kind):
        sender.send(CALL, deadline=DEADLINE)
    assert node.asked.count("eth_sendRawTransaction") == 1


def test_a_refused_account_is_named(sender: Sender, node: MemoryNode) -> None:
    node.instead["eth_sendRawTransaction"] = iter([raises(RpcError("Sender account not authorized", -32007))])
    with pytest.raises(NotPermitted, match=f"{sender.address}: .* not on the validators' allow-list"):
        sender.send(CALL, deadline=DEADLINE)


def test_after_a_failure_the_node_is_asked_for_the_nonce(sender: Sender, node: MemoryNode) -> None:
    node.instead["eth_sendRawTransaction"] = iter([raises(RpcError("who knows"))])
    with pytest.raises(TransactionFailed):
        sender.send(CALL, deadline=DEADLINE)
    sender.send(CALL, deadline=DEADLINE)
    assert node.asked.count("eth_getTransactionCount") == 2


def test_what_was_done_before_is_success(sender: Sender, node: MemoryNode) -> None:
    node.instead["eth_estimateGas"] = iter([raises(RpcError("execution reverted", 3, data=ZERO_AMOUNT))])
    assert sender.send(CALL, deadline=DEADLINE, done={"ZeroAmount"}) is None
    assert "eth_sendRawTransaction" not in node.asked


def test_other_contract_errors_are_raised(sender: Sender, node: MemoryNode) -> None:
    node.instead["eth_estimateGas"] = iter([raises(RpcError("execution reverted", 3, data=ZERO_AMOUNT))])
    with pytest.raises(ContractError, match="amount or number is zero"):
        sender.send(CALL, deadline=DEADLINE, done={"ZeroBytes32"})


def test_a_failed_transaction_is_called_again_for_its_reason(
    sender: Sender, chain: MemoryChain, node: MemoryNode
) -> None:
    chain.fails = True
    node.instead["eth_call"] = iter([raises(RpcError("execution reverted", 3, data=ZERO_AMOUNT))] * 2)
    with pytest.raises(ContractError) as caught:
        sender.send(CALL, deadline=DEADLINE)
    assert caught.value.name == "ZeroAmount"
    assert sender.send(CALL, deadline=DEADLINE, done={"ZeroAmount"}) is None


def test_a_failure_that_calling_again_does_not_show_is_told(sender: Sender, chain: MemoryChain) -> None:
    chain.fails = True
    with pytest.raises(TransactionFailed, match="submitUpdate failed in block 1"):
        sender.send(CALL, deadline=DEADLINE)


def test_all_gas_used_up_is_out_of_gas(sender: Sender, chain: MemoryChain) -> None:
    chain.fails, chain.gas_limit = True, chain.needs_gas
    with pytest.raises(OutOfGas, match="ran out of its 100000 gas"):
        sender.send(CALL, deadline=DEADLINE)


def test_an_account_without_coin_sends_where_gas_is_free_whatever_nodes_ask(sender: Sender, chain: MemoryChain) -> None:
    chain.base_fee, chain.coins = None, 0
    chain.gas_price = 0
    assert sender.send(CALL, deadline=DEADLINE) is not None


def test_what_a_node_asks_and_an_account_lacks_is_said_and_nothing_waits(sender: Sender, chain: MemoryChain) -> None:
    """Some nodes take what such an account cannot pay, never mine it, and so hold up all that comes later."""
    chain.base_fee, chain.coins, chain.least_price = None, 0, 1_000
    with pytest.raises(InsufficientFunds, match="holds 0 wei"):
        sender.send(CALL, deadline=DEADLINE)
    assert not chain.pool
