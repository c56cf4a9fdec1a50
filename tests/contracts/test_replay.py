"""A task's logs alone tell what the contract stores, after each step of random lives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from brownie import web3

from offchain.chain import Client, Member, Milestone, TaskContract, TaskState, fetch_events
from offchain.chain import replay as replayed
from offchain.chain.structs import Phase
from tests.contracts.cast import model
from tests.contracts.lifecycle import DEADLINES, Lifecycle
from tests.support.evm import now
from tests.support.keys import public_key_of

STEPS = 50
NOBODY = Member(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, retired=False, stake=0)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client([web3.provider.endpoint_uri]) as client:
        yield client


# What the logs say, and what the contract


def told(client: Client, task: TaskContract, first: int) -> TaskState:
    events = fetch_events(client, [task.address], from_block=first)
    return replayed(events, task=task.address, parameters=task.parameters())


def assert_same_round(state: TaskState, task: TaskContract) -> None:
    running = state.running
    assert running.round == task.round()
    assert running.seats == task.seats()
    assert (running.updates, running.pointers) == task.updates(0, 100)
    assert running.ballots == task.ballots()
    assert (state.digest, state.seed) == (task.updates_digest(), task.seed())
    if running.round.milestone in {Milestone.SETTLED, Milestone.AGREED}:
        found = task.settlement()
        weights = [update.weight for update in running.updates if update.rank]
        assert (len(weights), sum(weights), running.baseline) == (found.accepted, found.total_weight, found.baseline)


def assert_same_people(state: TaskState, task: TaskContract, life: Lifecycle) -> None:
    roll = task.roll()
    assert (len(state.members), state.active, state.eligible) == (roll.enrolled, roll.active, roll.eligible)
    assert (state.start_by, state.empty_rounds, state.budget) == (roll.start_by, roll.empty_rounds, roll.budget)
    for account in life.cast.members:
        assert state.members.get(account.address, NOBODY) == task.member(account.address)
        assert state.earned.get(account.address, 0) == life.cast.treasury.owedTo(account)


def assert_same(state: TaskState, task: TaskContract, life: Lifecycle) -> None:
    assert state.phase_at(now()) == task.phase() == life.phase
    assert_same_round(state, task)
    assert_same_people(state, task, life)
    blocks = range((state.running.round.number + 2) * 4)
    assert [state.ledger.get(number, bytes(32)) for number in blocks] == [task.ledger(number) for number in blocks]


def under_way(task: TaskContract) -> bool:
    """Whether a settling or closing has begun and not ended: how far it has come is in no log."""
    milestone, found = task.round().milestone, task.settlement()
    return (milestone == Milestone.OPEN and found.pages > 0) or (milestone == Milestone.AGREED and found.closed > 0)


# A random life


@dataclass(slots=True)
class Player:
    """Does one random thing after another to a task."""

    life: Lifecycle
    random: Random

    def step(self) -> None:
        """One thing that the phase allows; now and then somebody comes or goes first."""
        if self.random.random() < 0.1:
            self.random.choice([self.leave, self.come_back, self.retire, self.enrol])()
        PLAYS[self.life.phase](self)

    def members(self, accounts: list[Any]) -> list[Any]:
        return [account for account in accounts if self.life.cast.federation.isMember(account)]

    # people

    def leave(self) -> None:
        staying = self.members(list(self.life.cast.members))
        if len(staying) > 8:
            self.life.cast.federation.leave({"from": self.random.choice(staying)})

    def come_back(self) -> None:
        cast = self.life.cast
        for account in cast.members:
            if not cast.federation.isMember(account):
                cast.decide(cast.federation.setFee, 0)
                sent = cast.federation.applyForMembership(public_key_of(account), {"from": account})
                cast.decide(cast.federation.admit, sent.events["MembershipApplied"]["application"])
                return

    def retire(self) -> None:
        for account in self.life.cast.members:
            marks = self.life.task.member(account)
            if marks["number"] and not marks["retired"] and not self.life.cast.federation.isMember(account):
                self.life.task.retire(account, self.life.anyone)
                return

    def enrol(self) -> None:
        for account in self.members(list(self.life.cast.members)):
            marks = self.life.task.member(account)
            if marks["number"] == 0 or marks["retired"]:
                self.life.enrol(account)
                return

    # phases

    def act(self, accounts: list[Any], act: Callable[[Any], Any]) -> None:
        """Somebody acts, or the window passes, or managers step in."""
        able = self.members(accounts)
        dice = self.random.random()
        if dice < 0.03:
            self.life.pause(300)
        elif dice < 0.06:
            self.roll_back()
        elif able and dice < 0.9:
            act(self.random.choice(able))
        else:
            self.life.time_out()

    def roll_back(self) -> None:
        number, task = self.life.round, self.life.task
        everyone = [self.life.account(task.enrolledAt(i + 1)) for i in range(task.roll()["enrolled"])]
        fit = [one for one in self.members(everyone) if not task.member(one)["retired"]]
        fit = [one for one in fit if task.member(one)["suspendedUntil"] <= number + 1]
        if len(fit) >= 3:
            self.life.rollback(self.random.randint(0, number), self.random.sample(fit, 3))

    def train(self) -> None:
        life = self.life
        idle = [one for one in life.free_trainers() if life.task.member(one)["submittedIn"] != life.round + 1]
        idle = [one for one in idle if life.task.member(one)["seatedIn"] != life.round + 1]
        self.act(idle, lambda one: life.submit(one, samples=self.random.randint(1, 500)))

    def seats(self, *, revealed: bool, committed: bool) -> list[Any]:
        attempt = self.life.task.round()["attempt"]
        return [
            self.life.account(seat["account"])
            for seat in self.life.task.seats()
            if seat["revealed"] == revealed and (seat["committedIn"] == attempt + 1) == committed
        ]

    def commit(self) -> None:
        def act(seat: Any) -> None:
            scores = [self.random.choice([0, 3_000, 8_000, self.random.randint(0, 10_000)]) for _ in range(9)]
            self.life.opinions[seat.address] = (self.random.randint(0, 8_000), scores)
            self.life.commit(seat)

        self.act(self.seats(revealed=False, committed=False), act)

    def reveal(self) -> None:
        self.act(self.seats(revealed=False, committed=True), self.life.reveal)

    def attest(self) -> None:
        attempt, number = self.life.task.round()["attempt"], self.life.round
        open_seats = [one["account"] for one in self.life.task.seats() if one["attestedIn"] != attempt + 1]
        choice = self.random.choice([number + 1, number + 1, number + 1, 99])
        waiting = [self.life.account(address) for address in open_seats]
        self.act(waiting, lambda seat: self.life.attest(seat, pointer=model(choice)))

    def close(self) -> None:
        self.life.close(self.random.choice([1, 3, 100]))

    def wait(self) -> None:
        if self.random.random() < 0.5:
            self.life.time_out()
        else:
            self.life.cast.decide(self.life.task.resume, self.life.round)


PLAYS: dict[Phase, Callable[[Player], Any]] = {
    Phase.TRAINING: Player.train,
    Phase.COMMITTING: Player.commit,
    Phase.REVEALING: Player.reveal,
    Phase.SETTLING: lambda player: player.life.settle(1),
    Phase.AGGREGATING: Player.attest,
    Phase.CLOSING: Player.close,
    Phase.STALLED: lambda player: player.life.recover(),
    Phase.PAUSED: Player.wait,
    Phase.FINISHED: lambda _: None,
}


@pytest.mark.parametrize("seed", [1, 2])
def test_random_lives(lifecycle, client, seed):
    first = client.head().number
    life = lifecycle(trainers=5, totalRounds=30, maxAttempts=4, maxEmptyRounds=20)
    task = TaskContract(client, life.task.address)
    player = Player(life.to(Phase.TRAINING), Random(seed))
    seen = set()
    for _ in range(STEPS):
        player.step()
        seen.add(life.phase)
        if not under_way(task):
            assert_same(told(client, task, first), task, life)
    assert seen >= {*DEADLINES, Phase.STALLED}
    assert life.round > 1


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.ENROLLING, Phase.CANCELLED, Phase.EXPIRED, Phase.FINISHED])
def test_other_phases(lifecycle, client, phase):
    first = client.head().number
    life = lifecycle(totalRounds=1).to(phase)
    task = TaskContract(client, life.task.address)
    assert_same(told(client, task, first), task, life)
