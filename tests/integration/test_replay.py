"""A task's logs alone tell what the contract stores, at every step of its life."""

import pytest

from folkmoot.chain import Milestone, Participant, Phase, Sender, TaskContract, TaskState, fetch_events, replay
from tests.support.network import Network, word


class Watched:
    """A task whose stored state is compared with its replay."""

    def __init__(self, network: Network, task: TaskContract, members: list[Sender]) -> None:
        self.network, self.task, self.members = network, task, members
        self.first_block = network.client.head().number

    def replayed(self) -> TaskState:
        events = fetch_events(self.network.client, [self.task.address], from_block=self.first_block)
        return replay(events, task=self.task.address, parameters=self.task.parameters())

    def check(self, phase: Phase) -> TaskState:
        state, task = self.replayed(), self.task
        head = self.network.client.head()
        now = state.running
        assert state.phase_at(head.time) == task.phase() == phase
        assert now.round == self.task.round()
        assert now.seats == task.seats()
        assert (now.updates, now.pointers) == task.updates(0, 100)
        assert state.digest == task.updates_digest()
        assert now.tallies == task.tallies()
        assert (state.seed, state.budget) == (task.seed(), task.budget())
        if now.round.milestone in {Milestone.SETTLED, Milestone.AGREED}:
            weights, found = [update.weight for update in now.updates if update.rank], task.progress()
            assert (len(weights), sum(weights)) == (found.accepted, found.total_weight)
            assert (now.baseline, now.score_rule_failed) == (found.baseline, found.score_rule_failed)
        roster = task.roster()
        assert state.budget == roster.budget
        assert (state.start_by, state.eligible, state.empty_rounds) == (
            roster.start_by,
            roster.eligible,
            roster.empty_rounds,
        )
        assert (len(state.participants), state.active) == (roster.enrolled, roster.active)
        for sender in self.members:
            assert state.participants.get(sender.address, NOBODY) == task.participant(sender.address)
            assert state.earned.get(sender.address, 0) == self.network.treasury.owed_to(sender.address)
        for number, pointer in state.ledger.items():
            assert task.ledger(number) == pointer
        return state

    def pass_window(self, phase: Phase) -> None:
        """The chain comes to the end of a phase."""
        stored = self.task.round()
        ends = {
            Phase.TRAINING: stored.training_ends,
            Phase.COMMITTING: stored.committing_ends,
            Phase.REVEALING: stored.revealing_ends,
            Phase.AGGREGATING: stored.aggregating_ends,
        }[phase]
        self.network.anvil.pass_time(max(0, ends - self.network.client.now()))
        self.network.anvil.mine()

    def sender(self, address: str) -> Sender:
        return next(member for member in self.members if member.address == address)


NOBODY = Participant(*[0] * 13, retired=False, stake=0, reputation=0)


@pytest.fixture
def members(deployed: Network) -> list[Sender]:
    return deployed.join(7)


@pytest.fixture
def watched(deployed: Network, members: list[Sender]) -> Watched:
    task = deployed.propose(members[0])
    return Watched(deployed, task, members)


def test_replay_of_honest_rounds(deployed: Network, watched: Watched) -> None:
    task, (seats, trainers) = watched.task, (watched.members[:3], watched.members[3:])
    watched.check(Phase.PROPOSED)
    deployed.start(task, seats, trainers, budget=30_000)
    watched.check(Phase.TRAINING)
    deployed.submit(task, trainers)
    watched.check(Phase.COMMITTING)
    deployed.judge(task, dict.fromkeys(seats, (2_000, (6_000, 7_000, 100, 2_500))))
    watched.check(Phase.SETTLING)
    deployed.anyone(task.settle(10))
    watched.check(Phase.AGGREGATING)
    deployed.attest(task, seats[:2], word(77))
    watched.check(Phase.CLOSING)
    deployed.anyone(task.close(100))
    state = watched.check(Phase.TRAINING)
    assert sum(state.earned.values()) > 0
    assert state.participants[trainers[2].address].strikes == 1
    assert [past.round.number for past in state.past] == [0]


