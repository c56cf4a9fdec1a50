"""Deploys a federation from forge's artifacts, from an account that the node keeps."""

from collections.abc import Callable, Sequence

from experiments.deployment import Factory, assemble, build_contracts
from folkmoot.chain import Client, Deployment
from scripts.federation import RULES

__all__ = ["build_contracts", "deploy", "factory"]


def deploy(client: Client, *, managers: Sequence[str], quorum: int, fee: int, period: int = 0) -> Deployment:
    """Create everything and say where it stands."""
    return assemble(client, _creating(client), RULES, managers=managers, quorum=quorum, fee=fee, period=period)


def factory(client: Client) -> Factory:
    """Creates contracts by their names."""
    return Factory(client, _creating(client))


def _creating(client: Client) -> Callable[[str, bytes], str]:
    def create(_name: str, code: bytes) -> str:
        eth = client.web3.eth
        sent = eth.send_transaction({"from": eth.accounts[0], "data": code, **client.fees(client.head())})
        return str(eth.wait_for_transaction_receipt(sent)["contractAddress"])

    return create
