"""The hashes that bind a round, against values computed by hand; parity with the contract is tested on a real chain."""

from collections.abc import Callable
from dataclasses import astuple

import pytest
from eth_utils.crypto import keccak
from web3 import Web3

from folkmoot.chain import (
    Client,
    FederationContract,
    LocalToken,
    Parameters,
    TaskContract,
    extend_digest,
    score_commitment,
)

TASK, MEMBER = "0x" + "11" * 20, "0x" + "22" * 20


def word(value: int) -> bytes:
    return value.to_bytes(32)


def test_a_digest_is_the_hash_of_four_words() -> None:
    words = b"\3" * 32 + bytes(12) + b"\x22" * 20 + b"\4" * 32 + word(600)
    assert extend_digest(b"\3" * 32, MEMBER, b"\4" * 32, 600) == keccak(words)


def test_a_commitment_is_the_hash_of_nine_words_and_the_packed_scores() -> None:
    commitment = score_commitment(
        chain_id=7, task=TASK, round=2, attempt=1, member=MEMBER, updates_digest=b"\5" * 32, baseline=2_500,
        scores=[6_000, 3], salt=b"\6" * 32,
    )  # fmt: skip
    head = [word(7), bytes(12) + b"\x11" * 20, word(2), word(1), bytes(12) + b"\x22" * 20, b"\5" * 32, word(2_500)]
    tail = [word(9 * 32), b"\6" * 32, word(1), word(6_000 + (3 << 16))]
    assert commitment == keccak(b"".join(head + tail))


@pytest.mark.parametrize(
    "change",
    [
        {"chain_id": 8}, {"task": MEMBER}, {"round": 3}, {"attempt": 0}, {"member": TASK},
        {"updates_digest": b"\7" * 32}, {"baseline": 2_501}, {"scores": [0, 6_000]}, {"salt": b"\7" * 32},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_commitment_depends_on_everything(change: dict[str, object]) -> None:
    opening: dict[str, object] = {
        "chain_id": 7, "task": TASK, "round": 2, "attempt": 1, "member": MEMBER, "updates_digest": b"\5" * 32,
        "baseline": 2_500, "scores": [6_000, 0], "salt": b"\6" * 32,
    }  # fmt: skip
    assert score_commitment(**opening) != score_commitment(**opening | change)  # type: ignore[arg-type]


def test_a_call_is_encoded_and_says_what_it_is(client: Client) -> None:
    call = TaskContract(client, TASK).submit_update(3, b"\4" * 32, 600)
    assert (call.to, call.name, call.args) == (TASK, "submitUpdate", (3, b"\4" * 32, 600))
    assert call.data == keccak(text="submitUpdate(uint256,bytes32,uint256)")[:4] + word(3) + b"\4" * 32 + word(600)


@pytest.mark.parametrize("pointer", [b"", b"\4" * 31, b"\4" * 33])
def test_a_pointer_of_another_length_is_refused(pointer: bytes, client: Client) -> None:
    with pytest.raises(Exception, match="submitUpdate"):
        TaskContract(client, TASK).submit_update(3, pointer, 600)


def test_addresses_are_checksummed(client: Client) -> None:
    assert FederationContract(client, "0x" + "ab" * 20).address == "0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB"


def test_parameters_are_encoded_field_by_field(client: Client) -> None:
    zero = bytes(32)
    parameters = Parameters(
        b"\1" * 32, b"\2" * 32, TASK, TASK, MEMBER, zero, zero, zero, 1, 2, 3, True, False, True, *range(6, 24)
    )
    call = FederationContract(client, TASK).propose_task("digits", parameters)
    start = 4 + 32  # behind where the name begins
    words = [call.data[start + 32 * i : start + 32 + 32 * i] for i in range(len(astuple(parameters)))]
    assert words[8:] == [word(value) for value in (1, 2, 3, 1, 0, 1, *range(6, 24))]
    assert (words[0], words[4]) == (b"\1" * 32, bytes(12) + b"\x22" * 20)


def test_an_empty_address_is_no_contract(client: Client) -> None:
    reads: list[Callable[[], object]] = [TaskContract(client, TASK).round, LocalToken(client, TASK).total_supply]
    for read in reads:
        with pytest.raises(Exception, match="no such contract answers"):
            read()


def test_checksums_hold_in_calls(client: Client) -> None:
    call = TaskContract(client, TASK).retire(Web3.to_checksum_address(MEMBER))
    assert call.data[-20:] == b"\x22" * 20