def test_replay_of_a_silent_committee(deployed: Network, watched: Watched) -> None:
    task, (seats, trainers) = watched.task, (watched.members[:3], watched.members[3:])
    deployed.start(task, seats, trainers, budget=30_000)
    deployed.submit(task, trainers[:2])
    watched.pass_window(Phase.TRAINING)
    watched.check(Phase.COMMITTING)
    deployed.commit(task, seats[0], 2_000, (6_000, 7_000))
    watched.pass_window(Phase.COMMITTING)
    watched.check(Phase.STALLED)
    deployed.anyone(task.recover())
    state = watched.check(Phase.COMMITTING)
    assert [state.participants[seat.address].strikes for seat in seats] == [0, 1, 1]
    fillers = [watched.sender(seat.account) for seat in state.running.seats]
    assert fillers[0] == seats[0]
    assert set(fillers[1:]) == set(trainers[2:])
    for seat in fillers:
        deployed.commit(task, seat, 2_000, (6_000, 7_000))
    deployed.reveal(task, fillers[1], 2_000, (6_000, 7_000))
    watched.pass_window(Phase.REVEALING)
    deployed.anyone(task.recover())
    watched.check(Phase.COMMITTING)


def test_replay_of_an_attestation_that_fails(deployed: Network, watched: Watched) -> None:
    task, (seats, trainers) = watched.task, (watched.members[:3], watched.members[3:])
    deployed.start(task, seats, trainers, budget=30_000)
    deployed.submit(task, trainers[:3])
    watched.pass_window(Phase.TRAINING)
    deployed.judge(task, dict.fromkeys(seats, (2_000, (6_000, 7_000, 5_000))))
    deployed.anyone(task.settle(10))
    deployed.attest(task, seats[:1], word(5))
    deployed.attest(task, seats[1:2], word(6))
    watched.check(Phase.AGGREGATING)
    watched.pass_window(Phase.AGGREGATING)
    deployed.anyone(task.recover())
    state = watched.check(Phase.AGGREGATING)
    now = [watched.sender(seat.account) for seat in state.running.seats]
    deployed.attest(task, now[:1], word(5))
    deployed.attest(task, now[1:], word(6))
    watched.check(Phase.CLOSING)
    deployed.anyone(task.close(100))
    state = watched.check(Phase.TRAINING)
    assert state.participants[seats[0].address].strikes == 1
    assert state.participants[seats[2].address].strikes == 1
    assert state.participants[now[2].address].strikes == 0  # it sat down too late to reveal anything


def test_replay_of_empty_rounds_to_the_end(deployed: Network, watched: Watched) -> None:
    task, (seats, trainers) = watched.task, (watched.members[:3], watched.members[3:])
    deployed.start(task, seats, trainers, budget=30_000)
    deployed.submit(task, trainers)
    deployed.judge(task, dict.fromkeys(seats, (2_000, (0, 0, 0, 0))))
    deployed.anyone(task.settle(10))
    watched.check(Phase.STALLED)
    deployed.anyone(task.recover())
    assert watched.check(Phase.TRAINING).empty_rounds == 1
    for _ in range(3):
        watched.pass_window(Phase.TRAINING)
        deployed.anyone(task.recover())
    assert watched.check(Phase.FINISHED).empty_rounds == 2


def test_replay_of_a_pause_and_a_roll_back(deployed: Network, watched: Watched) -> None:
    task, (seats, trainers) = watched.task, (watched.members[:3], watched.members[3:])
    deployed.start(task, seats, trainers, budget=30_000)
    deployed.decide(task.pause(0, deployed.client.now() + 5_000))
    watched.check(Phase.PAUSED)
    deployed.anvil.pass_time(1_000)
    deployed.decide(task.resume(0))
    watched.check(Phase.TRAINING)
    deployed.decide(task.rollback(0, 0, [trainer.address for trainer in trainers[:3]]))
    state = watched.check(Phase.TRAINING)
    assert state.ledger[5] == state.ledger[0] == word(2)


def test_replay_of_members_who_come_and_go(deployed: Network, watched: Watched) -> None:
    task, (seats, trainers) = watched.task, (watched.members[:3], watched.members[3:6])
    late = watched.members[6]
    deployed.start(task, seats, trainers, budget=30_000)
    deployed.send(late, task.enrol())
    deployed.send(trainers[0], deployed.federation.leave())
    deployed.anyone(task.retire(trainers[0].address))
    state = watched.check(Phase.TRAINING)
    assert state.participants[late.address].since == 1
    assert state.participants[trainers[0].address].retired
