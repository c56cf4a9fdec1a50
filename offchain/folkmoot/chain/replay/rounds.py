"""How events of a task's rounds change its state."""

from dataclasses import replace

from web3 import Web3

from folkmoot.chain.enums import Milestone, Verdict
from folkmoot.chain.events import rounds as r
from folkmoot.chain.replay.state import (
    RoundState,
    TaskState,
    averaged,
    fresh_seat,
    next_seed,
    seated,
    weighed,
    with_participant,
    with_pay,
    with_round,
    with_running,
    with_seat,
)
from folkmoot.chain.replay.task import after
from folkmoot.chain.structs import PointerTally, Update
from folkmoot.chain.task import extend_digest

__all__ = ["after"]


@after.register
def _(event: r.RoundOpened, s: TaskState) -> TaskState:
    before = s.running.round
    past = (*s.past, s.running) if before.milestone > Milestone.ENROLLED else s.past
    opened = replace(
        before,  # its deadline stands until a new one is set
        number=event.round,
        eligible=event.eligible,
        submitted=0,
        committed=0,
        revealed=0,
        seats=event.committee,
        attempt=0,
        milestone=Milestone.SEATED if event.sampled else Milestone.OPEN,
        sampled=event.sampled,
    )
    running = RoundState(opened, seats=(fresh_seat(""),) * len(event.seats))
    s = replace(s, running=running, past=past)
    for index, (account, filler) in enumerate(zip(event.seats, event.fillers, strict=True)):
        s = seated(s, index, fresh_seat(account), filler=filler)
    return weighed(s) if s.parameters.stake_weighted and event.seats else s


@after.register
def _(event: r.TrainersSampled, s: TaskState) -> TaskState:
    for account in event.trainers:
        s = with_participant(s, account, sampled_in=event.round + 1)
    if event.left:
        return s
    sampled = sum(entry.sampled_in == event.round + 1 for entry in s.participants.values())
    return with_round(s, milestone=Milestone.OPEN, eligible=sampled)


@after.register
def _(event: r.DeadlineSet, s: TaskState) -> TaskState:
    return with_round(s, deadline=event.deadline, end_block=event.end_block, milestone=event.milestone)


@after.register
def _(event: r.UpdateSubmitted, s: TaskState) -> TaskState:
    now = s.running
    update = Update(event.author, event.samples, weight=0, score=0, rank=0, verdict=Verdict.NONE)
    s = replace(s, digest=extend_digest(s.digest, event.author, event.pointer, event.samples))
    s = with_running(s, updates=(*now.updates, update), pointers=(*now.pointers, event.pointer))
    return with_participant(with_round(s, submitted=event.index + 1), event.author, submitted_in=event.round + 1)


@after.register
def _(event: r.ScoresCommitted, s: TaskState) -> TaskState:
    s = with_running(s, commitments={**s.running.commitments, event.member: event.commitment})
    return with_round(
        with_seat(s, event.member, committed_in=event.attempt + 1), committed=s.running.round.committed + 1
    )


@after.register
def _(event: r.ScoresRevealed, s: TaskState) -> TaskState:
    s = with_running(s, scores={**s.running.scores, event.member: event.scores(s.running.round.submitted)})
    s = with_seat(s, event.member, revealed=True, baseline=event.baseline)
    now = s.running.round
    return with_round(s, revealed=now.revealed + 1, salts=now.salts ^ int.from_bytes(Web3.keccak(event.salt)[-5:]))


@after.register
def _(event: r.RoundSettled, s: TaskState) -> TaskState:
    updates = [
        replace(update, score=score, verdict=verdict)
        for update, score, verdict in zip(s.running.updates, event.scores, event.verdicts, strict=True)
    ]
    for rank, (index, weight) in enumerate(zip(event.ranking, event.weights[:-2], strict=True), start=1):
        updates[index] = replace(updates[index], rank=rank, weight=weight)
    return with_round(with_running(s, updates=tuple(updates), baseline=event.baseline), milestone=Milestone.SETTLED)


@after.register
def _(event: r.AggregateAttested, s: TaskState) -> TaskState:
    tallies = list(s.running.tallies)
    index = next((i for i, tally in enumerate(tallies) if tally.pointer == event.pointer), len(tallies))
    before = tallies[index] if index < len(tallies) else PointerTally(event.pointer, 0, 0, event.round, event.attempt)
    added = next(seat.weight for seat in s.running.seats if seat.account == event.member)
    tallies[index : index + 1] = [replace(before, votes=before.votes + 1, weight=before.weight + added)]
    return with_seat(with_running(s, tallies=tuple(tallies)), event.member, attested_in=event.attempt + 1, tally=index)


@after.register
def _(_event: r.AggregateAgreed, s: TaskState) -> TaskState:
    return with_round(s, milestone=Milestone.AGREED)


@after.register
def _(event: r.UpdateBlockWritten, s: TaskState) -> TaskState:
    weight = next(update.weight for update in s.running.updates if update.author == event.author)
    reputation = averaged(s.participants[event.author], event.score)
    s = with_participant(s, event.author, accepted_in=s.running.round.number + 1, reputation=reputation)
    return with_pay(s, event.author, weight, event.amount)


@after.register
def _(event: r.SeatPaid, s: TaskState) -> TaskState:
    return with_pay(s, event.member, event.weight, event.amount)


@after.register
def _(event: r.ModelBlockWritten, s: TaskState) -> TaskState:
    return replace(s, ledger={**s.ledger, event.model: event.pointer})


@after.register
def _(event: r.RoundClosed, s: TaskState) -> TaskState:
    return replace(_with_absences(s), seed=event.seed, empty_rounds=0)


@after.register
def _(event: r.RoundRecovered, s: TaskState) -> TaskState:
    return with_round(with_running(s, tallies=()), attempt=event.attempt, committed=s.running.round.revealed)


@after.register
def _(event: r.SeatFilled, s: TaskState) -> TaskState:
    now = s.running.round
    seat = replace(
        fresh_seat(event.member),
        excused=now.milestone == Milestone.SETTLED,
        seated_attempt=now.attempt + 1,
        weight=s.running.seats[event.seat].weight,
    )
    return seated(s, event.seat, seat, filler=True)


@after.register
def _(event: r.RoundCarried, s: TaskState) -> TaskState:
    settled = s.running.round.milestone == Milestone.SETTLED
    return replace(_with_absences(s) if settled else s, seed=next_seed(s), empty_rounds=event.empty_rounds)


@after.register
def _(_event: r.RoundRolledBack, s: TaskState) -> TaskState:
    return replace(s, seed=next_seed(s), empty_rounds=0)


@after.register
def _(event: r.ModelScored, s: TaskState) -> TaskState:
    s = replace(s, final_scores={**s.final_scores, event.member: event.score})
    return with_seat(s, event.member, scored=True)


@after.register
def _(event: r.RuleFailed, s: TaskState) -> TaskState:
    return with_running(s, score_rule_failed=True) if event.rule == s.parameters.score_rule else s


def _with_absences(s: TaskState) -> TaskState:
    """Seats that did not reveal are absent, even where another fault took the account's one strike of the round."""
    for seat in s.running.seats[: s.running.round.seats]:
        if not (seat.revealed or seat.excused):
            s = with_participant(s, seat.account, absent_in=s.running.round.number + 1)
    return s
