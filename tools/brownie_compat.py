"""What brownie 1.22 needs to be told before its tests run here, in tests/contracts/conftest.py."""

import atexit
import socket
import tempfile
import threading
from pathlib import Path
from typing import Any

from brownie import chain, web3
from brownie._config import CONFIG
from brownie.exceptions import VirtualMachineError
from brownie.network import account as brownie_account
from brownie.network import contract as brownie_contract
from brownie.network.transaction import TransactionReceipt
from brownie.test.managers import base as brownie_manager
from hexbytes import HexBytes
from web3 import IPCProvider
from web3._utils import method_formatters
from web3.datastructures import AttributeDict

GAS = 60_000_000  # a transaction's, where it names no other limit: a whole block's
# Brownie's and web3's own parts, some of which are replaced below.
_MANAGER: Any = brownie_manager
_ACCOUNT: Any = brownie_account
_CONTRACT: Any = brownie_contract
_CHAIN: Any = chain.__class__
_WEB3: Any = web3
_FORMATTERS: Any = method_formatters

ASKING = ("validation", "gas_price_strategy", "gas_estimate")  # parts of web3 that ask the node before each request


def use_free_port() -> None:
    """Launch the development network on a free port, so that runs side by side do not share one chain."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        CONFIG.networks["development"]["cmd_settings"]["port"] = probe.getsockname()[1]


def use_pipe() -> Path:
    """Let Anvil listen at a socket file too. HTTP costs both sides many times what they do for most requests."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    path = Path(folder.name, "anvil.ipc")
    CONFIG.networks["development"]["cmd"] = f"anvil --ipc {path}"
    return path


def skip_bookkeeping() -> None:
    """Leave out what brownie does for options that are not used here.

    It hashes every test file for ``--update``, and compares every deployed contract with the compiled one for
    ``--coverage``. Its undo buffer takes a snapshot for each transaction.
    """
    _MANAGER._get_ast_hash = lambda _path: ""
    _CONTRACT._verify_deployed_code = lambda *_: True
    _CHAIN._add_to_undo_buffer = lambda *_: None


def connect_directly(pipe: Path) -> None:
    """Make brownie ask the node, at its socket file, for no more than the tests need. Call it when the node is up."""
    _FORMATTERS.ABI_REQUEST_FORMATTERS.clear()  # brownie gives every address and number as the node wants it
    for name in ASKING:
        _WEB3.middleware_onion.remove(name)
    _WEB3.provider = IPCProvider(pipe)
    _WEB3.eth.call = _call
    _ACCOUNT._PrivateKeyAccount._make_transaction = _send


class Mined(TransactionReceipt):
    """Brownie's receipt, made of what was sent and what the node answered.

    Brownie's own asks for the transaction, the receipt and the nonce, in a thread; and of a refused transaction for
    each opcode, although a trace of its calls tells the reason.
    """

    value: Any = 0  # no contract here takes the chain's own coin
    _events = _trace_exc = _return_value = None
    _trace: Any = None
    _raw_trace: Any = None
    _confirmed = threading.Event()  # brownie waits for it before it makes an object of a contract
    _confirmed.set()

    def __init__(self, sender: Any, receiver: Any, data: Any, answer: Any) -> None:
        self.sender, self.receiver, self.input, self.txid = sender, receiver, data, answer["transactionHash"]
        self._set_from_receipt(AttributeDict.recursive(_FORMATTERS.receipt_formatter(answer)))

    def output(self) -> str:
        """What the transaction returned, or why it was refused."""
        output: str = _ask("debug_traceTransaction", self.txid, {"tracer": "callTracer"}).get("output", "0x")
        return output

    def _get_trace(self) -> None:
        if self._raw_trace is None:
            self._raw_trace = self._trace = []
            self._confirmed_return_value(self.output())


def _send(sender: Any, to: Any, value: int, gas: int | None, *options: Any) -> tuple[Mined, None]:
    """Send a transaction and take its receipt, in one request. Raises what the contract would.

    Of brownie's other options only the fifth, the data, counts: gas is free here, and the node knows the nonce.
    """
    data = options[4]
    sent = {"from": sender.address, "value": hex(value), "gas": hex(gas or GAS), "gasPrice": "0x0", "data": data}
    receipt = Mined(sender, to, data, _ask("eth_sendTransactionSync", sent | ({"to": to} if to else {})))
    if not receipt.status:
        raise VirtualMachineError(ValueError({"message": "refused", "data": receipt.output()}))
    return receipt, None


def _call(request: dict[str, Any], *_options: Any) -> HexBytes:
    """What a call returns after the latest block, without the many steps in which web3 prepares it."""
    return HexBytes(_ask("eth_call", request, "latest"))


def _ask(method: str, *parameters: Any) -> Any:
    """What the node answers. Raises `ValueError`, as brownie expects it, with an error's data."""
    answer = _WEB3.provider.make_request(method, parameters)
    if "error" in answer:
        raise ValueError(answer["error"])
    return answer["result"]
