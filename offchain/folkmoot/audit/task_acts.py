"""Whether what happened to a task as a whole was allowed at that moment: its approval, its enrolment, its managers.

Source: `contracts/rounds/Lifecycle.sol`, `Enrolment.sol` and `Governance.sol`.
"""

from collections.abc import Iterator
from functools import singledispatch

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from folkmoot.audit.seating import is_active, most_seats
from folkmoot.audit.stage import Stage
from folkmoot.chain import Event, Milestone, Phase
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.parameter_bounds import least_active
from folkmoot.chain.phases import MIN_COMMITTEE

Why = Iterator[str]

_HASHES = 256
"""So many blocks later a contract does not know a block's hash any more."""


@singledispatch
def faults(event: Event, stage: Stage) -> Why:  # noqa: ARG001 - an event that is always allowed
    """Why an event could not come at this moment, in words; nothing if it could."""
    return iter(())


def of_round(stage: Stage, number: int, *phases: Phase) -> Why:
    """Unless a round is the running one, in one of these phases."""
    s = stage.state
    if number != s.running.round.number:
        yield f"round {s.running.round.number} is running"
    phase = s.phase_at(*stage.at)
    if phase not in phases:
        yield f"the task is in {phase.name.capitalize()}, and not in {phases[0].name.capitalize()}"


def may_act(stage: Stage, account: str, number: int) -> Why:
    """Unless a participant may act in a round."""
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
def _(_event: t.TaskCancelled, stage: Stage) -> Why:
    return of_round(stage, stage.state.running.round.number, Phase.PROPOSED, Phase.ENROLLING)


@faults.register
def _(_event: t.TaskExpired, stage: Stage) -> Why:
    s = stage.state
    yield from of_round(stage, s.running.round.number, Phase.ENROLLING)
    if stage.at.time < s.start_by:
        yield f"its enrolment ends at {s.start_by}, and not before"


@faults.register
def _(event: t.EnrolmentClosed, stage: Stage) -> Why:
    s = stage.state
    yield from of_round(stage, s.running.round.number, Phase.ENROLLING)
    before = s.running.round.end_block
    if s.running.round.milestone == Milestone.ENROLLED and before < stage.at.block <= before + _HASHES:
        yield f"it was closed before, in block {before}"
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
        yield from may_act(stage, seat.account, 0)


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
    yield from of_round(stage, event.round, Phase.PAUSED)


@faults.register
def _(event: t.TaskFunded, stage: Stage) -> Why:
    if event.budget != stage.state.budget + event.amount:
        yield f"the budget is {event.budget} on the chain; by the record {stage.state.budget + event.amount}"


@faults.register
def _(event: r.RoundRolledBack, stage: Stage) -> Why:
    s = stage.state
    yield from of_round(stage, event.round, *map(Phase, range(Phase.SAMPLING, Phase.FINISHED)))
    if event.model > event.round or event.model not in s.ledger:
        yield f"there is no model {event.model}"
    if stage.agreed:
        yield "the seats have agreed on the next model"
    for account in event.committee:
        yield from may_act(stage, account, event.round + 1)
