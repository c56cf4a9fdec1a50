"""One task with its people: every step of its life as a method, and `to`, which walks to any phase."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from brownie import chain, web3
from brownie.convert.datatypes import HexString
from eth_abi import encode

from folkmoot.chain.scores import packed
from folkmoot.chain.structs import Phase
from tests.contracts.cast import Cast, model
from tests.support.evm import pass_to, word

BUDGET = 4_000
BASELINE = 5_000
SCORES = (9_000, 8_000, 7_000, 6_000, 5_500, 5_000)
PAGE = 16  # updates of a small round
ALL = 1_000  # more steps than any settling or closing here has

COMMITTED = ["uint256", "address", "uint256", "uint256", "address", "bytes32", "uint256", "uint256[]", "bytes32"]

LATER = {
    Phase.TRAINING: ("committingWindow", "revealingWindow"),
    Phase.COMMITTING: ("revealingWindow",),
    Phase.REVEALING: (),
    Phase.AGGREGATING: (),
}
"""The phases that end at a round's deadline, or by these windows before it."""


@dataclass(slots=True)
class Lifecycle:
    """A task and who takes part: `committee` is named at approval, `trainers` enrol beside it.

    Honest seats all give the same `scores`, in the order of the updates; `opinions` holds what others say, a baseline
    and scores by address.
    """

    cast: Cast
    task: Any
    committee: Sequence[Any]
    trainers: Sequence[Any]
    scores: Sequence[int] = SCORES
    opinions: dict[str, tuple[int, Sequence[int]]] = field(default_factory=dict)
    _openings: dict[str, tuple[int, Sequence[int], bytes]] = field(default_factory=dict)
    _last: Any = None  # attestation

    # ------------------------------------------------------------------ facts

    @property
    def phase(self) -> Phase:
        return Phase(self.task.phase())

    @property
    def round(self) -> int:
        return self.task.round()["number"]

    @property
    def anyone(self) -> dict[str, Any]:
        return {"from": self.cast.outsider}

    @property
    def seated(self) -> list[Any]:
        """Who holds the seats, in their order."""
        return [self.account(seat["account"]) for seat in self.task.seats()]

    @property
    def judging(self) -> list[Any]:
        """Who holds the committee's seats."""
        return self.seated[: self.task.round()["seats"]]

    @property
    def attesting(self) -> list[Any]:
        """Who holds the aggregators' seats; the committee's, where these attest."""
        seated = self.seated
        return seated[self.task.round()["seats"] :] or seated

    def account(self, address: str) -> Any:
        return next(member for member in self.cast.members if member == address)

    def seat_of(self, account: Any) -> int:
        return [seat["account"] for seat in self.task.seats()].index(account)

    def free_trainers(self) -> list[Any]:
        """Who may submit in this round, in the order of enrolment."""
        number, sampled = self.round, self.task.round()["sampled"]
        seated = [] if self.task.parameters()["seatsTrain"] else self.seated
        everyone = [self.task.enrolledAt(i + 1) for i in range(self.task.roster()["enrolled"])]
        marks = {address: self.task.participant(address) for address in everyone if address not in seated}
        return [
            self.account(address)
            for address, member in marks.items()
            if not member["retired"] and max(member["since"], member["suspendedUntil"]) <= number
            if not sampled or member["sampledIn"] == number + 1
        ]

    def deadline(self, phase: Phase | None = None) -> int:
        """When the window of `phase`, by default of the present one, ends."""
        phase = self.phase if phase is None else phase
        if phase == Phase.ENROLLING:
            return self.task.roster()["startBy"]
        if phase == Phase.PAUSED:
            return self.task.round()["pausedUntil"]
        parameters = self.task.parameters()
        return self.task.round()["deadline"] - sum(parameters[window] for window in LATER[phase])

    def opening(self, seat: Any, current: Any) -> tuple[int, Sequence[int], bytes]:
        """What `seat` says of the `current` round: its baseline, its scores, its salt."""
        baseline, scores = self.opinions.get(seat.address, (BASELINE, self.scores))
        salt = salt_of(seat, current["number"], current["attempt"])
        return baseline, list(scores[: current["submitted"]]), salt

    # ------------------------------------------------------------------ steps

    def approve(self, budget: int = BUDGET) -> Any:
        return self.cast.decide(self.task.approve, budget, self.committee)

    def enrol(self, *members: Any) -> None:
        for member in members or (*self.committee, *self.trainers):
            self.task.enrol({"from": member})

    def start(self) -> Any:
        """End the enrolment and, in the next block, open round 0; the second transaction."""
        self.task.start(self.anyone)
        return self.task.start(self.anyone)

    def sample(self, steps: int = ALL) -> Any:
        return self.task.sampleTrainers(steps, self.anyone)

    def submit(self, *authors: Any, samples: int = 100) -> None:
        number = self.round
        for author in authors or self.free_trainers():
            self.task.submitUpdate(number, pointer(author, number), samples, {"from": author})

    def commitment(self, seat: Any, opening: tuple[int, Sequence[int], bytes], current: Any = None) -> bytes:
        """The commitment to an opening, computed as the specification says."""
        current, digest = current or self.task.round(), bytes(self.task.updatesDigest())
        bound_to = [chain.id, self.task.address, current["number"], current["attempt"], seat.address, digest]
        return web3.keccak(encode(COMMITTED, [*bound_to, *in_words(opening)]))

    def commit(self, *seats: Any) -> None:
        current, seated = self.task.round(), self.seated
        for seat in seats or self._waiting():
            opening = self._openings[seat.address] = self.opening(seat, current)
            sealed = self.commitment(seat, opening, current)
            self.task.commitScores(current["number"], seated.index(seat), sealed, {"from": seat})

    def reveal(self, *seats: Any) -> Any:
        """By these seats, or by all that committed; the last transaction."""
        number, seated, last = self.round, self.seated, None
        for seat in seats or self._sealed():
            opening = in_words(self._openings[seat.address])
            last = self.task.revealScores(number, seated.index(seat), *opening, {"from": seat})
        return last

    def _waiting(self) -> list[Any]:
        seats = self.task.seats()[: self.task.round()["seats"]]
        return [self.account(seat["account"]) for seat in seats if not seat["revealed"]]

    def _sealed(self) -> list[Any]:
        waiting, attempt = self._waiting(), self.task.round()["attempt"]
        committed = [seat["account"] for seat in self.task.seats() if seat["committedIn"] == attempt + 1]
        return [seat for seat in waiting if seat.address in committed]

    def settle(self, steps: int = ALL) -> Any:
        """By the last reveal where it is due and does so, else by a call."""
        sealed = self._sealed()
        if self.phase != Phase.REVEALING or len(sealed) > 1:
            return self.task.settle(steps, self.anyone)
        return self.reveal(*sealed)

    def attest(self, *seats: Any, pointer: bytes | None = None) -> Any:
        """By these seats, or by one after the other until they agree; the last transaction."""
        number, seated = self.round, self.seated
        for seat in seats or self.attesting:
            if seats or self.phase == Phase.AGGREGATING:
                named = pointer or model(number + 1)
                self._last = self.task.attest(number, seated.index(seat), named, {"from": seat})
        return self._last

    def close(self, steps: int = ALL) -> Any:
        """By a call, unless the attestation that was the last transaction has done so."""
        is_done = self._last and self._last.block_number == chain.height and "RoundClosed" in self._last.events
        return self._last if is_done else self.task.close(steps, self.anyone)

    def score_model(self, seat: Any, score: int) -> Any:
        """The final model's score by a seat of the last round."""
        return self.task.scoreModel(self.seat_of(seat), score, {"from": seat})

    def recover(self) -> Any:
        return self.task.recover(self.anyone)

    def pause(self, seconds: int = 500) -> Any:
        return self.cast.decide(self.task.pause, seconds)

    def resume(self) -> Any:
        return self.cast.decide(self.task.resume, self.deadline(Phase.PAUSED))

    def rollback(self, model_number: int, committee: Iterable[Any]) -> Any:
        return self.cast.decide(self.task.rollback, model_number, list(committee))

    def time_out(self, phase: Phase | None = None) -> None:
        """Let the window of `phase`, by default of the present one, pass."""
        pass_to(self.deadline(phase))

    # ------------------------------------------------------------------ walks

    def to(self, goal: Phase) -> "Lifecycle":
        """Walk on, by the shortest way, until the task is in the phase `goal`."""
        while (here := self.phase) != goal:
            step = SIDEWAYS.get(goal, {}).get(here) or ONWARD[here]
            step(self)
        return self

    def to_last_reveal(self) -> "Lifecycle":
        """Walk to where all seats but the last have revealed: `settle` is next."""
        self.to(Phase.REVEALING)
        self.reveal(*self._sealed()[:-1])
        return self

    def to_stalled(self, stalled: Phase) -> "Lifecycle":
        """Walk to the phase `stalled` and let its window pass with nobody acting."""
        self.to(stalled)
        self.time_out()
        return self

    def waste_round(self) -> "Lifecycle":
        """Walk on until all updates are judged as worthless as the model: with nothing accepted the round stalls."""
        nothing = (0, [0] * len(self.scores))
        replace(self, opinions={member.address: nothing for member in self.cast.members}).to_last_reveal().settle()
        assert self.phase == Phase.STALLED
        return self

    def finish_round(self) -> "Lifecycle":
        """Walk to the next round, or to the end."""
        number = self.round
        self.to(Phase.CLOSING)
        self.close()
        assert self.round == number + 1 or self.phase == Phase.FINISHED
        return self


