"""Deploys a federation from forge's artifacts, libraries linked."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from web3 import Web3

from offchain import __version__
from offchain.chain import Client, Deployment, FederationContract
from scripts.federation import RULES

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "build" / "forge"


def build_contracts() -> None:
    """Compile what changed."""
    subprocess.run([str(ROOT / "tools" / "bin" / "forge"), "build", "contracts", "--silent"], cwd=ROOT, check=True)


def deploy(client: Client, *, managers: Sequence[str], quorum: int, fee: int, period: int = 0) -> Deployment:
    """Deploy everything from an account that the node keeps."""
    factory = Factory(client)
    rules = {name: factory.create(name) for name in RULES}
    task = factory.create("Task")
    token = factory.create("FederationToken")
    federation = factory.create("Federation", list(managers), quorum, fee, period, token, task)
    head = client.head()
    return Deployment(
        chain_id=client.chain_id,
        block_number=head.number,
        block_hash=head.hash,
        federation=federation,
        treasury=FederationContract(client, federation).treasury(),
        token=token,
        task_implementation=task,
        rules=rules,
        libraries=factory.libraries,
        deployed_at=head.time,
        version=__version__,
    )


class Factory:
    """Creates contracts by their names."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._from = client.web3.eth.accounts[0]
        self.libraries: dict[str, str] = {}

    def create(self, name: str, *arguments: Any) -> str:
        """A contract's address, its libraries created first."""
        artifact = json.loads((ARTIFACTS / f"{name}.sol" / f"{name}.json").read_text())
        eth = self._client.web3.eth
        contract = eth.contract(abi=artifact["abi"], bytecode=self._link(artifact["bytecode"]))
        sent = contract.constructor(*arguments).transact({"from": self._from, **self._client.fees(self._client.head())})
        address = eth.wait_for_transaction_receipt(sent)["contractAddress"]
        assert address is not None
        return address

    def _link(self, bytecode: dict[str, Any]) -> str:
        code: str = bytecode["object"].removeprefix("0x")
        for libraries in bytecode["linkReferences"].values():
            for name, places in libraries.items():
                address = self._library(name).removeprefix("0x").lower()
                for place in places:
                    start, end = 2 * place["start"], 2 * (place["start"] + place["length"])
                    code = code[:start] + address + code[end:]
        return Web3.to_hex(hexstr=code)  # type: ignore[arg-type]

    def _library(self, name: str) -> str:
        if name not in self.libraries:
            self.libraries[name] = self.create(name)
        return self.libraries[name]
