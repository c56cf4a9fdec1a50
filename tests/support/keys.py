"""The keys of the development chain's accounts, which come from its mnemonic."""

from functools import cache
from typing import Any

from brownie import accounts
from brownie._config import CONFIG
from eth_account import Account
from eth_keys.datatypes import PrivateKey


@cache
def public_key(index: int) -> bytes:
    """The 64 bytes of the public key of the account `accounts[index]`."""
    mnemonic = CONFIG.networks["development"]["cmd_settings"]["mnemonic"]
    Account.enable_unaudited_hdwallet_features()
    account = Account.from_mnemonic(mnemonic, account_path=f"m/44'/60'/0'/0/{index}")
    return PrivateKey(bytes(account.key)).public_key.to_bytes()


def public_key_of(account: Any) -> bytes:
    """The 64 bytes of an account's public key."""
    return public_key(list(accounts).index(account))
