"""A federation on a real chain, played from one process: members join, tasks start, rounds are walked through."""

import secrets
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
from folkmoot.testing import Factory, LocalChain, LocalFederation
from folkmoot.testing import found as found_federation
from tests.support import chains
from tests.support.chains import AnyChain
from tools.contracts import CONTRACTS

FEE = 100
LONG_S, BRIEF_S = 1_000, 25
_seeds = count(secrets.randbits(128) if chains.URLS else 1)  # a chain that goes on knows those of the last run


def new_account() -> LocalAccount:
    """The next of a row of accounts, which on Anvil is the same each time."""
    account: LocalAccount = Account.from_key(next(_seeds).to_bytes(32))
    return account


@dataclass(frozen=True, slots=True)
class Network:
    """One federation with its contracts on the chain under test, and the senders of its managers."""

    chain: AnyChain
    local: LocalFederation
    managers: tuple[Sender, ...]

    @property
    def client(self) -> Client:
        return self.chain.client

    @property
    def urls(self) -> list[str]:
        """Of its nodes."""
        return [*self.client._nodes.urls]

    @property
    def deployment(self) -> Deployment:
        return self.local.deployment

    @property
    def federation(self) -> FederationContract:
        return self.local.contract

    @property
    def treasury(self) -> TreasuryContract:
        return self.local.treasury

    @property
    def token(self) -> LocalToken:
        return self.local.token

    @property
    def passing_window(self) -> int:
        """Seconds of a window that a test lets pass: on Anvil, whose time is moved, no busy machine misses it."""
        return LONG_S if isinstance(self.chain, LocalChain) else BRIEF_S

    def pass_time(self, seconds: int) -> None:
        """Let so much time pass, or skip the test where it cannot be moved and is too long."""
        chains.pass_time(self.chain, seconds)

    def pass_blocks(self, blocks: int) -> None:
        """Let so many blocks pass."""
        chains.pass_blocks(self.chain, blocks)

    def sender(self, account: LocalAccount | None = None) -> Sender:
        return Sender(self.client, self.chain.fund(account or new_account()))

    def send(self, sender: Sender, call: Call) -> Receipt:
        (receipt,) = self.chain.execute((sender._account, call))
        return receipt

    def execute(self, sent: Iterable[tuple[Sender, Call]]) -> None:
        """Send calls at once, those of one sender in this order; those of several may come into any, in one block."""
        self.chain.execute(*((sender._account, call) for sender, call in sent))

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
        given = self.token.mint(rich.address, budget), self.token.approve(self.treasury.address, budget)
        self.execute((rich, call) for call in (*given, self.treasury.deposit(budget)))
        self.decide(task.approve(budget, [seat.address for seat in committee]))
        self.enrol(task, (*committee, *trainers))
        self.send(rich, task.start())
        self.send(rich, task.start())

    def enrol(self, task: TaskContract, members: Iterable[Sender]) -> None:
        self.execute((member, task.enrol()) for member in members)

    def submit(self, task: TaskContract, trainers: Iterable[Sender]) -> None:
        """Each trainer in its turn: scores are in the order of updates."""
        number = task.round().number
        for trainer in trainers:
            pointer = word(int(trainer.address, 16) + number)
            self.send(trainer, task.submit_update(number, pointer, 10))

    def judge(self, task: TaskContract, opinions: Mapping[Sender, tuple[int, Sequence[int]]]) -> None:
        """Seats commit to a baseline and scores, then reveal them."""
        self.execute((seat, self._committing(task, seat, *opinion)) for seat, opinion in opinions.items())
        self.execute((seat, self._revealing(task, seat, *opinion)) for seat, opinion in opinions.items())

    def commit(self, task: TaskContract, seat: Sender, baseline: int, scores: Sequence[int]) -> None:
        self.send(seat, self._committing(task, seat, baseline, scores))

    def _committing(self, task: TaskContract, seat: Sender, baseline: int, scores: Sequence[int]) -> Call:
        now = task.round()
        commitment = score_commitment(
            chain_id=self.client.chain_id, task=task.address, round=now.number, attempt=now.attempt,
            member=seat.address, updates_digest=task.updates_digest(), baseline=baseline, scores=scores,
            salt=salt_of(seat),
        )  # fmt: skip
        return task.commit_scores(now.number, self.seat(task, seat), commitment)

    def reveal(self, task: TaskContract, seat: Sender, baseline: int, scores: Sequence[int]) -> None:
        self.send(seat, self._revealing(task, seat, baseline, scores))

    def _revealing(self, task: TaskContract, seat: Sender, baseline: int, scores: Sequence[int]) -> Call:
        return task.reveal_scores(task.round().number, self.seat(task, seat), baseline, scores, salt_of(seat))

    def attest(self, task: TaskContract, seats: Iterable[Sender], pointer: bytes) -> None:
        number = task.round().number
        self.execute((seat, task.attest(number, self.seat(task, seat), pointer)) for seat in seats)

    def seat(self, task: TaskContract, sender: Sender) -> int:
        """The index of a member's seat."""
        return [seat.account for seat in task.seats()].index(sender.address)

    def anyone(self, call: Call) -> Receipt:
        return self.send(self.managers[0], call)


def found(chain: AnyChain, managers: Sequence[LocalAccount] = (), fee: int = FEE) -> Network:
    """A new federation of three managers, two of whom decide, with the contracts of this checkout."""
    accounts = managers or [new_account() for _ in range(3)]
    local = found_federation(chain, accounts, fee=fee, contracts=CONTRACTS)
    return Network(chain, local, tuple(Sender(chain.client, chain.fund(account)) for account in accounts))


def create(chain: AnyChain, name: str) -> str:
    """The address of a new contract of this checkout."""
    address = Factory(chain.create, CONTRACTS).create(name)
    chain.settle()
    return address


def word(value: int) -> bytes:
    return value.to_bytes(32)


def salt_of(sender: Sender) -> bytes:
    return word(int(sender.address, 16) + 7)
