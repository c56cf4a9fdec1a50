"""A task's life on a real chain with most of what can happen in one, played from one process."""

from collections.abc import Sequence
from dataclasses import dataclass

from folkmoot.chain import Phase, Sender, TaskContract
from tests.support.network import Network, word

GOOD, BAD = 8_000, 900
BASELINE = 6_000


@dataclass(frozen=True, slots=True)
class Life:
    """Ten members of a federation, three of whom have the first seats of a task."""

    network: Network
    members: Sequence[Sender]
    task: TaskContract

    def seats(self, count: int = 3) -> list[Sender]:
        """Who sits now, in the order of the seats."""
        by_address = {member.address: member for member in self.members}
        return [by_address[seat.account] for seat in self.task.seats()[:count]]

    def trainers(self) -> list[Sender]:
        """Who may submit now."""
        number, seated = self.task.round().number, {seat.account for seat in self.task.seats()}
        here = (member for member in self.members if self.network.federation.is_member(member.address))
        found = ((member, self.task.participant(member.address)) for member in here)
        able = ((m, p) for m, p in found if p.number and not p.retired and p.suspended_until <= number >= p.since)
        return [m for m, p in able if m.address not in seated and (p.sampled_in == number + 1 or not self.is_sampled)]

    @property
    def is_sampled(self) -> bool:
        """Whether the running round samples its trainers."""
        return self.task.round().sampled

    def submit(self) -> int:
        """Everybody who may submits; how many did."""
        trainers = self.trainers()
        self.network.submit(self.task, trainers)
        return len(trainers)

    def judge(self, scores: Sequence[int], *silent: int) -> None:
        """All seats but the silent ones commit to these scores and reveal them."""
        judging = {seat: (BASELINE, scores) for i, seat in enumerate(self.seats()) if i not in silent}
        self.network.judge(self.task, judging)

    def attest(self, *dissenting: int) -> None:
        """All seats attest the next model, the dissenting ones another, before the others agree."""
        seats, number = self.seats(len(self.task.seats())), self.task.round().number
        self.network.attest(self.task, [seats[i] for i in dissenting], word(13))
        self.network.attest(
            self.task, [seat for i, seat in enumerate(seats) if i not in dissenting], word(100 + number)
        )

    def round(self, *, bad: int = -1, silent: Sequence[int] = (), dissenting: Sequence[int] = ()) -> None:
        """A whole round, in which an update may be bad, some seats silent and others may dissent."""
        count = self.submit()
        if self.task.phase() == Phase.TRAINING:  # somebody has left who could have
            self.pass_window()
        scores = [BAD if place == bad else GOOD + place for place in range(count)]
        self.judge(scores, *silent)
        self.attest(*dissenting)
        if self.task.phase() == Phase.CLOSING:
            self.network.anyone(self.task.close(2))
            self.network.anyone(self.task.close(1_000))

    def pass_window(self) -> None:
        """Let the running window pass."""
        self.network.pass_time(self.network.passing_window)


def eventful(network: Network, **changes: object) -> Life:
    """Rounds with a bad update, a recovered seat, a dissenter, a pause, a roll-back, a carry and a departure."""
    members = network.join(9)
    task = network.propose(members[0], total_rounds=9, **changes)
    life = Life(network, members, task)
    network.start(task, members[:3], members[3:8], budget=90_000)
    life.round(bad=0)
    life.submit()
    for seat in life.seats()[:1]:
        network.commit(task, seat, BASELINE, [GOOD] * task.round().submitted)
    life.pass_window()
    network.anyone(task.recover())
    life.judge([GOOD - place for place in range(task.round().submitted)])
    life.attest(2)
    network.send(members[8], task.enrol())
    network.decide(task.pause(100))
    until = task.round().paused_until
    network.decide(task.resume(until))
    life.round(bad=1)
    network.decide(task.rollback(1, [seat.address for seat in life.seats()]))
    number = task.round().number
    while task.round().number == number:
        life.pass_window()
        network.anyone(task.recover())
    network.send(life.trainers()[0], network.federation.leave())
    life.round()
    return life
