"""GoQuorum with QBFT, a fork of geth 1.10.3: it ends with the rules of Berlin, and its program is called `geth`, too.

Source: GoQuorum's documentation, "Configure QBFT consensus", "Create a private network using the QBFT consensus
protocol", "Genesis file items", "Add and remove QBFT validators".
"""

import json
from collections.abc import Mapping
from typing import Any

from eth_account.signers.local import LocalAccount

from folkmoot.testing.networks import qbft
from folkmoot.testing.networks.geth_family import INIT, attach, blocks, listening
from folkmoot.testing.networks.kind import KEY, STATIC_NODES, Kind, Votes, others, script
from folkmoot.testing.networks.plan import Network, Validator

VOTES = Votes(listing="istanbul_getValidators", propose="istanbul_propose", discard="istanbul_discard")
TRANSACTION_KIB = 128  # as others take; it is 64 by default


def genesis(network: Network) -> dict[str, Any]:
    """Its genesis file. `isQuorum` makes it check that gas is free."""
    return qbft.genesis(
        network,
        {
            **blocks(network.evm),
            "qbft": {**qbft.settings(network), "policy": 0, "ceil2Nby3Block": 0},
            "isQuorum": True,
            "txnSizeLimit": TRANSACTION_KIB,
        },
    )


def peers(network: Network, validator: Validator) -> Mapping[str, str]:
    """The list of static nodes, which is looked for in the folder of data."""
    return {f"data/{STATIC_NODES}": json.dumps(others(network, validator, "?discport=0"), indent=2) + "\n"}


def secrets(_account: LocalAccount) -> Mapping[str, str]:
    """Nothing: a node signs blocks by its own key."""
    return {}


def arguments(network: Network, validator: Validator) -> list[str]:
    """What it is started with, in its folder."""
    return [
        *("--datadir", "data", "--networkid", str(network.chain_id), "--nodekey", KEY),
        *("--nodiscover", "--syncmode", "full", "--gcmode", "archive"),
        *("--istanbul.blockperiod", str(network.period)),
        *("--mine", "--miner.gasprice", "0", "--txpool.pricelimit", "0"),
        *("--miner.gastarget", str(network.gas_limit), "--miner.gaslimit", str(network.gas_limit)),
        *listening(validator, "istanbul"),
    ]


def start(network: Network, validator: Validator) -> str:
    """The script that starts it, without a manager of private transactions."""
    before = ["export PRIVATE_CONFIG=ignore", INIT]
    return script("GoQuorum", "geth", validator, arguments(network, validator), before)


def by_hand(_validator: Validator, address: str, wanted: bool) -> str:
    """A command that votes, for the validator's own host."""
    return attach("istanbul", address, wanted)


def fault(said: str) -> str:
    """Why a program that says so is the wrong one."""
    return "" if "Quorum Version:" in said else "is no GoQuorum"


QUORUM = Kind(
    title="GoQuorum",
    program="geth",
    levels=("berlin",),
    fewest=qbft.FEWEST,
    consensus="QBFT",
    votes=VOTES,
    needed=qbft.needed,
    sealer=qbft.sealer,
    written=qbft.validators_of,
    genesis=genesis,
    peers=peers,
    secrets=secrets,
    script=start,
    by_hand=by_hand,
    version=("version",),
    fault=fault,
)
