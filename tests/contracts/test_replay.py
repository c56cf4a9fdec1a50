"""A task's logs alone tell what the contract stores, after each step of random lives."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest
from brownie import web3

from folkmoot.chain import (
    Client,
    Event,
    Milestone,
    Participant,
    Phase,
    TaskContract,
    TaskState,
    fetch_events,
    replay,
)
from tests.contracts.cast import model
from tests.contracts.lifecycle import LATER, Lifecycle
from tests.contracts.player import Player
from tests.support.evm import now, word

NOBODY = Participant(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, retired=False, stake=0, reputation=0)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(["brownie's node"], connect=lambda _url: web3.provider) as client:
        yield client


@dataclass(slots=True)
class Comparison:
    """A task's replay beside what the contract stores."""

    life: Lifecycle
    client: Client
    events: list[Event] = field(default_factory=list)
    next_block: int = 0

    @property
    def task(self) -> TaskContract:
        return TaskContract(self.client, self.life.task.address)

    def replayed(self) -> TaskState:
        """What the logs say up to the latest block."""
        head = self.client.head().number
        self.events += fetch_events(self.client, [self.task.address], from_block=self.next_block, to_block=head)
        self.next_block = head + 1
        return replay(self.events, task=self.task.address, parameters=self.task.parameters())

    @property
    def is_halfway(self) -> bool:
        """Whether a settling or closing has begun and not ended: how far it has come is in no log."""
        milestone, found = self.task.round().milestone, self.task.progress()
        settling = milestone < Milestone.SETTLED and found.pages > 0
        return settling or (milestone == Milestone.AGREED and found.closed > 0)

    def check(self, since: int = 0) -> None:
        """Compare everything; of the ledger, the models of the rounds from `since` on."""
        state, task = self.replayed(), self.task
        assert state.phase_at(now(), web3.eth.block_number) == task.phase() == self.life.phase
        assert_same_round(state, task)
        assert_same_people(state, task, self.life)
        models = range(since, state.running.round.number + 2)
        assert [state.ledger.get(number, bytes(32)) for number in models] == [task.ledger(number) for number in models]
        assert [past.round.number for past in state.past] == list(range(state.running.round.number))


def assert_same_round(state: TaskState, task: TaskContract) -> None:
    running = state.running
    assert running.round == task.round()
    assert running.seats == task.seats()
    assert (running.updates, running.pointers) == task.updates(0, 100)
    assert running.tallies == task.tallies()
    assert (state.digest, state.seed) == (task.updates_digest(), task.seed())
    if running.seats and state.parameters.stake_weighted:
        assert sum(seat.weight for seat in running.seats) == task.progress().total_attesting_weight
    if running.round.milestone in {Milestone.SETTLED, Milestone.AGREED}:
        found = task.progress()
        weights = [update.weight for update in running.updates if update.rank]
        assert (len(weights), sum(weights), running.baseline) == (found.accepted, found.total_weight, found.baseline)
        assert running.score_rule_failed == found.score_rule_failed


def assert_same_people(state: TaskState, task: TaskContract, life: Lifecycle) -> None:
    roster = task.roster()
    assert (len(state.participants), state.active) == (roster.enrolled, roster.active)
    assert (state.start_by, state.empty_rounds, state.budget) == (roster.start_by, roster.empty_rounds, roster.budget)
    for account in life.cast.members:
        assert state.participants.get(account.address, NOBODY) == task.participant(account.address)
        assert state.earned.get(account.address, 0) == life.cast.treasury.owedTo(account)


# Random lives


def live(life: Lifecycle, client: Client, *, seed: int, steps: int) -> set[Phase]:
    """Random steps, each compared with what the logs tell; the phases that were seen."""
    comparison = Comparison(life, client)
    player = Player(life.to(Phase.TRAINING), Random(seed))
    seen = set()
    for _ in range(steps):
        player.step()
        seen.add(life.phase)
        if not comparison.is_halfway:
            comparison.check(since=max(life.round - 1, 0))
    if comparison.is_halfway:
        life.to(Phase.TRAINING)
    comparison.check()
    assert life.round > 1
    return seen


@pytest.mark.parametrize("seed", [1, 2])
def test_random_lives(lifecycle, client, seed):
    life = lifecycle(trainers=5, totalRounds=30, maxAttempts=4, maxEmptyRounds=20)
    assert live(life, client, seed=seed, steps=50) >= {*LATER, Phase.STALLED}


@pytest.mark.parametrize("seed", [1, 2])
def test_random_lives_of_other_shapes(lifecycle, cast, client, seed):
    """Some train, some judge, some attest by their stakes; everybody who does it is paid, and all roles are redrawn."""
    life = lifecycle(
        seats=6,
        trainers=4,
        aggregators=3,
        redraw=True,
        stakeWeighted=True,
        activeShare=8_000,
        electionRule=cast.rules["RedrawElection"],
        rewardRule=cast.rules["StakeReward"],
        rewardParameters=word(5 | 3 << 16),
        totalRounds=30,
        maxAttempts=4,
        maxEmptyRounds=20,
    )
    seen = live(life, client, seed=seed, steps=90)
    assert seen >= {*LATER, Phase.SAMPLING, Phase.STALLED}


def test_an_absence_that_cost_no_strike_of_its_own(lifecycle, client):
    """An author that had to sit spoils its update, is silent and attests; nobody else does: the round is carried."""
    life = lifecycle(seats=5, trainers=3, committee=5, updatesPerRound=5, maxAttempts=2).to(Phase.COMMITTING)
    life.commit(*life.committee[:2])
    life.time_out()
    life.recover()
    *others, culprit = life.seated
    life.scores = [0 if author == culprit else 9_000 for author in life.trainers]
    life.commit(*others)
    life.time_out()
    life.reveal(*others)
    life.to(Phase.AGGREGATING).attest(culprit)
    life.time_out()
    life.recover()
    marks = life.task.participant(culprit)
    assert (life.round, marks["strikes"], marks["absentIn"]) == (1, 1, 1)
    Comparison(life, client).check()


def test_an_attestation_that_fails(lifecycle, client):
    """The seat that was silent is filled, and the votes of the first attempt are void."""
    life = lifecycle().to(Phase.AGGREGATING)
    comparison = Comparison(life, client)
    first, second, silent = life.committee
    life.attest(first, pointer=model(5))
    life.attest(second, pointer=model(6))
    comparison.check()
    life.time_out()
    life.recover()
    assert silent not in life.seated
    comparison.check()
    life.finish_round()
    comparison.check()


def test_scores_of_the_final_model(lifecycle, client):
    life = lifecycle(totalRounds=1).to(Phase.FINISHED)
    comparison = Comparison(life, client)
    first, second, _ = life.committee
    life.score_model(second, 9_200)
    life.score_model(first, 0)
    comparison.check()
    assert comparison.replayed().final_scores == {first: 0, second: 9_200}


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.ENROLLING, Phase.CANCELLED, Phase.EXPIRED, Phase.FINISHED])
def test_other_phases(lifecycle, client, phase):
    life = lifecycle(totalRounds=1).to(phase)
    Comparison(life, client).check()
