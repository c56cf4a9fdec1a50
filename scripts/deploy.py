"""Deploys a federation: `brownie run scripts/deploy.py [main FEDERATION.toml] [--network ID]`.

Without a file the defaults of `scripts/federation.py` hold; `scripts/federation.example.toml` shows them all. Without
`--network` brownie starts an Anvil of its own, which ends with the script: nothing persistent is recorded. A node that
runs already gets an id once, which brownie keeps in ~/.brownie:

    brownie networks add Local mynode host=http://127.0.0.1:8545 chainid=31337
    brownie run scripts/deploy.py --network mynode

Nodes of real networks keep no accounts: name a keystore file in the TOML file. Free gas needs no coin: an account
without any offers nothing where there is no base fee. Chains without one get legacy transactions.
`deployments/<chain id>.json` is what workers and the command line read.

Name the managers in the TOML file, by addresses or keystore files. By default the deploying account is the only
manager, and on a local chain that is an account of the node's, whose key is in no keystore file: the script warns.
`folkmoot account import` takes such a key; Anvil prints those of its accounts when it starts.
"""

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, cast

from brownie import accounts, web3
from brownie._config import CONFIG
from brownie.exceptions import ContractNotFound
from brownie.network.contract import ProjectContract
from brownie.project.main import get_loaded_projects
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed
from web3 import HTTPProvider
from web3.exceptions import TransactionNotFound
from web3.types import RPCEndpoint

from folkmoot import __version__
from folkmoot.chain import (
    Bidding,
    Client,
    Deployment,
    FederationContract,
    Token,
    deployments,
    load_account,
    read_password,
)
from folkmoot.chain.accounts import keystores
from folkmoot.chain.finality import finality
from folkmoot.chain.rpc_errors import is_too_cheap
from folkmoot.cli.encryption import LOCAL_CHAIN
from folkmoot.errors import ChainError, ChainGone, ConfigError, FolkmootError
from scripts.federation import GAS, RULES, FederationConfig, load_federation, named_keys
from scripts.this_build import checked, take_packaged

ROOT = Path(__file__).resolve().parent.parent

LIBRARIES = ("Lifecycle", "TrainerSampling", "Settling", "Closing", "Recovery", "Governance")
"""Brownie links them into Task."""

TRIAL = """The fee token {} is for trials: anyone may mint it, so it is worth nothing.
Where fees and rewards shall be worth something, name a real ERC-20 as `token` in the TOML file and deploy again."""

MIN_BLOCKS = 5
LOOK_BACK = 10  # blocks
_FEES = {"gasPrice": "gas_price", "maxFeePerGas": "max_fee", "maxPriorityFeePerGas": "priority_fee"}


def main(path: str | None = None, *more: str) -> None:
    """Deploy to the network that brownie is connected to, with the settings of a TOML file."""
    retry_missing_receipts()
    disable_deployment_map()
    remember_chain_id(cast("HTTPProvider", web3.provider))
    try:
        if more:
            raise ConfigError(f"it takes one file of settings, not also {' '.join(more)}", "name that file alone")
        config = load_federation(path)
        with Client([str(cast("HTTPProvider", web3.provider).endpoint_uri)], gas=config.gas) as client:
            if CONFIG.network_type == "live":
                live(config, client, path)
            else:
                development(config, client)
    except FolkmootError as error:
        sys.exit(f"deploy: {error}")


def development(config: FederationConfig, client: Client) -> None:
    """Deploy to a chain that ends with the script."""
    show(deploy(config, client, accounts[0]))
    print("\nNothing persistent was recorded: this chain ends with the script. --network ID names one that stays.")


def live(config: FederationConfig, client: Client, path: str | None) -> None:
    """Deploy to a chain that stays, and record what stands where. The settings' file is `path`."""
    records = config.deployments or ROOT / "deployments"
    deployments.require_writable(records)
    client.head()  # brownie takes a node that does not answer for one without accounts
    record = deploy(config, client, deployer(config))
    show(record)
    if config.token is None and record.chain_id != LOCAL_CHAIN:
        print(f"\n{TRIAL.format(record.token)}")
    kept = deployments.next_kept(record.chain_id, records)
    print(f"\nRecorded in {deployments.write(record, records)}")
    if kept:
        print(f"The earlier record of this chain is kept as {kept}. Give every member the new one.")
    managers = FederationContract(client, record.federation).managers()
    if named_keys(path).isdisjoint(managers):
        homes = (Path(path).resolve().parent if path else ROOT, records.resolve().parent)
        warn_of_missing_keys(managers, homes)


def warn_of_missing_keys(managers: Iterable[str], homes: Iterable[Path]) -> None:
    """Print a warning unless a keystore in one of some folders or their keys/ is a manager's."""
    folders = list(dict.fromkeys(found for home in homes for found in (home, home / "keys")))
    held = {address for folder in folders for address in keystores(folder).values()}
    if held.isdisjoint(managers):
        print(
            f"\nWarning: no keystore file here holds the key of a manager ({', '.join(managers)}).",
            f"Searched: {', '.join(map(str, folders))}.",
            "Only who has such a key can admit members and approve tasks. Where the node keeps it, copy it from there:",
            "    folkmoot account import",
            "Or name managers whose keys you have in the TOML file, and deploy again.",
            sep="\n",
        )


