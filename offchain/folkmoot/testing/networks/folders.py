"""The folders of a network: one a validator, which can be copied to its host as it is."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from eth_account.signers.local import LocalAccount

from folkmoot.errors import ConfigError
from folkmoot.testing.networks.kind import GENESIS, KEY, RUN
from folkmoot.testing.networks.kinds import kind_of
from folkmoot.testing.networks.plan import Network, Validator, join

PRIVATE, PRIVATE_FOLDER = 0o600, 0o700
PROGRAM = 0o700


def create(network: Network, accounts: Sequence[LocalAccount]) -> None:
    """Write all of a planned network. Raises `ConfigError` where its folder has something in it."""
    if network.folder.exists() and (not network.folder.is_dir() or any(network.folder.iterdir())):
        raise ConfigError(f"{network.folder} is not empty", "name a new folder")
    network.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    genesis = json.dumps(kind_of(network.client).genesis(network), indent=2) + "\n"
    (network.folder / GENESIS).write_text(genesis, "utf-8")
    for validator, account in zip(network.validators, accounts, strict=True):
        _make(network, validator, account)
    network.write()


def extend(network: Network, host: str) -> tuple[Network, Validator]:
    """Write the folder of one more validator, and tell the others' folders of it."""
    taken = [int(path.name.rpartition("-")[2]) for path in network.folder.glob("validator-*")]
    network, account = join(network, host, max(taken, default=0) + 1)
    _make(network, network.validators[-1], account)
    _renew(network)
    return network, network.validators[-1]


def shrink(network: Network, leaving: Validator) -> Network:
    """Forget a validator, also in the others' folders. Its own folder stays."""
    fields = {name: getattr(network, name) for name in Network.__slots__}
    rest = tuple(validator for validator in network.validators if validator.number != leaving.number)
    network = Network(**fields | {"validators": rest})
    _renew(network)
    return network


def _renew(network: Network) -> None:
    """Keep the record, and in each validator's folder the list of the others, which it reads when it starts."""
    for validator in network.validators:
        if network.place(validator).is_dir():
            _write(network.place(validator), kind_of(network.client).peers(network, validator).items())
    network.write()


def _make(network: Network, validator: Validator, account: LocalAccount) -> None:
    kind, folder = kind_of(network.client), network.place(validator)
    folder.mkdir(mode=PRIVATE_FOLDER)
    _write(
        folder,
        [
            (KEY, account.key.hex().removeprefix("0x")),
            (GENESIS, (network.folder / GENESIS).read_text("utf-8")),
            (RUN, kind.script(network, validator)),
            *kind.peers(network, validator).items(),
            *kind.secrets(account).items(),
        ],
    )
    (folder / RUN).chmod(PROGRAM)


def _write(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    for name, text in files:
        file = folder / name
        for parent in reversed([parent for parent in file.parents if folder in parent.parents]):
            parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        file.touch(mode=PRIVATE)
        file.write_text(text, "utf-8")
