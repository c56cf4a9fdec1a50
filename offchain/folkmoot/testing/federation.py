"""A federation on a local chain: it is founded, members are admitted, tasks are proposed and approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3

from folkmoot.blob_keys import FirstReaders
from folkmoot.chain import (
    Call,
    Client,
    Deployment,
    Event,
    FederationContract,
    LocalToken,
    Parameters,
    Receipt,
    Recipients,
    TaskContract,
    TreasuryContract,
    public_key,
)
from folkmoot.chain.calls import MAX_GAS
from folkmoot.chain.compiled import Contracts, packaged
from folkmoot.chain.events.federation import MembershipApplied, TaskProposed
from folkmoot.chain.node_accounts import node_accounts, send_by_node
from folkmoot.testing.anvil import Anvil
from folkmoot.testing.contracts import deploy

FEE = 100 * 10**18  # of a membership, in the token's smallest unit

Sent = tuple[LocalAccount, Call]
E = TypeVar("E", bound=Event)


class Chain(Protocol):
    """What a federation is founded on."""

    @property
    def client(self) -> Client:
        """What reads it."""

    def create(self, name: str, code: bytes) -> str:
        """Create a contract; returns its address, at which it stands after `settle` at the latest."""

    def settle(self) -> None:
        """Wait until all that was created stands. Raises `ChainError`."""

    def execute(self, *sent: Sent) -> Sequence[Receipt]:
        """Execute calls, those of one account in this order; returns their receipts. Raises `ChainError`."""


@dataclass(frozen=True, slots=True)
class LocalChain:
    """An Anvil that mines each transaction at once. Accounts get the coins that they need for gas."""

    anvil: Anvil
    client: Client

    def create(self, name: str, code: bytes) -> str:  # noqa: ARG002 - the node keeps no names
        """Create a contract from an account that the node keeps; returns its address."""
        receipt = send_by_node(self.client, {"from": node_accounts(self.client)[0], "data": code})
        return str(receipt["contractAddress"])

    def settle(self) -> None:
        """Nothing is left to wait for."""

    def execute(self, *sent: Sent) -> list[Receipt]:
        """Execute calls one after the other; returns their receipts. Raises `ChainError`."""
        return [self.send(account, call) for account, call in sent]

    def send(self, account: LocalAccount, call: Call) -> Receipt:
        """Execute one call in an account's name. Raises `ChainError`."""
        found = self.anvil.send_as(account, call.to, call.data, MAX_GAS)
        if found["status"] != 1:
            raise self.client.reason(call.name, {**call.request(account.address), "gas": MAX_GAS}, found)
        return Receipt.of(found)

    def fund(self, account: LocalAccount) -> LocalAccount:
        """Let an account pay for gas; returns it."""
        return self.anvil.fund(account)


@dataclass(frozen=True, slots=True)
class LocalFederation:
    """A federation with the accounts of its managers, of whom `quorum` decide."""

    chain: Chain
    deployment: Deployment
    managers: Sequence[LocalAccount]
    quorum: int
    fee: int

    @property
    def contract(self) -> FederationContract:
        """The federation's contract."""
        return FederationContract(self.chain.client, self.deployment.federation)

    @property
    def treasury(self) -> TreasuryContract:
        """Its treasury."""
        return TreasuryContract(self.chain.client, self.deployment.treasury)

    @property
    def token(self) -> LocalToken:
        """Its token, which anyone may mint."""
        return LocalToken(self.chain.client, self.deployment.token)

    def readers(self, proposer: str) -> FirstReaders:
        """Who can read the first model of an encrypted task that somebody proposes now: its members."""
        client, deployment = self.chain.client, self.deployment
        members = Recipients(client, deployment.federation, None, from_block=deployment.first_block)
        members.read_on()
        return FirstReaders(client.chain_id, deployment.federation, proposer, members.now())

    def decide(self, *calls: Call) -> Sequence[Receipt]:
        """Let a quorum of managers confirm each call; returns the receipts of those that execute them."""
        receipts: Sequence[Receipt] = ()
        for manager in self.managers[: self.quorum]:
            receipts = self.chain.execute(*((manager, call) for call in calls))
        return receipts

    def apply(self, *applicants: LocalAccount) -> list[int]:
        """Let each of them pay the fee and apply; returns the numbers of the applications."""
        receipts = self.chain.execute(*(step for applicant in applicants for step in self._application(applicant)))
        return [event.application for event in _events(MembershipApplied, receipts)]

    def admit(self, *members: LocalAccount) -> None:
        """Let each of them pay the fee and apply, and a quorum of managers admit it."""
        self.decide(*map(self.contract.admit, self.apply(*members)))

    def propose(self, parameters: Parameters, proposer: LocalAccount, name: str = "") -> TaskContract:
        """A proposed task. Its blobs are published elsewhere."""
        receipts = self.chain.execute((proposer, self.contract.propose_task(name, parameters)))
        (proposed,) = _events(TaskProposed, receipts)
        return TaskContract(self.chain.client, proposed.task)

    def approve(self, task: TaskContract, committee: Sequence[str], budget: int | None = None) -> None:
        """Name the first committee and the budget: without one all that the treasury has to give."""
        self.decide(task.approve(self.treasury.pool() if budget is None else budget, list(committee)))

    def _application(self, applicant: LocalAccount) -> list[Sent]:
        token, key = self.token, public_key(applicant)
        return [
            (applicant, token.mint(applicant.address, self.fee)),
            (applicant, token.approve(self.deployment.treasury, self.fee)),
            (applicant, self.contract.apply_for_membership(key)),
        ]


def found(
    chain: Chain,
    managers: Sequence[LocalAccount],
    *,
    quorum: int = 2,
    fee: int = FEE,
    rules: Sequence[str] = (),
    contracts: Contracts = packaged,
) -> LocalFederation:
    """A new federation; `rules` are deployed beside those of the package."""
    addresses = [manager.address for manager in managers]
    deployment = deploy(
        chain.client,
        chain.create,
        managers=addresses,
        quorum=quorum,
        fee=fee,
        rules=rules,
        contracts=contracts,
        settle=chain.settle,
    )
    return LocalFederation(chain, deployment, tuple(managers), quorum, fee)


def account_of(text: str) -> LocalAccount:
    """The account whose key is a text's keccak. The key is no secret: use it only on chains that end with a test."""
    account: LocalAccount = Account.from_key(Web3.keccak(text=text))
    return account


def _events(kind: type[E], receipts: Sequence[Receipt]) -> list[E]:
    return [event for receipt in receipts for event in receipt.events if isinstance(event, kind)]
