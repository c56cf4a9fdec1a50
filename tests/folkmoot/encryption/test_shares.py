from collections.abc import Mapping

import pytest

from folkmoot.encryption import Share, read_shares, wrap, write_shares
from folkmoot.errors import MalformedBlob


@pytest.fixture
def shares(recipients: Mapping[str, bytes]) -> list[Share]:
    return [
        Share(bytes([number]) * 32, wrap(bytes(32), address, key, b""))
        for number in (2, 1)
        for address, key in recipients.items()
    ]


def test_what_is_written_is_read(shares: list[Share], recipients: Mapping[str, bytes]) -> None:
    data = write_shares(shares)
    assert len(data) == 8 + 133 * len(shares)
    assert read_shares(data) == sorted(shares)
    assert {share.recipient for share in shares} == {address.lower() for address in recipients}


def test_each_once_in_whatever_order_they_come(shares: list[Share]) -> None:
    assert write_shares([*reversed(shares), *shares]) == write_shares(shares)


@pytest.mark.parametrize("data", [b"", b"fmkeys", b"fmkeys\x00\x01!", b"fmblob\x00\x01" + bytes(133)])
def test_other_bytes_hand_on_no_keys(data: bytes) -> None:
    with pytest.raises(MalformedBlob, match="hands on no keys"):
        read_shares(data)
