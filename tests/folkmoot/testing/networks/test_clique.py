"""Clique's extra data, and who signed real blocks of geth 1.13.15: `clique_getSigner` named the signers."""

import pytest

from folkmoot.testing.networks import clique

EMPTY = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
BLOCK = {
    "sha3Uncles": "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
    "miner": "0x" + "00" * 20,
    "stateRoot": EMPTY,
    "transactionsRoot": EMPTY,
    "receiptsRoot": EMPTY,
    "logsBloom": "0x" + "00" * 256,
    "difficulty": "0x1",
    "number": "0x2",
    "gasLimit": "0x3938700",
    "gasUsed": "0x0",
    "mixHash": "0x" + "00" * 32,
    "nonce": "0x" + "00" * 8,
}
VANITY = "0xd883010d0f846765746888676f312e32362e38856c696e757800000000000000"
BERLIN = {
    **BLOCK,
    "parentHash": "0xc67cceb90243a746ce97b0e885116a143822655531fdefafa308303ccb83d827",
    "timestamp": "0x6b0d26d5",
    "extraData": VANITY
    + "64f3ccd12930ae4c82f855b04ba3df57b705c5de4de2a97df9558414deada97c18"
    + "1f41d77c3c0943a99c38f82c92aa2d4174b601d88c5a867ae7f73f8c50473a01",
}
LONDON = {
    **BLOCK,
    "parentHash": "0x470c66fb1e4e296766d3a0bc78561b98c6b13998fbd6212f6f96fe18a058b87b",
    "timestamp": "0x6b0d26d9",
    "extraData": VANITY
    + "7f4081b84d58641eac52dcc134eca209a74130b965e369e9f503960180892ce633"
    + "727218c5e8ae617d703a1f87f5b9def91ca4b3f18637f0c8f2f2407bf0884e00",
    "baseFeePerGas": "0x0",
}


@pytest.mark.parametrize(
    ("block", "signer"),
    [
        (BERLIN, "0x25be4ee3fc445583268c3389f69ada2902e11d93"),
        (LONDON, "0x4077a272ff32b692ce7d8a749dcf547f7da93c1d"),
    ],
)
def test_the_signer_of_a_real_block_is_recovered(block: dict[str, str], signer: str) -> None:
    assert clique.sealer(block).lower() == signer
    assert clique.sealer(block | {"gasUsed": "0x1"}).lower() != signer


def test_extra_data_has_the_signers_in_ascending_order_between_vanity_and_room_for_a_signature() -> None:
    first, second = "0x" + "0a" * 20, "0x" + "B0" * 20
    assert clique.extra_data([second, first]) == "0x" + "00" * 32 + "0a" * 20 + "b0" * 20 + "00" * 65


@pytest.mark.parametrize(("signers", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4)])
def test_more_than_half_of_the_signers_are_needed(signers: int, needed: int) -> None:
    assert clique.needed(signers) == needed
    assert clique.needed(clique.FEWEST) < clique.FEWEST
