"""Whether what an account did was allowed to it at that moment: one check for each event that begins something.

Source: `contracts/rounds/`, one file a verb.
"""

from collections.abc import Iterator
from functools import singledispatch

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from folkmoot.audit.seating import attesting, is_active, most_seats, next_trainers
from folkmoot.audit.stage import Stage
from folkmoot.chain import Event, Milestone, Phase, score_commitment
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.parameter_bounds import least_active
from folkmoot.chain.phases import MIN_COMMITTEE
from folkmoot.chain.scores import packed
from folkmoot.rules.score import ABSTAINED, MAX_SCORE

Why = Iterator[str]


@singledispatch
def faults(event: Event, stage: Stage) -> Why:  # noqa: ARG001 - an event that is always allowed
    """Why an event could not come at this moment, in words; nothing if it could."""
    return iter(())


def _of_round(stage: Stage, number: int, *phases: Phase) -> Why:
    s = stage.state
    if number != s.running.round.number:
        yield f"round {s.running.round.number} is running"
    phase = s.phase_at(*stage.at)
    if phase not in phases:
        yield f"the task is in {phase.name.capitalize()}, and not in {phases[0].name.capitalize()}"


def _may_act(stage: Stage, account: str, number: int) -> Why:
    m = stage.state.participants.get(account)
    if m is None or m.number == 0:
        yield f"{account} is not enrolled"
    elif not is_active(m, number):
        yield f"{account} may not act in round {number}"
    elif not stage.is_member(account):
        yield f"{account} is no member of the federation"


# ----------------------------------------------------------------------- enrolment


@faults.register
def _(event: t.TaskApproved, stage: Stage) -> Why:
    p, seats = stage.state.parameters, len(event.committee)
    if stage.state.running.round.milestone != Milestone.PROPOSED:
        yield "the task was approved before"
    if event.start_by != stage.at.time + p.enrolling_window:
        yield f"its enrolment ends at {event.start_by}; by the block's time at {stage.at.time + p.enrolling_window}"
    if event.committee and (len({*event.committee}) < seats or not MIN_COMMITTEE <= seats == most_seats(p, seats)):
        yield f"a committee of {len({*event.committee})} accounts in {seats} seats is none that the task may have"
    yield from (
        f"{account} is no member of the federation" for account in event.committee if not stage.is_member(account)
    )


@faults.register
def _(event: t.MemberEnrolled, stage: Stage) -> Why:
    s = stage.state
    m = s.participants.get(event.member)
    number = m.number if m and m.number else sum(one.number > 0 for one in s.participants.values()) + 1
    milestone = s.running.round.milestone
    since = 0 if milestone == Milestone.APPROVED else s.running.round.number + 1
    if (event.number, event.since) != (number, since):
        yield f"it gets number {event.number} from round {event.since} on; by the record {number} from round {since} on"
    if m and m.number and not m.retired:
        yield f"{event.member} is enrolled already"
    if not Milestone.APPROVED <= milestone <= Milestone.AGREED or milestone == Milestone.ENROLLED:
        yield f"nobody can enrol while the task is {milestone.name.lower()}"
    if not stage.is_member(event.member):
        yield f"{event.member} is no member of the federation"


@faults.register
def _(event: t.MemberRetired, stage: Stage) -> Why:
    m = stage.state.participants.get(event.member)
    if m is None or m.retired:
        yield f"{event.member} takes no part"
    if stage.is_member(event.member):
        yield f"{event.member} is still a member of the federation"


@faults.register
def _(event: t.EnrolmentClosed, stage: Stage) -> Why:
    s = stage.state
    yield from _of_round(stage, s.running.round.number, Phase.ENROLLING)
    if event.number != stage.at.block:
        yield f"it names block {event.number}, but is in block {stage.at.block}"
    needed = least_active(s.parameters, len(s.running.seats))
    if stage.at.time < s.start_by:
        needed = max(needed, s.parameters.min_enrolled)
    if s.active < needed:
        yield f"{s.active} are enrolled, and {needed} are needed"


@faults.register
def _(event: t.TaskStarted, stage: Stage) -> Why:
    s = stage.state
    if s.running.round.milestone != Milestone.ENROLLED:
        yield "its enrolment was not closed"
    block_hash = stage.world.hash_of(s.running.round.end_block)
    words = ["uint256", "address", "bytes32"], [stage.world.chain_id, s.address, block_hash or b""]
    if block_hash and keccak(encode(*words)) != event.seed:
        yield f"its seed is 0x{event.seed.hex()} on the chain; by the hash of block {s.running.round.end_block} another"
    for seat in s.running.seats:
        yield from _may_act(stage, seat.account, 0)


# -------------------------------------------------------------------------- a round


@faults.register
def _(event: r.TrainersSampled, stage: Stage) -> Why:
    s = stage.state
    yield from _of_round(stage, event.round, Phase.SAMPLING)
    number = s.running.round.number
    before = sum(m.sampled_in == number + 1 for m in s.participants.values())
    wanted = s.running.round.eligible - before
    follows = [
        account for _, account in zip(range(wanted), (a for _, a in next_trainers(s, stage.draws)), strict=False)
    ]
    if (*follows[: len(event.trainers)],) != event.trainers:
        yield f"trainers are {', '.join(event.trainers)} on the chain; by the seed {', '.join(follows)}"
    is_over = len(event.trainers) == len(follows)  # nobody is left to draw
    if event.left != (0 if is_over and event.left == 0 else wanted - len(event.trainers)):
        yield f"{event.left} are left to sample on the chain; by the record {wanted - len(event.trainers)}"


