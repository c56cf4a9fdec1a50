"""What an act sets going: the events that have to follow it, for each kind of event that begins something."""

from functools import singledispatch

from folkmoot.audit import deadlines, seating
from folkmoot.audit.consequences import closing, rolled_back, started
from folkmoot.audit.stage import Due, Stage
from folkmoot.chain import Event, Milestone, Phase
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.phases import is_majority


@singledispatch
def following(event: Event, stage: Stage) -> Due | None:  # noqa: ARG001
    """What has to follow an event that the state knows by now; None where nothing does, and what was due stays so."""
    return None


@following.register
def _(_event: t.TaskStarted, stage: Stage) -> Due:
    s = stage.state
    named = [seat.account for seat in s.running.seats]
    plan = seating.named(s.parameters, named) if named else seating.drawn(s, s.seed, stage.is_member)
    return started(stage, plan)


@following.register
def _(event: r.TrainersSampled, stage: Stage) -> Due | None:
    drawn = {account: draws for draws, account in seating.next_trainers(stage.before, stage.draws)}
    stage.draws = max([stage.draws, *(drawn.get(account, 0) for account in event.trainers)])
    return None if event.left else iter([deadlines.scheduled(stage.state, Phase.TRAINING, stage.at)])


@following.register
def _(_event: r.UpdateSubmitted, stage: Stage) -> Due | None:
    now = stage.state.running.round
    if now.submitted < now.eligible:
        return None
    return iter([deadlines.scheduled(stage.state, Phase.COMMITTING, stage.at)])


@following.register
def _(_event: r.ScoresCommitted, stage: Stage) -> Due:
    if shown := deadlines.first_seen(stage.state, Milestone.SUBMITTED, stage.at):
        yield shown
    if stage.state.running.round.committed == stage.state.running.round.seats:
        yield deadlines.scheduled(stage.state, Phase.REVEALING, stage.at)


@following.register
def _(_event: r.ScoresRevealed, stage: Stage) -> Due:
    return _revealed(stage, is_settled=any(isinstance(event, r.RoundSettled) for event in stage.rest))


def _revealed(stage: Stage, *, is_settled: bool) -> Due:
    if shown := deadlines.first_seen(stage.state, Milestone.COMMITTED, stage.at):
        yield shown
    now = stage.state.running.round
    if now.revealed >= now.committed and not is_settled:
        yield deadlines.ended(stage.state, Milestone.COMMITTED, stage.at)


@following.register
def _(event: r.RoundSettled, stage: Stage) -> Due:
    *updates, judging, attesting = event.weights
    stage.weights = sum(updates), judging, attesting
    if event.ranking:
        return iter([deadlines.scheduled(stage.state, Phase.AGGREGATING, stage.at)])
    return iter([deadlines.ended(stage.state, Milestone.SETTLED, stage.at)])


@following.register
def _(event: r.AggregateAttested, stage: Stage) -> Due | None:
    if stage.agreed:
        return None
    s = stage.state
    tally = next(tally for tally in s.running.tallies if tally.pointer == event.pointer)
    seats = [s.running.seats[place] for place in seating.attesting(s)]
    agree = is_majority(tally.votes, len(seats))
    if s.parameters.stake_weighted:
        agree = agree and is_majority(tally.weight, sum(seat.weight for seat in seats))
    return iter([r.AggregateAgreed(event.round, event.pointer, tally.votes)] if agree else [])


@following.register
def _(event: r.AggregateAgreed, stage: Stage) -> Due:
    stage.agreed = event.pointer
    return closing(stage)


@following.register
def _(event: r.RoundRolledBack, stage: Stage) -> Due:
    return rolled_back(stage, event.model, event.committee)


@following.register
def _(event: r.RoundOpened, stage: Stage) -> None:  # noqa: ARG001
    stage.begin_round()


@following.register
def _(event: r.RuleFailed, stage: Stage) -> None:
    stage.failed.add(event.rule)


@following.register
def _(event: t.MemberRetired, stage: Stage) -> None:
    stage.lately.add(event.member)


@following.register
def _(event: r.UpdateBlockWritten | r.SeatPaid, stage: Stage) -> None:
    stage.paid += event.amount


def due_before(event: t.TaskPaused | t.TaskResumed, stage: Stage) -> Due:
    """What comes before a managers' act in its own transaction."""
    if isinstance(event, t.TaskPaused):
        moved = deadlines.paused(stage.state, event.until, stage.at)
    else:
        moved = deadlines.resumed(stage.state, stage.at)
    return iter([moved] if moved else [])
