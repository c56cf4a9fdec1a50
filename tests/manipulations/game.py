"""One task and who takes part in it: each step of its life, honest unless it is told otherwise."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any, Self

import numpy as np

from folkmoot.aggregation import Circumstances, Contribution, aggregate
from folkmoot.chain import Event, Parameters, Phase, Receipt, Sender, TaskContract, draw_seed, score_commitment
from folkmoot.chain.enums import Verdict
from folkmoot.chain.events.logs import block_of, fetch_round
from folkmoot.chain.events.rounds import RoundSettled, ScoresRevealed, UpdateSubmitted
from folkmoot.chain.phases import phase_end
from folkmoot.errors import AggregationError, ChainError, LearningError
from folkmoot.learning import Weights
from folkmoot.task_blobs import TaskBlobs
from tests.support.network import Network, word

BASELINE = 5_000
ALL = 1_000


@dataclass(slots=True)
class Game:
    """A task of a network, its blobs and its members, of whom the `random` ones do this or that."""

    network: Network
    task: TaskContract
    parameters: Parameters
    blobs: TaskBlobs
    members: Sequence[Sender]
    random: Random
    seed: int
    openings: dict[tuple[str, int], tuple[int, list[int], bytes]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        network: Network,
        task: TaskContract,
        parameters: Parameters,
        blobs: TaskBlobs,
        members: Sequence[Sender],
        seed: int,
    ) -> Self:
        return cls(network, task, parameters, blobs, members, Random(seed), seed)

    # ------------------------------------------------------------------ facts

    @property
    def phase(self) -> Phase:
        return self.task.phase()

    @property
    def number(self) -> int:
        return self.task.round().number

    def sender(self, address: str) -> Sender:
        return next(one for one in self.members if one.address == address)

    def is_member(self, one: Sender) -> bool:
        return self.network.federation.is_member(one.address)

    def seats(self) -> list[Sender]:
        return [self.sender(seat.account) for seat in self.task.seats()]

    def judging(self) -> list[Sender]:
        return self.seats()[: self.task.round().seats]

    def attesting(self) -> list[Sender]:
        seated = self.seats()
        return seated[self.task.round().seats :] or seated

    def waiting(self) -> list[Sender]:
        """Seats that have not committed in this attempt."""
        now = self.task.round()
        return [self.sender(s.account) for s in self.task.seats()[: now.seats] if not s.has_committed(now.attempt)]

    def sealed(self) -> list[Sender]:
        """Seats that have committed and not revealed."""
        now = self.task.round()
        return [
            self.sender(s.account)
            for s in self.task.seats()[: now.seats]
            if not s.revealed and s.committed_in == now.attempt + 1
        ]

    def silent(self) -> list[Sender]:
        """Seats that could attest and have not."""
        now, seats = self.task.round(), self.task.seats()
        able = seats[now.seats :] or seats
        return [self.sender(s.account) for s in able if not s.has_attested(now.attempt)]

    def idle(self) -> list[Sender]:
        """Who may train and has not submitted."""
        now, p = self.task.round(), self.parameters
        mark = now.number + 1
        found = []
        for one in self.members:
            m = self.task.participant(one.address)
            free = m.number and not m.retired and max(m.since, m.suspended_until) <= now.number
            trains = (p.seats_train or m.seated_in != mark) and (not now.sampled or m.sampled_in == mark)
            if free and trains and m.submitted_in != mark:
                found.append(one)
        return found

    def candidates(self) -> list[Sender]:
        """Who could have a seat in the next round."""
        following = self.number + 1
        marks = [(one, self.task.participant(one.address)) for one in self.members if self.is_member(one)]
        return [one for one, m in marks if m.number and not m.retired and max(m.since, m.suspended_until) <= following]

    # ------------------------------------------------------------------ steps

    def send(self, sender: Sender, call: Any) -> Receipt:
        return self.network.send(sender, call)

    def anyone(self, call: Any) -> Receipt:
        return self.send(self.network.managers[0], call)

    def begin(self, committee: Sequence[Sender], *others: Sender, budget: int = 4_000) -> Self:
        """Approve it, enrol them and open round 0."""
        self.network.decide(self.task.approve(budget, [one.address for one in committee]))
        self.network.enrol(self.task, dict.fromkeys((*committee, *others)))
        self.anyone(self.task.start())
        self.anyone(self.task.start())
        return self

    def submit(self, *authors: Sender, samples: int = 0, pointer: bytes = b"") -> None:
        now = self.task.round()
        parent = self.task.ledger(now.number)
        for one in authors or self.idle():
            drawn = Random(f"{self.seed} {one.address} {now.number}")
            made = {"w": np.array([drawn.uniform(-1, 1) for _ in self._shape()], np.float32)}
            count = samples or drawn.randint(1, 500)
            encoded = self.blobs.encode_update(made, round=now.number, author=one.address, parent=parent)
            named = self.blobs.publish(encoded)
            self.send(one, self.task.submit_update(now.number, pointer or named, count))

    def _shape(self) -> range:
        return range(self.blobs.descriptor.spec.shapes["w"][0])

    def commit(self, *seats: Sender, opinion: tuple[int, Sequence[int]] | None = None) -> None:
        now = self.task.round()
        digest, order = self.task.updates_digest(), [seat.address for seat in self.seats()]
        for one in seats or self.waiting():
            baseline, scores = opinion or self.opinion(one)
            salt = word(Random(f"{self.seed} {one.address} {now.number} {now.attempt}").getrandbits(256))
            opened = self.openings[one.address, now.number] = baseline, list(scores[: now.submitted]), salt
            sealed = score_commitment(
                chain_id=self.network.client.chain_id,
                task=self.task.address,
                round=now.number,
                attempt=now.attempt,
                member=one.address,
                updates_digest=digest,
                baseline=baseline,
                scores=opened[1],
                salt=salt,
            )
            self.send(one, self.task.commit_scores(now.number, order.index(one.address), sealed))

    def opinion(self, one: Sender) -> tuple[int, list[int]]:
        """About the same as the others'; each thinks a little otherwise."""
        drawn = Random(f"{self.seed} {one.address} {self.number}")
        common = Random(f"{self.seed} {self.number}")
        honest = [common.randint(5_500, 9_500) for _ in range(ALL)]
        return BASELINE + drawn.randint(0, 50), [score + drawn.randint(0, 50) for score in honest]

    def reveal(self, *seats: Sender) -> None:
        number, order = self.number, [seat.address for seat in self.seats()]
        for one in seats or self.sealed():
            self.send(one, self._revealing(one, number, order))

    def _revealing(self, one: Sender, number: int, order: Sequence[str]) -> Any:
        return self.task.reveal_scores(number, order.index(one.address), *self.openings[one.address, number])

    def settle(self, steps: int = ALL) -> None:
        self.anyone(self.task.settle(steps))

    def attest(self, *seats: Sender, pointer: bytes = b"") -> None:
        number, order = self.number, [seat.address for seat in self.seats()]
        for one in seats or self.silent():
            named = pointer or self.aggregate() or word(int(one.address, 16))
            self.send(one, self.task.attest(number, order.index(one.address), named))

    def aggregate(self) -> bytes:
        """Publish the next model, by the descriptor's rule; empty if there is none."""
        number, client, rule = self.number, self.network.client, self.blobs.descriptor
        parent, told = self.task.ledger(number), self._told()
        sent = [event for event in told if isinstance(event, UpdateSubmitted)]
        accepted = [Contribution(e.author, e.samples, partial(self._update, e, parent)) for e in self.accepted()]
        if not accepted:
            return b""
        salts = [event.salt for event in told if isinstance(event, ScoresRevealed)]
        seed, last = draw_seed(self.task.address, number, salts), client.block(block_of(sent[-1])).time
        given = Circumstances(f=rule.f, seed=seed, last_update=last)
        try:
            made = aggregate(rule.aggregation, accepted, parent=self.blobs.fetch_model(parent), circumstances=given)
        except (AggregationError, LearningError):
            return b""
        return self.blobs.publish(self.blobs.encode_model(made.tensors, round=number + 1, parent=parent))

    def accepted(self) -> list[UpdateSubmitted]:
        """The round's accepted updates; none before it is settled."""
        told = self._told()
        sent = [event for event in told if isinstance(event, UpdateSubmitted)]
        settled = next((event for event in told if isinstance(event, RoundSettled)), None)
        verdicts = settled.verdicts if settled else [Verdict.NONE] * len(sent)
        return [e for e, verdict in zip(sent, verdicts, strict=True) if verdict == Verdict.ACCEPTED]

    def _told(self) -> list[Event]:
        client = self.network.client
        return fetch_round(client, self.task.address, self.number, to_block=client.head().number)

    def _update(self, e: UpdateSubmitted, parent: bytes) -> Weights:
        return self.blobs.fetch_update(e.pointer, round=e.round, author=e.author, parent=parent)

    def score_final(self, *seats: Sender) -> None:
        """Once the task is over its last seats say how good its final model is."""
        order = [seat.address for seat in self.seats()]
        for one in seats or self.judging():
            score = self.opinion(one)[0]
            self.send(one, self.task.score_model(order.index(one.address), score))

    def close(self, steps: int = ALL) -> None:
        self.anyone(self.task.close(steps))

    def sample(self, steps: int = ALL) -> None:
        self.anyone(self.task.sample_trainers(steps))

    def recover(self) -> None:
        self.anyone(self.task.recover())

    def pause(self, seconds: int = 500) -> None:
        self.network.decide(self.task.pause(seconds))

    def resume(self) -> None:
        self.network.decide(self.task.resume(self.task.round().paused_until))

    def roll_back(self, model: int, committee: Iterable[Sender]) -> None:
        self.network.decide(self.task.rollback(model, [one.address for one in committee]))

    def time_out(self) -> None:
        """Let the window of the present phase pass."""
        roster = self.task.roster()
        ends = phase_end(self.task.round(), self.parameters, self.phase, start_by=roster.start_by)
        self.network.pass_time(max(0, (ends or 0) - self.network.client.head().time))
        self.network.pass_blocks(1)

    # ------------------------------------------------------------------ walks

    def step(self) -> None:
        """What comes next if everybody does its part."""
        _ONWARD[self.phase](self)

    def to(self, phase: Phase, number: int = -1) -> Self:
        """Walk on to a phase, of this round or a later one."""
        while self.phase != phase or self.number < number:
            self.step()
        return self

    def finish_round(self) -> Self:
        number = self.number
        while self.phase != Phase.FINISHED and self.number == number:
            self.step()
        return self

    def finish(self) -> Self:
        return self.to(Phase.FINISHED)


_ONWARD: Mapping[Phase, Callable[[Game], None]] = {
    Phase.SAMPLING: Game.sample,
    Phase.TRAINING: Game.submit,
    Phase.COMMITTING: Game.commit,
    Phase.REVEALING: Game.reveal,
    Phase.SETTLING: Game.settle,
    Phase.AGGREGATING: Game.attest,
    Phase.CLOSING: Game.close,
    Phase.STALLED: Game.recover,
    Phase.PAUSED: Game.time_out,
}


def refused(step: Any, *arguments: Any) -> bool:
    """Whether the chain refused a step."""
    try:
        step(*arguments)
    except ChainError:
        return True
    return False
