"""A federation on a real chain, played from one process: members join, tasks start, rounds are walked through."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from folkmoot.chain import (
    FULL_PARTICIPATION,
    Call,
    Client,
    Deployment,
    FederationContract,
    LocalToken,
    Parameters,
    Receipt,
    Sender,
    TaskContract,
    TreasuryContract,
    public_key,
    score_commitment,
)
from folkmoot.chain.events.federation import MembershipApplied, TaskProposed
from tests.support.anvil import Anvil
from tests.support.deploy import deploy

FEE = 100
PATIENCE = 120  # seconds of the chain's time that a transaction may take
_seeds = count(1)


def new_account() -> LocalAccount:
    """The next of a row of reproducible accounts."""
    account: LocalAccount = Account.from_key(next(_seeds).to_bytes(32))
    return account


@dataclass(frozen=True, slots=True)
class Network:
    """One federation with its contracts, and the senders of its managers."""

    anvil: Anvil
    client: Client
    deployment: Deployment
    managers: tuple[Sender, ...]

    @property
    def federation(self) -> FederationContract:
        return FederationContract(self.client, self.deployment.federation)

    @property
    def treasury(self) -> TreasuryContract:
        return TreasuryContract(self.client, self.deployment.treasury)

    @property
    def token(self) -> LocalToken:
        return LocalToken(self.client, self.deployment.token)

    def sender(self, account: LocalAccount | None = None) -> Sender:
        return Sender(self.client, self.anvil.fund(account or new_account()))

    def send(self, sender: Sender, call: Call) -> Receipt:
        receipt = sender.send(call, deadline=self.client.now() + PATIENCE)
        assert receipt is not None
        return receipt

    def decide(self, call: Call) -> Receipt:
        """A quorum of managers sends the same call."""
        return [self.send(manager, call) for manager in self.managers[:2]][-1]

    def apply(self, account: LocalAccount | None = None) -> tuple[Sender, int]:
        """An applicant and the number of its application."""
        account = account or new_account()
        sender = self.sender(account)
        self.send(sender, self.token.mint(sender.address, FEE))
        self.send(sender, self.token.approve(self.treasury.address, FEE))
        receipt = self.send(sender, self.federation.apply_for_membership(public_key(account)))
        applied = [event for event in receipt.events if isinstance(event, MembershipApplied)]
        return sender, applied[0].application

    def join(self, number: int) -> list[Sender]:
        """New members."""
        senders = []
        for sender, application in [self.apply() for _ in range(number)]:
            self.decide(self.federation.admit(application))
            senders.append(sender)
        return senders

    def propose(self, proposer: Sender, **changes: Any) -> TaskContract:
        receipt = self.send(proposer, self.federation.propose_task(self.parameters(**changes)))
        proposed = [event for event in receipt.events if isinstance(event, TaskProposed)]
        return TaskContract(self.client, proposed[0].task)

    def parameters(self, **changes: Any) -> Parameters:
        rules = self.deployment.rules
        usual = Parameters(
            descriptor=word(1), model=word(2),
            score_rule=rules["MedianScore"], election_rule=rules["TopScoreElection"],
            reward_rule=rules["ScoreShareReward"],
            score_parameters=word(10_000 << 16 | 5_000), election_parameters=bytes(32),
            reward_parameters=bytes(32),
            total_rounds=3, committee=3, aggregators=0, redraw=False, stake_weighted=False,
            active_share=FULL_PARTICIPATION,
            updates_per_round=4, min_updates=2, max_updates=8, max_enrolled=20,
            enrolling_window=10_000, training_window=1_000, committing_window=1_000, revealing_window=1_000,
            aggregating_window=1_000, max_pause=10_000, suspension_rounds=1, max_attempts=3, max_empty_rounds=2,
            max_strikes=2, max_terms=3,
        )  # fmt: skip
        return replace(usual, **changes)

    def start(self, task: TaskContract, committee: Sequence[Sender], trainers: Iterable[Sender], budget: int) -> None:
        """Approve the task with a budget from new deposits, enrol everybody and open round 0."""
        rich = self.managers[0]
        self.send(rich, self.token.mint(rich.address, budget))
        self.send(rich, self.token.approve(self.treasury.address, budget))
        self.send(rich, self.treasury.deposit(budget))
        self.decide(task.approve(budget, [seat.address for seat in committee]))
        for member in (*committee, *trainers):
            self.send(member, task.enrol())
        self.send(rich, task.start())

    def submit(self, task: TaskContract, trainers: Iterable[Sender]) -> None:
        number = task.round().number
        for trainer in trainers:
            pointer = word(int(trainer.address, 16) + number)
            self.send(trainer, task.submit_update(number, pointer, 10))

    def judge(self, task: TaskContract, opinions: Mapping[Sender, tuple[int, Sequence[int]]]) -> None:
        """Seats commit to a baseline and scores, then reveal them."""
        for seat, (baseline, scores) in opinions.items():
            self.commit(task, seat, baseline, scores)
        for seat, (baseline, scores) in opinions.items():
            self.reveal(task, seat, baseline, scores)

    def commit(self, task: TaskContract, seat: Sender, baseline: int, scores: Sequence[int]) -> None:
        now = task.round()
        commitment = score_commitment(
            chain_id=self.client.chain_id, task=task.address, round=now.number, attempt=now.attempt,
            member=seat.address, updates_digest=task.updates_digest(), baseline=baseline, scores=scores,
            salt=salt_of(seat),
        )  # fmt: skip
        self.send(seat, task.commit_scores(now.number, self.seat(task, seat), commitment))

    def reveal(self, task: TaskContract, seat: Sender, baseline: int, scores: Sequence[int]) -> None:
        number, index = task.round().number, self.seat(task, seat)
        self.send(seat, task.reveal_scores(number, index, baseline, scores, salt_of(seat)))

    def attest(self, task: TaskContract, seats: Iterable[Sender], pointer: bytes) -> None:
        for seat in seats:
            self.send(seat, task.attest(task.round().number, self.seat(task, seat), pointer))

    def seat(self, task: TaskContract, sender: Sender) -> int:
        """The index of a member's seat."""
        return [seat.account for seat in task.seats()].index(sender.address)

    def anyone(self, call: Call) -> Receipt:
        return self.send(self.managers[0], call)


def found(anvil: Anvil, client: Client) -> Network:
    """A new federation of three managers, two of whom decide."""
    accounts = [new_account() for _ in range(3)]
    deployment = deploy(client, managers=[account.address for account in accounts], quorum=2, fee=FEE)
    return Network(anvil, client, deployment, tuple(Sender(client, anvil.fund(account)) for account in accounts))


def word(value: int) -> bytes:
    return value.to_bytes(32)


def salt_of(sender: Sender) -> bytes:
    return word(int(sender.address, 16) + 7)
