"""Whether what an account did in a round was allowed to it at that moment: one check for each verb.

Source: `contracts/rounds/`, one file a verb.
"""

from folkmoot.audit.seating import attesting, next_trainers
from folkmoot.audit.stage import Stage
from folkmoot.audit.task_acts import Why, faults, may_act, of_round
from folkmoot.chain import Milestone, Phase, score_commitment
from folkmoot.chain.events import rounds as r
from folkmoot.chain.scores import packed
from folkmoot.rules.score import ABSTAINED, MAX_SCORE

__all__ = ["faults"]


@faults.register
def _(event: r.TrainersSampled, stage: Stage) -> Why:
    s = stage.state
    yield from of_round(stage, event.round, Phase.SAMPLING)
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
    yield from of_round(stage, event.round, Phase.TRAINING)
    yield from may_act(stage, author, event.round)
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
    yield from of_round(stage, event.round, Phase.COMMITTING)
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
    yield from of_round(stage, event.round, Phase.REVEALING)
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
    is_last = 0 < now.committed <= now.revealed  # reveal, which may end the window and settle
    return of_round(stage, event.round, Phase.SETTLING, *([Phase.REVEALING] if is_last else []))


@faults.register
def _(event: r.RuleFailed, stage: Stage) -> Why:
    p, twins = stage.state.parameters, stage.twins
    known = {p.score_rule: twins.score, p.election_rule: twins.election, p.reward_rule: twins.reward}
    if event.round != stage.state.running.round.number:
        yield f"round {stage.state.running.round.number} is running"
    if event.rule not in known:
        yield f"the task has no rule {event.rule}"
    elif known[event.rule] is not None:
        yield f"the rule {event.rule} is one of Folkmoot's, which do not fail"


@faults.register
def _(event: r.AggregateAttested, stage: Stage) -> Why:
    s = stage.state
    has_agreed = bool(stage.agreed)
    yield from of_round(stage, event.round, Phase.CLOSING if has_agreed else Phase.AGGREGATING)
    yield from _seated(stage, event.member, to_judge=False)
    yield from _of_attempt(stage, event.attempt)
    seat = next((seat for seat in s.running.seats if seat.account == event.member), None)
    if seat and seat.has_attested(s.running.round.attempt):
        yield f"{event.member} has attested already"
    if has_agreed and event.pointer != stage.agreed:
        yield "another model was agreed before"


@faults.register
def _(event: r.ModelScored, stage: Stage) -> Why:
    now, number = stage.state.running, stage.state.running.round.number
    if now.round.milestone != Milestone.FINISHED or (event.round, event.model) != (number, number + 1):
        yield f"it is of model {event.model}; the task is {now.round.milestone.name.lower()} in round {number}"
    yield from _seated(stage, event.member, to_judge=True)
    if any(seat.scored for seat in now.seats[: now.round.seats] if seat.account == event.member):
        yield f"{event.member} has scored it already"
    if event.score > MAX_SCORE:
        yield f"{event.score} is no score"
