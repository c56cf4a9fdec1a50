"""What nodes refuse, turned into Folkmoot's errors: for good, for now, or because another node may know better.

Nodes word the same refusal differently: the phrases below are those of Anvil, Besu, Erigon, Geth, GoQuorum, Nethermind
and of providers in front of them. A revert carries the contract's error as bytes.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from folkmoot.chain.contract_errors import decode_error
from folkmoot.errors import (
    ChainError,
    ChainGone,
    ContractError,
    FeeTooLow,
    InsufficientFunds,
    NonceTaken,
    NotPermitted,
    OutOfGas,
    TransactionFailed,
)

_NOT_AUTHORIZED = -32007  # Besu's code; QuickNode's for too many requests, which it words so
_LIMITED = {-32005, -32029, -32097, 429}  # so far as no other phrase fits: too many requests
_REVERTED = 3  # the code of a revert
_STRING, _PANIC = bytes.fromhex("08c379a0"), bytes.fromhex("4e487b71")  # Error(string), Panic(uint256)
_PANICS = {0x01: "a failed assertion", 0x11: "underflow or overflow", 0x12: "division by zero", 0x32: "a wrong index"}
_KNOWN = re.compile(r"already[ _]?(known|imported|exists)|known transaction|existing txn? with (the )?same hash")
_ESTIMATE = "eth_estimateGas"
_SENDING = {_ESTIMATE, "eth_sendRawTransaction", "eth_sendTransaction"}
_EXECUTING = {*_SENDING, "eth_call"}  # what a contract can refuse

_RATE = re.compile(
    r"\brate\b|too many requests|requests? (count|limit)|per second|\d/s(ec|econd)?\b|\brps\b|credits limited|quota"
    r"|throttl"
)
_FULL = re.compile(r"pool ?(is )?full|pool ?overflow|tocompete|(account|transaction) limit (exceeded|reached)")
_NO_BLOCK = re.compile(
    r"(header|block|state|trie node).*(not found|unavailable|not available|missing)|unknown block|no state"
    r"|missing trie node"
)
_BEYOND = re.compile(r"beyond|ahead of|greater than (the )?(latest|head|current)|future block|block out of range")
_PASSING = re.compile(
    r"pool not enabled|not (yet )?in sync|syncing|sync is still|time[d]?[ -]?out|internal error|unavailable|temporar"
    r"|overload|busy|try again|limit exceeded|connection|upstream|bad gateway"
)
_RANGE = re.compile(
    r"range|more than \d+|too (many|large|big|wide)|max(imum)?( number of)? (logs|results|blocks)|response size"
    r"|size exceeded|exceeds? (the )?(limit|max)|result set|limited to"
)

_REFUSALS: tuple[tuple[type[TransactionFailed], tuple[str, ...], str, str], ...] = (
    (
        NotPermitted,
        ("not authorized", "not permitted", "permission"),
        "the network refused the account: it is not on the validators' allow-list",
        "ask every validator's operator to add the address to the accounts in its permissions_config.toml",
    ),
    (
        NonceTaken,
        (
            "nonce too low",
            "replacement transaction underpriced",
            "nonce has already been used",
            "oldnonce",
            "noncealreadyused",
            "replacementnotallowed",
            "could not replace existing tx",
        ),
        "another transaction of this account came first",
        "let only one process at a time send from an account",
    ),
    (
        InsufficientFunds,
        ("insufficient funds", "upfront cost exceeds", "insufficientfunds"),
        "the account cannot pay for the gas",
        "get some of the chain's own coin from the network's operators; on a local network: folkmoot account faucet",
    ),
    (
        OutOfGas,
        (
            "out of gas",
            "outofgas",
            "gas limit",
            "gas_limit",
            "gaslimit",
            "gas required exceeds",
            "intrinsic gas",
            "intrinsicgas",
        ),
        "the transaction needs more gas than it had or than a block allows",
        "split it into smaller steps",
    ),
    (
        FeeTooLow,
        ("underpriced", "less than block base fee", "gas price below", "fee too low", "feetoolow"),
        "the node asks for more than was offered for gas",
        "try again; where gas is free, start every node with --min-gas-price=0",
    ),
)


class Fault(StrEnum):
    """Why a node's answer does not count, in kinds that can be counted."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    STATUS = "status"  # of HTTP
    MALFORMED = "malformed"
    REFUSED = "refused"  # for now, such as for a limit
    BEHIND = "behind"  # it does not have a block yet
    OTHER_CHAIN = "other_chain"


