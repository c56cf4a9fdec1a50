"""Addresses as people write them."""

import re

from eth_utils.address import is_checksum_address, is_checksum_formatted_address, to_checksum_address

from folkmoot.errors import ConfigError

_DIGITS = 40
_HEX = re.compile("0[xX][0-9a-fA-F]*")

FORM = f'"0x" and {_DIGITS} hex digits'


def read_address(text: str) -> str:
    """An address in its checksummed form. Raises `ConfigError` for a wrong form or checksum, and the zero address."""
    digits = text[2:]
    if not _HEX.fullmatch(text):
        raise ConfigError(f"{text!r} is not an address", FORM)
    if len(digits) != _DIGITS:
        raise ConfigError(f"{text!r} is not an address: it has {len(digits)} hex digits instead of {_DIGITS}", FORM)
    if not int(digits, 16):
        raise ConfigError("the zero address belongs to no account", "give another address")
    if is_checksum_formatted_address(text) and not is_checksum_address(text):
        raise ConfigError(f"{text!r} has a wrong checksum", "a digit is wrong, or a letter's case: copy it again")
    return to_checksum_address(text)
