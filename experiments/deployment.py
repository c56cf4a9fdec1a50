"""Deploys a federation from forge's artifacts, libraries linked, with every rule that there is."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from eth_account.signers.local import LocalAccount
from web3 import Web3

from experiments.chain import Chain
from folkmoot import __version__
from folkmoot.chain import Call, Client, Deployment, deployments
from tools import forge
from tools.workcopy import ROOT

ARTIFACTS = ROOT / "build" / "forge"
RULES = (ROOT / "contracts" / "rules", ROOT / "experiments" / "contracts")


def build_contracts() -> None:
    """Compile what changed."""
    forge.run("build", "contracts", "experiments/contracts", "--silent", check=True)


def deploy(chain: Chain, deployer: LocalAccount, *, managers: Sequence[str], quorum: int, fee: int) -> Deployment:
    """Create everything from one account and say where it stands."""

    def create(name: str, code: bytes) -> str:
        (receipt,) = chain.send(deployer, Call("", code, name, ()))
        return str(chain.client.web3.eth.get_transaction_receipt(receipt.hash)["contractAddress"])  # type: ignore[arg-type]

    names = sorted(path.stem for folder in RULES for path in folder.rglob("*.sol"))
    return assemble(chain.client, create, names, managers=managers, quorum=quorum, fee=fee)


def assemble(
    client: Client,
    create: Callable[[str, bytes], str],
    rules: Sequence[str],
    *,
    managers: Sequence[str],
    quorum: int,
    fee: int,
    period: int = 0,
) -> Deployment:
    """A federation and all that it needs, each contract created by `create(name, code)`, which gives its address."""
    factory = Factory(client, create)
    addresses = {name: factory.create(name) for name in rules}
    task, token = factory.create("Task"), factory.create("FederationToken")
    federation = factory.create("Federation", list(managers), quorum, fee, period, token, task)
    return deployments.snapshot(
        client,
        federation=federation,
        token=token,
        task_implementation=task,
        rules=addresses,
        libraries=factory.libraries,
        version=__version__,
    )


class Factory:
    """Creates contracts by their names."""

    def __init__(self, client: Client, create: Callable[[str, bytes], str]) -> None:
        self._client, self._create = client, create
        self.libraries: dict[str, str] = {}

    def create(self, name: str, *arguments: Any) -> str:
        """A contract's address, its libraries created first."""
        artifact = json.loads((ARTIFACTS / f"{name}.sol" / f"{name}.json").read_text())
        code = self._link(artifact["bytecode"])
        contract = self._client.web3.eth.contract(abi=artifact["abi"], bytecode=code)
        return self._create(name, Web3.to_bytes(hexstr=contract.constructor(*arguments).data_in_transaction))

    def _link(self, bytecode: dict[str, Any]) -> Any:
        code: str = bytecode["object"].removeprefix("0x")
        for libraries in bytecode["linkReferences"].values():
            for name, places in libraries.items():
                address = self._library(name).removeprefix("0x").lower()
                for place in places:
                    start, end = 2 * place["start"], 2 * (place["start"] + place["length"])
                    code = code[:start] + address + code[end:]
        return f"0x{code}"

    def _library(self, name: str) -> str:
        if name not in self.libraries:
            self.libraries[name] = self.create(name)
        return self.libraries[name]
