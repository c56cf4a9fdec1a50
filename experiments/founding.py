"""What comes before the first round: a federation is founded, members are admitted, a task is proposed and approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3

from experiments.chain import Chain
from experiments.deployment import deploy
from folkmoot.chain import (
    Call,
    Deployment,
    Event,
    FederationContract,
    LocalToken,
    Receipt,
    TaskContract,
    TreasuryContract,
    public_key,
)
from folkmoot.chain.events.federation import MembershipApplied, TaskProposed
from folkmoot.proposal import Draft

MANAGERS, QUORUM = 3, 2
FEE = 100 * 10**18

E = TypeVar("E", bound=Event)


def account(name: str, seed: int) -> LocalAccount:
    """Somebody's account. The same seed gives the same key: it is for this chain only."""
    made: LocalAccount = Account.from_key(Web3.keccak(text=f"experiment {seed}: {name}"))
    return made


@dataclass(frozen=True, slots=True)
class Federation:
    """A federation on a chain of its own, and its managers."""

    chain: Chain
    record: Deployment
    contract: FederationContract
    managers: Sequence[LocalAccount]

    def admit(self, members: Sequence[LocalAccount]) -> None:
        """Let each of them pay the fee and apply, and a quorum of managers admit it."""
        token = LocalToken(self.chain.client, self.record.token)
        for member in members:
            self.chain.post(member, token.mint(member.address, FEE))
            self.chain.post(member, token.approve(self.record.treasury, FEE))
            self.chain.post(member, self.contract.apply_for_membership(public_key(member)))
        for applied in _events(MembershipApplied, self.chain.mine()):
            self._confirm(self.contract.admit(applied.application))
        self.chain.mine()

    def propose(self, made: Draft, proposer: LocalAccount) -> TaskContract:
        """A proposed task, whose blobs are published elsewhere."""
        receipts = self.chain.send(proposer, self.contract.propose_task(made.parameters))
        (proposed,) = _events(TaskProposed, receipts)
        return TaskContract(self.chain.client, proposed.task)

    def approve(self, task: TaskContract, committee: Sequence[str]) -> None:
        """Name the first committee and give the task all that the fees brought in."""
        budget = TreasuryContract(self.chain.client, self.record.treasury).pool()
        self._confirm(task.approve(budget, list(committee)))
        self.chain.mine()

    def _confirm(self, call: Call) -> None:
        for manager in self.managers[:QUORUM]:
            self.chain.post(manager, call)


def found(chain: Chain, seed: int) -> Federation:
    """A new federation of three managers, two of whom decide."""
    managers = [account(f"manager {number}", seed) for number in range(MANAGERS)]
    addresses = [manager.address for manager in managers]
    record = deploy(chain, account("deployer", seed), managers=addresses, quorum=QUORUM, fee=FEE)
    return Federation(chain, record, FederationContract(chain.client, record.federation), managers)


def _events(kind: type[E], receipts: Sequence[Receipt]) -> list[E]:
    return [event for receipt in receipts for event in receipt.events if isinstance(event, kind)]
