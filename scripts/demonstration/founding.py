"""What happens before the first round: members apply and are admitted, a task is proposed and approved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from folkmoot.chain import (
    Call,
    Client,
    Deployment,
    Event,
    FederationContract,
    LocalToken,
    Receipt,
    Sender,
    TaskContract,
    TreasuryContract,
    public_key,
)
from folkmoot.chain.events.federation import MembershipApplied, TaskProposed
from folkmoot.proposal import TaskConfig, draft
from folkmoot.store import BlobStore
from scripts.demonstration.cast import Person

QUORUM = 2
FEE = 100 * 10**18
PATIENCE = 120  # seconds of the chain's time that a transaction may take

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Founding:
    """A fresh federation and its managers."""

    client: Client
    record: Deployment
    managers: Sequence[Person]

    def admit(self, members: Sequence[Person]) -> Iterator[Person]:
        """Let each of them pay the fee and apply, and a quorum of managers admit it."""
        federation, token = FederationContract(self.client, self.record.federation), self._token
        for member in members:
            sender = Sender(self.client, member.account)
            self._send(sender, token.mint(member.address, FEE))
            self._send(sender, token.approve(self.record.treasury, FEE))
            receipt = self._send(sender, federation.apply_for_membership(public_key(member.account)))
            self._decide(federation.admit(_only(MembershipApplied, receipt).application))
            yield member

    def propose(self, config: TaskConfig, store: BlobStore, proposer: Person) -> TaskContract:
        """Publish descriptor and first model, and propose the task."""
        made = draft(config, self.record.rules)
        made.publish(store)
        federation = FederationContract(self.client, self.record.federation)
        receipt = self._send(Sender(self.client, proposer.account), federation.propose_task(made.parameters))
        return TaskContract(self.client, _only(TaskProposed, receipt).task)

    def approve(self, task: TaskContract, committee: Sequence[Person]) -> int:
        """Name the first committee and give the task all that the fees brought in; returns that budget."""
        budget = TreasuryContract(self.client, self.record.treasury).pool()
        self._decide(task.approve(budget, [member.address for member in committee]))
        return budget

    @property
    def _token(self) -> LocalToken:
        return LocalToken(self.client, self.record.token)

    def _decide(self, call: Call) -> None:
        for manager in self.managers[:QUORUM]:
            self._send(Sender(self.client, manager.account), call)

    def _send(self, sender: Sender, call: Call) -> Receipt:
        return cast("Receipt", sender.send(call, deadline=self.client.now() + PATIENCE))  # no error is success here


def _only(kind: type[E], receipt: Receipt) -> E:
    (found,) = (event for event in receipt.events if isinstance(event, kind))
    return found
