"""What brownie 1.22 needs to be told before its tests run here, in tests/contracts/conftest.py."""

import socket
from typing import Any

from brownie import chain, web3
from brownie._config import CONFIG
from brownie.exceptions import decode_typed_error
from brownie.network import contract as brownie_contract
from brownie.network.transaction import TransactionReceipt
from brownie.test.managers import base as brownie_manager
from web3._utils import method_formatters

from folkmoot.testing import LocalConnection

RECEIPT_S = 60  # for a block that Anvil mines at once
# Brownie's and web3's own parts, some of which are replaced below.
_MANAGER: Any = brownie_manager
_CONTRACT: Any = brownie_contract
_RECEIPT: Any = TransactionReceipt
_CHAIN: Any = chain.__class__
_WEB3: Any = web3

ASKING = ("validation", "gas_price_strategy", "gas_estimate")  # parts of web3 that ask the node before each request


def use_free_port() -> None:
    """Launch the development network on a free port, so that runs side by side do not share one chain."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        CONFIG.networks["development"]["cmd_settings"]["port"] = probe.getsockname()[1]


def skip_bookkeeping() -> None:
    """Leave out what brownie does for options that are not used here.

    It hashes every test file for ``--update``, compares every deployed contract with the compiled one for
    ``--coverage``, and asks for each opcode of a refused transaction, although a trace of its calls tells the reason.
    """
    _MANAGER._get_ast_hash = lambda _path: ""
    _CONTRACT._verify_deployed_code = lambda *_: True
    _RECEIPT._get_trace = _read_output


def connect_directly() -> None:
    """Make brownie wait for receipts, and ask the node for no more than the tests need. Call it when the node is up.

    Anvil counts a transaction's nonce a moment before it shows the receipt; brownie, looking in between, reports the
    transaction as dropped, or sleeps for a second. Its undo buffer takes a snapshot for each transaction.
    """
    method_formatters.ABI_REQUEST_FORMATTERS.clear()  # brownie gives every address and number as the node wants it
    for name in ASKING:
        _WEB3.middleware_onion.remove(name)
    _WEB3.provider = LocalConnection(_WEB3.provider.endpoint_uri)
    wait = web3.eth.wait_for_transaction_receipt
    _WEB3.eth.get_transaction_receipt = lambda txid: wait(txid, timeout=RECEIPT_S, poll_latency=0.005)
    _CHAIN._add_to_undo_buffer = lambda *_: None


def _read_output(receipt: TransactionReceipt) -> None:
    """What a transaction returned, or why it was refused."""
    if receipt._raw_trace is not None:
        return
    receipt._raw_trace = receipt._trace = []
    call = _WEB3.provider.make_request("debug_traceTransaction", [receipt.txid, {"tracer": "callTracer"}])["result"]
    if receipt.status:
        receipt._confirmed_return_value(call["output"])
    else:
        receipt._revert_msg, receipt._dev_revert_msg = decode_typed_error(call["output"]), ""
