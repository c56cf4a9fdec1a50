"""Private proof-of-authority networks of Besu, GoQuorum or geth: made, run, watched, and changed by vote.

`scripts/consortium.py` is their command line; a test has one for as long as a block lasts:

    with run_network(tmp_path / "network", "geth") as network:
        client = Client(network.urls)
        network.kill(4)

They need the package `rlp`, and the client's own program on the PATH or in the folder that FOLKMOOT_NODES names.
"""

from folkmoot.testing.networks.kinds import KINDS
from folkmoot.testing.networks.local import LocalNetwork, run_network
from folkmoot.testing.networks.plan import Network, Validator, load, plan

__all__ = ["KINDS", "LocalNetwork", "Network", "Validator", "load", "plan", "run_network"]
