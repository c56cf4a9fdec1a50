from collections.abc import Callable, Mapping
from hashlib import sha256

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from folkmoot.chain import agree, public_key
from folkmoot.encryption import Context, Identity, Kind

TASK = "0x" + "7a" * 20


def account(name: str) -> LocalAccount:
    found: LocalAccount = Account.from_key(sha256(name.encode()).digest())
    return found


def identity(name: str) -> Identity:
    own = account(name)
    return Identity(address=own.address, public_key=public_key(own), agree=lambda point: agree(own, point))


@pytest.fixture(scope="session")
def reader() -> Callable[[str], Identity]:
    return identity


@pytest.fixture(scope="session")
def recipients() -> Mapping[str, bytes]:
    people = map(identity, ("clinic", "bank", "lab"))
    return {one.address: one.public_key for one in people}


@pytest.fixture(scope="session")
def context() -> Context:
    return Context(chain_id=1337, task=TASK, round=3, kind=Kind.UPDATE)
