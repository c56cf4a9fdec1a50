"""A random life of a task."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from folkmoot.chain.structs import Phase
from tests.contracts.cast import model
from tests.contracts.lifecycle import Lifecycle
from tests.support.keys import public_key_of


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
                sent = cast.federation.applyForMembership(public_key_of(account), "", {"from": account})
                cast.decide(cast.federation.admit, sent.events["MembershipApplied"]["application"])
                return

    def retire(self) -> None:
        for account in self.life.cast.members:
            marks = self.life.task.participant(account)
            if marks["number"] and not marks["retired"] and not self.life.cast.federation.isMember(account):
                self.life.task.retire(account, self.life.anyone)
                return

    def enrol(self) -> None:
        for account in self.members(list(self.life.cast.members)):
            marks = self.life.task.participant(account)
            if marks["number"] == 0 or marks["retired"]:
                self.life.enrol(account)
                return

    # phases

    def act(self, accounts: list[Any], act: Callable[[Any], Any]) -> None:
        """Somebody acts, or the window passes, or managers step in."""
        able = self.members(accounts)
        if self.managers_step_in():
            return
        if able and self.random.random() < 0.9:
            act(self.random.choice(able))
        else:
            self.life.time_out()

    def managers_step_in(self) -> bool:
        dice = self.random.random()
        if dice < 0.03:
            self.life.pause(300)
        elif dice < 0.06:
            self.roll_back()
        return dice < 0.06

    def roll_back(self) -> None:
        number, task = self.life.round, self.life.task
        everyone = [self.life.account(task.enrolledAt(i + 1)) for i in range(task.roster()["enrolled"])]
        fit = [one for one in self.members(everyone) if not task.participant(one)["retired"]]
        fit = [one for one in fit if task.participant(one)["suspendedUntil"] <= number + 1]
        if len(fit) >= 3:
            size = self.random.randint(3, min(len(fit), len(self.life.committee)))
            judging = task.parameters()["committee"]
            if judging < size < judging + 3:
                size = judging  # one or two aggregators are refused
            self.life.rollback(self.random.randint(0, number), self.random.sample(fit, size))

    def draw(self) -> None:
        if not self.managers_step_in():
            self.life.sample(self.random.choice([1, 5, 50]))

    def train(self) -> None:
        life = self.life
        idle = [one for one in life.free_trainers() if life.task.participant(one)["submittedIn"] != life.round + 1]
        idle = [one for one in idle if life.task.participant(one)["seatedIn"] != life.round + 1]
        self.act(idle, lambda one: life.submit(one, samples=self.random.randint(1, 500)))

    def seats(self, *, revealed: bool, committed: bool) -> list[Any]:
        current = self.life.task.round()
        attempt = current["attempt"]
        return [
            self.life.account(seat["account"])
            for seat in self.life.task.seats()[: current["seats"]]
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
        waiting = [seat for seat in self.life.attesting if seat.address in open_seats]
        self.act(waiting, lambda seat: self.life.attest(seat, pointer=model(choice)))

    def close(self) -> None:
        self.life.close(self.random.choice([1, 3, 100]))

    def score(self) -> None:
        life = self.life
        idle = [life.account(one["account"]) for one in life.task.seats()[: len(life.judging)] if not one["scored"]]
        for seat in self.members(idle)[:1]:
            life.score_model(seat, self.random.randint(0, 10_000))

    def wait(self) -> None:
        if self.random.random() < 0.5:
            self.life.time_out()
        else:
            self.life.resume()


PLAYS: dict[Phase, Callable[[Player], Any]] = {
    Phase.SAMPLING: Player.draw,
    Phase.TRAINING: Player.train,
    Phase.COMMITTING: Player.commit,
    Phase.REVEALING: Player.reveal,
    Phase.SETTLING: lambda player: player.life.settle(1),
    Phase.AGGREGATING: Player.attest,
    Phase.CLOSING: Player.close,
    Phase.STALLED: lambda player: player.life.recover(),
    Phase.PAUSED: Player.wait,
    Phase.FINISHED: Player.score,
}
