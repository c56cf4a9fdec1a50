"""Random lives of a task by the contracts as they are: whatever the members and the managers do, the record holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from folkmoot.chain import Phase, Sender, public_key
from folkmoot.errors import ChainError
from tests.manipulations.game import Game
from tests.support.network import new_account, word

OVER = {Phase.FINISHED, Phase.CANCELLED, Phase.EXPIRED}


@dataclass(slots=True)
class Life:
    """Does one random thing after another to a game. `calm` is the share of steps at which everybody does its part."""

    game: Game
    random: Random
    calm: float = 0.8

    def play(self, steps: int) -> None:
        for _ in range(steps):
            if (phase := self.game.phase) in OVER:
                self.try_(self.score_final)
                return
            if self.random.random() > self.calm:
                self.try_(self.random.choice(_MISHAPS), self)
            self.try_(_PLAYS[phase], self)

    def try_(self, act: Callable[..., Any], *arguments: Any) -> None:
        """What the chain refuses changes nothing."""
        try:
            act(*arguments)
        except (ChainError, IndexError, StopIteration):
            return

    # ------------------------------------------------------------------ people

    def leave(self) -> None:
        staying = [one for one in self.game.members if self.game.is_member(one)]
        if len(staying) > 7:
            one, federation = self.random.choice(staying), self.game.network.federation
            if self.random.random() < 0.5:
                self.game.send(one, federation.leave())
            else:
                self.game.network.decide(federation.ban(one.address))
                if self.random.random() < 0.5:
                    self.game.network.decide(federation.unban(one.address))

    def come_back(self) -> None:
        gone = [one for one in self.game.members if not self.game.is_member(one)]
        one = self.random.choice(gone)
        local = self.game.network.local
        (number,) = local.apply(one._account)
        local.decide(local.contract.admit(number))

    def change(self) -> None:
        """Something of the federation's own."""
        network, federation = self.game.network, self.game.network.federation
        fee, one = self.random.randint(0, 100), self.random.choice(self.game.members)
        dice = self.random.randrange(7)
        if dice == 0:
            network.decide(federation.set_fee(fee))
        elif dice == 1:
            sender, number = network.apply(new_account())
            if fee % 2:
                network.send(sender, federation.withdraw_application())
            else:
                network.decide(federation.reject(number))
            network.send(sender, network.treasury.withdraw())
        elif dice == 2:
            network.send(network.managers[0], federation.ban(one.address))
            action = federation.action_of(federation.ban(one.address))
            network.send(network.managers[0], federation.revoke(action))
        elif dice == 3:
            successor = new_account()
            network.decide(federation.replace_member(one.address, successor.address, public_key(successor)))
            self.game.members = [*self.game.members, network.sender(successor)]
        elif dice == 4:
            network.decide(self.game.task.fund(fee + 1))
        elif dice == 5:
            self.change_managers()
        else:
            self.change_terms(one)

    def change_managers(self) -> None:
        """Another account in the place of the last of the first three, or with it a fourth one, and away again."""
        network, federation, last = self.game.network, self.game.network.federation, self.game.network.managers[2]
        another = new_account().address
        if self.random.random() < 0.5:
            network.decide(federation.replace_manager(last.address, another))
            network.decide(federation.replace_manager(another, last.address))
        else:
            network.decide(federation.add_manager(another))
            network.decide(federation.set_quorum(3))
            network.send(network.managers[2], federation.set_quorum(2))
            network.decide(federation.set_quorum(2))
            network.decide(federation.remove_manager(another))

    def change_terms(self, one: Sender) -> None:
        """Memberships last for some time, and one is renewed or has expired."""
        network, federation = self.game.network, self.game.network.federation
        network.decide(federation.set_membership_period(self.random.choice([0, 3_000, 9_000])))
        fee = federation.permission_fee()
        network.send(one, network.token.mint(one.address, fee))
        network.send(one, network.token.approve(network.treasury.address, fee))
        self.try_(network.send, one, federation.renew(fee, 1))
        self.try_(network.send, one, federation.expire_membership(self.random.choice(self.game.members).address))

    def withdraw(self) -> None:
        one = self.random.choice(self.game.members)
        self.game.send(one, self.game.network.treasury.withdraw())

    def retire(self) -> None:
        for one in self.game.members:
            m = self.game.task.participant(one.address)
            if m.number and not m.retired and not self.game.is_member(one):
                self.game.anyone(self.game.task.retire(one.address))
                return

    def enrol(self) -> None:
        for one in self.game.members:
            m = self.game.task.participant(one.address)
            if self.game.is_member(one) and (m.number == 0 or m.retired):
                self.game.send(one, self.game.task.enrol())
                return

    def share_keys(self) -> None:
        self.game.send(self.random.choice(self.game.members), self.game.task.share_keys(word(9)))

    # ------------------------------------------------------------------ managers

    def pause(self) -> None:
        self.game.pause(self.random.randint(1, 1_500))
        if self.random.random() < 0.6:
            self.game.resume()

    def roll_back(self) -> None:
        game = self.game
        fit, p = game.candidates(), game.parameters
        size = self.random.randint(3, min(len(fit), p.committee + p.aggregators))
        if p.committee < size < p.committee + 3:
            size = p.committee  # one or two aggregators are refused
        game.roll_back(self.random.randint(0, game.number), self.random.sample(fit, size))

    # ------------------------------------------------------------------ phases

    def some(self, of: list[Sender], act: Callable[..., Any]) -> None:
        """Some act, or all, or none, and the window passes."""
        dice = self.random.random()
        if dice < self.calm:
            act(*of)
            return
        able = self.random.sample(of, self.random.randint(0, len(of)))
        for one in able:
            self.try_(act, one)
        self.game.time_out()

    def train(self) -> None:
        if idle := self.game.idle():
            self.some(idle[: self.game.task.round().eligible], self.game.submit)
        else:
            self.game.time_out()

    def commit(self) -> None:
        self.some(self.game.waiting(), self._commit)

    def _commit(self, *seats: Sender) -> None:
        for seat in seats:
            if self.random.random() < self.calm:
                self.game.commit(seat)
            else:
                scores = [self.random.choice([0, 3_000, 65_535, self.random.randint(0, 10_000)]) for _ in range(99)]
                self.game.commit(seat, opinion=(self.random.choice([0, 4_000, 8_000, 65_535]), scores))

    def reveal(self) -> None:
        self.some(self.game.sealed(), self.game.reveal)

    def attest(self) -> None:
        self.some(self.game.silent(), self._attest)

    def _attest(self, *seats: Sender) -> None:
        for seat in seats:
            wrong = self.random.random() > (1 + self.calm) / 2
            self.game.attest(seat, pointer=word(int(seat.address, 16)) if wrong else b"")

    def settle(self) -> None:
        self.game.settle(self.random.choice([1, 1, 100]))

    def close(self) -> None:
        late = self.game.silent()
        if late and self.random.random() < 0.5:
            self.try_(self.game.attest, late[0])
        self.game.close(self.random.choice([1, 3, 100]))

    def sample(self) -> None:
        self.game.sample(self.random.choice([1, 5, 50]))

    def score_final(self) -> None:
        seats = self.game.judging()
        self.game.score_final(*seats[: self.random.randint(1, 3)])

    def wait(self) -> None:
        if self.random.random() < 0.5:
            self.game.time_out()
        else:
            self.game.resume()

    def begin(self) -> None:
        """Wait for the end of the enrolment, then start or expire."""
        self.game.time_out()
        for call in (self.game.task.start, self.game.task.start, self.game.task.expire):
            self.try_(self.game.anyone, call())


_PLAYS: Mapping[Phase, Callable[[Life], Any]] = {
    Phase.ENROLLING: Life.begin,
    Phase.SAMPLING: Life.sample,
    Phase.TRAINING: Life.train,
    Phase.COMMITTING: Life.commit,
    Phase.REVEALING: Life.reveal,
    Phase.SETTLING: Life.settle,
    Phase.AGGREGATING: Life.attest,
    Phase.CLOSING: Life.close,
    Phase.STALLED: lambda life: life.game.recover(),
    Phase.PAUSED: Life.wait,
}

_MISHAPS = (
    Life.leave,
    Life.leave,
    Life.come_back,
    Life.come_back,
    Life.change,
    Life.withdraw,
    Life.retire,
    Life.enrol,
    Life.enrol,
    Life.share_keys,
    Life.pause,
    Life.roll_back,
)
