"""What brownie 1.22 needs to be told before its tests run here, in tests/contracts/conftest.py."""

import atexit
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

from brownie import web3
from brownie._config import CONFIG
from brownie.exceptions import VirtualMachineError
from brownie.network import contract as brownie_contract
from brownie.network.account import Account
from brownie.network.transaction import Status, TransactionReceipt
from brownie.test.managers import base as brownie_manager
from eth_typing import BlockNumber
from hexbytes import HexBytes
from web3 import IPCProvider
from web3._utils.method_formatters import receipt_formatter
from web3.datastructures import AttributeDict

from folkmoot.testing.anvil import EVM, free_port

GAS = 60_000_000  # a transaction's, where it names no other limit: a whole block's
# Brownie's and web3's own parts, some of which are replaced below.
_MANAGER: Any = brownie_manager
_ACCOUNT: Any = Account
_CONTRACT: Any = brownie_contract
_WEB3: Any = web3


def use_own_chain() -> None:
    """Launch the development network on a free port, so that runs side by side do not share one chain.

    The environment variable EVM names its rules, whatever the contracts are compiled for.
    """
    settings = CONFIG.networks["development"]["cmd_settings"]
    settings["port"], settings["evm_version"] = free_port(), EVM


def use_socket_file() -> Path:
    """Let Anvil listen at a socket file too, and keep what it knows of older blocks in its memory.

    HTTP costs both sides many times what most requests do. Anvil spends about a third of its time on the files to which
    it would write the state after each block.
    """
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    path = Path(folder.name, "anvil.ipc")
    CONFIG.networks["development"]["cmd"] = f"anvil --ipc {path} --max-persisted-states 0"
    return path


def skip_bookkeeping() -> None:
    """Leave out what brownie does for options that are not used here.

    It hashes every test file for ``--update``, and compares every deployed contract with the compiled one for
    ``--coverage``. For listeners, of which there are none, it makes an object of each event of each contract.
    """
    _MANAGER._get_ast_hash = lambda _path: ""
    _CONTRACT._verify_deployed_code = lambda *_: True
    _CONTRACT.ContractEvents = lambda _contract: None


def connect_directly(path: Path) -> None:
    """Make brownie ask the node, at its socket file, for no more than the tests need. Call it when the node is up.

    The node takes a sender's word for who it is: to sign, and to recover the signer, is another third of its work.
    """
    _WEB3.provider = IPCProvider(path)
    _WEB3.eth.call = _call
    _ACCOUNT.transfer = _transfer
    _ACCOUNT.deploy = _deploy
    _ask("anvil_autoImpersonateAccount", True)


class Mined(TransactionReceipt):
    """Brownie's receipt, made of what was sent and what the node answered.

    Brownie's own asks for the transaction, the receipt and the nonce, in a thread; and of a refused transaction for
    each opcode, although a trace of its calls tells the reason.
    """

    _events = _trace_exc = _return_value = None
    _trace: Any = None
    _raw_trace: Any = None

    def __init__(self, sender: Any, receiver: Any, data: Any, answer: Any) -> None:
        self.sender, self.receiver, self.input, self.txid = sender, receiver, data, answer["transactionHash"]
        self.block_number, self.gas_used = BlockNumber(int(answer["blockNumber"], 16)), int(answer["gasUsed"], 16)
        self.status, self.contract_address = Status(int(answer["status"], 16)), answer["contractAddress"]
        self._answer = answer

    @cached_property
    def logs(self) -> Any:  # type: ignore[override] # a plain attribute in brownie
        """What the events are decoded from, when a test asks for them."""
        return AttributeDict.recursive(receipt_formatter(self._answer)).logs

    def output(self) -> str:
        """What the transaction returned, or why it was refused."""
        output: str = _ask("debug_traceTransaction", self.txid, {"tracer": "callTracer"}).get("output", "0x")
        return output

    def _get_trace(self) -> None:
        if self._raw_trace is None:
            self._raw_trace = self._trace = []
            self._confirmed_return_value(self.output())


def _transfer(
    sender: Any, to: Any = None, amount: int = 0, gas_limit: int | None = None, data: str = "", **_: Any
) -> Mined:
    """Send a transaction and take its receipt, in one request. Gas is free here, and the node knows the nonce.

    Raises what the contract would.
    """
    sent = {"from": sender.address, "value": hex(amount), "gas": hex(gas_limit or GAS), "gasPrice": "0x0", "data": data}
    receipt = Mined(sender, to, data, _ask("eth_sendTransactionSync", sent | ({"to": to} if to else {})))
    if not receipt.status:
        raise VirtualMachineError(ValueError({"message": "refused", "data": receipt.output()}))
    return receipt


def _deploy(sender: Any, contract: Any, *arguments: Any, **_: Any) -> Any:
    """Deploy a contract. Raises what its constructor would."""
    receipt = _transfer(sender, data=contract.deploy.encode_input(*arguments))
    return contract.at(receipt.contract_address, sender, receipt)


def _call(request: dict[str, Any], *_: Any) -> HexBytes:
    """What a call returns after the latest block, without the many steps in which web3 prepares it."""
    return HexBytes(_ask("eth_call", request, "latest"))


def _ask(method: str, *parameters: Any) -> Any:
    """What the node answers. Raises `ValueError`, as brownie expects it, with an error's data."""
    answer = _WEB3.provider.make_request(method, parameters)
    if "error" in answer:
        raise ValueError(answer["error"])
    return answer["result"]
