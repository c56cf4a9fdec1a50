"""What geth and its fork GoQuorum share: the forks in a genesis file, where a node listens, and its console."""

from folkmoot.testing.networks.kind import ANY, GENESIS
from folkmoot.testing.networks.plan import LOOPBACK, Validator

FORKS = (
    *("homestead", "eip150", "eip155", "eip158", "byzantium", "constantinople", "petersburg", "istanbul"),
    *("berlin", "london"),
)

INIT = f'"$client" --datadir data init {GENESIS} || exit 1'
"""A line of the script: it makes the chain, and does nothing to one that is there. Without it geth is on Mainnet."""


def blocks(evm: str) -> dict[str, int]:
    """Every fork up to an EVM level, from block 0 on."""
    return {f"{fork}Block": 0 for fork in FORKS[: FORKS.index(evm) + 1]}


def listening(validator: Validator, consensus: str) -> list[str]:
    """Options for peers and for the RPC. Votes are taken on loopback alone, elsewhere by the console on the host."""
    ports = ["--port", str(validator.p2p), "--http", "--http.port", str(validator.rpc)]
    if validator.is_here:
        where = ["--http.addr", LOOPBACK, "--http.api", f"eth,net,web3,{consensus}"]
        return [*ports, *where, "--netrestrict", "127.0.0.0/8", "--nat", "none", "--ipcdisable"]
    hosts = f"localhost,{validator.host}"
    return [*ports, "--http.addr", ANY, "--http.vhosts", hosts, "--http.api", "eth,net,web3", "--nat", "none"]


def attach(consensus: str, address: str, wanted: bool) -> str:
    """A command that votes, for a validator's own folder."""
    return f"geth attach --exec '{consensus}.propose(\"{address}\", {str(wanted).lower()})' data/geth.ipc"
