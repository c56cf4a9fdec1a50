"""Where models come from, by events put together by hand; a real chain's are tested with the commands."""

import pytest

from folkmoot.chain import Event, Milestone, Verdict
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.cli.lineage import BEST, LATEST, TaskModel, choose, task_models
from folkmoot.errors import ConfigError
from tests.folkmoot.cli.task_events import CLOSED, COMMITTED, OPENED, REVEALED, SETTLED, SUBMITTED, A, B, D, after

PAID = [r.UpdateBlockWritten(0, D, 1, b"\3" * 32, 7_000, 5)]
MADE: list[Event] = [*OPENED, SUBMITTED, *COMMITTED, *REVEALED, *SETTLED, *PAID, *CLOSED]
SEATS = (D, A, B)


def opened(number: int) -> list[Event]:
    fillers = (False, True, True)
    return [
        r.RoundOpened(number, SEATS, committee=3, fillers=fillers, eligible=2, sampled=False),
        r.DeadlineSet(number, 0, Milestone.OPEN, 700 + number, 0),
    ]


CARRIED = [r.RoundCarried(1, 1), r.ModelBlockWritten(1, 2, b"\5" * 32), *opened(2)]
ROLLED_BACK = [r.RoundRolledBack(2, 1, SEATS), r.ModelBlockWritten(2, 3, b"\5" * 32), *opened(3)]
TO_THE_FIRST = [r.RoundRolledBack(3, 0, SEATS), r.ModelBlockWritten(3, 4, b"\2" * 32), *opened(4)]


def found(*events: Event) -> list[TaskModel]:
    return task_models(after(*events), events)


def test_a_task_that_has_not_begun_has_its_proposed_model() -> None:
    (model,) = found()
    assert (model.number, model.pointer, model.origin) == (0, b"\2" * 32, "proposed")
    assert (model.round, model.parent, model.contributors, model.score, model.measured) == (None, None, (), None, False)


def test_a_model_is_made_of_the_one_before_by_the_authors_of_accepted_updates() -> None:
    first, made = found(*MADE)
    assert (first.score, first.measured) == (2_500, True)
    assert (made.number, made.pointer, made.round, made.parent, made.repeats) == (1, b"\5" * 32, 0, 0, None)
    assert [(one.author, one.rank, one.score) for one in made.contributors] == [(D, 1, 7_000)]
    assert made.origin == "of model 0"
    assert (made.score, made.measured) == (None, False), "no round has started from it yet"


def test_contributors_are_in_the_order_of_their_ranks() -> None:
    second = r.UpdateSubmitted(0, A, 1, b"\4" * 32, 600)
    verdicts = (Verdict.ACCEPTED, Verdict.ACCEPTED)
    settled = r.RoundSettled(0, 2_500, (D, A), (7_000, 8_000), verdicts, ranking=(1, 0), weights=(5, 6, 0, 0))
    paid = [r.UpdateBlockWritten(0, *entry) for entry in ((D, 2, b"", 7_000, 5), (A, 1, b"", 8_000, 6))]
    _, made = found(*OPENED, SUBMITTED, second, settled, *paid, *CLOSED)
    assert [one.author for one in made.contributors] == [A, D]


def test_a_model_that_is_carried_forward_is_the_same_again() -> None:
    *_, made, carried = found(*MADE, *CARRIED)
    assert (carried.number, carried.pointer, carried.repeats, carried.carried) == (2, made.pointer, 1, True)
    assert (carried.round, carried.parent, carried.contributors) == (0, 0, made.contributors)
    assert carried.origin == "as model 1, carried forward"


def test_a_roll_backs_model_says_which_it_repeats() -> None:
    *_, back = found(*MADE, *CARRIED, *ROLLED_BACK)
    assert (back.number, back.repeats, back.carried, back.parent) == (3, 1, False, 0)
    assert [one.author for one in back.contributors] == [D]
    assert back.origin == "as model 1, rolled back"
    *_, first = found(*MADE, *CARRIED, *ROLLED_BACK, *TO_THE_FIRST)
    assert (first.number, first.repeats, first.parent, first.contributors) == (4, 0, None, ())
    assert first.origin == "as model 0, rolled back"


def test_the_final_model_has_the_score_of_the_last_committee() -> None:
    over = [*MADE, r.RoundCarried(1, 1), r.ModelBlockWritten(1, 2, b"\5" * 32), t.TaskFinished(1, 0)]
    assert (found(*over)[2].score, found(*over)[2].measured) == (None, True), "nobody has looked"
    scored = [r.ModelScored(1, 2, seat, score) for seat, score in ((D, 9_000), (A, 9_200))]
    assert (found(*over, *scored)[2].score, choose(found(*over, *scored), BEST).number) == (9_000, 2)


def entry(number: int, score: int | None) -> TaskModel:
    return TaskModel(number=number, pointer=bytes([number]) * 32, score=score, measured=score is not None)


MODELS = [entry(0, 100), entry(1, 900), entry(2, 400), entry(3, 900), entry(4, None)]


@pytest.mark.parametrize(("which", "number"), [(0, 0), (4, 4), (LATEST, 4), (BEST, 3)])
def test_which_model(which: int | str, number: int) -> None:
    assert choose(MODELS, which).number == number


def test_a_model_that_there_is_not() -> None:
    with pytest.raises(ConfigError, match="there is no model 5 yet") as caught:
        choose(MODELS, 5)
    assert caught.value.hint == "the task has models up to 4"
    with pytest.raises(ConfigError, match="no model has a score yet"):
        choose(MODELS[-1:], BEST)


def test_a_score_of_0_is_one() -> None:
    assert choose([entry(0, 0), entry(1, None)], BEST).number == 0
