"""Let Sourcify's own library judge a new federation: does it take the sources for those of the code on the chain?

``python -m tools.second_opinion``, `make sourcify`: every contract is deployed on an Anvil of its own, and has to be a
perfect match, metadata included. The library needs much that nothing else here does, hence an environment of its own,
made on the first run.
"""

import filecmp
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace

from eth_utils.address import to_checksum_address

from folkmoot.chain import Client, Deployment, Provenance
from folkmoot.chain.sources import compiler
from folkmoot.explorers.verification import submissions
from folkmoot.testing import LocalChain, account_of, found, run_anvil
from tools.workcopy import ROOT

LISTED = ROOT / "tools" / "sourcify"
INSTALLED = ROOT / "build" / "sourcify"
LOCK = "package-lock.json"
PERFECT = "perfect"
NPM = ("npm", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


def install() -> None:
    """Make the library's environment, unless it has what the lock lists."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    done = INSTALLED / "installed.json"
    if done.exists() and filecmp.cmp(done, LISTED / LOCK, shallow=False):
        return
    for name in ("package.json", LOCK):
        shutil.copy(LISTED / name, INSTALLED)
    subprocess.run([*NPM, "install"], cwd=INSTALLED, check=True)  # `ci` would insist on binaries for other machines
    shutil.copy(LISTED / LOCK, done)


def with_transactions(client: Client, record: Deployment) -> Deployment:
    """The record with the transactions that created its contracts, found in the blocks up to its own."""
    names = {address: name for name, address in (record.compiled | {"FederationToken": record.token}).items()}
    sent: dict[str, str] = {}
    for number in range(record.block_number + 1):
        for transaction in client.request("eth_getBlockByNumber", hex(number), False)["transactions"]:
            receipt = client.receipt(transaction)
            if receipt and (address := receipt["contractAddress"]):
                sent[names[to_checksum_address(address)]] = transaction
    told = Provenance(
        commit="", compiler=compiler(), deployer=record.token, transactions=sent, code_hashes={}, metadata_hashes={}
    )
    return replace(record, provenance=told)


def judge() -> list[Mapping[str, str]]:
    """What the library says of each contract."""
    with run_anvil() as anvil, Client([anvil.url]) as client:
        federation = found(LocalChain(anvil, client), [account_of(f"manager {n}") for n in range(3)])
        record = with_transactions(client, federation.deployment)
        asked = {
            "chainId": client.chain_id,
            "contracts": [
                {
                    "name": contract.name,
                    "address": contract.address,
                    "contract": contract.identifier,
                    "version": contract.compiler,
                    "input": contract.standard_input,
                    "transaction": contract.transaction,
                }
                for contract in submissions(client, record)
            ],
        }
        command = ["node", str(LISTED / "judge.mjs"), anvil.url, str(ROOT)]
        done = subprocess.run(
            command, cwd=INSTALLED, input=json.dumps(asked), text=True, stdout=subprocess.PIPE, check=True
        )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def main() -> int:
    """Judge every contract; 1 unless all are perfect. Who created the treasury is no transaction of its own."""
    install()
    opinions = judge()
    for opinion in opinions:
        print(
            f"{opinion['name']:22}code {opinion['runtimeMatch']}, creation {opinion['creationMatch']}{opinion['error']}"
        )
    wrong = [
        opinion
        for opinion in opinions
        if opinion["runtimeMatch"] != PERFECT or (opinion["creationMatch"] != PERFECT and opinion["name"] != "Treasury")
    ]
    print(f"{len(opinions) - len(wrong)} of {len(opinions)} contracts are a perfect match.")
    return int(bool(wrong) or not opinions)


if __name__ == "__main__":
    sys.exit(main())
