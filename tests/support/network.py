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
    score_commitment,
)
from folkmoot.testing import Anvil, Factory, LocalChain, LocalFederation
from folkmoot.testing import found as found_federation
from tools.contracts import CONTRACTS

FEE = 100
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
    def local(self) -> LocalFederation:
        accounts = [manager._account for manager in self.managers]
        return LocalFederation(LocalChain(self.anvil, self.client), self.deployment, accounts, quorum=2, fee=FEE)

    @property
    def federation(self) -> FederationContract:
        return self.local.contract

    @property
    def treasury(self) -> TreasuryContract:
        return self.local.treasury

    @property
    def token(self) -> LocalToken:
        return self.local.token

    def sender(self, account: LocalAccount | None = None) -> Sender:
        return Sender(self.client, self.anvil.fund(account or new_account()))

    def send(self, sender: Sender, call: Call) -> Receipt:
        return self.local.chain.send(sender._account, call)

    def decide(self, call: Call) -> Receipt:
        """A quorum of managers sends the same call."""
        return self.local.decide(call)[-1]

    def apply(self, account: LocalAccount | None = None) -> tuple[Sender, int]:
        """An applicant and the number of its application."""
        account = account or new_account()
        (application,) = self.local.apply(account)
        return self.sender(account), application

    def join(self, number: int) -> list[Sender]:
        """New members."""
        accounts = [new_account() for _ in range(number)]
        self.local.admit(*accounts)
        return [self.sender(account) for account in accounts]

    def propose(self, proposer: Sender, **changes: Any) -> TaskContract:
        return self.local.propose(self.parameters(**changes), proposer._account)

    def parameters(self, **changes: Any) -> Parameters:
        rules = self.deployment.rules
        usual = Parameters(
            descriptor=word(1), model=word(2),
            score_rule=rules["MedianScore"], election_rule=rules["TopScoreElection"],
            reward_rule=rules["ScoreShareReward"],
            score_parameters=word(10_000 << 16 | 5_000), election_parameters=bytes(32),
            reward_parameters=bytes(32),
            total_rounds=3, committee=3, aggregators=0, redraw=False, seats_train=False, stake_weighted=False,
            active_share=FULL_PARTICIPATION,
            updates_per_round=4, min_updates=2, max_updates=12, min_enrolled=5, max_enrolled=20,
            enrolling_window=10_000, training_window=1_000, committing_window=1_000, revealing_window=1_000,
            aggregating_window=1_000, max_pause=10_000, min_blocks=0, suspension_rounds=1, max_attempts=3,
            max_empty_rounds=3,
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
    """A new federation of three managers, two of whom decide, with the contracts of this checkout."""
    accounts = [new_account() for _ in range(3)]
    local = found_federation(LocalChain(anvil, client), accounts, fee=FEE, contracts=CONTRACTS)
    return Network(anvil, client, local.deployment, tuple(Sender(client, anvil.fund(account)) for account in accounts))


def create(anvil: Anvil, client: Client, name: str) -> str:
    """The address of a new contract of this checkout."""
    return Factory(LocalChain(anvil, client).create, CONTRACTS).create(name)


def word(value: int) -> bytes:
    return value.to_bytes(32)


def salt_of(sender: Sender) -> bytes:
    return word(int(sender.address, 16) + 7)
