"""Hyperledger Besu with QBFT.

Source: Besu's documentation, "Configure QBFT consensus", "Create a private network using QBFT", "Configure free gas
networks", "Static nodes", "Node keys and node address" (names of hosts), "Command line options".
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from eth_account.signers.local import LocalAccount

from folkmoot.testing.networks import qbft
from folkmoot.testing.networks.kind import ANY, GENESIS, KEY, STATIC_NODES, Kind, Votes, others, script
from folkmoot.testing.networks.plan import LOOPBACK, Network, Validator

VOTES = Votes(
    listing="qbft_getValidatorsByBlockNumber",
    propose="qbft_proposeValidatorVote",
    discard="qbft_discardValidatorVote",
)
_MILESTONES: dict[str, dict[str, int | bool]] = {
    "berlin": {"berlinBlock": 0},
    "london": {"londonBlock": 0, "zeroBaseFee": True},  # else one full block makes gas cost something for good
    "shanghai": {"londonBlock": 0, "zeroBaseFee": True, "shanghaiTime": 0},
}
_ADDRESS = re.compile(r"[0-9.]+")


def genesis(network: Network) -> dict[str, Any]:
    """Its genesis file. A milestone implies the earlier ones."""
    return qbft.genesis(network, {**_MILESTONES[network.evm], "qbft": qbft.settings(network)})


def peers(network: Network, validator: Validator) -> Mapping[str, str]:
    """The list of static nodes."""
    return {STATIC_NODES: json.dumps(others(network, validator), indent=2) + "\n"}


def secrets(_account: LocalAccount) -> Mapping[str, str]:
    """Nothing: a node signs blocks by its own key."""
    return {}


def arguments(network: Network, validator: Validator) -> list[str]:
    """What it is started with, in its folder."""
    return [
        "--data-path=data",
        f"--genesis-file={GENESIS}",
        f"--node-private-key-file={KEY}",
        "--sync-mode=FULL",
        "--min-gas-price=0",
        "--discovery-enabled=false",
        f"--static-nodes-file={STATIC_NODES}",
        f"--p2p-port={validator.p2p}",
        "--nat-method=NONE",
        "--rpc-http-enabled=true",
        f"--rpc-http-port={validator.rpc}",
        *(_here() if validator.is_here else _elsewhere(validator)),
        *([] if all(map(_is_address, network.validators)) else ["--Xdns-enabled=true", "--Xdns-update-enabled=true"]),
    ]


def _here() -> list[str]:
    where = [f"--p2p-host={LOOPBACK}", f"--p2p-interface={LOOPBACK}", f"--rpc-http-host={LOOPBACK}"]
    return [*where, "--rpc-http-api=ETH,NET,WEB3,QBFT"]


def _elsewhere(validator: Validator) -> list[str]:
    """Whoever reaches the RPC may send transactions; whoever is on the host itself may vote, too."""
    return [
        *([f"--p2p-host={validator.host}"] if _is_address(validator) else []),
        f"--rpc-http-host={ANY}",
        "--rpc-http-api=ETH,NET,WEB3",
        f"--host-allowlist={LOOPBACK},localhost,{validator.host}",
        "--rpc-ws-enabled=true",
        f"--rpc-ws-host={LOOPBACK}",
        f"--rpc-ws-port={validator.inner}",
        "--rpc-ws-api=ETH,QBFT",
    ]


def _is_address(validator: Validator) -> bool:
    return validator.is_here or bool(_ADDRESS.fullmatch(validator.host))


def start(network: Network, validator: Validator) -> str:
    """The script that starts it."""
    return script("Besu", "besu", validator, arguments(network, validator))


def by_hand(validator: Validator, address: str, wanted: bool) -> str:
    """A command that votes, for the validator's own host."""
    request = {"jsonrpc": "2.0", "id": 1, "method": VOTES.propose, "params": [address, wanted]}
    return f"wscat -c ws://{LOOPBACK}:{validator.inner} -w 2 -x '{json.dumps(request)}'"


def fault(said: str) -> str:
    """Why a program that says so is the wrong one."""
    return "" if re.search(r"\bbesu/v?\d", said) else "is no Besu"


BESU = Kind(
    title="Besu",
    program="besu",
    levels=("london", "berlin", "shanghai"),
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
    version=("--version",),
    fault=fault,
)