class NoAnswer(Exception):
    """A node gave no answer that counts: the reason, and what kind it is of."""

    def __init__(self, reason: str, kind: Fault = Fault.MALFORMED) -> None:
        super().__init__(reason)
        self.kind = kind


class AlreadyKnown(TransactionFailed):
    """A node has the transaction already."""


class LogsLimited(ChainError):
    """A node does not search so many blocks for logs at once, or does not tell so many."""


class Reverted(TransactionFailed):
    """A contract refused without one of our errors."""


_FINAL = (ContractError, AlreadyKnown, LogsLimited, Reverted, *(kind for kind, *_ in _REFUSALS))


def refusal(error: Any, method: str) -> ChainError:
    """The error for what a node refuses: JSON-RPC's `error` to a request of this method.

    Raises `NoAnswer` for what passes, such as a limit, or a block or a state that the node does not have now. A read
    is refused for good only by a contract, or where it is of too many logs.
    """
    _, text, _ = _parts(error)
    words = text.lower()
    if method == "eth_getLogs" and _RANGE.search(words) and not (_RATE.search(words) or _BEYOND.search(words)):
        return LogsLimited(f"the node refused: {text}", "ask for fewer blocks")
    if method in _EXECUTING and (found := _for_good(error, method)):
        return found
    if method not in _SENDING or passes(error) or (method != _ESTIMATE and _NO_BLOCK.search(words)):
        raise NoAnswer(f"it refuses {method}: {text}", Fault.REFUSED)
    return TransactionFailed(f"the node refused {method}: {text}", "see the node's log")


def _for_good(error: Any, method: str) -> ChainError | None:
    """What a contract refuses, or any node would; None if that is not known."""
    code, text, data = _parts(error)
    words = text.lower()
    if found := decode_error(data):
        return found
    if code == _REVERTED or "revert" in words or data[:4] == _STRING:
        return _reverted(text, data)
    if method not in _SENDING or _RATE.search(words) or _FULL.search(words):
        return None
    if _KNOWN.search(words):
        return AlreadyKnown(f"the node refused: {text}")
    for kind, phrases, message, hint in _REFUSALS:
        if any(phrase in words for phrase in phrases) or (kind is NotPermitted and code == _NOT_AUTHORIZED):
            return kind(message, hint)
    return None


def passes(error: Any) -> bool:
    """Whether a node refuses anything now, such as for a limit or while it starts."""
    code, text, _ = _parts(error)
    return code in _LIMITED or any(phrases.search(text.lower()) for phrases in (_RATE, _FULL, _PASSING))


def is_too_cheap(text: str) -> bool:
    """Whether a node's words say that more has to be offered for gas."""
    return any(phrase in text.lower() for kind, phrases, *_ in _REFUSALS if kind is FeeTooLow for phrase in phrases)


def is_final(answer: Any) -> bool:
    """Whether an answer is no refusal, or one that another node would give as well."""
    return not isinstance(answer, ChainError) or isinstance(answer, _FINAL)


@contextmanager
def decoding() -> Iterator[None]:
    """Raise `ChainGone` where a contract's answer is not what its ABI says."""
    try:
        yield
    except (DecodingError, ValueError) as error:
        raise ChainGone("no such contract answers at this address", "check the address and the network") from error


def _parts(error: Any) -> tuple[int, str, bytes]:
    """Code, message and data. Nodes put a revert's bytes into any of several places."""
    if not isinstance(error, dict):
        return 0, str(error), b""
    code, data = error.get("code"), error.get("data")
    if isinstance(data, dict):
        data = data.get("data") or data.get("result")
    return code if isinstance(code, int) else 0, str(error.get("message") or error), _bytes(data)


def _reverted(text: str, data: bytes) -> ChainError:
    hint = "if the account has what it takes, please report it"
    if data[:4] == _PANIC:
        text = _PANICS.get(int.from_bytes(data[4:]), f"panic 0x{data[4:].hex()}")
    elif data[:4] == _STRING:
        with suppress(DecodingError, UnicodeDecodeError):
            (text,) = decode(["string"], data[4:])
    elif data:
        return Reverted(f"the contract refused with an unknown error 0x{data.hex()}", "is Folkmoot up to date?")
    return Reverted(f"the contract refused: {text}", hint)


def _bytes(data: Any) -> bytes:
    text = str(data or "").removeprefix("Reverted ").removeprefix("0x")
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