def begin(cast: Cast, *, seats: int = 3, trainers: int = 4, **changes: Any) -> Lifecycle:
    """A new task: the first members are its committee, those after them its trainers."""
    return Lifecycle(cast, cast.propose(**changes), cast.members[:seats], cast.members[seats : seats + trainers])


def _enrol_and_start(life: Lifecycle) -> None:
    life.enrol()
    life.start()


def _leave_one_silent(life: Lifecycle) -> None:
    """In a small round the last reveal would settle, too."""
    if life.task.round()["submitted"] <= PAGE:
        life.to_last_reveal()
        life.time_out()
    else:
        life.reveal()
        assert life.phase == Phase.SETTLING


def _expire(life: Lifecycle) -> None:
    life.time_out()
    life.task.expire(life.anyone)


ONWARD: Mapping[Phase, Callable[[Lifecycle], Any]] = {
    Phase.PROPOSED: Lifecycle.approve,
    Phase.ENROLLING: _enrol_and_start,
    Phase.SAMPLING: Lifecycle.sample,
    Phase.TRAINING: Lifecycle.submit,
    Phase.COMMITTING: Lifecycle.commit,
    Phase.REVEALING: Lifecycle.reveal,
    Phase.SETTLING: Lifecycle.settle,
    Phase.AGGREGATING: Lifecycle.attest,
    Phase.CLOSING: Lifecycle.close,
    Phase.STALLED: Lifecycle.recover,
    Phase.PAUSED: Lifecycle.time_out,
}

SIDEWAYS: Mapping[Phase, Mapping[Phase, Callable[[Lifecycle], Any]]] = {
    Phase.SETTLING: {Phase.REVEALING: _leave_one_silent},
    Phase.STALLED: {Phase.TRAINING: Lifecycle.time_out},
    Phase.PAUSED: {Phase.TRAINING: Lifecycle.pause},
    Phase.EXPIRED: {Phase.ENROLLING: _expire},
    Phase.CANCELLED: {Phase.PROPOSED: lambda life: life.task.cancel({"from": life.task.proposer()})},
}


def pointer(author: Any, number: int) -> HexString:
    """The pointer of an author's update in a round."""
    return word(web3.keccak(text=f"update {number} of {author.address}"))


def in_words(opening: tuple[int, Sequence[int], bytes]) -> tuple[int, Sequence[int], bytes]:
    """An opening as it is committed to and revealed."""
    baseline, scores, salt = opening
    return baseline, packed(scores), salt


def salt_of(seat: Any, number: int, attempt: int) -> HexString:
    """A seat's salt in an attempt of a round."""
    return word(web3.keccak(text=f"salt {number} {attempt} of {seat.address}"))
