"""What the page may ask: a list of JSON-RPC methods, and of forms of their parameters. Nothing else is let through."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import shorten
from types import MappingProxyType
from typing import Any

from eth_utils.address import to_checksum_address

from folkmoot.chain.abi import function

MOST = 200  # requests in a batch
_BRIEF = 60  # characters of what was asked that are worth repeating

NO_JSON, NO_REQUEST, NOT_LET_THROUGH, WRONG_PARAMETERS = -32700, -32600, -32601, -32602
REFUSED, AWAY, BUSY = -32000, -32001, -32005

CALLS = MappingProxyType(
    {
        "Federation": ("treasury", "permissionFee", "membershipPeriod", "minBlocks", "memberCount"),
        "Treasury": ("token", "escrowed", "pool", "budgets", "owed"),
        "IERC20Metadata": ("symbol", "decimals"),
        "MedianScore": ("metric",),  # as every score rule has it
    }
)
"""The functions that the page calls, by the contract that has them; all are views without arguments."""


def selector(contract: str, name: str) -> str:
    """A call of a function without arguments, as JSON-RPC has it."""
    return f"0x{function(contract, name).selector.hex()}"


SELECTORS = frozenset(selector(contract, name) for contract, names in CALLS.items() for name in names)


class Fault(Exception):
    """What is answered in place of a result: an error's code in JSON-RPC, and a sentence."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class ChainId:
    """Which chain it is."""


@dataclass(frozen=True, slots=True)
class Version:
    """What program the node runs."""


@dataclass(frozen=True, slots=True)
class HeadNumber:
    """The number of the latest block."""


@dataclass(frozen=True, slots=True)
class Header:
    """A block; None: the latest one."""

    number: int | None


@dataclass(frozen=True, slots=True)
class Logs:
    """Logs of some contracts in some blocks, both included; None: up to the latest one."""

    contracts: tuple[str, ...]
    first: int
    last: int | None


@dataclass(frozen=True, slots=True)
class View:
    """A contract's answer to one of `SELECTORS`, after the latest block."""

    contract: str
    data: str


@dataclass(frozen=True, slots=True)
class Code:
    """A contract's code."""

    contract: str


@dataclass(frozen=True, slots=True)
class ReceiptOf:
    """A transaction's receipt."""

    transaction: str


Asked = ChainId | Version | HeadNumber | Header | Logs | View | Code | ReceiptOf


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A request's id, and what it asks, or why it is not let through."""

    id: Any
    asked: Asked | Fault


def read(body: bytes) -> tuple[list[Inquiry], bool]:
    """The requests in a body, and whether they are a batch. Raises `Fault` for a body that is none at all."""
    try:
        document = json.loads(body)
    except (RecursionError, ValueError) as error:
        raise Fault(NO_JSON, "that is no JSON") from error
    requests = document if isinstance(document, list) else [document]
    if not requests:
        raise Fault(NO_REQUEST, "the batch is empty")
    if len(requests) > MOST:
        raise Fault(NO_REQUEST, f"a batch has at most {MOST} requests, not {len(requests)}")
    return [*map(_inquiry, requests)], isinstance(document, list)


def _inquiry(request: Any) -> Inquiry:
    number = request.get("id") if isinstance(request, dict) else None
    if type(number) not in {int, str}:
        return Inquiry(None, Fault(NO_REQUEST, "a request is an object with an id, a number or a text"))
    try:
        return Inquiry(number, _asked(request.get("method"), request.get("params", [])))
    except Fault as fault:
        return Inquiry(number, fault)


def _asked(method: Any, params: Any) -> Asked:
    read = _METHODS.get(method) if isinstance(method, str) else None
    if read is None:
        raise Fault(NOT_LET_THROUGH, f"this page only looks: {brief(method)} is not let through")
    try:
        return read(*params)
    except (KeyError, TypeError, ValueError):
        raise Fault(WRONG_PARAMETERS, f"this page does not ask {method} in this form: {brief(params)}") from None


def brief(value: Any) -> str:
    """The beginning of what was asked, on one line."""
    return shorten(value if isinstance(value, str) else repr(value), _BRIEF, placeholder="…")


# ------------------------------------------------------------------ the forms


def _matched(form: str) -> Callable[[Any], str]:
    def matched(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise ValueError(form)
        return value

    return matched


_address, _hash, _quantity = (
    _matched("0x[0-9a-fA-F]{40}"),
    _matched("0x[0-9a-fA-F]{64}"),
    _matched("0x[0-9a-fA-F]{1,16}"),
)


def _natural(value: Any) -> int:
    return int(_quantity(value), 16)


def _latest_or(value: Any) -> int | None:
    return None if value == "latest" else _natural(value)


def contract_at(value: Any) -> str:
    """A checksummed address. Raises `ValueError` for what is none."""
    return to_checksum_address(_address(value))


def _only(value: Any, expected: Any) -> None:
    if value is not expected and value != expected:
        raise ValueError(expected)


def _fields(value: Any, *names: str) -> Sequence[Any]:
    """The values of an object that has these fields and no others."""
    if not isinstance(value, dict) or value.keys() != {*names}:
        raise ValueError(names)
    return [value[name] for name in names]


def _header(block: Any, full: Any = False) -> Header:
    if full is not False:
        raise ValueError(full)
    return Header(_latest_or(block))


def _logs(wanted: Any) -> Logs:
    contracts, first, last = _fields(wanted, "address", "fromBlock", "toBlock")
    named = contracts if isinstance(contracts, list) else [contracts]
    if not named:
        raise ValueError("no contract")  # a node would tell those of all
    return Logs(tuple(dict.fromkeys(map(contract_at, named))), _natural(first), _latest_or(last))


def _view(wanted: Any, block: Any) -> View:
    _only(block, "latest")
    field = "input" if isinstance(wanted, dict) and "input" in wanted else "data"
    contract, data = _fields(wanted, "to", field)
    if not isinstance(data, str) or (data := data.lower()) not in SELECTORS:
        raise ValueError(data)
    return View(contract_at(contract), data)


def _code(contract: Any, block: Any) -> Code:
    _only(block, "latest")
    return Code(contract_at(contract))


_METHODS: MappingProxyType[str, Callable[..., Asked]] = MappingProxyType(
    {
        "eth_chainId": ChainId,
        "web3_clientVersion": Version,
        "eth_blockNumber": HeadNumber,
        "eth_getBlockByNumber": _header,
        "eth_getLogs": _logs,
        "eth_call": _view,
        "eth_getCode": _code,
        "eth_getTransactionReceipt": lambda transaction: ReceiptOf(_hash(transaction)),
    }
)
