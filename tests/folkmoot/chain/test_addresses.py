import pytest

from folkmoot.chain import read_address
from folkmoot.errors import ConfigError

A = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


@pytest.mark.parametrize("text", [A, A.lower(), f"0x{A[2:].upper()}", f"0X{A[2:].lower()}"])
def test_an_address_is_read_into_its_checksummed_form(text: str) -> None:
    assert read_address(text) == A


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (A[2:], "is not an address"),
        ("", "is not an address"),
        (f"{A[:-1]}g", "is not an address"),
        (f"{A}\n", "is not an address"),
        (A[:-1], "has 39 hex digits instead of 40"),
        (f"{A[:-1]}D", "has a wrong checksum"),
        ("0x" + "0" * 40, "the zero address belongs to no account"),
    ],
)
def test_what_is_no_address_is_told(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        read_address(text)
