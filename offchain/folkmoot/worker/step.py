"""The worker's one decision: from what it sees to what it does next. Pure, and the same for every role.

A member's role in a round is what the chain says: without a seat it trains, with one it scores updates, aggregates or
both. Where anyone may act, members take turns (`stagger`), so that their transactions do not race.
"""

from collections.abc import Callable, Mapping

from folkmoot.chain import Phase
from folkmoot.plurals import agreeing, counted
from folkmoot.worker.actions import (
    DRAWS,
    Action,
    Aggregate,
    Attest,
    Close,
    Commit,
    Enrol,
    Expire,
    HandOn,
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
    close_steps,
    settle_steps,
    start_grace,
)
from folkmoot.worker.eligibility import may_enrol, not_eligible
from folkmoot.worker.stagger import in_turn, stagger
from folkmoot.worker.view import View


def step(view: View) -> Action:
    """What to do now. Doing it changes the view, so that the next call gives something else."""
    action = _publish(view) or _enrol(view) or _PHASES[view.phase](view)
    if isinstance(action, Wait | Score | Aggregate):  # for the last two others' keys may be needed, and theirs ours
        action = _share(view) or action
    return _retire(view) or action if isinstance(action, Wait) else action


# --------------------------------------------------------------- in any phase


def _publish(view: View) -> Action | None:
    """The submitted pointer binds the update; its blob stays private until no one can submit a copy in this round."""
    own, closed = view.own, _is_training_closed(view)
    if not closed or own is None or own.found or view.trained is None or view.trained.pointer != own.pointer:
        return None
    return Publish(view.round.number)


def _is_training_closed(view: View) -> bool:
    judging = Phase.COMMITTING <= view.phase <= Phase.CLOSING
    return judging or view.stalled in {Phase.COMMITTING, Phase.REVEALING, Phase.AGGREGATING}


def _enrol(view: View) -> Action | None:
    return Enrol() if may_enrol(view) else None


# ---------------------------------------------------------- before the rounds


def _proposed(_: View) -> Action:
    return Wait("the managers to approve the task")


def _enrolling(view: View) -> Action:
    starts = view.roster.start_by
    late = view.now >= starts
    if view.startable and (late or view.roster.active >= view.parameters.min_enrolled):
        grace = start_grace(view.parameters, view.round, view.roster.enrolled, left=starts - view.since)
        return stagger(view, Start(), "the task to be started", after=grace)
    if late:
        return stagger(view, Expire(), "the task to expire: it cannot start")
    if not view.admitted:
        return Wait("admission to the federation", starts)
    enrolled = view.roster.enrolled
    return Wait(f"members to enrol: {enrolled} {agreeing(enrolled, 'is', 'are')} enrolled", starts)


# ------------------------------------------------------------------- training


def _sampling(view: View) -> Action:
    return stagger(view, SampleTrainers(DRAWS), "trainers to be sampled")


def _training(view: View) -> Action:
    reason = not_eligible(view)
    if reason is None and view.own is None:
        return _train(view)
    if view.seat in view.judges and view.guard is None:
        return _train_reference(view)
    done, of = view.round.submitted, view.round.eligible
    wait = Wait(f"updates: {done} of {counted(of, 'trainer')} {agreeing(of, 'has', 'have')} submitted", view.deadline)
    return wait if reason is None or view.seat or view.own else reason


def _train(view: View) -> Action:
    if view.trained:
        return Submit(view.round.number, view.trained)
    return Train(view.round.number) if view.model_found else _wait_for_model(view)


def _train_reference(view: View) -> Action:
    """Before it scores others, a seat trains a reference for its update guard; without the model it will abstain."""
    is_due = view.model_found or not view.is_patient
    return TrainReference(view.round.number) if is_due else _wait_for_model(view)


def _wait_for_model(view: View) -> Wait:
    return Wait(f"the blob of model {view.round.number}", view.deadline, is_for_blobs=True)


# -------------------------------------------------------------------- scoring


def _committing(view: View) -> Action:
    seat, attempt = view.seat, view.round.attempt
    if seat in view.judges and view.admitted and not seat.has_committed(attempt):
        return _score(view)
    absent = tuple(other.account for other in view.judges if not other.has_committed(attempt))
    return Wait("seats to commit their scores", view.deadline, absent)


def _score(view: View) -> Action:
    if view.opening:
        return Commit(view.position, view.opening)
    if view.guard is None:
        return _train_reference(view)
    missing = tuple(entry.update.author for entry in view.updates if not entry.found)
    if missing and view.is_patient:
        return Wait("the blobs of updates", view.patience, missing, is_for_blobs=True)
    return Score(view.round.number, view.round.attempt, view.guard)


def _revealing(view: View) -> Action:
    seat = view.seat
    due = [other for other in view.judges if other.has_committed(view.round.attempt) and not other.revealed]
    if seat in due and view.admitted:
        lost = Wait("the next round: the journal has lost the committed scores", view.deadline)
        return Reveal(view.position, view.opening) if view.opening else lost
    return Wait("seats to reveal their scores", view.deadline, tuple(other.account for other in due))


def _settling(view: View) -> Action:
    return stagger(view, Settle(settle_steps(view)), "the updates to be settled")


# ---------------------------------------------------------------- aggregating


def _aggregating(view: View) -> Action:
    seat, attempt = view.seat, view.round.attempt
    if seat in view.aggregators and view.admitted and not seat.has_attested(attempt):
        return _aggregate(view)
    absent = tuple(other.account for other in view.aggregators if not other.has_attested(attempt))
    return Wait("seats to attest the next model", view.deadline, absent)


def _aggregate(view: View) -> Action:
    if view.aggregate:
        return Attest(view.round.number, view.position, view.aggregate)
    if not view.model_found:
        return _wait_for_model(view)
    missing = tuple(entry.update.author for entry in view.accepted if not entry.found)
    if missing:
        return Wait("the blobs of accepted updates", view.deadline, missing, is_for_blobs=True)
    return Aggregate(view.round.number)


def _closing(view: View) -> Action:
    if action := _agree(view):
        return action
    missing = not view.progress.closed and not all(seat.has_attested(view.round.attempt) for seat in view.aggregators)
    return stagger(view, Close(close_steps(view)), "the round to be closed", after=view.turn if missing else 0)


def _agree(view: View) -> Action | None:
    """Who attests after the others is paid, too, until somebody closes; they leave it a turn."""
    seat = view.seat
    if seat not in view.aggregators or not view.admitted or seat.has_attested(view.round.attempt):
        return None
    if view.progress.closed or view.aggregate not in {None, view.agreed}:
        return None
    action = _aggregate(view)
    return None if isinstance(action, Wait) else action


# ------------------------------------------------------------------- the rest


def _stalled(view: View) -> Action:
    return stagger(view, Recover(), "the round to be recovered")


def _paused(view: View) -> Action:
    return Wait("the end of the pause", view.deadline)


def _over(view: View) -> Action:
    return Stop(f"the task is {view.phase.name.lower()}")


def _retire(view: View) -> Action | None:
    """What to do in place of waiting: remove an account that has left the federation."""
    return in_turn(view, Retire(view.departed[0])) if view.departed else None


def _share(view: View) -> Action | None:
    """Hand on keys that others need."""
    return in_turn(view, HandOn(view.lacking)) if view.lacking else None


_PHASES: Mapping[Phase, Callable[[View], Action]] = {
    Phase.PROPOSED: _proposed,
    Phase.ENROLLING: _enrolling,
    Phase.SAMPLING: _sampling,
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
