"""What the page may ask: the list, and nothing beside it."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.chain.abi import abi
from folkmoot.page.asking import (
    CALLS,
    MOST,
    NO_REQUEST,
    NOT_LET_THROUGH,
    SELECTORS,
    WRONG_PARAMETERS,
    ChainId,
    Code,
    Fault,
    Header,
    HeadNumber,
    Logs,
    ReceiptOf,
    Version,
    View,
    read,
    selector,
)
from tests.support.pages import FEDERATION, TASK, request
from tools.workcopy import ROOT

FEE = selector("Federation", "permissionFee")
HASH = "0x" + "ab" * 32


def asked(method: Any, *params: Any) -> Any:
    """What a request asks, or why it is not let through."""
    (inquiry,), is_batch = read(json.dumps(request(method, *params)).encode())
    assert (inquiry.id, is_batch) == (1, False)
    return inquiry.asked


def code(method: Any, *params: Any) -> int:
    found = asked(method, *params)
    assert isinstance(found, Fault), found
    return found.code


@pytest.mark.parametrize(
    ("method", "params", "found"),
    [
        ("eth_chainId", [], ChainId()),
        ("web3_clientVersion", [], Version()),
        ("eth_blockNumber", [], HeadNumber()),
        ("eth_getBlockByNumber", ["latest", False], Header(None)),
        ("eth_getBlockByNumber", ["0x10", False], Header(16)),
        (
            "eth_getLogs",
            [{"address": [FEDERATION, TASK], "fromBlock": "0x1", "toBlock": "latest"}],
            Logs((FEDERATION, TASK), 1, None),
        ),
        ("eth_getLogs", [{"address": TASK, "fromBlock": "0x1", "toBlock": "0xa"}], Logs((TASK,), 1, 10)),
        ("eth_call", [{"to": FEDERATION, "data": FEE}, "latest"], View(FEDERATION, FEE)),
        (
            "eth_call",
            [{"to": FEDERATION, "input": FEE.upper().replace("X", "x")}, "latest"],
            View(FEDERATION, FEE),
        ),
        ("eth_getCode", [FEDERATION, "latest"], Code(FEDERATION)),
        ("eth_getTransactionReceipt", [HASH], ReceiptOf(HASH)),
    ],
)
def test_what_the_page_asks_is_let_through(method: str, params: list[Any], found: object) -> None:
    assert asked(method, *params) == found


def test_addresses_are_read_whatever_their_case() -> None:
    mixed = "0x" + "ab" * 20
    assert asked("eth_getCode", mixed, "latest") == asked("eth_getCode", "0x" + "AB" * 20, "latest")


@pytest.mark.parametrize(
    "method",
    [
        *(
            "eth_sendRawTransaction",
            "eth_sendTransaction",
            "eth_sendRawTransactionSync",
            "eth_sign",
            "eth_signTransaction",
        ),
        *("eth_signTypedData_v4", "eth_accounts", "eth_requestAccounts", "eth_estimateGas", "eth_newFilter"),
        *("eth_subscribe", "eth_getStorageAt", "eth_getTransactionByHash", "eth_getBlockByHash", "eth_getProof"),
        *("personal_unlockAccount", "personal_sendTransaction", "admin_addPeer", "debug_setHead", "miner_start"),
        *("anvil_setBalance", "anvil_impersonateAccount", "evm_revert", "evm_mine", "hardhat_reset", "txpool_content"),
        *("wallet_addEthereumChain", "clique_propose", "qbft_proposeValidatorVote", "perm_addAccountsToAllowlist"),
        *(" eth_call", "eth_call ", "eth_call\0", "ETH_CALL", "Eth_Call", "eth_Call", "eth＿call", "еth_call"),
        *("", "rpc_modules", "__class__", "eth_call\n", "eth_chainId,eth_sendRawTransaction"),
    ],
)
def test_nothing_else_is_let_through_by_whatever_name(method: str) -> None:
    found = asked(method, FEDERATION)
    assert isinstance(found, Fault)
    assert found.code == NOT_LET_THROUGH
    assert found.message.startswith("this page only looks: ")
    assert found.message.endswith(" is not let through")


@pytest.mark.parametrize("method", [None, 7, True, ["eth_call"], {"eth_call": 1}])
def test_what_is_no_name_is_no_method(method: Any) -> None:
    assert code(method) == NOT_LET_THROUGH


def test_a_long_name_is_told_in_short() -> None:
    assert len(str(asked("eth_" + "x" * 10_000))) < 120


@pytest.mark.parametrize(
    "wanted",
    [
        {"to": FEDERATION, "data": FEE, "from": TASK},
        {"to": FEDERATION, "data": FEE, "value": "0x1"},
        {"to": FEDERATION, "data": FEE, "gas": "0xffffff"},
        {"to": FEDERATION, "data": FEE, "input": FEE},
        {"to": FEDERATION, "data": selector("Federation", "leave")},
        {"to": FEDERATION, "data": selector("Treasury", "withdraw")},
        {"to": FEDERATION, "data": f"{FEE}00"},
        {"to": FEDERATION, "data": "0x"},
        {"to": FEDERATION, "data": 7},
        {"to": "folkmoot.eth", "data": FEE},
        {"to": None, "data": FEE},
        {"data": FEE},
        {"to": FEDERATION},
        [],
        "0x",
        None,
    ],
)
def test_a_call_is_of_a_view_and_from_nobody(wanted: Any) -> None:
    assert code("eth_call", wanted, "latest") == WRONG_PARAMETERS


@pytest.mark.parametrize("block", ["pending", "earliest", "safe", "finalized", "0x1", None, {"blockNumber": "0x1"}])
def test_calls_are_of_the_latest_block(block: Any) -> None:
    assert code("eth_call", {"to": FEDERATION, "data": FEE}, block) == WRONG_PARAMETERS
    assert code("eth_getCode", FEDERATION, block) == WRONG_PARAMETERS


def test_calls_have_no_overrides() -> None:
    assert code("eth_call", {"to": FEDERATION, "data": FEE}, "latest", {FEDERATION: {"code": "0x"}}) == WRONG_PARAMETERS


@pytest.mark.parametrize(
    "wanted",
    [
        {"fromBlock": "0x1", "toBlock": "latest"},
        {"address": [], "fromBlock": "0x1", "toBlock": "latest"},
        {"address": None, "fromBlock": "0x1", "toBlock": "latest"},
        {"address": [TASK, 7], "fromBlock": "0x1", "toBlock": "latest"},
        {"address": TASK, "fromBlock": "0x1", "toBlock": "latest", "topics": []},
        {"address": TASK, "fromBlock": "latest", "toBlock": "latest"},
        {"address": TASK, "fromBlock": "0x1", "toBlock": "finalized"},
        {"address": TASK, "fromBlock": 1, "toBlock": "latest"},
        {"address": TASK, "fromBlock": "-0x1", "toBlock": "latest"},
        {"address": TASK, "fromBlock": "0x" + "f" * 17, "toBlock": "latest"},
        {"address": TASK, "blockHash": HASH},
    ],
)
def test_logs_are_of_named_contracts_and_blocks(wanted: Any) -> None:
    assert code("eth_getLogs", wanted) == WRONG_PARAMETERS


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("eth_getBlockByNumber", ["latest", True]),
        ("eth_getBlockByNumber", ["pending", False]),
        ("eth_getBlockByNumber", ["latest", 0]),
        ("eth_getBlockByNumber", []),
        ("eth_getTransactionReceipt", ["0x1234"]),
        ("eth_getTransactionReceipt", [HASH, "more"]),
        ("eth_getTransactionReceipt", [{}]),
        ("eth_chainId", ["0x1"]),
    ],
)
def test_parameters_have_their_form(method: str, params: list[Any]) -> None:
    assert code(method, *params) == WRONG_PARAMETERS


def test_parameters_may_be_left_out_where_there_are_none_and_are_a_list() -> None:
    (inquiry,), _ = read(b'{"id": 1, "method": "eth_chainId"}')
    assert inquiry.asked == ChainId()
    for params in (b"7", b"null", b'{"to": 1}', b'"0x1"'):
        (inquiry,), _ = read(b'{"id": 1, "method": "eth_getCode", "params": ' + params + b"}")
        assert isinstance(inquiry.asked, Fault)
        assert inquiry.asked.code == WRONG_PARAMETERS


def test_all_in_a_batch_are_looked_at() -> None:
    batch = [
        request("eth_chainId", number=1),
        request("eth_sendTransaction", number=2),
        {"method": "eth_sendTransaction"},
    ]
    inquiries, is_batch = read(json.dumps(batch).encode())
    found = [(one.id, one.asked.code if isinstance(one.asked, Fault) else one.asked) for one in inquiries]
    assert found == [(1, ChainId()), (2, NOT_LET_THROUGH), (None, NO_REQUEST)]
    assert is_batch
    with pytest.raises(Fault, match=f"at most {MOST} requests, not {MOST + 1}"):
        read(json.dumps([request("eth_chainId")] * (MOST + 1)).encode())


def test_every_function_that_may_be_called_is_a_view_without_arguments_that_the_page_calls() -> None:
    entries = {(c, e["name"]): e for c in CALLS for e in abi(c) if e["type"] == "function"}
    for contract, names in CALLS.items():
        for name in names:
            entry = entries[contract, name]
            assert (entry["stateMutability"] in {"view", "pure"}, entry["inputs"]) == (True, []), name
    assert len(SELECTORS) == sum(map(len, CALLS.values()))
    source = (ROOT / "page" / "src" / "chain" / "calls.ts").read_text()
    assert [name for names in CALLS.values() for name in names if f'"{name}"' not in source] == []
    assert not SELECTORS & {
        selector(c, e["name"]) for (c, _), e in entries.items() if e["stateMutability"] not in {"view", "pure"}
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
METHODS = st.sampled_from(
    ["eth_call", "eth_getLogs", "eth_getBlockByNumber", "eth_getCode", "eth_getTransactionReceipt"]
)


@given(METHODS | JSON, JSON)
def test_whatever_is_asked_is_read_or_refused(method: Any, params: Any) -> None:
    (inquiry,), _ = read(json.dumps({"id": 1, "method": method, "params": params}).encode())
    assert inquiry.id == 1
    assert isinstance(inquiry.asked, Fault | Code | Header | Logs | ReceiptOf | View)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_read_or_refused(body: bytes) -> None:
    with suppress(Fault):
        assert read(body)[0]
