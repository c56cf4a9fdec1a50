"""QBFT's extra data by the examples in the clients' documentation ("Configure QBFT consensus")."""

from dataclasses import replace
from pathlib import Path

import pytest

from folkmoot.testing.networks import qbft
from folkmoot.testing.networks.plan import plan

# Besu's example of a genesis file names its validators in no order; `rlp encode` is told to be given them in order.
BESU = (
    "0xf87aa00000000000000000000000000000000000000000000000000000000000000000f854"
    "9464a702e6263b7297a96638cac6ae65e6541f4169943923390ad55e90c237593b3b0e401f3b08a03185"
    "94aefdb9a738c9f433e5b6b212a6d62f6370c2f69294c7eeb9a4e00ce683cf93039b212648e01c6c6b78c080c0"
)
# GoQuorum's example.
QUORUM = (
    "0xf87aa00000000000000000000000000000000000000000000000000000000000000000f854"
    "9493917cadbace5dfce132b991732c6cda9bcc5b8a9427a97c9aaf04f18f3014c32e036dd0ac76da5f18"
    "94ce412f988377e31f4d0ff12d74df73b51c42d0ca9498c1334496614aed49d2e81526d089f7264fed9cc080c0"
)
IN_BESU = (
    "0x64a702e6263b7297a96638cac6ae65e6541f4169",
    "0x3923390ad55e90c237593b3b0e401f3b08a03185",
    "0xaefdb9a738c9f433e5b6b212a6d62f6370c2f692",
    "0xc7eeb9a4e00ce683cf93039b212648e01c6c6b78",
)
IN_QUORUM = (
    "0x93917cadbace5dfce132b991732c6cda9bcc5b8a",
    "0x27a97c9aaf04f18f3014c32e036dd0ac76da5f18",
    "0xce412f988377e31f4d0ff12d74df73b51c42d0ca",
    "0x98c1334496614aed49d2e81526d089f7264fed9c",
)
NOBODY = "0xe5a00000000000000000000000000000000000000000000000000000000000000000c0c080c0"  # contract selection


@pytest.mark.parametrize(("documented", "addresses"), [(BESU, IN_BESU), (QUORUM, IN_QUORUM)])
def test_extra_data_is_the_documented_one_with_its_validators_in_ascending_order(
    documented: str, addresses: tuple[str, ...]
) -> None:
    assert [address.lower() for address in qbft.validators_of({"extraData": documented})] == list(addresses)
    written = qbft.extra_data(addresses)
    listed, in_order = ("".join(f"94{a[2:]}" for a in some) for some in (addresses, sorted(addresses)))
    assert written == documented.replace(listed, in_order)
    assert in_order in written
    assert qbft.extra_data(addresses[::-1]) == written


def test_extra_data_without_validators_is_the_documented_one() -> None:
    assert qbft.extra_data([]) == NOBODY


@pytest.mark.parametrize(("validators", "needed"), [(1, 1), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (9, 6), (10, 7)])
def test_two_thirds_of_the_validators_are_needed(validators: int, needed: int) -> None:
    assert qbft.needed(validators) == needed


def test_a_block_was_made_by_its_beneficiary() -> None:
    address = "0xFE3B557E8Fb62b89F4916B721be55cEb828dBd73"
    assert qbft.sealer({"miner": address.lower()}) == address


def test_a_genesis_block_names_the_founders_alone_and_gives_nobody_coin() -> None:
    network, _ = plan(Path("x"), "besu", evm="london", period=3, chain_id=77)
    founded = qbft.genesis(replace(network, validators=()), {"qbft": qbft.settings(network)})
    assert set(qbft.validators_of(founded)) == set(network.founders)
    assert founded["config"] == {
        "chainId": 77,
        "qbft": {"blockperiodseconds": 3, "epochlength": 30000, "requesttimeoutseconds": 6},
    }
    assert founded["alloc"] == {}
    assert (founded["difficulty"], founded["gasLimit"]) == ("0x1", hex(60_000_000))
    assert bytes.fromhex(founded["mixHash"][2:]) == b"ctical byzantine fault tolerance"
