"""The worker's one decision: from what it sees to what it does next. Pure, and the same for every role.

What a member does in a round is what the chain says: it trains unless it has a seat, and judges or aggregates, or both,
if it has one. Where anyone may act, the members take turns, so that their transactions do not race.
"""

from collections.abc import Callable, Mapping

from folkmoot.chain import Phase, Seat
from folkmoot.worker.actions import (
    Action,
    Aggregate,
    Attest,
    Close,
    Commit,
    Enrol,
    Expire,
    Publish,
    Recover,
    Retire,
    Reveal,
    SampleTrainers,
    Score,
    Settle,
    Start,
    Stop,
    Submit,
    Train,
    TrainReference,
    Wait,
)
from folkmoot.worker.stagger import DRAWS, close_steps, settle_steps, stagger
from folkmoot.worker.view import View

_RUNNING = range(Phase.SAMPLING, Phase.PAUSED + 1)


def step(view: View) -> Action:
    """What to do now. Doing it changes the view, so that the next call gives something else."""
    action = _publish(view) or _enrol(view) or _PHASES[view.phase](view)
    return _retire(view) or action if isinstance(action, Wait) else action


# --------------------------------------------------------------- in any phase


def _publish(view: View) -> Action | None:
    """The pointer binds the update, so its blob is shown only when no other update can follow in this round."""
    own, closed = view.own, _is_training_closed(view)
    if not closed or own is None or own.found or view.trained is None or view.trained.pointer != own.pointer:
        return None
    return Publish(view.round.number)


def _is_training_closed(view: View) -> bool:
    judging = Phase.COMMITTING <= view.phase <= Phase.CLOSING
    return judging or view.stalled in {Phase.COMMITTING, Phase.REVEALING, Phase.AGGREGATING}


def _enrol(view: View) -> Action | None:
    early = view.phase == Phase.ENROLLING and view.now < view.roster.start_by
    has_place = view.participant.number > 0 or view.roster.enrolled < view.parameters.max_enrolled
    is_in = view.participant.number > 0 and not view.participant.retired
    open_to_all = early or view.phase in _RUNNING
    return Enrol() if view.admitted and open_to_all and has_place and not is_in else None


# ---------------------------------------------------------- before the rounds


def _proposed(_: View) -> Action:
    return Wait("the managers to approve the task")


def _enrolling(view: View) -> Action:
    starts = view.roster.start_by
    if view.now >= starts:
        return stagger(view, Expire(), "the task to be ended: it did not start in time")
    if view.startable:
        is_full = view.roster.enrolled == view.parameters.max_enrolled
        quiet = 0 if is_full else view.parameters.enrolling_window // 20  # for those who are just coming
        return stagger(view, Start(), "the task to be started", after=quiet)
    if not view.admitted:
        return Wait("admission to the federation", starts)
    return Wait(f"members to enrol: {view.roster.enrolled} did", starts)


# ------------------------------------------------------------------- training


def _drawing(view: View) -> Action:
    return stagger(view, SampleTrainers(DRAWS), "trainers to be drawn")


def _training(view: View) -> Action:
    if view.seat in view.judges and view.guard is None:
        return _train_reference(view)
    done, of = view.round.submitted, view.roster.eligible
    wait = Wait(f"updates: {done} of {of} trainers have submitted", view.deadline)
    return wait if view.seat or view.own else _train(view)


def _train(view: View) -> Action:
    if bar := _bar(view):
        return bar
    if view.trained:
        return Submit(view.round.number, view.trained)
    return Train(view.round.number) if view.model_found else _wait_for_model(view)


def _bar(view: View) -> Wait | None:
    """Why a member without a seat may not train in this round."""
    number, participant = view.round.number, view.participant
    if not view.admitted:
        return Wait("admission to the federation", view.deadline)
    if not participant.number:
        return Wait("a place in the task: all are taken", view.deadline)
    if participant.since > number:
        return Wait(f"round {participant.since}, the first after the enrolment", view.deadline)
    if participant.suspended_until > number:
        return Wait(f"round {participant.suspended_until}: suspended until then", view.deadline)
    if participant.seated_in == number + 1:
        return Wait("the next round: its seat was given away", view.deadline)
    return None if view.is_sampled else Wait("the next round: others were drawn to train", view.deadline)


