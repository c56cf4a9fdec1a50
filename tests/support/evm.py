"""Brownie's development chain: its clock, its past, and what a contract says when it refuses."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

import pytest
from brownie import project, web3
from brownie.convert.datatypes import HexString
from brownie.exceptions import VirtualMachineError

WORD = 32


@contextmanager
def rewound() -> Iterator[None]:
    """Take the chain back to here in the end. It nests, which `chain.snapshot` does not.

    Brownie's own rewinding asks for the code of each contract it knows; here those made since are forgotten.
    Anvil tells a receipt a moment before its pool lets go of the transaction. Were the chain taken back in this
    moment, the account's next transaction would be dropped with it, or take the nonce after it, and never be mined.
    """
    mark = web3.provider.make_request("evm_snapshot", [])["result"]
    containers = [(container, len(container)) for container in project.get_loaded_projects()[0]]
    try:
        yield
    finally:
        while int(web3.provider.make_request("txpool_status", [])["result"]["pending"], 16):
            sleep(0.001)
        web3.provider.make_request("evm_revert", [mark])
        for container, count in containers:
            for contract in list(container)[count:]:
                container.remove(contract)


def now() -> int:
    """The time of the latest block."""
    return web3.eth.get_block("latest")["timestamp"]


def pass_to(time: int) -> None:
    """Mine an empty block at `time`."""
    web3.provider.make_request("evm_mine", [time])


def next_block_at(time: int) -> None:
    """Give the next transaction's block this time."""
    web3.provider.make_request("evm_setNextBlockTimestamp", [time])


@contextmanager
def reverts_with(error: str, *values: Any) -> Iterator[None]:
    """Expect a transaction or call to revert with this custom error and just these values."""
    with pytest.raises(VirtualMachineError) as refusal:
        yield
    assert refusal.value.revert_msg == refusal_text(error, *values)


@contextmanager
def out_of_bounds(name: str, value: int) -> Iterator[None]:
    """Expect a transaction or call to refuse this value of a parameter and to say what it has to be."""
    with pytest.raises(VirtualMachineError) as refusal:
        yield
    assert re.match(rf"InvalidParameter: {name}, {value}, \w", str(refusal.value.revert_msg))


@contextmanager
def panics_with(reason: str) -> Iterator[None]:
    """Expect a transaction or call to fail a check that the compiler put there."""
    with pytest.raises(VirtualMachineError) as refusal:
        yield
    assert refusal.value.revert_msg == reason


def events(transaction: Any, name: str) -> list[dict[str, Any]]:
    """The values of a transaction's events of this name, in their order."""
    return [dict(event[0]) for event in transaction.events if event.name == name]


def word(value: int | str | bytes) -> HexString:
    """A `bytes32` that compares with what brownie returns: of a number, or of bytes or a text padded on the right."""
    if isinstance(value, int):
        return HexString(value.to_bytes(WORD), "bytes32")
    data = value.encode() if isinstance(value, str) else bytes(value)
    return HexString(data.ljust(WORD, b"\0"), "bytes32")


def refusal_text(error: str, *values: Any) -> str:
    """How brownie words a custom error."""
    return f"{error}: {', '.join(map(_text, values))}"


def outcome(call: Callable[[], Any]) -> str:
    """What comes of a transaction or call: "allowed", or the words of its refusal."""
    try:
        call()
    except VirtualMachineError as refusal:
        return str(refusal.revert_msg)
    return "allowed"


def _text(value: Any) -> str:
    text = str(bytes(value)) if isinstance(value, bytes) else str(value)
    return text.lower() if text.startswith("0x") else text  # an address, which brownie decodes without its checksum