def deployer(config: FederationConfig) -> Any:
    """The account that deploys. Raises `ConfigError` if the node keeps none, and `AccountError`."""
    if keystore := config.keystore:
        file = config.password_file
        return accounts.add(load_account(keystore, lambda: read_password(keystore, file), file).key)
    if len(accounts) == 0:
        raise ConfigError("the node keeps no accounts", "name a keystore file in the TOML file")
    return accounts[0]


def deploy(config: FederationConfig, client: Client, account: Any) -> Deployment:
    """Create everything from one account and say where it stands.

    Raises `ConfigError` without such a fee token, `InsufficientFunds`, and `ChainError` for what cannot be created.
    """
    check_token(config, client)
    bidding = Bidding(client, account.address)
    fees(bidding)  # says what the account lacks
    blocks = min_blocks() if config.min_blocks is None else config.min_blocks
    contracts: Any = get_loaded_projects()[-1]
    made: dict[str, Any] = {}  # by its name

    def create(name: str, *arguments: Any) -> str:
        take_packaged(contracts[name])
        try:
            deployed = contracts[name].deploy(*arguments, {"from": account, **fees(bidding)})
            address = settled(contracts[name], deployed).address
        except Exception as error:  # of brownie, web3 or requests, or that a failed transaction has no such address
            if is_too_cheap(str(error)):
                bidding.refused()
                fees(bidding)  # says what the account lacks
            raise not_created(name, error, made) from error
        made[name] = getattr(deployed, "tx", deployed).txid
        return str(address)

    libraries = {name: create(name) for name in LIBRARIES}
    rules = {name: create(name) for name in RULES}
    task, token = create("Task"), config.token or create("FederationToken")
    managers = config.managers or (account.address,)
    needed = config.needed(len(managers))
    federation = create("Federation", managers, needed, config.fee, config.period, blocks, token, task)
    made["Treasury"] = made["Federation"]
    take = partial(
        deployments.snapshot,
        client,
        federation=federation,
        token=token,
        task_implementation=task,
        rules=rules,
        libraries=libraries,
        version=__version__,
    )
    found = finality(client)
    if found.blocks:
        print(f"\nOn this chain {found}: waiting for them before anything is recorded.")
    return checked(client, deployments.settled(take, client, found.blocks or 0), account.address, made)


def settled(container: Any, made: Any) -> Any:
    """The contract, where brownie found but the receipt, as its block was replaced: another one has it soon."""
    if not getattr(made, "contract_address", None) or not made.status:
        return made
    again = retry(retry=retry_if_exception_type(ContractNotFound), wait=wait_fixed(0.2), stop=stop_after_delay(30))
    return again(container.at)(made.contract_address)


def not_created(name: str, error: Exception, made: Iterable[str]) -> ChainError:
    """Why a contract was not created, and what stands already."""
    stands = f"{', '.join(made)} stand, and are of no use: a second run creates everything anew"
    return ChainError(f"{name} was not created: {error}", stands if made else "nothing was created")


def min_blocks() -> int:
    """How many blocks a window should last: none where blocks come for transactions alone, as no empty one shows."""
    head = web3.eth.block_number
    empty = any(not web3.eth.get_block(number)["transactions"] for number in range(max(1, head - LOOK_BACK), head + 1))
    return MIN_BLOCKS if empty else 0


def check_token(config: FederationConfig, client: Client) -> None:
    """Raise `ConfigError` unless the fee token is one, or is to be made."""
    try:
        if config.token is not None:
            Token(client, config.token).total_supply()
    except ChainGone as error:
        raise ConfigError(f"no token answers at {config.token}", "check the address and the network") from error


def fees(bidding: Bidding) -> dict[str, Any]:
    """What the account offers for gas now, as brownie's options of a transaction.

    Raises `InsufficientFunds` unless it can pay so for all that is created.
    """
    return {_FEES[name]: value for name, value in bidding.first(bidding.client.head(), GAS).items()}


def retry_missing_receipts() -> None:
    """Let brownie ask again for a receipt: Anvil shows it a moment after it counts the transaction's nonce."""
    missing = retry_if_exception_type(TransactionNotFound)
    again = retry(retry=missing, wait=wait_fixed(0.02), stop=stop_after_delay(1), reraise=True)
    web3.eth.get_transaction_receipt = again(web3.eth.get_transaction_receipt)  # type: ignore[method-assign]


def remember_chain_id(provider: HTTPProvider) -> None:
    """Let web3 ask for the chain's id once, not before each request; what it asks of blocks may still change."""
    provider.cache_allowed_requests, provider.cacheable_requests = True, {RPCEndpoint("eth_chainId")}


def disable_deployment_map() -> None:
    """Keep brownie from writing its own notes of what is deployed.

    A script could not start with such notes on a chain that was started anew, and scripts side by side share them.
    """
    ProjectContract._deployment_path = lambda self: None  # type: ignore[method-assign] # noqa: ARG005, SLF001


def show(record: Deployment) -> None:
    """Print every address."""
    whole = ("federation", "treasury", "token", "task_implementation")
    named = {name: getattr(record, name) for name in whole} | dict(record.rules) | dict(record.libraries)
    print(f"\nChain {record.chain_id}, block {record.block_number}:")
    for name, address in named.items():
        print(f"  {name:20} {address}")
