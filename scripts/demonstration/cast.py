"""Who takes part in the demonstration, and how each worker is set up."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3

from folkmoot.config import template

MANAGERS = ("Mara", "Nils", "Olga")
MEMBERS = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gina", "Hugo", "Ida", "Jon", "Kim", "Leo")
COMMITTEE = MEMBERS[:5]  # the first one, named by the managers
BEHAVIOURS: Mapping[str, str] = {"Cleo": "liar", "Finn": "noise"}  # who misbehaves on purpose

TEST_FRACTION = 0.2  # of the digits: nobody trains on these
PASSWORD = "only for this demonstration"  # noqa: S105 - the keys behind it are no secret either
ITERATIONS = 2**12  # of scrypt: a keystore for real use takes its time
POLL_S = 0.25


@dataclass(frozen=True, slots=True)
class Person:
    """A manager or a member, with its account and its folder; `behaviour` tells how it misbehaves."""

    name: str
    account: LocalAccount
    folder: Path
    behaviour: str = "none"

    @property
    def address(self) -> str:
        """The account's address."""
        address: str = self.account.address
        return address

    @property
    def honest(self) -> bool:
        """Whether it does what it should."""
        return self.behaviour == "none"


def people(names: tuple[str, ...], folder: Path, seed: int) -> list[Person]:
    """So many people, their keys in keystore files. The same seed gives the same keys: they are for this chain only."""
    found = [Person(n, _account(n, seed), folder / n.lower(), BEHAVIOURS.get(n, "none")) for n in names]
    for person in found:
        _keep(person)
    return found


def settings(member: int, seed: int) -> dict[str, Any]:
    """What every worker of the demonstration is told about the data: all have a share of one data set."""
    return {
        "partition": "dirichlet",
        "alpha": 0.5,
        "members": len(MEMBERS),
        "member": member,
        "score_fraction": 0.2,
        "test_fraction": TEST_FRACTION,
        "seed": seed,
    }


def configure(person: Person, member: int, seed: int, **common: Any) -> Path:
    """Write a worker's TOML file and return its path."""
    path = person.folder / "worker.toml"
    behaviour = {} if person.honest else {"behaviour": person.behaviour}
    pace = {"poll_seconds": POLL_S, "turn_seconds": 1}
    own = {"keystore": "keystore.json", "password_file": "password"}
    path.write_text(template(own | pace | settings(member, seed) | behaviour | common))
    return path


def _account(name: str, seed: int) -> LocalAccount:
    account: LocalAccount = Account.from_key(Web3.keccak(text=f"demonstration {seed}: {name}"))
    return account


def _keep(person: Person) -> None:
    person.folder.mkdir(parents=True, mode=0o700)
    keystore = Account.encrypt(person.account.key, PASSWORD, kdf="scrypt", iterations=ITERATIONS)
    (person.folder / "keystore.json").write_text(json.dumps(keystore))
    (person.folder / "password").write_text(PASSWORD)