@faults.register
def _(event: r.UpdateSubmitted, stage: Stage) -> Why:
    s, author = stage.state, event.author
    yield from _of_round(stage, event.round, Phase.TRAINING)
    yield from _may_act(stage, author, event.round)
    if event.index != len(s.running.updates):
        yield f"it is update {event.index} on the chain; by the record {len(s.running.updates)}"
    m = s.participants.get(author)
    if m is None:
        return
    mark = event.round + 1
    if m.submitted_in == mark:
        yield f"{author} has submitted already"
    if m.seated_in == mark and not s.parameters.seats_train:
        yield f"{author} has a seat, and seats do not train"
    if s.running.round.sampled and m.sampled_in != mark:
        yield f"{author} was not sampled to train"


def _seated(stage: Stage, account: str, *, to_judge: bool) -> Why:
    now = stage.state.running
    places = range(now.round.seats) if to_judge else attesting(stage.state)
    if account not in {now.seats[place].account for place in places}:
        yield f"{account} has no seat that {'judges' if to_judge else 'attests'}"
    elif not stage.is_member(account):
        yield f"{account} is no member of the federation"


@faults.register
def _(event: r.ScoresCommitted, stage: Stage) -> Why:
    yield from _of_round(stage, event.round, Phase.COMMITTING)
    yield from _seated(stage, event.member, to_judge=True)
    now = stage.state.running
    yield from _of_attempt(stage, event.attempt)
    seats = [seat for seat in now.seats[: now.round.seats] if seat.account == event.member]
    if seats and seats[0].has_committed(now.round.attempt):
        yield f"{event.member} has committed already"


def _of_attempt(stage: Stage, attempt: int) -> Why:
    if attempt != stage.state.running.round.attempt:
        yield f"attempt {stage.state.running.round.attempt} is running, and not {attempt}"


@faults.register
def _(event: r.ScoresRevealed, stage: Stage) -> Why:
    s = stage.state
    yield from _of_round(stage, event.round, Phase.REVEALING)
    yield from _seated(stage, event.member, to_judge=True)
    yield from _of_attempt(stage, event.attempt)
    scores = event.scores(len(s.running.updates))
    if (*packed(scores),) != event.words or not all(
        x <= MAX_SCORE or x == ABSTAINED for x in (*scores, event.baseline)
    ):
        yield f"its scores are none for {len(s.running.updates)} updates"
    if s.running.commitments.get(event.member) != _sealed(stage, event, scores):
        yield f"what {event.member} revealed is not what it had committed to"


def _sealed(stage: Stage, event: r.ScoresRevealed, scores: tuple[int, ...]) -> bytes:
    s = stage.state
    return score_commitment(
        chain_id=stage.world.chain_id,
        task=s.address,
        round=event.round,
        attempt=event.attempt,
        member=event.member,
        updates_digest=s.digest,
        baseline=event.baseline,
        scores=scores,
        salt=event.salt,
    )


@faults.register
def _(event: r.RoundSettled, stage: Stage) -> Why:
    now = stage.state.running.round
    if now.revealed < now.committed:  # else the last reveal may have ended the window
        yield from _of_round(stage, event.round, Phase.SETTLING)


@faults.register
def _(event: r.RuleFailed, stage: Stage) -> Why:
    p, twins = stage.state.parameters, stage.twins
    known = {p.score_rule: twins.score, p.election_rule: twins.election, p.reward_rule: twins.reward}
    if known.get(event.rule) is not None:
        yield f"the rule {event.rule} is one of Folkmoot's, which do not fail"


@faults.register
def _(event: r.AggregateAttested, stage: Stage) -> Why:
    s = stage.state
    has_agreed = bool(stage.agreed)
    yield from _of_round(stage, event.round, Phase.CLOSING if has_agreed else Phase.AGGREGATING)
    yield from _seated(stage, event.member, to_judge=False)
    yield from _of_attempt(stage, event.attempt)
    seat = next((seat for seat in s.running.seats if seat.account == event.member), None)
    if seat and seat.has_attested(s.running.round.attempt):
        yield f"{event.member} has attested already"
    if has_agreed and event.pointer != stage.agreed:
        yield "another model was agreed before"


# ------------------------------------------------------------------------- managers


@faults.register
def _(event: t.TaskPaused, stage: Stage) -> Why:
    s = stage.state
    if event.round != s.running.round.number:
        yield f"round {s.running.round.number} is running"
    if not 0 < event.until - stage.at.time <= s.parameters.max_pause:
        yield f"a pause lasts at most {s.parameters.max_pause} s, and not {event.until - stage.at.time}"
    if s.running.round.paused_until > stage.at.time:
        yield "the task was paused already"


@faults.register
def _(event: t.TaskResumed, stage: Stage) -> Why:
    yield from _of_round(stage, event.round, Phase.PAUSED)


@faults.register
def _(event: t.TaskFunded, stage: Stage) -> Why:
    if event.budget != stage.state.budget + event.amount:
        yield f"the budget is {event.budget} on the chain; by the record {stage.state.budget + event.amount}"


@faults.register
def _(event: r.RoundRolledBack, stage: Stage) -> Why:
    s = stage.state
    yield from _of_round(stage, event.round, *map(Phase, range(Phase.SAMPLING, Phase.FINISHED)))
    if event.model > event.round or event.model not in s.ledger:
        yield f"there is no model {event.model}"
    if stage.agreed:
        yield "the seats have agreed on the next model"
    for account in event.committee:
        yield from _may_act(stage, account, event.round + 1)
