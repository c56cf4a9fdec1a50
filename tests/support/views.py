"""Views made up for tests of `step`: a round in any phase, seen by any role."""

from dataclasses import replace
from typing import Any, TypeVar, get_type_hints

from folkmoot.chain import (
    FULL_PARTICIPATION,
    Milestone,
    Parameters,
    Participant,
    Phase,
    Roster,
    Round,
    RoundProgress,
    Seat,
    Update,
    Verdict,
)
from folkmoot.worker.journal import Opening, Trained
from folkmoot.worker.view import Submission, View

NOW = 10_000
WINDOW = 100
NUMBER = 2  # of the round
DIGEST = b"\x07" * 32
MODEL = b"\x09" * 32
NEXT_MODEL = b"\x0a" * 32


def address(index: int) -> str:
    return f"0x{index:040d}"  # without letters there is nothing to capitalise


SEATS = tuple(address(index) for index in range(1, 4))
TRAINERS = tuple(address(index) for index in range(11, 15))
STRANGER = address(99)
TASK = address(77)


def pointer_of(author: str) -> bytes:
    return int(author, 16).to_bytes(32)


def submission(author: str, *, found: bool = True, verdict: Verdict = Verdict.NONE) -> Submission:
    rank = int(verdict == Verdict.ACCEPTED)
    update = Update(author=author, samples=10, weight=0, score=0, rank=rank, verdict=verdict)
    return Submission(update=update, pointer=pointer_of(author), found=found)


def opening(**changes: Any) -> Opening:
    usual = Opening(round=NUMBER, attempt=0, digest=DIGEST, baseline=5_000, scores=(1, 2, 3), salt=b"\x01" * 32)
    return replace(usual, **changes)


def trained(account: str) -> Trained:
    return Trained(pointer=pointer_of(account), samples=10)


PARAMETERS = Parameters(
    descriptor=b"\x01" * 32, model=b"\x02" * 32,
    score_rule=address(201), election_rule=address(202), reward_rule=address(203),
    score_parameters=bytes(32), election_parameters=bytes(32), reward_parameters=bytes(32),
    total_rounds=10, committee=3, aggregators=0, redraw=False, seats_train=False, stake_weighted=False,
    active_share=FULL_PARTICIPATION,
    updates_per_round=3, min_updates=2, max_updates=8, min_enrolled=5, max_enrolled=20,
    enrolling_window=WINDOW, training_window=WINDOW, committing_window=WINDOW, revealing_window=WINDOW,
    aggregating_window=WINDOW, max_pause=1_000, min_blocks=0, suspension_rounds=2, max_attempts=3, max_empty_rounds=4,
    max_strikes=3, max_terms=3,
)  # fmt: skip

T = TypeVar("T")


def zeros(struct: type[T], **values: Any) -> T:
    """A struct of the contracts' in which everything but these values is zero."""
    return struct(**{name: values.get(name, 0) for name in get_type_hints(struct)})


MEMBER = zeros(Participant, number=5, retired=False, stake=1)


def seat(account: str, **changes: Any) -> Seat:
    return zeros(Seat, account=account, **({"revealed": False} | changes))


_MILESTONES = {
    Phase.PROPOSED: Milestone.PROPOSED,
    Phase.ENROLLING: Milestone.APPROVED,
    Phase.SAMPLING: Milestone.SEATED,
    Phase.COMMITTING: Milestone.SUBMITTED,
    Phase.REVEALING: Milestone.COMMITTED,
    Phase.SETTLING: Milestone.COMMITTED,
    Phase.AGGREGATING: Milestone.SETTLED,
    Phase.CLOSING: Milestone.AGREED,
    Phase.FINISHED: Milestone.FINISHED,
    Phase.EXPIRED: Milestone.EXPIRED,
    Phase.CANCELLED: Milestone.CANCELLED,
}


_DEADLINES = {
    Phase.TRAINING: NOW + 50 + 2 * WINDOW,
    Phase.COMMITTING: NOW + 2 * WINDOW,
    Phase.REVEALING: NOW + WINDOW,
    Phase.SETTLING: NOW - 1,
    Phase.STALLED: NOW - 1,
}


def a_round(phase: Phase, *, stalled: Phase = Phase.COMMITTING, submitted: int = 3, seats: int = 3) -> Round:
    """A round that is in a phase at `NOW`."""
    shown = stalled if phase == Phase.STALLED else phase
    enough = shown not in {Phase.TRAINING, Phase.COMMITTING}
    return Round(
        deadline=_DEADLINES.get(phase, NOW + 50),
        end_block=0,
        paused_until=NOW + 50 if phase == Phase.PAUSED else 0,
        number=NUMBER,
        eligible=4,
        submitted=0 if shown == Phase.TRAINING else submitted,
        committed=seats if enough else 0,
        revealed=seats if enough and shown != Phase.REVEALING else 0,
        seats=seats,
        attempt=0,
        milestone=_MILESTONES.get(shown, Milestone.OPEN),
        sampled=False,
        salts=0,
    )


def a_view(phase: Phase, account: str = STRANGER, **changes: Any) -> View:
    """What an enrolled and admitted account sees that has done nothing yet: a seat, a trainer or somebody else."""
    now = a_round(phase, **{name: changes.pop(name) for name in ("stalled", "submitted") if name in changes})
    judged = now.milestone in {Milestone.SETTLED, Milestone.AGREED}
    verdict = Verdict.ACCEPTED if judged else Verdict.NONE
    authors = TRAINERS[: now.submitted]
    marks = {
        "seated_in": (NUMBER + 1) * (account in SEATS),
        "submitted_in": (NUMBER + 1) * (account in authors),
        "number": (*SEATS, *TRAINERS, account).index(account) + 1,
    }
    view = View(
        now=NOW,
        block=0,
        since=NOW,
        turn=3,
        account=account,
        admitted=True,
        parameters=PARAMETERS,
        round=now,
        roster=_roster(phase),
        progress=zeros(RoundProgress, accepted=3 * judged, baseline=5_000, total_weight=10),
        participant=replace(MEMBER, **marks),
        seats=tuple(_seat(index, now) for index in SEATS),
        updates=tuple(submission(author, verdict=verdict) for author in authors),
        digest=DIGEST,
        model=MODEL,
    )
    return replace(view, **changes)


def _seat(account: str, now: Round) -> Seat:
    return seat(account, committed_in=int(now.committed > 0), revealed=now.revealed > 0)


def _roster(phase: Phase) -> Roster:
    start_by = NOW + 50 if phase == Phase.ENROLLING else 0
    return zeros(Roster, start_by=start_by, enrolled=8, active=8)