def _train_reference(view: View) -> Action:
    """Who judges first has to know what honest work looks like."""
    return TrainReference(view.round.number) if view.model_found else _wait_for_model(view)


def _wait_for_model(view: View) -> Wait:
    return Wait(f"the blob of model {view.round.number}", view.deadline)


# -------------------------------------------------------------------- judging


def _committing(view: View) -> Action:
    seat = view.seat
    if seat in view.judges and view.admitted and not _has_committed(view, seat):
        return _judge(view)
    absent = (other.account for other in view.judges if not _has_committed(view, other))
    return Wait("scores to be sealed", view.deadline, tuple(absent))


def _has_committed(view: View, seat: Seat) -> bool:
    return seat.revealed or seat.committed_in == view.round.attempt + 1


def _judge(view: View) -> Action:
    if view.opening:
        return Commit(view.position, view.opening)
    if view.guard is None:
        return _train_reference(view)
    missing = tuple(entry.update.author for entry in view.updates if not entry.found)
    patience = view.round.committing_ends - view.parameters.committing_window // 2
    if missing and view.now < patience:
        return Wait("the blobs of updates", patience, missing)
    return Score(view.round.number, view.round.attempt, view.guard)


def _revealing(view: View) -> Action:
    seat = view.seat
    encoded = [other for other in view.judges if _has_committed(view, other) and not other.revealed]
    if seat in encoded and view.admitted:
        lost = Wait("the next round: the journal lost the sealed scores", view.deadline)
        return Reveal(view.position, view.opening) if view.opening else lost
    return Wait("sealed scores to be opened", view.deadline, tuple(other.account for other in encoded))


def _settling(view: View) -> Action:
    return stagger(view, Settle(settle_steps(view)), "the updates to be settled")


# ---------------------------------------------------------------- aggregating


def _aggregating(view: View) -> Action:
    seat, attempt = view.seat, view.round.attempt
    if seat in view.aggregators and view.admitted and seat.attested_in != attempt + 1:
        return _aggregate(view)
    absent = tuple(other.account for other in view.aggregators if other.attested_in != attempt + 1)
    return Wait("the next model to be attested", view.deadline, absent)


def _aggregate(view: View) -> Action:
    if view.aggregate:
        return Attest(view.round.number, view.position, view.aggregate)
    if not view.model_found:
        return _wait_for_model(view)
    missing = tuple(entry.update.author for entry in view.accepted if not entry.found)
    return Wait("the blobs of accepted updates", view.deadline, missing) if missing else Aggregate(view.round.number)


def _closing(view: View) -> Action:
    return stagger(view, Close(close_steps(view)), "the round to be closed")


# ------------------------------------------------------------------- the rest


def _stalled(view: View) -> Action:
    return stagger(view, Recover(), "the round to be recovered")


def _paused(view: View) -> Action:
    return Wait("the end of the pause", view.deadline)


def _over(view: View) -> Action:
    return Stop(f"the task is {view.phase.name.lower()}")


def _retire(view: View) -> Action | None:
    """Something to do while there is nothing else."""
    action = stagger(view, Retire(view.departed[0]), "") if view.departed else None
    return action if isinstance(action, Retire) else None


_PHASES: Mapping[Phase, Callable[[View], Action]] = {
    Phase.PROPOSED: _proposed,
    Phase.ENROLLING: _enrolling,
    Phase.SAMPLING: _drawing,
    Phase.TRAINING: _training,
    Phase.COMMITTING: _committing,
    Phase.REVEALING: _revealing,
    Phase.SETTLING: _settling,
    Phase.AGGREGATING: _aggregating,
    Phase.CLOSING: _closing,
    Phase.STALLED: _stalled,
    Phase.PAUSED: _paused,
    Phase.FINISHED: _over,
    Phase.EXPIRED: _over,
    Phase.CANCELLED: _over,
}
