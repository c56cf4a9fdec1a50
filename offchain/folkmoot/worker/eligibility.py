"""Whether an account may enrol in its task, and train in its round."""

from folkmoot.chain import Milestone, Phase
from folkmoot.worker.actions import Wait
from folkmoot.worker.view import View

_RUNNING = range(Phase.SAMPLING, Phase.PAUSED + 1)


def may_enrol(view: View) -> bool:
    """Whether an account may take a place in the task, or take its own again after it was retired."""
    early = view.round.milestone == Milestone.APPROVED and view.now < view.roster.start_by
    has_place = view.participant.number > 0 or view.roster.enrolled < view.parameters.max_enrolled
    is_in = view.participant.number > 0 and not view.participant.retired
    open_to_all = early or view.phase in _RUNNING
    return view.admitted and open_to_all and has_place and not is_in


def not_eligible(view: View) -> Wait | None:
    """Why an account may not train in this round; None if it may, or has."""
    number, participant = view.round.number, view.participant
    if not view.admitted:
        return Wait("admission to the federation", view.deadline)
    if not participant.number:
        return Wait("a place in the task: it is full", view.deadline)
    if participant.since > number:
        return Wait(f"round {participant.since}, the first after the enrolment", view.deadline)
    if participant.suspended_until > number:
        return Wait(f"round {participant.suspended_until}: suspended until then", view.deadline)
    if participant.seated_in == number + 1 and not view.parameters.seats_train:
        return Wait("the next round: the account has a seat, or was replaced in it", view.deadline)
    return None if view.is_sampled else Wait("the next round: others were sampled to train", view.deadline)
