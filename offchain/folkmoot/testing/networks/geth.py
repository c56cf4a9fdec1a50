"""geth 1.13 with Clique, the last line that makes blocks by proof of authority.

Source: geth's documentation, "Private Networks" and "Command-line Options".
"""

import json
import re
import secrets as random
from collections.abc import Mapping
from typing import Any

from eth_account.signers.local import LocalAccount

from folkmoot.chain.accounts import encrypted
from folkmoot.testing.networks import clique
from folkmoot.testing.networks.geth_family import INIT, attach, blocks, listening
from folkmoot.testing.networks.kind import KEY, Kind, Votes, others, script
from folkmoot.testing.networks.plan import EPOCH, Network, Validator

VOTES = Votes(listing="clique_getSigners", propose="clique_propose", discard="clique_discard")
CONFIG, PASSWORD, KEYSTORE = "config.toml", "password", "data/keystore/validator.json"
LIGHT_SCRYPT = 4096  # the password lies beside the file

_VERSION = re.compile(r"^Version: (\d+)\.(\d+)", re.MULTILINE)


def genesis(network: Network) -> dict[str, Any]:
    """Its genesis file. From London on the base fee begins with 0, and a block more than half full makes it 1 wei.

    Signers that start one by one would each make a block 1 of their own, and agree on one only after ten seconds or
    more: geth looks for a longer chain that seldom where it has fewer than five peers. So blocks begin later.
    """
    free = {"baseFeePerGas": "0x0"} if network.evm == "london" else {}
    return {
        "config": {
            "chainId": network.chain_id,
            **blocks(network.evm),
            "clique": {"period": network.period, "epoch": EPOCH},
        },
        "timestamp": hex(network.born),
        "extraData": clique.extra_data(network.founders),
        "gasLimit": hex(network.gas_limit),
        "difficulty": "0x1",
        **free,
        "alloc": {},
    }


def peers(network: Network, validator: Validator) -> Mapping[str, str]:
    """The file of settings with the list of static nodes."""
    nodes = json.dumps(others(network, validator, "?discport=0"), indent=4)
    return {CONFIG: f"[Node.P2P]\nStaticNodes = {nodes}\n"}


def secrets(account: LocalAccount) -> Mapping[str, str]:
    """The keystore file from which it signs blocks, and its password."""
    password = random.token_hex(16)
    return {KEYSTORE: encrypted(account, password, LIGHT_SCRYPT), PASSWORD: password + "\n"}


def arguments(network: Network, validator: Validator) -> list[str]:
    """What it is started with, in its folder. It keeps every state: so a killed node does not lose its last blocks."""
    return [
        *("--config", CONFIG, "--datadir", "data", "--networkid", str(network.chain_id), "--nodekey", KEY),
        *("--nodiscover", "--syncmode", "full", "--gcmode", "archive"),
        *("--mine", "--miner.etherbase", validator.address, "--miner.gaslimit", str(network.gas_limit)),
        *("--miner.gasprice", "0", "--txpool.pricelimit", "0"),
        *("--unlock", validator.address, "--password", PASSWORD, "--allow-insecure-unlock"),
        *("--authrpc.port", str(validator.inner)),
        *listening(validator, "clique"),
    ]


def start(network: Network, validator: Validator) -> str:
    """The script that starts it."""
    return script("geth", "geth", validator, arguments(network, validator), [INIT])


def by_hand(_validator: Validator, address: str, wanted: bool) -> str:
    """A command that votes, for the validator's own host."""
    return attach("clique", address, wanted)


def fault(said: str) -> str:
    """Why a program that says so is the wrong one."""
    version = _VERSION.search(said)
    if not version or "Quorum Version:" in said:
        return "is no geth"
    major, minor = map(int, version.groups())
    return "" if (major, minor) == (1, 13) else f"is geth {major}.{minor}, and Clique needs 1.13"


GETH = Kind(
    title="geth",
    program="geth",
    levels=("berlin", "london"),
    fewest=clique.FEWEST,
    consensus="Clique",
    votes=VOTES,
    needed=clique.needed,
    sealer=clique.sealer,
    written=None,
    genesis=genesis,
    peers=peers,
    secrets=secrets,
    script=start,
    by_hand=by_hand,
    version=("version",),
    fault=fault,
)
