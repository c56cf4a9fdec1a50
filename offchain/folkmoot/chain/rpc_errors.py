"""What nodes answer and web3 raises, turned into Folkmoot's errors.

Nodes word the same refusal differently: the phrases below are those of Anvil, Besu, Geth and Nethermind. A revert
carries the contract's error as bytes, which web3 passes on undecoded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eth_abi.exceptions import DecodingError
from web3.exceptions import ContractLogicError, Web3Exception, Web3RPCError

from folkmoot.chain.contract_errors import decode_error
from folkmoot.errors import (
    ChainError,
    ChainGone,
    FeeTooLow,
    InsufficientFunds,
    NonceTaken,
    NotPermitted,
    OutOfGas,
    TransactionFailed,
)

_NOT_AUTHORIZED = -32007  # Besu's code

_REFUSALS: tuple[tuple[type[TransactionFailed], tuple[str, ...], str, str], ...] = (
    (
        NotPermitted,
        ("not authorized", "not permitted", "permission"),
        "the network refused the account: it is not on the validators' allow-list",
        "ask every validator's operator to add the address to the accounts in its permissions_config.toml",
    ),
    (
        NonceTaken,
        ("nonce too low", "replacement transaction underpriced", "nonce has already been used", "oldnonce"),
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
        ("out of gas", "outofgas", "gas limit", "gas_limit", "gas required exceeds", "intrinsic gas"),
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


def is_known(error: Web3RPCError) -> bool:
    """Whether a node refused a transaction only because it already has it."""
    message = _text(error)
    return any(phrase in message for phrase in ("already known", "already imported", "known transaction"))


@contextmanager
def translated(unknown: type[ChainError] = ChainError) -> Iterator[None]:
    """Raise `ChainError`s in place of web3's exceptions; `unknown` for refusals that none of the phrases fits."""
    try:
        yield
    except ContractLogicError as error:
        raise _reverted(error) from error
    except Web3RPCError as error:
        raise _refused(error, unknown) from error
    except (DecodingError, UnicodeDecodeError) as error:
        raise ChainGone("no such contract answers at this address", "check the address and the network") from error
    except Web3Exception as error:
        raise ChainError(f"unexpected answer of the node: {error}", "check that every node is an EVM node") from error


def _reverted(error: ContractLogicError) -> ChainError:
    data = _bytes(error.data)
    if decoded := decode_error(data):
        return decoded
    if data and error.message == error.data:
        return TransactionFailed(
            f"the contract refused with an unknown error 0x{data.hex()}", "is Folkmoot up to date?"
        )
    return TransactionFailed(
        f"the contract refused: {error.message}", "if the account has what it takes, please report it"
    )


def _refused(error: Web3RPCError, unknown: type[ChainError]) -> ChainError:
    fault = (error.rpc_response or {}).get("error")
    if isinstance(fault, dict):
        if decoded := decode_error(_bytes(fault.get("data"))):
            return decoded
        if fault.get("code") == _NOT_AUTHORIZED:
            kind, _, message, hint = _REFUSALS[0]
            return kind(message, hint)
    text = _text(error)
    for kind, phrases, message, hint in _REFUSALS:
        if any(phrase in text for phrase in phrases):
            return kind(message, hint)
    return unknown(f"the node refused: {error.message}", "see the node's log")


def _text(error: Web3RPCError) -> str:
    return str(error.message).lower()


def _bytes(data: Any) -> bytes:
    if isinstance(data, dict):
        data = data.get("data")
    text = str(data or "").removeprefix("Reverted ").removeprefix("0x")
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
