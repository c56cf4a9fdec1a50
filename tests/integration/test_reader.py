"""What a worker reads is what the contract stores, at every stage, though it does not ask for everything again."""

from dataclasses import replace

import pytest
from web3.types import BlockIdentifier

from folkmoot.chain import CONTRACT_ERRORS, Phase, Round, Sender, TaskContract, draw_seed
from folkmoot.worker.observer import Reader
from folkmoot.worker.view import View
from tests.support.network import Network, salt_of, word


@pytest.fixture
def members(deployed: Network) -> list[Sender]:
    return deployed.join(7)


@pytest.fixture
def task(deployed: Network, members: list[Sender]) -> TaskContract:
    brief = deployed.passing_window
    return deployed.propose(members[0], updates_per_round=3, training_window=brief, revealing_window=brief)


class Watch:
    """One account's reader beside the contract itself."""

    def __init__(self, network: Network, task: TaskContract, account: str) -> None:
        self.network, self.task, self.account = network, task, account
        self.reader = Reader(network.federation, task, task.parameters(), account, turn=1)

    def read(self) -> View:
        at = self.network.client.head().number
        view, task = self.reader.read(at), self.task
        assert (view.round, view.roster, view.progress) == (task.round(at=at), task.roster(at=at), task.progress(at=at))
        assert (view.participant, view.seats) == (task.participant(self.account, at=at), task.seats(at=at))
        updates, pointers = task.updates(0, 100, at=at)
        assert tuple((entry.update, entry.pointer) for entry in view.updates) == tuple(
            zip(updates, pointers, strict=True)
        )
        assert view.digest == task.updates_digest(at=at)
        assert view.admitted == self.network.federation.is_member(self.account, at=at)
        assert view.paid_until == self.network.federation.account_of(self.account, at=at).paid_until
        return view


def test_a_reader_keeps_up_with_its_task(deployed: Network, task: TaskContract, members: list[Sender]) -> None:
    seats, trainers = members[:3], members[3:]
    watch = Watch(deployed, task, seats[0].address)
    assert watch.read().model == word(2)
    deployed.start(task, seats, trainers, budget=30_000)
    assert watch.read().phase == Phase.TRAINING
    for trainer in trainers[:3]:
        deployed.submit(task, [trainer])
        watch.read()
    last_update = deployed.client.head().time
    deployed.pass_time(deployed.passing_window)
    opinion = 2_000, (6_000, 7_000, 100)
    for seat in seats:
        deployed.commit(task, seat, *opinion)
        watch.read()
    for seat in seats[:2]:
        deployed.reveal(task, seat, *opinion)
        watch.read()
    deployed.pass_time(deployed.passing_window)
    deployed.anyone(task.settle(1))
    watch.read()
    deployed.anyone(task.settle(1))
    view = watch.read()
    assert [entry.update.author for entry in view.accepted] == [trainer.address for trainer in trainers[:2]]
    assert view.seed == draw_seed(task.address, 0, map(salt_of, reversed(seats[:2])))
    assert view.last_update == last_update
    deployed.attest(task, seats[:2], word(77))
    watch.read()
    deployed.anyone(task.close(2))
    watch.read()
    deployed.anyone(task.close(100))
    view = watch.read()
    assert (view.round.number, view.model, view.updates) == (1, word(77), ())


def test_a_task_can_start_once_committee_and_trainers_are_enrolled(
    deployed: Network, task: TaskContract, members: list[Sender]
) -> None:
    seats, trainers = members[:3], members[3:]
    watch = Watch(deployed, task, trainers[0].address)
    deployed.decide(task.approve(0, [seat.address for seat in seats]))
    for enrolling in (*seats[:2], *trainers[:3]):
        deployed.send(enrolling, task.enrol())
        assert not watch.read().startable, "a seat is not enrolled"
    deployed.send(seats[2], task.enrol())
    assert watch.read().startable
    deployed.send(seats[1], deployed.federation.leave())
    assert not watch.read().startable, "a seat has left the federation"
    with pytest.raises(CONTRACT_ERRORS["NotMember"]):
        deployed.anyone(task.start())


def test_who_left_is_noticed_by_the_committee_until_retired(
    deployed: Network, task: TaskContract, members: list[Sender]
) -> None:
    seats, trainers = members[:3], members[3:]
    watches = [Watch(deployed, task, account.address) for account in (seats[0], trainers[1])]
    deployed.start(task, seats, trainers, budget=30_000)
    assert [watch.read().departed for watch in watches] == [(), ()]
    deployed.send(trainers[0], deployed.federation.leave())
    assert [watch.read().departed for watch in watches] == [(trainers[0].address,), ()]
    deployed.anyone(task.retire(trainers[0].address))
    assert [watch.read().departed for watch in watches] == [(), ()]


def test_until_when_a_member_has_paid(deployed: Network, task: TaskContract, members: list[Sender]) -> None:
    assert not Watch(deployed, task, members[0].address).read().past_due
    deployed.decide(deployed.federation.set_membership_period(1_000))
    try:
        (subscriber,) = deployed.join(1)
    finally:
        deployed.decide(deployed.federation.set_membership_period(0))
    watch = Watch(deployed, task, subscriber.address)
    view = watch.read()
    assert (view.past_due, replace(view, now=view.paid_until).past_due) == (False, True)
    deployed.send(subscriber, deployed.federation.leave())
    gone = watch.read()
    assert (gone.paid_until, replace(gone, now=gone.paid_until).past_due) == (view.paid_until, False)


class HastyNode(TaskContract):
    """Answers the first question about the round from the block after, as a node does that is just taking it in."""

    asked = 0

    def round(self, *, at: BlockIdentifier = "latest") -> Round:
        self.asked += 1
        return super().round(at=int(at) + 1 if self.asked == 1 else at)


@pytest.mark.usefixtures("anvil")
def test_a_round_read_from_the_block_after_is_read_again(
    deployed: Network, task: TaskContract, members: list[Sender]
) -> None:
    watch = Watch(deployed, task, members[0].address)
    before = deployed.client.head().number
    deployed.start(task, members[:3], members[3:], budget=30_000)
    started = next(n for n in range(before, deployed.client.head().number + 1) if task.phase(at=n) == Phase.TRAINING)
    hasty = HastyNode(deployed.client, task.address)
    watch.reader = Reader(deployed.federation, hasty, task.parameters(), members[0].address, turn=1)
    early = watch.reader.read(started - 1)
    assert (hasty.asked > 1, early.phase, early.model) == (True, Phase.ENROLLING, task.parameters().model)
    assert watch.read().seat is not None
